/* One test of rules: what is compared, what fails it, and how a failure is told. */
/* SPDX-License-Identifier: MIT */
#include "shipped_rules.h"

#include <stdio.h>
#include <string.h>

#include "commands/telling.h"

/* Level 2 with agreement: early help has it, Phoenix is proposed. */
#define DRUGS                                                                                      \
	"{immediate_danger: no, level_of_need: 2, child.age: 12, child.home.area: Merton, "        \
	"child.concerns: [child-drugs], agreement: given}"
/* Two children, of whom the second is too old for anything. */
#define TWO                                                                                        \
	"{immediate_danger: no, level_of_need: 2, child.home.area: Merton, "                       \
	"child.concerns: [neglect], agreement: given, children: [{age: 12}, {age: 19}]}"
/* An adult works where it would be proposed. */
#define FORBIDDEN                                                                                  \
	"{immediate_danger: no, level_of_need: 2, child.age: 12, child.home.area: Merton, "        \
	"child.concerns: [child-drugs], agreement: given, involved_adults.works_for: Phoenix}"
/* Two children, of whom the second lives in no area that the rules know. */
#define BESIDE                                                                                     \
	"{immediate_danger: no, level_of_need: 3, child.concerns: [neglect], agreement: given, "   \
	"children: [{age: 12, home.area: Merton}, {age: 10, home.area: outside, now.area: outside}]}"
/* Two children, of whom the second is only named as living there. */
#define HOUSEHOLD                                                                                  \
	"{immediate_danger: no, level_of_need: 3, child.home.area: Merton, agreement: given, "     \
	"child.concerns: [neglect], children: [{age: 12}, {age: 8, role: household-not-referred}]}"
/* A text that names what no agency but the hub may have. */
#define REFUGE                                                                                     \
	"{immediate_danger: no, level_of_need: 3, child.age: 12, child.home.area: Merton, "        \
	"child.concerns: [neglect], child.confidential_address: 14 Elsewhere Road, "               \
	"what_happened: We drove to 14 Elsewhere Road.}"

