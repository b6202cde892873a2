/* Runs the alarm command, rate-limited over all processes, and waits for none. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/alarm.h"

#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "mailroom/alarm_book.h"
#include "mailroom/errand.h"

enum {
	ALARM_PAUSE_SECONDS = 15 * 60,
	AGAIN_AFTER_SECONDS = 60, /* where the command failed: nobody has heard of it yet */
	CALLS_MAX = 16,           /* at a time */
	FINISH_MS = 12000,
	STEP_MS = 10,
};

/* The command is bounded by coreutils' timeout: it ends however we end. */
static const char *const BOUND[] = {"timeout", "--kill-after=1", "10", NULL};

/* A command under way. */
struct call {
	pid_t pid; /* 0: none */
	char *ledger, *key;
};
static struct call calls[CALLS_MAX];

/* Nobody was reached: it may be raised again soon. */
static void
note_unheard(const char *ledger, const char *key)
{
	log_line(LOG_LEVEL_ERROR, "the alarm command failed for %s", key);
	alarm_book_enter(ledger, key, clock_now() - ALARM_PAUSE_SECONDS + AGAIN_AFTER_SECONDS);
}

static void
end_call(struct call *call, int status)
{
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		note_unheard(call->ledger, call->key);
	g_free(call->ledger);
	g_free(call->key);
	*call = (struct call){0};
}

void
alarm_note_end(pid_t pid, int status)
{
	for (size_t at = 0; at < CALLS_MAX; at++)
		if (calls[at].pid == pid)
			end_call(&calls[at], status);
}

bool
alarm_tend(void)
{
	bool is_any = false;
	int status;

	for (size_t at = 0; at < CALLS_MAX; at++) {
		if (!calls[at].pid)
			continue;
		pid_t ended = waitpid(calls[at].pid, &status, WNOHANG);
		if (ended != 0)
			end_call(&calls[at], ended > 0 ? status : 0);
		else
			is_any = true;
	}
	return is_any;
}

void
alarm_finish(void)
{
	for (int waited = 0; alarm_tend() && waited < FINISH_MS; waited += STEP_MS)
		(void)poll(NULL, 0, STEP_MS);
}

static void
call_operator(
    const struct settings *settings, const char *code, const char *reference, const char *key)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	size_t at = 0;

	while (at < CALLS_MAX && calls[at].pid)
		at++;
	for (size_t word = 0; BOUND[word]; word++)
		g_ptr_array_add(words, (void *)(uintptr_t)BOUND[word]);
	for (size_t word = 0; settings->alarm_command[word]; word++)
		g_ptr_array_add(words, (void *)(uintptr_t)settings->alarm_command[word]);
	g_ptr_array_add(words, (void *)(uintptr_t)code);
	g_ptr_array_add(words, (void *)(uintptr_t)reference);
	g_ptr_array_add(words, NULL);
	pid_t pid = at < CALLS_MAX ? errand_begin((const char *const *)words->pdata) : 0;
	if (pid <= 0)
		note_unheard(settings->ledger.path, key);
	else
		calls[at] = (struct call){pid, g_strdup(settings->ledger.path), g_strdup(key)};
}

void
alarm_raise(const struct settings *settings, const char *code, const char *reference)
{
	(void)alarm_tend();
	if (!reference || !*reference)
		reference = "-";
	g_autofree char *key = g_strdup_printf("%s %s", code, reference);
	if (!alarm_book_is_due(settings->ledger.path, key, clock_now(), ALARM_PAUSE_SECONDS))
		return;
	log_line(LOG_LEVEL_ERROR, "ALARM %s", key);
	if (settings->alarm_command)
		call_operator(settings, code, reference, key);
}
