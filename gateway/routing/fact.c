/* Works out ages, areas and folded texts from answers, once each. */
/* SPDX-License-Identifier: MIT */
#include "routing/fact.h"

#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "routing/folded.h"
#include "routing/vocabulary.h"

enum {
	PERSONS_MAX = CHILDREN_MAX > ADULTS_MAX ? CHILDREN_MAX : ADULTS_MAX,
	GUESS_DAYS = 183,
	AREA_CANDIDATES_MAX = 8, /* areas that are named; no district has as many */
};

static const char DOUBTED_REPORT[] = "is of a report whose date is in doubt";

struct facts {
	const struct ruleset *rules;
	const struct concern *concern;
	struct arena *arena;
	const struct fact **kept; /* by operand and person, NULL until asked */
	int32_t today;
	int32_t earliest; /* day of the report: today, unless the form's own is in doubt */
};

struct facts *
facts_open(const struct ruleset *rules, const struct concern *concern, struct arena *arena)
{
	struct facts *facts = arena_take(arena, sizeof *facts);
	struct civil day = clock_civil(concern->reported_at);

	facts->rules = rules;
	facts->concern = concern;
	facts->arena = arena;
	facts->today = day_number(day.year, day.month, day.day);
	facts->earliest = concern->is_report_doubted
	    ? MIN(concern->doubted_report_day, facts->today)
	    : facts->today;
	facts->kept = arena_take_many(
	    arena, vocabulary_count(rules->vocabulary) * PERSONS_MAX, sizeof *facts->kept);
	return facts;
}

int32_t
facts_today(const struct facts *facts)
{
	return facts->today;
}

bool
facts_is_report_doubted(const struct facts *facts)
{
	return facts->earliest != facts->today;
}

static struct plain
show(const struct facts *facts, const char *text)
{
	return plain_copy(facts->arena, text, strlen(text));
}

static void
cannot_tell(struct fact *fact, const char *because)
{
	fact->state = FACT_CANNOT_TELL;
	fact->because = because;
}

/* What the form says of a date of birth besides: "estimated", "disputed", or "" for nothing. */
static const char *
birth_quality(const struct facts *facts, const struct operand *operand, size_t person)
{
	const char *name = arena_print(facts->arena, "%s_quality", operand->field->name);
	const struct field *field = field_find(facts->concern->form, name);
	const struct value *value;

	if (!field || field->kind != FIELD_CHOICE || field->group != operand->field->group)
		return "";
	value = concern_value(facts->concern, field, person);
	for (unsigned at = 0; value->known == KNOWN_GIVEN && at < field->choice_count; at++)
		if (choice_set_has(&value->choices, at))
			return field->choices[at].name;
	return "";
}

/*
 * Birth days are an interval. A day that is still to come is no birthday of a child that is born,
 * so the interval ends today; when all of it is to come, the date is wrong and tells nothing. A
 * whole date that is called estimated may be half a year off, as one that is written with "about".
 * Where the day of the report is in doubt, the age is one of those that were reached since.
 */
static void
find_age(const struct facts *facts, const struct operand *operand, size_t person,
    const struct value *value, struct fact *fact)
{
	const char *quality = birth_quality(facts, operand, person);
	bool is_guess = strcmp(quality, "estimated") == 0 && value->first_day == value->last_day;
	int32_t first = value->first_day - (is_guess ? GUESS_DAYS : 0);
	int32_t last = MIN(value->last_day + (is_guess ? GUESS_DAYS : 0), facts->today);

	if (value->is_unborn && facts_is_report_doubted(facts)) {
		cannot_tell(fact, DOUBTED_REPORT);
		return;
	}
	if (value->is_unborn) {
		fact->low = fact->high = -1;
		fact->seen = show(facts, "unborn");
		return;
	}
	if (first > last) {
		cannot_tell(fact, "is after the day of the report");
		return;
	}
	if (strcmp(quality, "disputed") == 0) {
		cannot_tell(fact, "is disputed");
		return;
	}
	fact->low = last <= facts->earliest ? age_on(last, facts->earliest) : 0;
	fact->high = age_on(first, facts->today);
	const char *words = fact->low == fact->high
	    ? arena_print(facts->arena, "%d", (int)fact->low)
	    : arena_print(facts->arena, "%d to %d", (int)fact->low, (int)fact->high);
	fact->seen = show(facts, words);
}

/* "Merton, Sutton or Croydon"; NULL where nothing can be said. */
static const char *
candidates_words(const struct facts *facts, const struct value *value)
{
	unsigned numbers[AREA_CANDIDATES_MAX];
	size_t unused,
	    count = area_candidates(facts->rules->areas, value, numbers, COUNT_OF(numbers));
	const char *const *names = area_names(facts->rules->areas, &unused);
	const char *words = NULL;

	for (size_t at = 0; at < count; at++)
		words = !at ? names[numbers[at]]
			    : arena_print(facts->arena, "%s%s%s", words,
				  at + 1 < count ? ", " : " or ", names[numbers[at]]);
	return words;
}

