/* The table of states is what the code does: no move without it, and none that it forbids. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include <glib.h>
#include <sqlite3.h>
#include <stdio.h>

#include "ledger/ledger_schema.h"
#include "ledger/ledger_states.h"

static const char *const THINGS[] = {"mail", "cases", "referral", "letter"};

static bool
is_in_table(const char *thing, const char *from, const char *to, const char *by)
{
	for (size_t at = 0; at < STATE_MOVE_COUNT; at++) {
		const struct state_move *move = &STATE_MOVES[at];
		if (strcmp(move->thing, thing) == 0 && strcmp(move->from, from) == 0 &&
		    strcmp(move->to, to) == 0 && (!by || strcmp(move->by, by) == 0))
			return true;
	}
	return false;
}

static void
test_states__each_move_has_one_function(void **state)
{
	(void)state;
	for (size_t one = 0; one < STATE_MOVE_COUNT; one++)
		for (size_t two = one + 1; two < STATE_MOVE_COUNT; two++)
			assert_false(strcmp(STATE_MOVES[one].thing, STATE_MOVES[two].thing) == 0 &&
			    strcmp(STATE_MOVES[one].from, STATE_MOVES[two].from) == 0 &&
			    strcmp(STATE_MOVES[one].to, STATE_MOVES[two].to) == 0);
}

static bool
is_state(const char *thing, const char *name)
{
	for (const char *const *state = states_of(thing); *state; state++)
		if (strcmp(*state, name) == 0)
			return true;
	return false;
}

static void
test_states__moves_are_between_states_that_there_are(void **state)
{
	(void)state;
	assert_null(states_of("stranger"));
	for (size_t at = 0; at < STATE_MOVE_COUNT; at++) {
		const struct state_move *move = &STATE_MOVES[at];
		assert_true(is_state(move->thing, move->to));
		assert_true(!*move->from || is_state(move->thing, move->from));
		assert_true(*move->by && *move->when);
	}
}

/* The states that answers of agencies will bring; see the table's head. */
static bool
is_for_answers(const char *name)
{
	return strcmp(name, "acknowledged") == 0 || strcmp(name, "declined") == 0 ||
	    strcmp(name, "overdue") == 0;
}

static void
test_states__each_state_can_be_reached(void **state)
{
	(void)state;
	for (size_t thing = 0; thing < COUNT_OF(THINGS); thing++)
		for (const char *const *to = states_of(THINGS[thing]); *to; to++) {
			bool reached = false;
			for (size_t at = 0; at < STATE_MOVE_COUNT; at++)
				reached |= strcmp(STATE_MOVES[at].thing, THINGS[thing]) == 0 &&
				    strcmp(STATE_MOVES[at].to, *to) == 0;
			assert_int_equal(reached, !is_for_answers(*to));
		}
}

/* The words between the brackets of the table's CHECK on its state, with one space between. */
static char *
states_in_schema(const char *thing)
{
	g_autofree char *head = g_strdup_printf("CREATE TABLE %s (", thing);

	for (size_t version = 0; version < LEDGER_VERSION; version++)
		for (const char *const *at = LEDGER_SCRIPTS[version]; *at; at++) {
			const char *check = strstr(*at, "CHECK (state IN (");
			if (!g_str_has_prefix(*at, head) || !check)
				continue;
			const char *words = check + strlen("CHECK (state IN (");
			g_autofree char *list = g_strndup(words, strcspn(words, ")"));
			g_auto(GStrv) parts = g_strsplit_set(list, "', \n", -1);
			GString *joined = g_string_new(NULL);
			for (size_t part = 0; parts[part]; part++)
				if (*parts[part])
					g_string_append_printf(joined, "%s ", parts[part]);
			return g_string_free(joined, FALSE);
		}
	fail_msg("no table %s checks its states", thing);
	return NULL;
}

static void
test_states__the_schema_has_the_same_states(void **state)
{
	(void)state;
	for (size_t thing = 0; thing < COUNT_OF(THINGS); thing++) {
		g_autofree char *schema = states_in_schema(THINGS[thing]);
		g_autoptr(GString) code = g_string_new(NULL);
		for (const char *const *name = states_of(THINGS[thing]); *name; name++)
			g_string_append_printf(code, "%s ", *name);
		assert_string_equal(schema, code->str);
	}
}

