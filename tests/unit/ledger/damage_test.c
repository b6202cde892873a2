/* A ledger that was lost, cut or written over is refused with a clear word, and left as it is. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, MAILS = 30 };

static const char *const ENDINGS[] = {"", "-wal", "-shm"};

/* The ledger's files as a kill would leave them: with a log that is not copied back yet. */
struct left {
	char *bytes[COUNT_OF(ENDINGS)];
	gsize lengths[COUNT_OF(ENDINGS)];
};

static void
take(const char *path, struct left *left)
{
	for (size_t at = 0; at < COUNT_OF(ENDINGS); at++) {
		g_autofree char *name = g_strconcat(path, ENDINGS[at], NULL);
		left->bytes[at] = NULL;
		if (!g_file_get_contents(name, &left->bytes[at], &left->lengths[at], NULL))
			left->bytes[at] = NULL;
	}
}

static void
put(const char *path, const struct left *left)
{
	for (size_t at = 0; at < COUNT_OF(ENDINGS); at++) {
		g_autofree char *name = g_strconcat(path, ENDINGS[at], NULL);
		(void)unlink(name);
		if (left->bytes[at])
			assert_true(g_file_set_contents(
			    name, left->bytes[at], (gssize)left->lengths[at], NULL));
	}
}

static void
forget(struct left *left)
{
	for (size_t at = 0; at < COUNT_OF(ENDINGS); at++)
		g_free(left->bytes[at]);
}

static char *
beside(const struct given *given, const char *name)
{
	return g_strconcat(given->folder, "/", name, NULL);
}

static void
assert_bytes(const char *path, const char *bytes, gsize length)
{
	g_autofree char *now = NULL;
	gsize now_length;

	assert_true(g_file_get_contents(path, &now, &now_length, NULL));
	assert_int_equal(now_length, length);
	assert_memory_equal(now, bytes, length);
}

/* --- a lost file --------------------------------------------------------------------------------- */

static void
test_damage__a_lost_ledger_is_not_made_anew(void **state)
{
	struct given *given = *state;
	g_autofree char *path = beside(given, "lost.db");
	struct ledger *ledger;

	MUST_FAIL(ledger_open(path, &ledger, &given->why), REMEDY_STOP, "ledger.missing");
	assert_non_null(strstr(given->why.reason, "wandle ledger restore"));
	assert_int_equal(access(path, F_OK), -1);
	/* An empty file is none either, and stays so. */
	assert_true(g_file_set_contents(path, "", 0, NULL));
	MUST_FAIL(ledger_open(path, &ledger, &given->why), REMEDY_STOP, "ledger.missing");
	assert_bytes(path, "", 0);
	/* For a first start it is. */
	MUST(ledger_make(path, &ledger, &given->why));
	ledger_close(ledger);
	MUST(ledger_open(path, &ledger, &given->why));
	ledger_close(ledger);
}

/* --- pages --------------------------------------------------------------------------------------- */

enum damage { ZEROS, NOISE, OTHER_PAGE, DAMAGES };

static void
damage_page(char *bytes, gsize length, gsize page, enum damage damage)
{
	char *at = bytes + page * PAGE;

	switch (damage) {
	case ZEROS:
		memset(at, 0, PAGE);
		break;
	case NOISE:
		for (size_t byte = 0; byte < PAGE; byte++)
			at[byte] = (char)(byte * 167 + page * 13 + 91);
		break;
	case OTHER_PAGE:
		memcpy(at, bytes + (page + 1) * PAGE % length, PAGE);
		break;
	case DAMAGES:
		break;
	}
}

/* True where it was refused; then nothing of it may have changed. */
static bool
is_refused(const char *path, const struct left *damaged)
{
	struct ledger *ledger;
	struct failure why;

	put(path, damaged);
	if (ledger_open(path, &ledger, &why)) {
		ledger_close(ledger);
		return false;
	}
	if (strcmp(why.code, "ledger.damaged") != 0 && strcmp(why.code, "ledger.foreign") != 0 &&
	    strcmp(why.code, "ledger.missing") != 0)
		fail_msg("%s: %s", why.code, why.reason);
	assert_int_equal(why.remedy, REMEDY_STOP);
	assert_bytes(path, damaged->bytes[0], damaged->lengths[0]);
	return true;
}

static void
test_damage__each_page_damaged_is_refused_and_left_alone(void **state)
{
	struct given *given = *state;
	g_autofree char *path = beside(given, "damaged.db");
	unsigned refused[DAMAGES] = {0};
	struct left whole;

	for (unsigned number = 1; number <= MAILS; number++)
		take_mail(given, number);
	ledger_closep(&given->ledger);
	take(given->path, &whole);
	assert_false(is_refused(path, &whole));
	gsize pages = whole.lengths[0] / PAGE;
	assert_true(pages > 60);
	for (gsize page = 0; page < pages; page++)
		for (enum damage damage = ZEROS; damage < DAMAGES; damage++) {
			g_autofree char *bytes = g_memdup2(whole.bytes[0], whole.lengths[0]);
			struct left damaged = whole;
			damage_page(bytes, whole.lengths[0], page, damage);
			damaged.bytes[0] = bytes;
			refused[damage] += is_refused(path, &damaged);
		}
	/* Inside a long text there is no structure to break: its own seal tells (seal.damaged). */
	print_message("of %zu pages, refused: zeros %u, noise %u, another page %u\n", pages,
	    refused[ZEROS], refused[NOISE], refused[OTHER_PAGE]);
	for (enum damage damage = ZEROS; damage < DAMAGES; damage++)
		assert_true(refused[damage] * 10 > pages * 5);
	forget(&whole);
}

