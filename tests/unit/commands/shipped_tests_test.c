/* The tests that are shipped beside the rules: they pass, cover everything, and notice changes. */
/* SPDX-License-Identifier: MIT */
#include "shipped_rules.h"

#include <stdio.h>
#include <string.h>

static void
test_all_pass_and_cover_everything(void **state)
{
	struct shipped *shipped = *state;
	struct coverage *coverage = coverage_open(shipped->equipment.routing, shipped->arena);
	g_autoptr(GPtrArray) failures = shipped_failures(shipped, coverage);

	for (unsigned at = 0; at < failures->len; at++)
		print_error("%s\n", (const char *)failures->pdata[at]);
	assert_int_equal(failures->len, 0);
	struct coverage_count count = coverage_count(coverage);
	if (count.rules != count.whole_rules || count.conditions != count.whole_conditions)
		coverage_tell(stderr, coverage, true);
	assert_true(count.rules > 20);
	assert_int_equal(count.whole_rules, count.rules);
	assert_int_equal(count.whole_conditions, count.conditions);
	assert_int_equal(count.watching, 0);
}

/* One place of the shipped rules changed: the text after `behind`, where `old` stands. */
static const struct {
	const char *behind, *old, *changed;
} CHANGES[] = {
    {"id: mash", "under: 18", "under: 17"},
    {"id: mash", "[3, 4]", "[2, 3, 4]"},
    {"id: mash", "in_doubt: send", "in_doubt: skip"},
    {"id: mash", "child.now.area: Merton", "child.now.area: Sutton"},
    {"id: danger", "immediate_danger: yes", "immediate_danger: no"},
    {"id: danger", "in_doubt: amber", "in_doubt: green"},
    {"id: complex", "level_of_need: 3", "level_of_need: 2"},
    {"id: universal", "set: blue", "set: green"},
    {"red:", "to: [merton-mash]", "to: [merton-edt]"},
    {"red:", "out_of_hours: [merton-edt]", "out_of_hours: [merton-youth-justice]"},
    {"id: sutton-home", "under: 18", "under: 19"},
    {"id: sutton-home", "in_doubt: wait", "in_doubt: send"},
    {"id: sutton-now", "child.now.area: Sutton", "child.now.area: Wandsworth"},
    {"id: sutton-looked-after", "Sutton}", "Croydon}"},
    {"id: wandsworth-home", "to: [wandsworth-mash]", "to: [sutton-mash]"},
    {"id: wandsworth-looked-after", "Wandsworth}", "Croydon}"},
    {"id: early-help", "under: 19", "under: 18"},
    {"id: early-help", "level_of_need: 2", "level_of_need: 1"},
    {"id: phoenix", "from: 9", "from: 8"},
    {"id: phoenix", "mode: propose", "mode: send"},
    {"id: phoenix", "child-drugs, ", ""},
    {"id: camhs", "child.unborn: no", "child.unborn: yes"},
    {"id: school-nursing", "from: 5", "from: 4"},
    {"id: school-nursing", "child.school.area: Merton", "child.school.area: Sutton"},
    {"id: youth-justice", "from: 10", "from: 9"},
    {"id: youth-justice", "at_least: 2", "at_least: 1"},
    {"id: domestic-abuse-parent", "    disclose: [report, reporter, family, adult-contact, concern]\n", ""},
    {"id: domestic-abuse-young", "from: 16", "from: 15"},
    {"id: works-there", "in_doubt: send", "in_doubt: wait"},
    {"id: not-referred", "household-not-referred", "sibling-referred"},
    {"id: no-agreement", "only: [early-help, ", "only: ["},
    {"id: no-agreement", "is_known: no", "is_known: yes"},
    {"id: confidential-address", "merton-youth-justice, ", ""},
    {"id: not-a-new-report", "in_doubt: pass", "in_doubt: wait"},
    {"id: has-died", "is_known: yes", "is_known: no"},
};

static char *
change(const char *text, size_t number)
{
	const char *behind = strstr(text, CHANGES[number].behind);
	const char *old = behind ? strstr(behind, CHANGES[number].old) : NULL;

	assert_non_null(old);
	return g_strdup_printf("%.*s%s%s", (int)(old - text), text, CHANGES[number].changed,
	    old + strlen(CHANGES[number].old));
}

static void
test_each_change_fails_a_test(void **state)
{
	struct shipped *shipped = *state;
	g_autofree char *text = shipped_text("routing.yaml");

	for (size_t at = 0; at < COUNT_OF(CHANGES); at++) {
		g_autofree char *changed = change(text, at);
		shipped_load(shipped, changed);
		g_autoptr(GPtrArray) failures = shipped_failures(shipped, NULL);
		if (!failures->len)
			fail_msg("%s: no test minds %s instead of %s", CHANGES[at].behind,
			    CHANGES[at].changed, CHANGES[at].old);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_all_pass_and_cover_everything, shipped_open, shipped_close),
	    cmocka_unit_test_setup_teardown(test_each_change_fails_a_test, shipped_open, shipped_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