static const struct {
	const char *given, *expect;
	bool passes;
} CASES[] = {
    {DRUGS, "{urgency: green}", true},
    {DRUGS, "{urgency: amber}", false},
    {DRUGS, "{send: [early-help], propose: [phoenix]}", true},
    {DRUGS, "{send: [early-help]}", false},                   /* an agency that nobody expects */
    {DRUGS, "{send: [early-help, phoenix]}", false},          /* another fate */
    {DRUGS, "{send: [early-help, merton-camhs], propose: [phoenix]}", false},
    {DRUGS, "{send: [{agency: early-help, because: [early-help]}], propose: [phoenix]}", true},
    {DRUGS, "{send: [{agency: early-help, because: [mash]}], propose: [phoenix]}", false},
    {DRUGS, "{kept: no, send: [early-help], propose: [phoenix]}", true},
    {DRUGS, "{kept: yes}", false},
    {DRUGS, "{nobody: yes}", false},
    {DRUGS, "{alarm: none}", true},
    {DRUGS, "{alarm: raised}", false},
    {DRUGS, "{forbidden: []}", true},
    {DRUGS, "{forbidden: [early-help]}", false},
    {TWO, "{send: [{agency: early-help, children: [1]}]}", true},
    {TWO, "{send: [early-help]}", false}, /* left out, it is every child */
    {TWO, "{send: [{agency: early-help, children: [1], waiting: [2]}]}", false},
    {DRUGS, "{send: [{agency: early-help, gets: [child.birth]}], propose: [phoenix]}", true},
    {DRUGS, "{send: [{agency: early-help, gets_not: [child.birth]}], propose: [phoenix]}", false},
    {DRUGS, "{send: [{agency: early-help, gets: [child.gp]}], propose: [phoenix]}", false},
    {DRUGS, "{send: [{agency: early-help, gets_not: [child.gp]}], propose: [phoenix]}", true},
    {TWO, "{send: [{agency: early-help, children: [1]}], kept: [2]}", true},
    {TWO, "{send: [{agency: early-help, children: [1]}], kept: [1, 2]}", false},
    {TWO, "{send: [{agency: early-help, children: [1]}], kept: yes}", false}, /* not all of it */
    {BESIDE, "{send: [{agency: merton-mash, children: [1]}]}", false}, /* child 2 is forgotten */
    {BESIDE, "{send: [{agency: merton-mash, children: [1]}], nobody: yes}", true},
    {BESIDE, "{send: [{agency: merton-mash, children: [1]}], nobody: [2]}", true},
    {BESIDE, "{send: [{agency: merton-mash, children: [1]}], nobody: [1, 2]}", false},
    {BESIDE, "{urgency: amber}", true},
    {HOUSEHOLD, "{send: [{agency: merton-mash, children: [1]}], nobody: no}", true},
    {HOUSEHOLD, "{forbidden: []}", false},
    {HOUSEHOLD, "{forbidden: [{agency: merton-mash, children: [2], because: [not-referred]}]}", true},
    {HOUSEHOLD, "{forbidden: [{agency: merton-mash, children: [2], because: [works-there]}]}", false},
    {HOUSEHOLD, "{forbidden: [{agency: merton-mash, children: [1, 2]}]}", false},
    {FORBIDDEN, "{forbidden: [{agency: phoenix, gets: [child.birth]}]}", false},
    {FORBIDDEN, "{forbidden: [{agency: phoenix, gets_not: [child.birth]}]}", true},
    {DRUGS, "{propose: [{agency: phoenix, gets: [child.birth]}], send: [early-help]}", true},
    {REFUGE, "{wait: [{agency: merton-mash, because: [mash, letter.withheld]}]}", true},
    {REFUGE, "{wait: [{agency: merton-mash, gets_not: [child.confidential_address]}]}", true},
    {REFUGE, "{send: [merton-mash]}", false},
};

static void
test_each_expectation(void **state)
{
	struct shipped *shipped = *state;

	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		const struct trial *trial =
		    shipped_try(shipped, CASES[at].given, CASES[at].expect);
		if (trial->has_passed != CASES[at].passes)
			fail_msg("%s should %s", CASES[at].expect,
			    CASES[at].passes ? "pass" : "fail");
	}
}

static char *
told(struct shipped *shipped, const struct trial *trial)
{
	struct rules_outline outline;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	routing_outline(shipped->equipment.routing, shipped->arena, &outline);
	trial_tell(out, trial, &outline);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* Both sides in one line, the rule that failed, and the condition it failed by. */
static void
test_a_failure_says_what_made_the_difference(void **state)
{
	static const char *const SAYS[] = {"expected                    actual\n",
	    "! early-help            nothing                     send; by early-help\n",
	    "! merton-mash           send; by mash               nothing\n",
	    "!   child.birth         goes                        does not go: it has no\n",
	    "  send     mash, child 1: no\n",
	    "level_of_need: any of 3, 4 [2] <- by this alone\n",
	    "* send     early-help, child 1: yes\n"};
	struct shipped *shipped = *state;
	char *text = told(shipped,
	    shipped_try(shipped, DRUGS,
		"{send: [{agency: merton-mash, because: [mash], gets: [child.birth]}], "
		"propose: [phoenix]}"));

	for (size_t at = 0; at < COUNT_OF(SAYS); at++)
		if (!strstr(text, SAYS[at]))
			fail_msg("not said: %s\n%s", SAYS[at], text);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (size_t at = 0; lines[at]; at++)
		assert_true(tell_width(lines[at], strlen(lines[at])) <= TELLING_COLUMNS);
	assert_null(strstr(text, "camhs for")); /* what nobody wanted is not told */
	free(text);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shipped_open, shipped_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_each_expectation),
	    TEST(test_a_failure_says_what_made_the_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