static void
test_damage__a_file_cut_short_is_refused(void **state)
{
	struct given *given = *state;
	g_autofree char *path = beside(given, "short.db");
	struct left whole;

	for (unsigned number = 1; number <= MAILS; number++)
		take_mail(given, number);
	ledger_closep(&given->ledger);
	take(given->path, &whole);
	for (gsize length = 1; length < whole.lengths[0]; length += 3001) {
		struct left cut = whole;
		cut.lengths[0] = length;
		if (!is_refused(path, &cut))
			fail_msg("cut to %zu bytes, and it was taken", length);
	}
	forget(&whole);
}

/* --- the log ------------------------------------------------------------------------------------- */

static void
assert_lost_commits_are_seen(const char *path, const struct left *damaged)
{
	struct ledger *ledger;
	struct failure why;

	put(path, damaged);
	if (ledger_open(path, &ledger, &why))
		fail_msg("a log without its last commits was taken");
	assert_string_equal(why.code, "ledger.damaged");
	assert_non_null(strstr(why.reason, "committed last is gone"));
	assert_bytes(path, damaged->bytes[0], damaged->lengths[0]);
}

static void
test_damage__a_log_that_lost_commits_is_refused(void **state)
{
	struct given *given = *state;
	g_autofree char *path = beside(given, "cut.db");
	struct left whole, cut;

	for (unsigned number = 1; number <= 3; number++)
		take_mail(given, number);
	take(given->path, &whole);
	ledger_closep(&given->ledger);
	assert_true(whole.lengths[1] > 10 * (PAGE + 24));
	/* As a kill leaves it, it is whole. */
	assert_false(is_refused(path, &whole));
	/* Cut anywhere, gone, or with a bit turned over in a frame. */
	for (gsize length = 0; length < whole.lengths[1]; length += 1999) {
		cut = whole;
		cut.lengths[1] = length;
		assert_lost_commits_are_seen(path, &cut);
	}
	cut = whole;
	cut.bytes[1] = NULL;
	assert_lost_commits_are_seen(path, &cut);
	for (gsize place = 40; place < whole.lengths[1]; place += 1999) {
		cut = whole;
		g_autofree char *log = g_memdup2(whole.bytes[1], whole.lengths[1]);
		log[place] ^= 4;
		cut.bytes[1] = log;
		assert_lost_commits_are_seen(path, &cut);
	}
	forget(&whole);
}

/* An index of a later start than the log's: what was committed since is gone. */
static void
test_damage__a_log_from_before_it_began_anew_is_refused(void **state)
{
	struct given *given = *state;
	g_autofree char *path = beside(given, "old.db");
	struct left before, after;
	unsigned number = 1;

	for (; number <= 10; number++)
		take_mail(given, number);
	take(given->path, &before);
	/* At some thousand frames the log begins anew. */
	do {
		if (number > 11)
			forget(&after);
		take_mail(given, number++);
		take(given->path, &after);
	} while (memcmp(after.bytes[1], before.bytes[1], 32) == 0);
	ledger_closep(&given->ledger);
	assert_false(is_refused(path, &after));
	struct left old = after;
	old.bytes[1] = before.bytes[1];
	old.lengths[1] = before.lengths[1];
	assert_lost_commits_are_seen(path, &old);
	/* The other way round the index is an old one, and nothing is missing. */
	struct left late = after;
	late.bytes[2] = before.bytes[2];
	late.lengths[2] = before.lengths[2];
	assert_false(is_refused(path, &late));
	forget(&before);
	forget(&after);
}

/* More in the log than its index counts is what a power cut in the middle of a commit leaves. */
static void
test_damage__a_log_with_a_torn_end_is_no_damage(void **state)
{
	struct given *given = *state;
	g_autofree char *path = beside(given, "torn.db");
	struct left before, after;

	take_mail(given, 1);
	take(given->path, &before);
	take_mail(given, 2);
	take(given->path, &after);
	ledger_closep(&given->ledger);
	for (gsize length = before.lengths[1]; length < after.lengths[1]; length += 501) {
		struct left torn = before;
		torn.bytes[1] = after.bytes[1];
		torn.lengths[1] = length;
		assert_false(is_refused(path, &torn));
	}
	/* Without the index, after a copy to another disk, nothing can be told. */
	struct left copied = after;
	copied.bytes[2] = NULL;
	assert_false(is_refused(path, &copied));
	forget(&before);
	forget(&after);
}

int
main(void)
{
#define IN_LEDGER(test) cmocka_unit_test_setup_teardown(test, given_setup, given_teardown)
	const struct CMUnitTest tests[] = {
	    IN_LEDGER(test_damage__a_lost_ledger_is_not_made_anew),
	    IN_LEDGER(test_damage__each_page_damaged_is_refused_and_left_alone),
	    IN_LEDGER(test_damage__a_file_cut_short_is_refused),
	    IN_LEDGER(test_damage__a_log_that_lost_commits_is_refused),
	    IN_LEDGER(test_damage__a_log_from_before_it_began_anew_is_refused),
	    IN_LEDGER(test_damage__a_log_with_a_torn_end_is_no_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
