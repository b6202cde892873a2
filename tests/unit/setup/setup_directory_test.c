/* What the three files of the directory may say, and the words of each fault. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/clock.h"
#include "setup/setup.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define KEY(last) "{fingerprint: 00000000000000000000000000000000000000" last "}"

static const char AGENCIES[] =
    "agencies:\n"
    "  - {id: hub, name: Hub, address: Hub@A.example, receives: [report], keys: [" KEY("01") "]}\n";
static const char OFFICERS[] =
    "officers:\n"
    "  - {id: pc-one, name: One, address: one@p.example, keys: [" KEY("02") "]}\n";
static const char DESK[] =
    "desk:\n"
    "  people:\n"
    "    - {id: sgt, name: Sgt, address: sgt@d.example, reviews: yes, decides: yes, keys: [" KEY(
	"03") "]}\n";

static const char *const BLOCKS[] = {"report", "child-identity", "narrative"};

struct world {
	char *folder;
	struct faults *faults;
	struct address_book *book;
};

static int
begin(void **state)
{
	struct world *world = g_new0(struct world, 1);

	world->folder = g_dir_make_tmp("directory-XXXXXX", NULL);
	world->faults = faults_open();
	*state = world;
	return 0;
}

static void
write_file(const struct world *world, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(world->folder, name, NULL);

	if (text)
		assert_true(g_file_set_contents(path, text, -1, NULL));
	else
		(void)g_remove(path);
}

static int
end(void **state)
{
	struct world *world = *state;

	write_file(world, "agencies.yaml", NULL);
	write_file(world, "officers.yaml", NULL);
	write_file(world, "desk.yaml", NULL);
	(void)g_rmdir(world->folder);
	setup_free_directory(world->book);
	faults_close(world->faults);
	g_free(world->folder);
	g_free(world);
	return 0;
}

/* Loads the three files; NULL takes the small good one. */
static const struct directory *
load(struct world *world, const char *agencies, const char *officers, const char *desk)
{
	write_file(world, "agencies.yaml", agencies ? agencies : AGENCIES);
	write_file(world, "officers.yaml", officers ? officers : OFFICERS);
	write_file(world, "desk.yaml", desk ? desk : DESK);
	setup_free_directory(world->book);
	faults_close(world->faults);
	world->faults = faults_open();
	world->book = setup_load_directory(world->folder, BLOCKS, COUNT_OF(BLOCKS), world->faults);
	return world->book ? setup_directory(world->book) : NULL;
}

static bool
has_fault(const struct world *world, const char *words)
{
	for (size_t at = 0; at < faults_total(world->faults); at++)
		if (strstr(faults_at(world->faults, at)->text, words))
			return true;
	return false;
}

static void
test_setup_directory__three_files_become_one(void **state)
{
	const struct directory *directory = load(*state, NULL, NULL, NULL);

	assert_non_null(directory);
	assert_int_equal(directory->count, 3);
	const struct entry *hub = &directory->entries[0];
	assert_string_equal(hub->id, "hub");
	assert_string_equal(hub->address, "hub@a.example");
	assert_int_equal(hub->kind, ENTRY_AGENCY);
	assert_true(g_str_has_suffix(hub->file, "/agencies.yaml"));
	assert_int_equal(hub->line, 2);
	assert_int_equal(hub->column, 5);
	assert_int_equal(hub->key_count, 1);
	assert_int_equal(hub->keys[0].until_day, INT32_MAX);
	assert_string_equal(hub->blocks[0], "report");
	assert_null(hub->blocks[1]);
	assert_ptr_equal(
	    directory_find(directory, ENTRY_OFFICER, "pc-one"), &directory->entries[1]);
	assert_ptr_equal(directory_by_address(directory, "SGT@d.example"), &directory->entries[2]);
	assert_true(directory->entries[2].gets_reviews);
	assert_true(directory->entries[2].may_decide);
	assert_ptr_equal(
	    directory_by_key(directory, "0000000000000000000000000000000000000002", NULL),
	    &directory->entries[1]);
}

