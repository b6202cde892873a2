/* Judges conditions: one small function an operator, and the three-valued logic above them. */
/* SPDX-License-Identifier: MIT */
#include "routing/rule_match.h"

#include <string.h>

#include "routing/folded.h"

/* One test as it is being looked at. */
struct look {
	const struct test *test;
	enum operand_kind kind;
	const struct fact *fact;
	int32_t today;
	const struct rule_agency *agency;
};

static enum answer
answer_of(bool is_so)
{
	return is_so ? ANSWER_YES : ANSWER_NO;
}

/* Whether what lies between the fact's low and high lies between these two. */
static enum answer
is_between(const struct fact *fact, int64_t low, int64_t high)
{
	if (fact->high < low || fact->low > high)
		return ANSWER_NO;
	return fact->low >= low && fact->high <= high ? ANSWER_YES : ANSWER_CANNOT_TELL;
}

/* How many choices the test names, and how many of them the fact has. */
static unsigned
count_choices(const struct look *look, unsigned *named)
{
	unsigned both = 0;

	*named = 0;
	for (size_t at = 0; at < COUNT_OF(look->test->choices.bits); at++) {
		uint64_t bits = look->test->choices.bits[at];
		*named += (unsigned)__builtin_popcountll(bits);
		both += (unsigned)__builtin_popcountll(bits & look->fact->choices.bits[at]);
	}
	return both;
}

/* No, unless there was more than could be read. */
static enum answer
choices_lack(const struct look *look)
{
	return look->fact->state == FACT_AT_LEAST ? ANSWER_CANNOT_TELL : ANSWER_NO;
}

static enum answer
has_any_choice(const struct look *look)
{
	unsigned named;

	return count_choices(look, &named) ? ANSWER_YES : choices_lack(look);
}

static enum answer
has_area(const struct look *look)
{
	for (size_t at = 0; at < look->test->area_count; at++)
		if (look->test->areas[at] == look->fact->area)
			return ANSWER_YES;
	return ANSWER_NO;
}

/* A district alone is not another district's postcode, but may be any of its own. */
static enum answer
is_postcode(const char *given, const char *wanted)
{
	size_t outward = strcspn(given, " ");

	if (strcmp(given, wanted) == 0)
		return answer_of(given[outward]);
	if (!given[outward] && strncmp(given, wanted, outward) == 0 && wanted[outward] == ' ')
		return ANSWER_CANNOT_TELL;
	return ANSWER_NO;
}

static enum answer
has_postcode(const struct look *look)
{
	enum answer answer = ANSWER_NO;

	for (size_t at = 0; at < look->test->phrase_count && answer == ANSWER_NO; at++)
		answer = is_postcode(look->fact->postcode, look->test->phrases[at]);
	return answer;
}

static bool
is_whole_phrase(const char *text, const char *phrase)
{
	return *phrase && strcmp(text, phrase) == 0;
}

/* Whether the text fits one of the phrases, or a name of the agency that is judged. */
static enum answer
has_phrase(const struct look *look, bool (*fits)(const char *text, const char *phrase))
{
	for (size_t at = 0; at < look->test->phrase_count; at++)
		if (fits(look->fact->folded, look->test->phrases[at]))
			return ANSWER_YES;
	if (look->test->this_agency && look->agency)
		for (size_t at = 0; at < look->agency->name_count; at++)
			if (fits(look->fact->folded, look->agency->names[at]))
				return ANSWER_YES;
	return ANSWER_NO;
}

static enum answer
match_any_of(const struct look *look)
{
	switch (look->kind) {
	case OPERAND_TEXT:
		return has_phrase(look, is_whole_phrase);
	case OPERAND_POSTCODE:
		return has_postcode(look);
	case OPERAND_AREA:
		return has_area(look);
	case OPERAND_COUNT:
	case OPERAND_DAY:
	case OPERAND_AGE:
		return is_between(look->fact, look->test->low, look->test->high);
	default:
		return has_any_choice(look);
	}
}

static enum answer
match_none_of(const struct look *look)
{
	return answer_not(match_any_of(look));
}

