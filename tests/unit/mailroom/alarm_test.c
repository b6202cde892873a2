/* Alarms reach the operator however often we are killed, and not more of them than anybody would read. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "mailroom/alarm.h"
#include "mailroom/alarm_book.h"

#include "given.h"

enum { PAUSE = 900, UNHEARD = 60 };

/* An alarm command that writes down what it heard, beside the ledger. */
static const struct settings *
settings_of(struct given *given, const char *command)
{
	static const char *words[5];
	static struct settings settings;

	words[0] = "/bin/sh";
	words[1] = "-c";
	words[2] = command;
	words[3] = arena_print(given->arena, "%s/heard", given->folder);
	settings.ledger.path = given->path;
	settings.alarm_command = words;
	return &settings;
}
static const char WRITES[] = "echo \"$1 $2\" >>\"$0\"", FAILS[] = "exit 1";

static size_t
heard(struct given *given, const char *line)
{
	g_autofree char *path = g_strdup_printf("%s/heard", given->folder);
	g_autofree char *text = NULL;
	size_t count = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **at = lines; *at; at++)
		count += **at && (!line || strcmp(*at, line) == 0);
	return count;
}

static size_t
due(struct given *given)
{
	struct due_alarm *alarms;
	size_t count;

	MUST(ledger_due_alarms(given->ledger, 0, 64, given->arena, &alarms, &count, &given->why));
	return count;
}

/* What `wandle status` says of them. */
static int64_t
unheard(struct given *given)
{
	struct ledger_status status;

	MUST(ledger_status(given->ledger, given->arena, &status, &given->why));
	for (size_t at = 0; at < status.count_count; at++)
		if (strcmp(status.counts[at].what, "alarm") == 0)
			return status.counts[at].count;
	return -1;
}

/* A mail is sorted, and that it was is an alarm. */
static const char *
finish_with(struct given *given, unsigned number, const char *alarm)
{
	struct outcome *outcome = arena_take(given->arena, sizeof *outcome);

	take_mail(given, number);
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(outcome, FATE_HELD, "sort.could-not-be-read");
	outcome->alarm = alarm;
	finish_job(given, "sort-1", &job, outcome, NOW);
	return arena_print(given->arena, "%s %s", alarm, job.reference.text);
}

static void
test_alarm_raise_due__what_a_kill_left_untold_is_told_and_then_gone(void **state)
{
	struct given *given = *state;
	const struct settings *settings = settings_of(given, WRITES);

	/* killed behind the commit: another process looks */
	const char *line = finish_with(given, 1, "mail.could-not-be-read");
	given_reopen(given);
	assert_int_equal(due(given), 1);
	alarm_raise_due(given->ledger, settings);
	alarm_finish(given->ledger, settings);
	assert_int_equal(heard(given, line), 1);
	assert_int_equal(due(given), 0);
	assert_int_equal(unheard(given), 0);
	/* and nobody tells it again */
	alarm_finish(given->ledger, settings);
	assert_int_equal(heard(given, NULL), 1);
}

static void
test_alarm_raise_due__it_stays_until_the_command_has_heard_it(void **state)
{
	struct given *given = *state;

	(void)finish_with(given, 1, "letter.failed");
	alarm_finish(given->ledger, settings_of(given, FAILS));
	assert_int_equal(due(given), 1);
	assert_int_equal(unheard(given), 1);
}

static void
test_alarm_raise_due__differences_that_are_news_are_due_with_them(void **state)
{
	struct given *given = *state;
	const struct difference one = {.kind = "mail.gone", .subject = 1};
	size_t news;

	MUST(ledger_note_differences(given->ledger, &one, 1, NOW, &news, &given->why));
	assert_int_equal(due(given), 1);
	MUST(ledger_alarms_heard(given->ledger, 1, 1, &given->why));
	MUST(ledger_note_differences(given->ledger, &one, 1, NOW, &news, &given->why));
	assert_int_equal(due(given), 0);
}

static void
test_alarm_raise_due__of_very_many_the_rest_is_one(void **state)
{
	struct given *given = *state;
	const struct settings *settings = settings_of(given, WRITES);

	for (unsigned number = 1; number <= 80; number++)
		(void)finish_with(given, number, "letter.failed");
	const char *other = finish_with(given, 100, "duty-phone");
	/* as many at a time as there may be commands */
	for (int turn = 0; turn < 4; turn++)
		alarm_finish(given->ledger, settings);
	assert_int_equal(heard(given, "alarm.more -"), 1);
	assert_int_equal(heard(given, other), 1);
	assert_int_equal(heard(given, NULL), ALARMS_AN_HOUR + 2);
	assert_int_equal(due(given), 0);
}

static enum alarm_due
ask(struct given *given, const char *key, int64_t now)
{
	return alarm_book_ask(given->path, key, now, PAUSE, UNHEARD);
}

