/* Runs the alarm command, rate-limited over all processes, and waits for none. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/alarm.h"

#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mistake.h"
#include "mailroom/alarm_book.h"
#include "mailroom/errand.h"

enum {
	ALARM_PAUSE_SECONDS = 15 * 60,
	AGAIN_AFTER_SECONDS = 60, /* where the command failed: nobody has heard of it yet */
	MORE_PAUSE_SECONDS = 3600,
	DUE_MAX = 64,   /* looked at in one go */
	CALLS_MAX = 16, /* at a time */
	REST_SECONDS = 10,
	FINISH_MS = 12000,
	STEP_MS = 10,
};

/* The command is bounded by coreutils' timeout: it ends however we end. */
static const char *const BOUND[] = {"timeout", "--kill-after=1", "10", NULL};

static const char MORE[] = "alarm.more", NO_CASE[] = "-";

/* Which alarms of the ledger are told; first 0: none of them. */
struct told {
	int64_t first, last;
};

/* A command under way. */
struct call {
	pid_t pid; /* 0: none */
	char *ledger, *key;
	struct told told;
};
static struct call calls[CALLS_MAX];
/* Where very many are due, most wait for the next "alarm.more": not to be gone through at every turn. */
static int64_t rests_until;

/* What was heard and still stands in the ledger; where there is no room it is told once more. */
static struct told heard[CALLS_MAX];
static size_t heard_count;

static void
note_heard(struct told told)
{
	if (told.first && heard_count < CALLS_MAX)
		heard[heard_count++] = told;
}

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
	else {
		alarm_book_enter(call->ledger, call->key, clock_now());
		note_heard(call->told);
	}
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

/* NULL: there are as many as there may be. */
static struct call *
free_call(void)
{
	for (size_t at = 0; at < CALLS_MAX; at++)
		if (!calls[at].pid)
			return &calls[at];
	return NULL;
}

static void
call_operator(const struct settings *settings, const char *code, const char *reference,
    const char *key, struct told told)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	struct call *call = free_call();

	for (size_t word = 0; BOUND[word]; word++)
		g_ptr_array_add(words, (void *)(uintptr_t)BOUND[word]);
	for (size_t word = 0; settings->alarm_command[word]; word++)
		g_ptr_array_add(words, (void *)(uintptr_t)settings->alarm_command[word]);
	g_ptr_array_add(words, (void *)(uintptr_t)code);
	g_ptr_array_add(words, (void *)(uintptr_t)reference);
	g_ptr_array_add(words, NULL);
	pid_t pid = call ? errand_begin((const char *const *)words->pdata) : 0;
	if (pid <= 0)
		note_unheard(settings->ledger.path, key);
	else
		*call = (struct call){pid, g_strdup(settings->ledger.path), g_strdup(key), told};
}

/* False: there were too many, and it was not raised. */
static bool
raise_one(const struct settings *settings, const char *code, const char *reference, int64_t pause,
    struct told told)
{
	g_autofree char *key = g_strdup_printf("%s %s", code, reference);
	const char *book = settings->ledger.path;
	enum alarm_due due = alarm_book_ask(book, key, clock_now(), pause, AGAIN_AFTER_SECONDS);

	if (due != ALARM_DUE)
		return due != ALARM_TOO_MANY;
	log_line(LOG_LEVEL_ERROR, "ALARM %s", key);
	/* The mistake "no-alarm": it is written down as raised, and nobody is called. */
	if (settings->alarm_command && !mistake("no-alarm")) {
		call_operator(settings, code, reference, key, told);
		return true;
	}
	alarm_book_enter(book, key, clock_now());
	note_heard(told);
	return true;
}

static void
raise_more(const struct settings *settings, struct told told)
{
	(void)raise_one(settings, MORE, NO_CASE, MORE_PAUSE_SECONDS, told);
}

void
alarm_raise(const struct settings *settings, const char *code, const char *reference)
{
	(void)alarm_tend();
	if (!raise_one(settings, code, reference && *reference ? reference : NO_CASE,
		ALARM_PAUSE_SECONDS, (struct told){0}))
		raise_more(settings, (struct told){0});
}

static bool
take_heard_away(struct ledger *ledger, struct failure *why)
{
	while (heard_count) {
		const struct told *last = &heard[heard_count - 1];
		if (!ledger_alarms_heard(ledger, last->first, last->last, why))
			return false;
		heard_count--;
	}
	return true;
}

/* Some of them, and *told.last is how far it came; those there were too many of are told. */
static bool
raise_some(struct ledger *ledger, const struct settings *settings, struct told *told, bool *is_all,
    struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)256 * 1024);
	const char *refused = "";
	struct due_alarm *due;
	size_t count;

	if (!ledger_due_alarms(ledger, told->last, DUE_MAX, arena, &due, &count, why))
		return false;
	*is_all = count < DUE_MAX;
	if (!*is_all)
		rests_until = clock_steady() + REST_SECONDS;
	for (size_t at = 0; at < count; at++) {
		struct told one = {due[at].number, due[at].number};
		if (!free_call()) {
			*is_all = true;
			break;
		}
		told->last = one.last;
		if (strcmp(refused, due[at].code) == 0 ||
		    raise_one(settings, due[at].code, due[at].reference, ALARM_PAUSE_SECONDS, one))
			continue;
		refused = due[at].code;
		if (!told->first)
			told->first = one.first;
	}
	return true;
}

static bool
raise_all(struct ledger *ledger, const struct settings *settings, struct failure *why)
{
	struct told told = {0};
	bool is_all = false;

	if (!take_heard_away(ledger, why))
		return false;
	while (!is_all)
		if (!raise_some(ledger, settings, &told, &is_all, why))
			return false;
	if (told.first && free_call())
		raise_more(settings, told);
	return take_heard_away(ledger, why);
}

void
alarm_raise_due(struct ledger *ledger, const struct settings *settings)
{
	struct failure why;

	(void)alarm_tend();
	if (clock_steady() >= rests_until && !raise_all(ledger, settings, &why))
		log_failure(LOG_LEVEL_WARNING, "alarms", &why);
}

void
alarm_finish(struct ledger *ledger, const struct settings *settings)
{
	struct failure why;

	rests_until = 0;
	if (ledger)
		alarm_raise_due(ledger, settings);
	for (int waited = 0; alarm_tend() && waited < FINISH_MS; waited += STEP_MS)
		(void)poll(NULL, 0, STEP_MS);
	if (ledger && !take_heard_away(ledger, &why))
		log_failure(LOG_LEVEL_WARNING, "alarms", &why);
}
