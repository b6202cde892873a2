/* The answers to a field that rules can tell apart, each tried on the rules' own tests. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/clock.h"
#include "routing/fact.h"
#include "routing/given.h"
#include "routing/rule_match.h"
#include "routing/space_doubt.h"

enum {
	TRY_MAX_BYTES = 16 * 1024 * 1024, /* one answer, tried */
	TRIED_MAX = 20000,                /* answers to one field */
	LABEL_MAX_BYTES = 60,             /* before one more answer is named in it */
};
/* One field less is worth more than any simpler answer. */
enum { COST_FIELD = 16, COST_EXACT = 1, COST_SPAN = 3, COST_STATE = 2, COST_PART = 1 };

/* --- trying an answer ------------------------------------------------------------------------ */

static void
judge_askings(struct rule_space *space, const struct space_field *field, struct facts *facts,
    uint8_t *answers)
{
	static const uint8_t RESULTS[] = {[ANSWER_NO] = SPACE_NO,
	    [ANSWER_CANNOT_TELL] = SPACE_CANNOT_TELL,
	    [ANSWER_YES] = SPACE_YES};

	(void)space;
	for (size_t at = 0; at < field->askings->len; at++) {
		const struct asking *asking = field->askings->pdata[at];
		answers[at] = RESULTS[test_judge(asking->test, asking->operand,
		    facts_get(facts, asking->operand, 0), facts, asking->agency)];
	}
}

uint8_t *
givens_answers(struct rule_space *space, const struct space_field *field, const char *words,
    const char *besides)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(TRY_MAX_BYTES);
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	bool is_adult = field->field->group == GROUP_ADULT;
	const char *comma = *besides && *words && !is_adult ? ", " : "";
	g_autofree char *map = is_adult ? g_strdup_printf("%s\nadults: [{%s}]", besides, words)
					: g_strdup_printf("{%s%s%s}", besides, comma, words);
	CLEANUP(yaml_freep)
	struct yaml_document *document = yaml_parse("given", map, strlen(map), faults);
	uint8_t *answers = arena_take_many(space->arena, field->askings->len + 1, sizeof *answers);
	struct concern *concern = arena_take(arena, sizeof *concern);

	if (!document ||
	    !given_read(space->rules[0], yaml_root(document), space->now, arena, concern, faults)) {
		/* What cannot be written cannot be shown: nothing is said of this field. */
		space->too_wide = field->field->name;
		return answers;
	}
	judge_askings(space, field, facts_open(space->rules[0], concern, arena), answers);
	return answers;
}

/* A day of the report that tells the rules nothing lets later dates be in the mail all the same. */
static bool
is_taken_alike(const struct rule_space *space, const struct space_field *field,
    const struct given *one, const struct given *other)
{
	bool is_report = field->field == space_report_day(space);

	return (!is_report || one->is_day == other->is_day) &&
	    memcmp(one->answers, other->answers, field->askings->len) == 0 &&
	    doubt_is_taken_alike(space, field, one, other);
}

static struct given *
add_given(struct rule_space *space, struct space_field *field, unsigned cost, const char *words,
    const struct birth_days *births)
{
	struct given *given = arena_take(space->arena, sizeof *given);

	given->words = given->label = arena_text(space->arena, words);
	given->cost = cost;
	given->answers = givens_answers(space, field, given->words, "");
	given->doubted = doubt_answers(space, field, given->words, births);
	g_ptr_array_add(field->givens, given);
	return given;
}

/* Whether the later answer is the better one of two that are taken alike: with fewer forms to be in,
 * it is not, be it ever so cheap. */
static bool
is_better(const struct given *given, const struct given *other)
{
	return given->is_late == other->is_late ? given->cost < other->cost : other->is_late;
}

/* Drops the last answer where one that is as good is taken alike. Of adults, one who answered nothing
 * that helps is not one who left it blank, for beside others it matters that all have answered. */