static void
test_setup_directory__agency_has_all_its_parts(void **state)
{
	const struct directory *directory = load(*state,
	    "agencies:\n"
	    "  - id: night\n"
	    "    name: Night\n"
	    "    address: night@a.example\n"
	    "    receives: [report]\n"
	    "    hours: {always: yes}\n"
	    "    keys: [" KEY("04") "]\n"
				    "  - id: hub\n"
				    "    name: Hub\n"
				    "    address: hub@a.example\n"
				    "    telephone: 020 7946 0000\n"
				    "    about: What it does\n"
				    "    purpose: What for\n"
				    "    agreement: Rests on\n"
				    "    receives: [report, narrative]\n"
				    "    also_called: [The hub]\n"
				    "    out_of_hours: night\n"
				    "    hours: {mon-thu: \"08:30-17:15\", fri: \"08:30-24:00\", "
				    "closed_on_bank_holidays: yes}\n"
				    "    acknowledge_within: {red: 30m, amber: 6h, blue: 100h}\n"
				    "    keys:\n"
				    "      - {fingerprint: 0000 0000 0000 0000 0000 0000 0000 0000 "
				    "0000 0005, owner: Ann, until: 2027-12-31}\n",
	    NULL, NULL);

	assert_non_null(directory);
	assert_true(directory->entries[0].hours.is_always_open);
	const struct entry *hub = &directory->entries[1];
	assert_string_equal(hub->telephone, "020 7946 0000");
	assert_string_equal(hub->about, "What it does");
	assert_string_equal(hub->purpose, "What for");
	assert_string_equal(hub->agreement, "Rests on");
	assert_string_equal(hub->blocks[1], "narrative");
	assert_string_equal(hub->also_called[0], "The hub");
	assert_string_equal(hub->out_of_hours, "night");
	assert_int_equal(hub->hours.opens[1], 8 * 60 + 30);
	assert_int_equal(hub->hours.closes[4], 17 * 60 + 15);
	assert_int_equal(hub->hours.closes[5], 24 * 60);
	assert_int_equal(hub->hours.closes[6], 0);
	assert_true(hub->hours.closed_on_bank_holidays);
	assert_int_equal(hub->clock_minutes[URGENCY_RED], 30);
	assert_int_equal(hub->clock_minutes[URGENCY_AMBER], 360);
	assert_int_equal(hub->clock_minutes[URGENCY_GREEN], 0);
	assert_int_equal(hub->clock_minutes[URGENCY_BLUE], 6000);
	assert_string_equal(hub->keys[0].owner, "Ann");
	assert_int_equal(hub->keys[0].until_day, day_number(2027, 12, 31));
}

static void
test_setup_directory__hours_left_out_are_office_hours(void **state)
{
	const struct directory *directory = load(*state, NULL, NULL, NULL);

	assert_non_null(directory);
	const struct working_hours *hours = &directory->entries[0].hours;
	assert_int_equal(hours->opens[1], 540);
	assert_int_equal(hours->closes[5], 1020);
	assert_int_equal(hours->closes[6], 0);
	assert_true(hours->closed_on_bank_holidays);
	assert_false(hours->is_always_open);
}

/* An agency with one more or another line, and a piece of what must be said of it. */
static const struct {
	const char *line, *fault;
} WRONG_AGENCIES[] = {
    {"id: Hub", "id: expected small letters"},
    {"id: 1hub", "id: expected small letters"},
    {"id: hub-", "id: expected small letters"},
    {"id: a23456789-123456789-123456789-123456789-1", "at most 40"},
    {"id: desk", "is a word of the rules"},
    {"id: this-agency", "is a word of the rules"},
    {"id: [x]", "id: expected a text"},
    {"id: pc-one", "id pc-one stands already in"},
    {"address: hub@merton.gcsx.gov.uk", "gcsx.gov.uk addresses ended"},
    {"address: hub@x.gsi.gov.uk", "ended in March 2019"},
    {"address: \"Hub <hub@a.example>\"", "expected a plain mail address"},
    {"receives: [reports]", "did you mean \"report\"?"},
    {"receives: [report, report]", "receives names \"report\" twice"},
    {"receives: report", "receives: expected a list"},
    {"receives: []", "receives: expected 1 to"},
    {"hours: {mon: \"9-17\"}", "expected opening and closing time"},
    {"hours: {mon: \"17:00-09:00\"}", "expected opening and closing time"},
    {"hours: {mon: \"09:00-24:01\"}", "expected opening and closing time"},
    {"hours: {mon: \"09:60-10:00\"}", "expected opening and closing time"},
    {"hours: {mon: [x]}", "mon: expected a text"},
    {"hours: {monday: \"09:00-17:00\"}", "unknown key \"monday\""},
    {"hours: {fri-mon: \"09:00-17:00\"}", "unknown key \"fri-mon\""},
    {"hours: {mon-fro: \"09:00-17:00\"}", "unknown key \"mon-fro\""},
    {"hours: {mon-fri: \"09:00-17:00\", fri: \"09:00-16:00\"}", "names a day a second time"},
    {"hours: {always: yes, mon: \"09:00-17:00\"}", "leave out one of the two"},
    {"hours: {always: maybe}", "always: expected yes or no"},
    {"hours: {always: no}", "no day is open"},
    {"hours: yes", "hours: expected a map"},
    {"acknowledge_within: {red: 2}", "expected minutes or hours"},
    {"acknowledge_within: {red: 0h}", "expected minutes or hours"},
    {"acknowledge_within: {red: 02h}", "expected minutes or hours"},
    {"acknowledge_within: {red: 030m}", "expected minutes or hours"},
    {"acknowledge_within: {red: 2 hours}", "expected minutes or hours"},
    {"acknowledge_within: {red: 9999h}", "expected minutes or hours"},
    {"acknowledge_within: {rd: 2h}", "did you mean \"red\"?"},
    {"acknowledge_within: 2h", "acknowledge_within: expected a map"},
    {"areas: [Merton]", "unknown key \"areas\""}, /* rules say which areas it serves */
    {"also_called: {}", "also_called: expected a list"},
    {"telefone: 1", "did you mean \"telephone\"?"},
    {"out_of_hours: hubb", "is no other agency"},
    {"out_of_hours: hub", "is no other agency"},
    {"keys: [" KEY("0") "]", "40 hex digits"},
    {"keys: [{owner: x}]", "\"fingerprint\" is missing"},
    {"keys: [x]", "keys: expected a map"},
    {"keys: x", "keys: expected a list"},
    {"keys: [{fingerprint: x, ownr: y}]", "did you mean \"owner\"?"},
    {"keys: [{fingerprint: x, until: 2027-02-29}]", "until: expected a day"},
    {"keys: [{fingerprint: x, until: 31.12.2027}]", "until: expected a day"},
    {"keys: [{fingerprint: x, until: 2027-1-310}]", "until: expected a day"},
    {"keys: [" KEY("02") "]", "stands already in"},
    {"keys: [" KEY("09") ", " KEY("09") "]", "stands already in"},
    {"keys: [" KEY("10") "," KEY("11") "," KEY("12") "," KEY("13") "," KEY("14") "," KEY(
	 "15") "," KEY("16") "," KEY("17") "," KEY("18") "]",
	"at most 8"},
};