/* --- every move that can be thought of, tried on a real row ----------------------------------- */

static void
run_sql(struct given *given, const char *sql)
{
	sqlite3 *connection;

	assert_int_equal(sqlite3_open(given->path, &connection), SQLITE_OK);
	if (sqlite3_exec(connection, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(connection));
	(void)sqlite3_close(connection);
}

static void
put_state(struct given *given, const char *thing, const char *name)
{
	g_autofree char *sql = g_strdup_printf("UPDATE %s SET state = '%s' WHERE id = 1", thing, name);

	run_sql(given, sql);
}

static bool
try_move(struct ledger_store *store, const char *thing, const char *to, const char *by,
    struct failure *why)
{
	CLEANUP(work_done) struct work work = {0};
	struct subject subject = {.thing = thing, .id = 1, .mail = 1, .at = NOW};

	return work_begin(store, WORK_WRITE, &work, why) &&
	    state_move(&work, by, &subject, to, NULL, 0, why) &&
	    work_commit_steps(&work, "", "", why);
}

static void
try_moves_from(struct given *given, struct ledger_store *store, const char *thing, const char *from)
{
	for (const char *const *to = states_of(thing); *to; to++)
		for (size_t at = 0; at <= STATE_MOVE_COUNT; at++) {
			const char *by = at < STATE_MOVE_COUNT ? STATE_MOVES[at].by : "a_stranger";

			put_state(given, thing, from);
			bool moved = try_move(store, thing, *to, by, &given->why);
			assert_int_equal(moved, is_in_table(thing, from, *to, by));
			if (moved)
				continue;
			assert_string_equal(given->why.code, "ledger.state");
			assert_int_equal(given->why.remedy, REMEDY_STOP);
		}
}

static void
test_states__only_moves_of_the_table_succeed(void **state)
{
	struct given *given = *state;
	struct ledger_store *store;

	(void)given_case(given, 1);
	MUST(ledger_sqlite_open(given->path, STORE_MUST_BE_THERE, &store, &given->why));
	for (size_t thing = 0; thing < COUNT_OF(THINGS); thing++)
		for (const char *const *from = states_of(THINGS[thing]); *from; from++)
			try_moves_from(given, store, THINGS[thing], *from);
	store->calls->close(store);
}

static void
test_states__a_row_begins_only_as_the_table_says(void **state)
{
	struct given *given = *state;
	struct ledger_store *store;

	MUST(ledger_sqlite_open(given->path, STORE_MUST_BE_THERE, &store, &given->why));
	for (size_t thing = 0; thing < COUNT_OF(THINGS); thing++)
		for (const char *const *to = states_of(THINGS[thing]); *to; to++) {
			CLEANUP(work_done) struct work work = {0};
			struct subject subject = {.thing = THINGS[thing], .mail = 1};

			MUST(work_begin(store, WORK_WRITE, &work, &given->why));
			MUST_FAIL(state_enter(&work, "a_stranger", &subject, *to, NULL, 0,
				      &given->why),
			    REMEDY_STOP, "ledger.state");
			assert_non_null(strstr(given->why.reason, "a_stranger may not move"));
		}
	store->calls->close(store);
}

/* --- the source: who writes a state ----------------------------------------------------------- */

static size_t
count_words(const char *text, const char *words)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, words)); at += strlen(words))
		count++;
	return count;
}

/* All of the room's .c files but ledger_states.c, one behind the other. */
static char *
read_sources(void)
{
	g_autoptr(GDir) files = g_dir_open(LEDGER_SOURCE, 0, NULL);
	GString *all = g_string_new(NULL);
	const char *name;

	assert_non_null(files);
	while ((name = g_dir_read_name(files))) {
		g_autofree char *path = g_build_filename(LEDGER_SOURCE, name, NULL);
		g_autofree char *text = NULL;
		if (!g_str_has_suffix(name, ".c") || strcmp(name, "ledger_states.c") == 0)
			continue;
		assert_true(g_file_get_contents(path, &text, NULL, NULL));
		g_string_append(all, text);
	}
	return g_string_free(all, FALSE);
}