static void
keep_given(struct rule_space *space, struct space_field *field, const char *label)
{
	struct given *given = field->givens->pdata[field->givens->len - 1];

	for (size_t at = field->field->group == GROUP_ADULT; at + 1 < field->givens->len; at++) {
		struct given *other = field->givens->pdata[at];
		if (!is_taken_alike(space, field, other, given))
			continue;
		if (at && is_better(given, other))
			*other = *given;
		else if (at && label && given->cost == other->cost &&
		    strlen(other->label) < LABEL_MAX_BYTES)
			other->label =
			    arena_print(space->arena, "%s or %s", other->label, given->label);
		g_ptr_array_set_size(field->givens, (int)field->givens->len - 1);
		return;
	}
}

/* Adds an answer unless one that is as good is taken alike. */
static void
try_given(struct rule_space *space, struct space_field *field, unsigned cost, const char *words,
    const char *label)
{
	if (field->givens->len >= TRIED_MAX) {
		space->too_wide = field->field->name;
		return;
	}
	struct given *given = add_given(space, field, cost, words, NULL);
	given->label = label ? arena_text(space->arena, label) : given->words;
	keep_given(space, field, label);
}

static void
try_span(struct rule_space *space, struct space_field *field, const struct span_words *span)
{
	if (field->givens->len >= TRIED_MAX) {
		space->too_wide = field->field->name;
		return;
	}
	struct given *given = add_given(space, field,
	    COST_FIELD + span->pairs + (span->is_exact ? COST_EXACT : COST_SPAN), span->words,
	    span->is_born ? &span->births : NULL);
	given->label = span->label ? arena_text(space->arena, span->label) : given->words;
	given->is_day = true;
	given->is_late = span->is_late;
	keep_given(space, field, span->label);
}

static void
try_pair(struct rule_space *space, struct space_field *field, unsigned cost, const char *name,
    const char *value)
{
	g_autofree char *words = g_strdup_printf("%s: %s", name, value);

	try_given(space, field, cost, words, words);
}

/* --- kinds ----------------------------------------------------------------------------------- */

/* An operand of this kind that is asked of the field, or NULL. */
static const struct operand *
asked_as(const struct space_field *field, enum operand_kind kind)
{
	for (size_t at = 0; at < field->askings->len; at++) {
		const struct asking *asking = field->askings->pdata[at];
		if (asking->operand->kind == kind && asking->operand->field == field->field)
			return asking->operand;
	}
	return NULL;
}

static void
find_truths(struct rule_space *space, struct space_field *field)
{
	try_pair(space, field, COST_FIELD + COST_EXACT, field->field->name, "yes");
	try_pair(space, field, COST_FIELD + COST_EXACT, field->field->name, "no");
}

static void
find_choice(struct rule_space *space, struct space_field *field)
{
	for (size_t at = 0; at < field->field->choice_count; at++) {
		const char *name = field->field->choices[at].name;
		bool is_own = choice_find(field->field, name) == (int)at;
		if (is_own)
			try_pair(space, field, COST_FIELD + COST_EXACT, field->field->name, name);
	}
}

static void
find_days(struct rule_space *space, struct space_field *field)
{
	g_autoptr(GPtrArray) spans = space_spans(space, field);

	for (size_t at = 0; at < spans->len; at++)
		try_span(space, field, spans->pdata[at]);
}

static void
find_postcodes(struct rule_space *space, struct space_field *field)
{
	const struct operand *area = asked_as(field, OPERAND_AREA);
	size_t count;
	const char *const *areas = area_names(space->rules[0]->areas, &count);
	char postcode[9];

	for (unsigned at = 0; area && at < count; at++)
		if (area_example(space->rules[0]->areas, at, postcode)) {
			g_autofree char *name = g_strdup_printf("\"%s\"", areas[at]);
			try_pair(space, field, COST_FIELD + COST_EXACT, area->name, name);
		}
	if (!asked_as(field, OPERAND_POSTCODE))
		return;
	g_autoptr(GPtrArray) postcodes = space_postcodes(space, field);
	for (size_t at = 0; at < postcodes->len; at++)
		try_pair(
		    space, field, COST_FIELD + COST_SPAN, field->field->name, postcodes->pdata[at]);
}