static void
test_setup_directory__each_wrong_line_of_an_agency_is_named(void **state)
{
	static const char *const LINES[] = {"id: hub", "name: Hub", "address: hub@a.example",
	    "receives: [report]", "keys: [" KEY("01") "]"};
	struct world *world = *state;

	for (size_t at = 0; at < COUNT_OF(WRONG_AGENCIES); at++) {
		const char *wrong = WRONG_AGENCIES[at].line;
		size_t key = (size_t)(strchr(wrong, ':') - wrong) + 1;
		g_autoptr(GString) text = g_string_new("agencies:\n  - about: x\n");
		for (size_t line = 0; line < COUNT_OF(LINES); line++)
			if (strncmp(LINES[line], wrong, key) != 0)
				g_string_append_printf(text, "    %s\n", LINES[line]);
		g_string_append_printf(text, "    %s\n", wrong);
		const struct directory *directory = load(world, text->str, NULL, NULL);
		if (directory || !has_fault(world, WRONG_AGENCIES[at].fault)) {
			faults_print(world->faults, stderr);
			fail_msg("\"%s\" is not said of: %s", WRONG_AGENCIES[at].fault, wrong);
		}
	}
}

/* Whole files that are wrong. */
static const struct {
	const char *agencies, *officers, *desk, *fault;
} WRONG_FILES[] = {
    {"agency: []", NULL, NULL, "did you mean \"agencies\"?"},
    {"agencies: {}", NULL, NULL, "agencies: expected a list"},
    {"agencies: [x]", NULL, NULL, "agencies: expected a map"},
    {"- x", NULL, NULL, "agencies.yaml: expected a map"},
    {"agencies: [{name: x}]", NULL, NULL, "\"id\" is missing"},
    {"agencies: [{id: x}]", NULL, NULL, "\"address\" is missing"},
    {"agencies: [{id: x}]", NULL, NULL, "\"receives\" is missing"},
    {NULL, "officers: [{id: a, name: A, address: a@b.example, receives: [report]}]", NULL,
	"unknown key \"receives\""},
    {NULL, "officers: [{id: a, name: A, address: SGT@d.example}]", NULL,
	"address sgt@d.example stands already in"},
    {NULL, NULL, "desk: []", "desk: expected a map"},
    {NULL, NULL, "desk: {peopel: []}", "did you mean \"people\"?"},
    {NULL, NULL, "desk: {people: []}", "nobody at the desk gets reviews"},
    {NULL, NULL, "desk: {people: [{id: a, name: A, address: a@b.example, reviews: 1}]}",
	"reviews: expected yes or no"},
};