static enum answer
match_all_of(const struct look *look)
{
	unsigned named;

	return count_choices(look, &named) == named ? ANSWER_YES : choices_lack(look);
}

static enum answer
match_includes(const struct look *look)
{
	return look->kind == OPERAND_TEXT ? has_phrase(look, folded_has) : has_any_choice(look);
}

static enum answer
match_mentions(const struct look *look)
{
	return has_phrase(look, folded_has);
}

/* from, under, at_least, at_most: of a number its bounds, of a scale of choices those that fit. */
static enum answer
match_bounds(const struct look *look)
{
	return look->kind == OPERAND_CHOICE
	    ? has_any_choice(look)
	    : is_between(look->fact, look->test->low, look->test->high);
}

/* Of a date so many days before or after the report, of a postcode a district. */
static enum answer
match_within(const struct look *look)
{
	if (look->kind == OPERAND_DAY)
		return is_between(
		    look->fact, look->today - look->test->high, look->today + look->test->high);
	for (size_t at = 0; at < look->test->phrase_count; at++) {
		const char *district = look->test->phrases[at];
		size_t length = strcspn(look->fact->postcode, " ");
		if (strlen(district) == length &&
		    strncmp(look->fact->postcode, district, length) == 0)
			return ANSWER_YES;
	}
	return ANSWER_NO;
}

static const struct {
	enum answer (*match)(const struct look *look);
	bool is_opposite; /* says the opposite of another operator */
} MATCHERS[OPERATORS] = {
    [OPERATOR_EQUALS] = {match_any_of, false},
    [OPERATOR_IS_NOT] = {match_none_of, true},
    [OPERATOR_ANY_OF] = {match_any_of, false},
    [OPERATOR_ALL_OF] = {match_all_of, false},
    [OPERATOR_NONE_OF] = {match_none_of, true},
    [OPERATOR_INCLUDES] = {match_includes, false},
    [OPERATOR_FROM] = {match_bounds, false},
    [OPERATOR_UNDER] = {match_bounds, false},
    [OPERATOR_AT_LEAST] = {match_bounds, false},
    [OPERATOR_AT_MOST] = {match_bounds, false},
    [OPERATOR_WITHIN] = {match_within, false},
    [OPERATOR_MENTIONS] = {match_mentions, false},
};

/* An age between two is not known, though it may be certain enough for a rule. */
static bool
is_known(const struct look *look)
{
	return look->fact->state == FACT_KNOWN &&
	    (look->kind != OPERAND_AGE || look->fact->low == look->fact->high);
}

enum answer
test_match(const struct test *test, const struct operand *operand, const struct fact *fact,
    int32_t today, const struct rule_agency *agency)
{
	struct look look = {test, operand->kind, fact, today, agency};

	if (test->how == OPERATOR_IS_KNOWN)
		return answer_of(is_known(&look) == test->wants_known);
	if (fact->state == FACT_CANNOT_TELL)
		return ANSWER_CANNOT_TELL;
	if (fact->state == FACT_NOT_APPLICABLE)
		return answer_of(MATCHERS[test->how].is_opposite);
	return MATCHERS[test->how].match(&look);
}

/* The state of a judgement on its way through the tree of conditions. */
struct walk {
	const struct judging *judging;
	struct condition_seen *seen;
	size_t next;
};

enum answer
test_judge(const struct test *test, const struct operand *operand, const struct fact *fact,
    const struct facts *facts, const struct rule_agency *agency)
{
	if (test->how == OPERATOR_WITHIN && operand->kind == OPERAND_DAY &&
	    fact->state == FACT_KNOWN && facts_is_report_doubted(facts))
		return ANSWER_CANNOT_TELL;
	return test_match(test, operand, fact, facts_today(facts), agency);
}

/* All tests of a condition, of one person. */
static enum answer
judge_person(const struct judging *judging, const struct condition *condition, size_t person,
    const struct fact **fact)
{
	enum answer whole = ANSWER_YES;

	*fact = facts_get(judging->facts, condition->operand, person);
	for (size_t at = 0; at < condition->test_count; at++)
		whole = answer_both(whole,
		    test_judge(&condition->tests[at], condition->operand, *fact, judging->facts,
			judging->agency));
	return whole;
}