/* --- what is loose --------------------------------------------------------------------------- */

const char *
givens_words(const struct rule_space *space, const struct space_field *field,
    const struct given *given, const bool *parts)
{
	bool is_text = field->field->kind != FIELD_CHOICES;
	bool is_unclear = g_str_has_suffix(given->words, "unclear]");
	g_autoptr(GString) words = g_string_new(NULL);

	if (!given->is_loose)
		return given->words;
	for (size_t at = 0; at < field->parts->len; at++)
		if (parts && parts[at])
			g_string_append_printf(words, is_text ? "%s %s " : "%s\"%s\"",
			    is_text          ? field->rest
				: words->len ? ", "
					     : "",
			    (const char *)field->parts->pdata[at]);
	if (is_text)
		return arena_print(
		    space->arena, "%s: \"%s%s\"", field->field->name, words->str, field->rest);
	if (!words->len && field->rest)
		g_string_append_printf(words, "\"%s\"", field->rest);
	return arena_print(space->arena, "%s: [%s%s%s]", field->field->name, words->str,
	    is_unclear && words->len ? ", " : "", is_unclear ? "unclear" : "");
}

/* Without a choice that no rule names, there must be one that a rule names. */
static void
guess_answers(const struct space_field *field, struct given *given, const uint8_t *otherwise)
{
	for (size_t at = 0; at < field->askings->len; at++) {
		bool all_alike = true;
		for (size_t part = 1; part < field->parts->len; part++)
			all_alike = all_alike && given->alone[part][at] == given->alone[0][at];
		given->answers[at] = all_alike ? given->alone[0][at]
		    : otherwise                ? otherwise[at]
					       : SPACE_CANNOT_TELL;
	}
}

static void
find_loose(struct rule_space *space, struct space_field *field, struct given *given)
{
	size_t count = field->parts->len;
	g_autofree bool *parts = g_new0(bool, count + 1);

	given->is_loose = true;
	given->alone = arena_take_many(space->arena, count, sizeof *given->alone);
	given->but = arena_take_many(space->arena, count, sizeof *given->but);
	for (size_t at = 0; at < count; at++) {
		parts[at] = true;
		given->alone[at] =
		    givens_answers(space, field, givens_words(space, field, given, parts), "");
		parts[at] = false;
	}
	memset(parts, true, count);
	given->all = givens_answers(space, field, givens_words(space, field, given, parts), "");
	for (size_t at = 0; at < count; at++) {
		parts[at] = false;
		given->but[at] = count > 1 || field->rest
		    ? givens_answers(space, field, givens_words(space, field, given, parts), "")
		    : given->all;
		parts[at] = true;
	}
}

static struct given *
add_loose(struct rule_space *space, struct space_field *field, unsigned cost, const char *words)
{
	struct given *given = arena_take(space->arena, sizeof *given);
	struct given *not_applicable = field->givens->pdata[1];

	given->words = words;
	given->cost = cost;
	given->is_loose = true;
	find_loose(space, field, given);
	if (field->rest)
		given->answers =
		    givens_answers(space, field, givens_words(space, field, given, NULL), "");
	else {
		given->answers =
		    arena_take_many(space->arena, field->askings->len + 1, sizeof(uint8_t));
		guess_answers(field, given, *words ? NULL : not_applicable->answers);
	}
	g_ptr_array_add(field->givens, given);
	return given;
}

/* A choice that stands beside no other. */
static void
find_alone(struct rule_space *space, struct space_field *field, const char *choice)
{
	g_autofree char *words = g_strdup_printf("[\"%s\"]", choice);

	try_pair(space, field, COST_FIELD + COST_EXACT, field->field->name, words);
}

