/* Several processes on one ledger at once: each job and each letter is done exactly once. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { MAILS = 200, PATIENCE_SECONDS = 120, LONG_LEASE = 100000 };

struct place {
	char folder[64];
	char path[96], done[96], sink[96], start[96];
};

static void
make_place(struct place *place)
{
	given_folder(place->folder);
	(void)snprintf(place->path, sizeof place->path, "%s/ledger.db", place->folder);
	(void)snprintf(place->done, sizeof place->done, "%s/done", place->folder);
	(void)snprintf(place->sink, sizeof place->sink, "%s/sink", place->folder);
	(void)snprintf(place->start, sizeof place->start, "%s/start", place->folder);
}

/* A child's own way to say that something must not be. */
#define NEED(call)                                                                                 \
	do {                                                                                       \
		if (!(call)) {                                                                     \
			(void)fprintf(stderr, "%s: %s: %s\n", #call, why.code, why.reason);        \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

static void
write_line(const char *path, const char *text)
{
	g_autofree char *line = g_strconcat(text, "\n", NULL);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (write(fd, line, strlen(line)) != (ssize_t)strlen(line))
		_exit(1);
	(void)close(fd);
}

static size_t
count_lines(const char *path)
{
	g_autofree char *text = NULL;
	size_t count = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	for (const char *at = text; *at; at++)
		count += *at == '\n';
	return count;
}

static void
receive_all(const struct place *place, const char *owner)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct failure why = {0};
	enum mail_added added;

	(void)owner;
	NEED(ledger_make(place->path, &ledger, &why));
	for (uint32_t uid = 1; uid <= MAILS; uid++) {
		struct mail_label label = given_label(1, uid);
		struct sealed_bytes sealed = given_sealed(uid);
		NEED(ledger_add_mail(
		    ledger, &label, &sealed, given_hash(uid), NOW, &added, &why));
		NEED(ledger_filed(ledger, ACCOUNT, FOLDER, 1, &uid, 1, &why));
	}
}

static void
sort_one(struct ledger *ledger, const struct place *place, const char *owner)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1024 * 1024);
	struct failure why = {0};
	struct outcome outcome;
	struct job job;
	bool found;

	NEED(ledger_claim_job(
	    ledger, owner, "W", 2026, NOW, LONG_LEASE, arena, &job, &found, &why));
	if (!found) {
		g_usleep(2000);
		return;
	}
	given_outcome(&outcome, FATE_SORTED, "sort.concern");
	int mash = given_referral(&outcome, "merton-mash", REFERRAL_READY, "route.rule");
	given_letter(
	    &outcome, "referral", ENTRY_AGENCY, "merton-mash", job.reference.text, mash);
	NEED(ledger_finish_job(
	    ledger, owner, &job, &outcome, RULES_HASH, given_hash(0), NOW, &why));
	write_line(place->done, job.reference.text);
}

static void
sort_all(const struct place *place, const char *owner)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct failure why = {0};
	int64_t until = clock_now() + PATIENCE_SECONDS;

	NEED(ledger_make(place->path, &ledger, &why));
	while (count_lines(place->done) < MAILS && clock_now() < until)
		sort_one(ledger, place, owner);
}

static void
deliver_one(struct ledger *ledger, const struct place *place, const char *owner)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(1024 * 1024);
	struct failure why = {0};
	struct due_letter letter;
	bool found;

	NEED(ledger_claim_letter(ledger, owner, NOW, LONG_LEASE, arena, &letter, &found, &why));
	if (!found) {
		g_usleep(2000);
		return;
	}
	write_line(place->sink, letter.message_id);
	NEED(ledger_end_letter(
	    ledger, owner, letter.id, LETTER_SENT, NULL, "250", "4A", 0, NOW, &why));
}

static void
deliver_all(const struct place *place, const char *owner)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct failure why = {0};
	int64_t until = clock_now() + PATIENCE_SECONDS;

	NEED(ledger_make(place->path, &ledger, &why));
	while (count_lines(place->sink) < MAILS && clock_now() < until)
		deliver_one(ledger, place, owner);
}

static void
ask_all(const struct place *place, const char *owner)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct failure why = {0};
	int64_t until = clock_now() + PATIENCE_SECONDS;

	NEED(ledger_make(place->path, &ledger, &why));
	while (count_lines(place->sink) < MAILS && clock_now() < until) {
		CLEANUP(arena_closep) struct arena *arena = arena_open(8 * 1024 * 1024);
		struct ledger_status status;
		struct case_row *cases;
		size_t count;

		NEED(ledger_status(ledger, arena, &status, &why));
		NEED(ledger_cases(ledger, false, 0, 300, arena, &cases, &count, &why));
		NEED(ledger_heartbeat(ledger, owner, true, NULL, NOW, &why));
		g_usleep(5000);
	}
}

/* Children wait for one another at the start, so that they all open a ledger that is not there. */
static pid_t
start_child(const struct place *place, void (*work)(const struct place *, const char *),
    const char *owner)
{
	pid_t child = fork();

	if (child == 0) {
		while (access(place->start, F_OK) != 0)
			g_usleep(1000);
		work(place, owner);
		_exit(0);
	}
	return child;
}

static void
assert_each_once(const char *path)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	assert_int_equal(g_strv_length(lines), MAILS + 1);
	for (size_t at = 0; at < MAILS; at++)
		assert_true(g_hash_table_add(seen, lines[at]));
}

static void
test_workers__two_hundred_jobs_are_each_done_once(void **state)
{
	struct place place;
	pid_t children[7];
	int status;
	struct given checked = {0}, *given = &checked;

	(void)state;
	make_place(&place);
	children[0] = start_child(&place, receive_all, "receive-1");
	children[1] = start_child(&place, sort_all, "sort-1");
	children[2] = start_child(&place, sort_all, "sort-2");
	children[3] = start_child(&place, deliver_all, "deliver-1");
	children[4] = start_child(&place, deliver_all, "deliver-2");
	children[5] = start_child(&place, ask_all, "status");
	children[6] = start_child(&place, receive_all, "receive-2");
	write_line(place.start, "");
	for (size_t at = 0; at < COUNT_OF(children); at++) {
		assert_int_equal(waitpid(children[at], &status, 0), children[at]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	assert_each_once(place.done);
	assert_each_once(place.sink);
	given->arena = arena_open(64 * 1024 * 1024);
	MUST(ledger_open(place.path, &given->ledger, &given->why));
	struct case_row *cases;
	size_t count;
	MUST(ledger_cases(given->ledger, false, 0, 1000, given->arena, &cases, &count, &given->why));
	assert_int_equal(count, MAILS);
	for (size_t at = 0; at < count; at++) {
		struct case_file file = show_case(given, cases[at].reference.text);
		assert_int_equal(file.letter_count, 1);
		assert_int_equal(file.letters[0].attempts, 1);
		assert_string_equal(file.referrals[0].state, "sent");
	}
	ledger_close(given->ledger);
	arena_close(given->arena);
	given_no_folder(place.folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_workers__two_hundred_jobs_are_each_done_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