static void
find_area(const struct facts *facts, const struct value *value, struct fact *fact)
{
	size_t count;
	const char *const *names = area_names(facts->rules->areas, &count);
	int area = area_of(facts->rules->areas, value, &fact->because);

	if (area >= 0) {
		fact->area = (unsigned)area;
		fact->seen = show(facts, names[area]);
		return;
	}
	fact->state = FACT_CANNOT_TELL;
	const char *candidates = candidates_words(facts, value);
	if (!candidates)
		return;
	fact->because = arena_print(facts->arena, "%s: it may be %s", fact->because, candidates);
	const char *postcode = value->known == KNOWN_GIVEN
	    ? value->postcode
	    : arena_textn(facts->arena, value->text.words, value->text.length);
	fact->seen = show(facts, arena_print(facts->arena, "%s: %s", postcode, candidates));
}

static void
find_postcode(const struct value *value, struct fact *fact)
{
	fact->postcode = value->postcode;
	if (value->no_fixed_abode)
		cannot_tell(fact, "is no fixed abode");
	else if (value->is_doubted)
		cannot_tell(fact, "was written with a doubt");
	else if (value->is_estimated)
		cannot_tell(fact, "was misspelt, so that it is not certain");
	else if (!*value->postcode)
		cannot_tell(fact, "is no postcode");
}

static bool
has_choices(const struct value *value)
{
	for (size_t at = 0; at < COUNT_OF(value->choices.bits); at++)
		if (value->choices.bits[at])
			return true;
	return false;
}

static void
find_choices(const struct value *value, struct fact *fact)
{
	fact->choices = value->choices;
	if (!has_choices(value))
		cannot_tell(fact, "could not be read");
}

static void
find_given(const struct facts *facts, const struct operand *operand, size_t person,
    const struct value *value, struct fact *fact)
{
	switch (operand->kind) {
	case OPERAND_TEXT:
		fact->folded = value->text.length
		    ? folded_text(facts->arena, value->text.words, value->text.length)
		    : "";
		break;
	case OPERAND_CHOICE:
	case OPERAND_CHOICES:
	case OPERAND_YES_NO:
		find_choices(value, fact);
		break;
	case OPERAND_COUNT:
		fact->low = fact->high = value->number;
		break;
	case OPERAND_DAY:
		if (value->is_doubted)
			cannot_tell(fact, "was written with a doubt");
		fact->low = value->first_day;
		fact->high = value->last_day;
		break;
	case OPERAND_POSTCODE:
		find_postcode(value, fact);
		break;
	case OPERAND_AGE:
		find_age(facts, operand, person, value, fact);
		break;
	case OPERAND_UNBORN:
		if (value->is_unborn && facts_is_report_doubted(facts))
			cannot_tell(fact, DOUBTED_REPORT);
		choice_set_add(&fact->choices, value->is_unborn);
		fact->seen = show(facts, value->is_unborn ? "unborn" : "born");
		break;
	case OPERAND_AREA:
		find_area(facts, value, fact);
		break;
	case OPERAND_KINDS:
		break;
	}
}

static void
find_fact(const struct facts *facts, const struct operand *operand, size_t person,
    const struct value *value, struct fact *fact)
{
	fact->seen = value->text.words ? value->text : show(facts, "");
	fact->state = FACT_KNOWN;
	switch (value->known) {
	case KNOWN_BLANK:
		cannot_tell(fact, "was left blank");
		break;
	case KNOWN_UNKNOWN:
		cannot_tell(fact, "is not known");
		break;
	case KNOWN_REFUSED:
		cannot_tell(fact, "was refused");
		break;
	case KNOWN_NOT_APPLICABLE:
		fact->state = FACT_NOT_APPLICABLE;
		break;
	case KNOWN_UNCLEAR:
		cannot_tell(fact, "could not be read");
		/* Of several choices those that could be read are certain. */
		if (operand->kind == OPERAND_CHOICES && has_choices(value)) {
			fact->state = FACT_AT_LEAST;
			fact->choices = value->choices;
		}
		if (operand->kind == OPERAND_AREA)
			find_area(facts, value, fact);
		break;
	case KNOWN_GIVEN:
		find_given(facts, operand, person, value, fact);
		break;
	}
}

const struct fact *
facts_get(struct facts *facts, const struct operand *operand, size_t person)
{
	const struct fact **kept =
	    &facts->kept[operand->number * PERSONS_MAX + person % PERSONS_MAX];

	if (!*kept) {
		struct fact *fact = arena_take(facts->arena, sizeof *fact);
		find_fact(facts, operand, person,
		    concern_value(facts->concern, operand->field, person), fact);
		*kept = fact;
	}
	return *kept;
}