static void
find_choices(struct rule_space *space, struct space_field *field)
{
	struct choice_set named = {0};

	for (size_t at = 0; at < field->askings->len; at++) {
		const struct asking *asking = field->askings->pdata[at];
		for (size_t word = 0; word < COUNT_OF(named.bits); word++)
			named.bits[word] |= asking->test->choices.bits[word];
	}
	for (unsigned at = 0; at < field->field->choice_count; at++) {
		const struct choice *choice = &field->field->choices[at];
		if (choice->is_alone)
			find_alone(space, field, choice->name);
		else if (choice_set_has(&named, at))
			g_ptr_array_add(field->parts, (void *)(uintptr_t)choice->name);
		else if (!field->rest)
			field->rest = choice->name;
	}
	if (!field->rest && !field->parts->len)
		return; /* each choice stands alone */
	(void)add_loose(space, field, COST_FIELD + COST_EXACT, "");
	(void)add_loose(space, field, COST_FIELD + COST_SPAN, "[unclear]");
}

/* Whether a condition may look for two phrases in the text of one person. */
static bool
asks_for_two(const struct space_field *field)
{
	bool mentions = false, includes = false;

	for (size_t at = 0; at < field->askings->len; at++) {
		const struct asking *asking = field->askings->pdata[at];
		mentions = mentions || asking->test->how == OPERATOR_MENTIONS;
		includes = includes || asking->test->how == OPERATOR_INCLUDES;
	}
	return mentions && includes;
}

/* A text is as good as several people's, one phrase each, but for conditions that ask for two. */
static void
find_phrases(struct rule_space *space, struct space_field *field)
{
	static const struct given TEXT = {.words = "", .is_loose = true};
	size_t count = field->parts->len, beyond = asks_for_two(field) ? count : 1;
	g_autofree bool *parts = g_new0(bool, count + 1);

	try_given(
	    space, field, COST_FIELD + COST_SPAN, givens_words(space, field, &TEXT, parts), NULL);
	for (size_t one = 0; one < count; one++)
		for (size_t other = one; other < MIN(count, one + beyond); other++) {
			parts[one] = parts[other] = true;
			try_given(space, field, COST_FIELD + COST_SPAN + COST_PART,
			    givens_words(space, field, &TEXT, parts), NULL);
			parts[one] = parts[other] = false;
		}
}

static void
find_texts(struct rule_space *space, struct space_field *field)
{
	bool has_whole = space_phrases(space, field);

	field->rest = space_filler(space, field);
	for (size_t at = 0; has_whole && at < field->parts->len; at++) {
		g_autofree char *text = g_strdup_printf("\"%s\"", (char *)field->parts->pdata[at]);
		try_pair(space, field, COST_FIELD + COST_EXACT, field->field->name, text);
	}
	if (field->field->group == GROUP_ADULT)
		find_phrases(space, field);
	else
		(void)add_loose(space, field, COST_FIELD + COST_SPAN, "");
}

static const struct given *
chosen_given(const struct space_field *field, const int *values)
{
	int value = values[field->level];

	return field->givens->pdata[value < 0 ? 0 : value];
}

/* A part that is free is left out. */
const char *
space_given_words(struct rule_space *space, const struct space_field *field, const int *values)
{
	const struct given *given = chosen_given(field, values);
	const struct doubted *doubted = doubt_chosen(space, field, values);
	g_autofree bool *parts = g_new0(bool, field->parts->len + 1);

	if (doubted)
		return doubted->words;
	for (size_t at = 0; at < field->part_count; at++)
		parts[at] = values[field->part_levels[at]] > 0;
	return givens_words(space, field, given, parts);
}

void
givens_find(struct rule_space *space, struct space_field *field)
{
	(void)add_given(space, field, 0, "", NULL);
	g_autofree char *state = g_strdup_printf("%s: {state: not applicable}", field->field->name);
	(void)add_given(space, field, COST_FIELD + COST_STATE, state, NULL);
	switch (field->field->kind) {
	case FIELD_YES_NO:
		find_truths(space, field);
		break;
	case FIELD_CHOICE:
		find_choice(space, field);
		break;
	case FIELD_CHOICES:
		find_choices(space, field);
		break;
	case FIELD_MOMENT:
	case FIELD_DAY:
	case FIELD_BIRTH:
	case FIELD_COUNT:
		find_days(space, field);
		break;
	case FIELD_POSTCODE:
		find_postcodes(space, field);
		break;
	default:
		find_texts(space, field);
		break;
	}
}