/* Of any adult: yes if it is so of one, else cannot tell if it may be so of one, else no. */
static enum answer
judge_adults(
    const struct judging *judging, const struct condition *condition, const struct fact **telling)
{
	const struct fact *first[] = {
	    [ANSWER_NO] = NULL, [ANSWER_YES] = NULL, [ANSWER_CANNOT_TELL] = NULL};
	enum answer whole = ANSWER_NO;

	for (size_t at = 0; at < judging->concern->adult_count; at++) {
		const struct fact *fact;
		enum answer answer = judge_person(judging, condition, at, &fact);
		if (!first[answer])
			first[answer] = fact;
	}
	if (first[ANSWER_YES])
		whole = ANSWER_YES;
	else if (first[ANSWER_CANNOT_TELL])
		whole = ANSWER_CANNOT_TELL;
	*telling = first[whole];
	return whole;
}

/* No child, or no adult, is listed: there is nothing to be seen. */
static const struct fact NOBODY = {.seen = {.words = ""}, .because = RULE_NO_CHILD};

static enum answer
judge_group(
    const struct judging *judging, const struct condition *condition, const struct fact **telling)
{
	switch (condition->operand->field->group) {
	case GROUP_ADULT:
		return judge_adults(judging, condition, telling);
	case GROUP_CHILD:
		if (judging->child < 0)
			return ANSWER_CANNOT_TELL;
		return judge_person(judging, condition, (size_t)judging->child, telling);
	default:
		return judge_person(judging, condition, 0, telling);
	}
}

static enum answer
judge_test(struct walk *walk, const struct condition *condition, size_t line)
{
	const struct fact *fact = NULL;
	enum answer answer = judge_group(walk->judging, condition, &fact);

	fact = fact ? fact : &NOBODY;
	walk->seen[line].seen = fact->seen;
	walk->judging->because[line] = fact->because ? fact->because : "is not exact enough";
	return answer;
}

static enum answer judge(struct walk *walk, const struct condition *condition, unsigned depth);

static enum answer
judge_all(struct walk *walk, const struct condition *condition, unsigned depth)
{
	enum answer whole = ANSWER_YES;

	for (size_t at = 0; at < condition->part_count; at++)
		whole = answer_both(whole, judge(walk, &condition->parts[at], depth + 1));
	return whole;
}

/* Any is not all not. */
static enum answer
judge_any(struct walk *walk, const struct condition *condition, unsigned depth)
{
	enum answer none = ANSWER_YES;

	for (size_t at = 0; at < condition->part_count; at++)
		none = answer_both(none, answer_not(judge(walk, &condition->parts[at], depth + 1)));
	return answer_not(none);
}

static enum answer
judge(struct walk *walk, const struct condition *condition, unsigned depth)
{
	size_t line = walk->next++;
	enum answer answer = ANSWER_CANNOT_TELL;

	switch (condition->kind) {
	case CONDITION_TEST:
		answer = judge_test(walk, condition, line);
		break;
	case CONDITION_ALL:
		answer = judge_all(walk, condition, depth);
		break;
	case CONDITION_ANY:
		answer = judge_any(walk, condition, depth);
		break;
	case CONDITION_NOT:
		answer = answer_not(judge(walk, condition->parts, depth + 1));
		break;
	}
	walk->seen[line].kind = condition->kind;
	walk->seen[line].depth = depth;
	walk->seen[line].words = condition->words;
	walk->seen[line].answer = answer;
	return answer;
}

enum answer
rule_judge(const struct judging *judging, const struct rule *rule, struct arena *arena,
    struct condition_seen **out_seen)
{
	struct walk walk = {.judging = judging};

	walk.seen = arena_take_many(arena, rule->condition_count, sizeof *walk.seen);
	*out_seen = walk.seen;
	return rule->when ? judge(&walk, rule->when, 0) : ANSWER_YES;
}
