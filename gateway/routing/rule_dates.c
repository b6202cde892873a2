/* Finds rules of which it matters on which day a report is made. */
/* SPDX-License-Identifier: MIT */
#include "routing/checking.h"

#include "base/clock.h"

/*
 * Ages, and days within so many of the report, move with it; a fixed day does not. Of a date of birth
 * any test of the date counts as fixed: beside ages, a leap day more or less may matter.
 */
static bool
is_dated(const struct condition *condition)
{
	for (size_t at = 0; at < condition->test_count; at++) {
		enum test_operator how = condition->tests[at].how;
		bool moves =
		    how == OPERATOR_WITHIN && condition->operand->field->kind != FIELD_BIRTH;
		if (condition->operand->kind == OPERAND_DAY && how != OPERATOR_IS_KNOWN && !moves)
			return true;
	}
	for (size_t at = 0; at < condition->part_count; at++)
		if (is_dated(&condition->parts[at]))
			return true;
	return false;
}

bool
rule_is_dated(const struct rule *rule)
{
	return rule->when && is_dated(rule->when);
}

void
rules_find_days(const struct ruleset *rules, int64_t now, struct rule_days *days)
{
	struct civil today = clock_civil(now);

	days->day = day_number(today.year, today.month, today.day);
	for (unsigned list = 0; list < LISTS; list++)
		for (size_t at = 0; at < rules->lists[list].count; at++) {
			const struct rule *rule = &rules->lists[list].rules[at];
			if (rule_is_dated(rule) && !days->dated_count++)
				days->dated_rule = rule->id;
		}
}