static void
test_states__each_function_of_the_table_makes_its_move(void **state)
{
	g_autofree char *source = read_sources();

	(void)state;
	for (size_t at = 0; at < STATE_MOVE_COUNT; at++) {
		const struct state_move *move = &STATE_MOVES[at];
		g_autofree char *head = g_strdup_printf("\n%s(", move->by);
		g_autofree char *to = g_strdup_printf("\"%s\"", move->to);
		const char *macro = *move->from ? "STATE_MOVE(" : "STATE_ENTER(";

		assert_int_equal(count_words(source, head), 1);
		g_autofree char *body = g_strdup(strstr(source, head));
		*(strstr(body, "\n}\n")) = '\0';
		assert_int_equal(count_words(body, macro), 1);
		assert_non_null(strstr(strstr(body, macro), to));
	}
}

static void
test_states__no_other_function_writes_a_state(void **state)
{
	g_autofree char *source = read_sources();
	size_t makers = 0;

	(void)state;
	for (size_t at = 0; at < STATE_MOVE_COUNT; at++) {
		bool is_new = true;
		for (size_t before = 0; before < at; before++)
			is_new &= strcmp(STATE_MOVES[at].by, STATE_MOVES[before].by) != 0;
		makers += is_new;
	}
	assert_int_equal(
	    count_words(source, "STATE_MOVE(") + count_words(source, "STATE_ENTER("), makers);
	assert_int_equal(count_words(source, "state_move("), 0);
	assert_int_equal(count_words(source, "state_enter("), 0);
	/* A cell "state" stands in questions only. */
	assert_int_equal(count_words(source, "cell_text(\"state\""),
	    count_words(source, "where_is(cell_text(\"state\""));
}

/* --- the door makes every move ----------------------------------------------------------------- */

static void
send_next(struct given *given, enum letter_end end, int64_t now)
{
	struct due_letter letter = claim_letter(given, now);

	end_letter(given, letter.id, end, now);
}

/* The desk's notice of a letter that failed. */
static void
tell_desk(struct given *given, int64_t now)
{
	struct outcome outcome = {.code = "desk.notice"};
	struct job job = claim_job(given, "sort-1", now);

	assert_int_equal(job.kind, JOB_NOTICE);
	finish_job(given, "sort-1", &job, &outcome, now);
}

static void
decide_send(struct given *given, const char *reference, const char *agency, const char *letter)
{
	struct outcome outcome = {.code = "desk.send"};
	int number = given_referral(&outcome, agency, REFERRAL_READY, "desk.send");

	given_letter(&outcome, "referral", ENTRY_AGENCY, agency, letter, number);
	decide(given, reference, DESK_SEND, agency, &outcome, NOW + 10);
}

static void
decide_not(struct given *given, const char *reference, const char *agency)
{
	struct outcome outcome = {.code = "desk.not"};

	given_referral(&outcome, agency, REFERRAL_CLOSED, "desk.not");
	decide(given, reference, DESK_NOT, agency, &outcome, NOW + 10);
}

static void
walk_letters_and_referrals(struct given *given)
{
	struct reference one = given_case(given, 1);

	send_next(given, LETTER_WAITS, NOW + 1);
	(void)claim_letter(given, NOW + 100);
	send_next(given, LETTER_SENT, NOW + 1000); /* the lease of the try before has ended */
	decide_send(given, one.text, "merton-mash", "mash-2"); /* sent -> ready: a child that waited */
	send_next(given, LETTER_SENT, NOW + 1000);
	decide_not(given, one.text, "merton-mash"); /* sent -> closed */
	decide_send(given, one.text, "phoenix", "phoenix-1");
	send_next(given, LETTER_FAILED, NOW + 1001);
	tell_desk(given, NOW + 1001);
	decide_send(given, one.text, "phoenix", "phoenix-2");
	decide_not(given, one.text, "phoenix"); /* ready -> closed, letter ready -> failed */
	decide_send(given, one.text, "phoenix", "phoenix-3");
	send_next(given, LETTER_WAITS, NOW + 1002);
	decide_not(given, one.text, "phoenix"); /* letter waiting -> failed */
	decide_not(given, one.text, "early-help"); /* new -> closed */
	decide_send(given, one.text, "phoenix", "phoenix-4");
	send_next(given, LETTER_FAILED, NOW + 1003);
	tell_desk(given, NOW + 1003);
	decide_not(given, one.text, "phoenix"); /* bounced -> closed */
}