static void
test_setup_directory__each_wrong_file_is_named(void **state)
{
	struct world *world = *state;

	for (size_t at = 0; at < COUNT_OF(WRONG_FILES); at++) {
		assert_null(load(world, WRONG_FILES[at].agencies, WRONG_FILES[at].officers,
		    WRONG_FILES[at].desk));
		if (!has_fault(world, WRONG_FILES[at].fault)) {
			faults_print(world->faults, stderr);
			fail_msg("\"%s\" is not said", WRONG_FILES[at].fault);
		}
	}
}

static void
test_setup_directory__too_many_agencies_are_refused(void **state)
{
	g_autoptr(GString) text = g_string_new("agencies:\n");

	for (unsigned at = 0; at <= AGENCIES_MAX; at++)
		g_string_append_printf(
		    text, "  - {id: a%u, name: A, address: a@b.example, receives: [report]}\n", at);
	assert_null(load(*state, text->str, NULL, NULL));
	assert_true(has_fault(*state, "expected at most 64 entries, here stand 65"));
}

static void
test_setup_directory__a_second_owner_is_told_where_the_first_stands(void **state)
{
	struct world *world = *state;

	assert_null(load(world, NULL,
	    "officers:\n"
	    "  - {id: a, name: A, address: a@b.example, keys: [" KEY("01") "]}\n",
	    NULL));
	assert_int_equal(faults_total(world->faults), 1);
	const struct fault *fault = faults_at(world->faults, 0);
	assert_int_equal(fault->line, 2);
	assert_true(g_str_has_suffix(fault->file, "/officers.yaml"));
	assert_non_null(strstr(fault->text, "agencies.yaml, line 2"));
}

static void
test_setup_directory__no_key_and_no_decider_are_warnings(void **state)
{
	struct world *world = *state;

	assert_non_null(load(world,
	    "agencies: [{id: x, name: X, address: x@b.example, receives: [report]}]\n", NULL,
	    "desk: {people: [{id: a, name: A, address: a@b.example, reviews: yes, keys: [" KEY(
		"03") "]}]}\n"));
	assert_int_equal(faults_count(world->faults), 0);
	assert_int_equal(faults_total(world->faults), 2);
	assert_true(has_fault(world, "x has no key"));
	assert_true(has_fault(world, "nobody at the desk decides"));
}

static void
test_setup_directory__missing_file_is_a_fault(void **state)
{
	struct world *world = *state;

	assert_non_null(load(world, NULL, NULL, NULL));
	write_file(world, "desk.yaml", NULL);
	assert_null(setup_load_directory(world->folder, NULL, 0, world->faults));
	assert_int_equal(faults_count(world->faults), 1);
	setup_free_directory(NULL);
}

static void
test_setup_directory__blocks_are_unchecked_without_a_form(void **state)
{
	struct world *world = *state;
	CLEANUP(setup_free_directoryp) struct address_book *book = NULL;

	assert_null(load(world,
	    "agencies: [{id: x, name: X, address: x@b.example, receives: [odd]}]\n", NULL, NULL));
	book = setup_load_directory(world->folder, NULL, 0, world->faults);
	assert_non_null(book);
}

static void
test_setup_directory__shipped_files_load(void **state)
{
	static const char *const IDS[] = {"merton-mash", "merton-edt", "phoenix", "merton-camhs",
	    "merton-school-nursing", "early-help", "merton-youth-justice", "merton-domestic-abuse",
	    "sutton-mash", "wandsworth-mash"};
	static const char *const KEPT[] = {
	    "confidential-address", "source-identity", "intelligence", "other-children"};
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *folder = g_build_filename(g_getenv("WANDLE_SOURCE"), "rules", NULL);
	CLEANUP(setup_free_directoryp)
	struct address_book *book = setup_load_directory(folder, NULL, 0, faults);

	(void)state;
	faults_print(faults, stderr);
	assert_non_null(book);
	assert_int_equal(faults_total(faults), 0);
	for (size_t at = 0; at < COUNT_OF(IDS); at++) {
		const struct entry *agency =
		    directory_find(setup_directory(book), ENTRY_AGENCY, IDS[at]);
		assert_non_null(agency);
		assert_true(agency->about && agency->purpose && agency->agreement);
		for (size_t block = 0; agency->blocks[block]; block++)
			for (size_t kept = 0; kept < COUNT_OF(KEPT); kept++)
				assert_string_not_equal(agency->blocks[block], KEPT[kept]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__three_files_become_one, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__agency_has_all_its_parts, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__hours_left_out_are_office_hours, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__each_wrong_line_of_an_agency_is_named, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__each_wrong_file_is_named, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__too_many_agencies_are_refused, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__a_second_owner_is_told_where_the_first_stands, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__no_key_and_no_decider_are_warnings, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__missing_file_is_a_fault, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_directory__blocks_are_unchecked_without_a_form, begin, end),
	    cmocka_unit_test(test_setup_directory__shipped_files_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