/* Each letter that leaves is a turn: with thousands due, going through them would cost more than it. */
static void
test_alarm_raise_due__very_many_are_not_gone_through_at_every_turn(void **state)
{
	struct given *given = *state;
	const struct settings *settings = settings_of(given, WRITES);

	for (unsigned number = 1; number <= 80; number++)
		(void)finish_with(given, number, "letter.failed");
	/* the commands of the first ones end meanwhile, or there would be none for any other */
	alarm_finish(given->ledger, settings);
	alarm_raise_due(given->ledger, settings);
	const char *other = finish_with(given, 100, "duty-phone");
	while (alarm_tend())
		(void)g_usleep(1000);
	alarm_raise_due(given->ledger, settings);
	assert_int_equal(ask(given, other, clock_now()), ALARM_DUE);
}

static void
test_alarm_book_ask__is_due_again_soon_until_somebody_heard(void **state)
{
	struct given *given = *state;

	assert_int_equal(ask(given, "a.b -", NOW), ALARM_DUE);
	assert_int_equal(ask(given, "a.b -", NOW + UNHEARD - 1), ALARM_NOT_DUE);
	assert_int_equal(ask(given, "a.b -", NOW + UNHEARD), ALARM_DUE);
	alarm_book_enter(given->path, "a.b -", NOW + UNHEARD);
	assert_int_equal(ask(given, "a.b -", NOW + UNHEARD + PAUSE - 1), ALARM_NOT_DUE);
	assert_int_equal(ask(given, "a.b -", NOW + UNHEARD + PAUSE), ALARM_DUE);
}

static void
test_alarm_book_ask__many_of_one_code_hide_no_other(void **state)
{
	struct given *given = *state;

	for (int number = 0; number < ALARMS_AN_HOUR; number++)
		assert_int_equal(
		    ask(given, arena_print(given->arena, "x.y %d", number), NOW + 7200), ALARM_DUE);
	assert_int_equal(ask(given, "x.y 99", NOW + 7200), ALARM_TOO_MANY);
	assert_int_equal(ask(given, "x.z 99", NOW + 7200), ALARM_DUE);
	/* an hour later they may be raised again */
	assert_int_equal(ask(given, "x.y 99", NOW + 7200 + 3601), ALARM_DUE);
}

/* Asks in a process of its own, of which nothing is remembered, while no file may become longer. */
static enum alarm_due
ask_without_room(struct given *given, const char *key, int64_t now)
{
	g_autofree char *path = g_strdup_printf("%s.alarms", given->path);
	struct stat book = {0};
	int status;

	(void)stat(path, &book);
	pid_t pid = fork();
	if (pid == 0) {
		const struct rlimit none = {(rlim_t)book.st_size, (rlim_t)book.st_size};
		(void)signal(SIGXFSZ, SIG_IGN);
		(void)setrlimit(RLIMIT_FSIZE, &none);
		_exit((int)ask(given, key, now));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return (enum alarm_due)WEXITSTATUS(status);
}

/* Each process that a full disk ends is followed by another. */
static void
test_alarm_book_ask__a_full_disk_makes_no_two_of_one_alarm(void **state)
{
	struct given *given = *state;

	alarm_book_prepare(given->path);
	assert_int_equal(ask_without_room(given, "ledger.full -", NOW), ALARM_DUE);
	assert_int_equal(ask_without_room(given, "ledger.full -", NOW + 1), ALARM_NOT_DUE);
	/* nor does it forget the others */
	for (int number = 0; number < ALARMS_AN_HOUR - 1; number++) {
		const char *key = arena_print(given->arena, "letter.failed WANDLE-2026-%06d", number);
		assert_int_equal(ask_without_room(given, key, NOW + 2), ALARM_DUE);
		assert_int_equal(ask_without_room(given, key, NOW + 3), ALARM_NOT_DUE);
	}
	assert_int_equal(ask_without_room(given, "ledger.full -", NOW + 4), ALARM_NOT_DUE);
}

static void
test_alarm_book_prepare__leaves_what_is_written(void **state)
{
	struct given *given = *state;

	alarm_book_prepare(given->path);
	assert_int_equal(ask_without_room(given, "ledger.full -", NOW), ALARM_DUE);
	alarm_book_prepare(given->path);
	assert_int_equal(ask_without_room(given, "ledger.full -", NOW + 1), ALARM_NOT_DUE);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_alarm_raise_due__what_a_kill_left_untold_is_told_and_then_gone),
	    IN_LEDGER(test_alarm_raise_due__it_stays_until_the_command_has_heard_it),
	    IN_LEDGER(test_alarm_raise_due__differences_that_are_news_are_due_with_them),
	    IN_LEDGER(test_alarm_book_ask__is_due_again_soon_until_somebody_heard),
	    IN_LEDGER(test_alarm_book_ask__many_of_one_code_hide_no_other),
	    IN_LEDGER(test_alarm_book_ask__a_full_disk_makes_no_two_of_one_alarm),
	    IN_LEDGER(test_alarm_book_prepare__leaves_what_is_written),
	    IN_LEDGER(test_alarm_raise_due__of_very_many_the_rest_is_one),
	    IN_LEDGER(test_alarm_raise_due__very_many_are_not_gone_through_at_every_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