/* A letter that had not left when the ledger was brought back, and that a mail names. */
static void
walk_a_restore(struct given *given)
{
	struct reference one = given_case(given, 9);
	struct case_file file = show_case(given, one.text);
	const char *id = file.letters[0].message_id;
	struct restored restored;
	size_t recognised;

	MUST(ledger_restore(given->ledger, NOW + 2000, given->arena, &restored, &given->why));
	MUST(ledger_recognise(given->ledger, &id, 1, NOW + 2001, &recognised, &given->why));
	assert_int_equal(recognised, 1);
}

static void
walk_mails_and_cases(struct given *given)
{
	struct outcome outcome;
	struct mail_label copy = given_label(1, 999);
	struct sealed_bytes sealed = given_sealed(2);
	enum mail_added added;

	take_mail(given, 2);
	MUST(ledger_add_mail(
	    given->ledger, &copy, &sealed, given_hash(1002), NOW, &added, &given->why));
	struct job job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_HELD, "open.unsigned");
	given_referral(&outcome, "phoenix", REFERRAL_HELD, "open.unsigned");
	finish_job(given, "sort-1", &job, &outcome, NOW);
	outcome = (struct outcome){.code = "desk.close", .closes_case = true};
	decide(given, job.reference.text, DESK_CLOSE, NULL, &outcome, NOW + 5);
	take_mail(given, 3);
	job = claim_job(given, "sort-1", NOW);
	given_outcome(&outcome, FATE_SET_ASIDE, "mail.auto-reply");
	finish_job(given, "sort-1", &job, &outcome, NOW);
}

static int
add_move(void *moves, int count, char **values, char **names)
{
	(void)count;
	(void)names;
	(void)g_hash_table_add(moves, g_strdup(values[0]));
	return 0;
}

/* "referral phoenix: held -> ready" is kept as "referral: held -> ready". */
static GHashTable *
read_moves(struct given *given)
{
	GHashTable *moves = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	sqlite3 *connection;

	assert_int_equal(sqlite3_open(given->path, &connection), SQLITE_OK);
	assert_int_equal(sqlite3_exec(connection,
			     "SELECT DISTINCT substr(what, 1, instr(what || ' ', ' ') - 1) ||"
			     " substr(what, instr(what, ':')) FROM event WHERE what LIKE '% -> %'"
			     " AND instr(what, ' ') < instr(what, ':')"
			     " UNION SELECT DISTINCT what FROM event WHERE what LIKE '% -> %'",
			     add_move, moves, NULL),
	    SQLITE_OK);
	(void)sqlite3_close(connection);
	return moves;
}

static void
test_states__the_door_makes_every_move_of_the_table(void **state)
{
	struct given *given = *state;

	walk_letters_and_referrals(given);
	walk_mails_and_cases(given);
	walk_a_restore(given);
	g_autoptr(GHashTable) moves = read_moves(given);
	for (size_t at = 0; at < STATE_MOVE_COUNT; at++) {
		const struct state_move *move = &STATE_MOVES[at];
		const char *thing = strcmp(move->thing, "cases") == 0 ? "case" : move->thing;
		g_autofree char *line = g_strdup_printf(
		    "%s: %s -> %s", thing, *move->from ? move->from : "new", move->to);
		if (!g_hash_table_contains(moves, line))
			fail_msg("nothing made the move %s", line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_states__each_move_has_one_function),
	    cmocka_unit_test(test_states__moves_are_between_states_that_there_are),
	    cmocka_unit_test(test_states__each_state_can_be_reached),
	    cmocka_unit_test(test_states__the_schema_has_the_same_states),
	    cmocka_unit_test(test_states__each_function_of_the_table_makes_its_move),
	    cmocka_unit_test(test_states__no_other_function_writes_a_state),
	    cmocka_unit_test_setup_teardown(
		test_states__only_moves_of_the_table_succeed, given_setup, given_teardown),
	    cmocka_unit_test_setup_teardown(
		test_states__a_row_begins_only_as_the_table_says, given_setup, given_teardown),
	    cmocka_unit_test_setup_teardown(
		test_states__the_door_makes_every_move_of_the_table, given_setup, given_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
