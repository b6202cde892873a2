/* Finds the days that a report in doubt can name, and how old people were on them. */
/* SPDX-License-Identifier: MIT */
#include "routing/space_doubt.h"

#include <string.h>

#include "routing/space_ages.h"

enum {
	/* Further back than any date of birth. */
	LONG_AGO_DAYS = (OLDEST_YEARS + 3) * 366,
	STRETCHES_MAX = OLDEST_YEARS + 2,
};

static int32_t
newest_day(const struct rule_space *space)
{
	return space_today(space) - REPORT_MAX_DAYS - 1;
}

/* --- the days --------------------------------------------------------------------------------- */

/* What people can be on a day: of each of those births the lowest stretch and the highest. */
struct day_told {
	int32_t day;
	uint8_t *reach;
};

struct telling {
	struct rule_space *space;
	GArray *births; /* struct birth_days */
	GPtrArray *of;  /* their struct space_field */
	GArray *tried;  /* int32_t */
	GArray *days;   /* struct day_told, of which none can do what another can */
};

/* Whether a form can say of two people how old they are, or another child of it matters. */
static bool
ages_hang_together(const struct rule_space *space)
{
	size_t people = 0;
	bool excuses = false;

	for (size_t at = 0; at < space->fields->len; at++) {
		const struct space_field *field = space->fields->pdata[at];
		if (ages_matter(field))
			people += field->field->group == GROUP_ADULT ? ADULTS_MAX : 1;
	}
	for (size_t at = 0; at < space->rules_count; at++) {
		const struct rule_table *never = &space->rules[at]->lists[LIST_NEVER];
		for (size_t rule = 0; rule < never->count; rule++)
			excuses = excuses || never->rules[rule].needs_nobody;
	}
	return people > 1 || (people && excuses);
}

static void
collect_births(struct telling *telling, struct space_field *field)
{
	g_autoptr(GPtrArray) spans = space_spans(telling->space, field);

	for (size_t at = 0; at < spans->len; at++) {
		const struct span_words *span = spans->pdata[at];
		bool is_new = span->is_born;
		for (size_t other = telling->births->len; is_new && other-- > 0;) {
			const struct birth_days *known =
			    &g_array_index(telling->births, struct birth_days, other);
			is_new = telling->of->pdata[other] != field ||
			    known->low != span->births.low || known->high != span->births.high ||
			    known->is_guess != span->births.is_guess;
		}
		if (!is_new)
			continue;
		g_array_append_val(telling->births, span->births);
		g_ptr_array_add(telling->of, field);
	}
}

/* Whether all that people can be on the one day they can be on the other. */
static bool
is_within(const struct telling *telling, const struct day_told *one, const struct day_told *other)
{
	for (size_t at = 0; at < telling->births->len; at++)
		if (one->reach[2 * at] < other->reach[2 * at] ||
		    one->reach[2 * at + 1] > other->reach[2 * at + 1])
			return false;
	return true;
}

static void
try_day(struct telling *telling, int32_t day)
{
	size_t count = telling->births->len;
	struct day_told told = {
	    day, arena_take_many(telling->space->arena, 2 * count + 1, sizeof(uint8_t))};

	for (size_t at = 0; at < count; at++) {
		const struct birth_days *births =
		    &g_array_index(telling->births, struct birth_days, at);
		const struct space_field *field = telling->of->pdata[at];
		told.reach[2 * at] = (uint8_t)ages_stretch_on(
		    field, ages_latest_birth(telling->space, births, births->high), day);
		told.reach[2 * at + 1] = (uint8_t)ages_stretch_on(
		    field, ages_latest_birth(telling->space, births, births->low), day);
	}
	for (size_t at = telling->days->len; at-- > 0;) {
		const struct day_told *other = &g_array_index(telling->days, struct day_told, at);
		if (is_within(telling, &told, other))
			return;
		if (is_within(telling, other, &told))
			g_array_remove_index(telling->days, (unsigned)at);
	}
	g_array_append_val(telling->days, told);
}

/* What people can be changes on their birthdays. */
static void
add_birthdays(struct telling *telling, const struct space_field *field, int32_t born)
{
	for (unsigned at = 0; at < field->years->len; at++) {
		int32_t day = ages_first_day(born, g_array_index(field->years, int, at));
		for (int32_t before = day - 1; before <= day; before++)
			g_array_append_val(telling->tried, before);
	}
}

static int
compare_days(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

/* The latest first, which are easiest to believe. */
static void
try_days(struct telling *telling)
{
	g_array_sort(telling->tried, compare_days);
	for (size_t at = telling->tried->len; at-- > 0;) {
		int32_t day = g_array_index(telling->tried, int32_t, at);
		if (day <= newest_day(telling->space) &&
		    (at + 1 == telling->tried->len ||
			day != g_array_index(telling->tried, int32_t, at + 1)))
			try_day(telling, day);
	}
}

static void
tell_days_apart(struct telling *telling)
{
	struct rule_space *space = telling->space;
	int32_t ends[] = {space_today(space) - LONG_AGO_DAYS, newest_day(space)};

	for (size_t at = 0; at < space->fields->len; at++)
		if (ages_matter(space->fields->pdata[at]))
			collect_births(telling, space->fields->pdata[at]);
	g_array_append_vals(telling->tried, ends, COUNT_OF(ends));
	for (size_t at = 0; at < telling->births->len; at++) {
		const struct birth_days *births =
		    &g_array_index(telling->births, struct birth_days, at);
		add_birthdays(
		    telling, telling->of->pdata[at], ages_latest_birth(space, births, births->low));
		add_birthdays(telling, telling->of->pdata[at],
		    ages_latest_birth(space, births, births->high));
	}
	try_days(telling);
	for (size_t at = 0; at < telling->days->len; at++)
		g_array_append_val(
		    space->doubted_days, g_array_index(telling->days, struct day_told, at).day);
}

void
doubt_find_days(struct rule_space *space)
{
	int32_t long_ago = space_today(space) - LONG_AGO_DAYS;

	for (size_t at = 0; at < space->fields->len; at++) {
		struct space_field *field = space->fields->pdata[at];
		if (space_report_day(space) && field->field->kind == FIELD_BIRTH)
			ages_find_years(field);
	}
	space->doubted_days = g_array_new(FALSE, FALSE, sizeof(int32_t));
	space->days_are_own = !ages_hang_together(space);
	if (space->days_are_own) {
		g_array_append_val(space->doubted_days, long_ago);
		return;
	}
	struct telling telling = {space, g_array_new(FALSE, FALSE, sizeof(struct birth_days)),
	    g_ptr_array_new(), g_array_new(FALSE, FALSE, sizeof(int32_t)),
	    g_array_new(FALSE, FALSE, sizeof(struct day_told))};
	tell_days_apart(&telling);
	g_array_unref(telling.births);
	g_ptr_array_unref(telling.of);
	g_array_unref(telling.tried);
	g_array_unref(telling.days);
}

/* --- answers ---------------------------------------------------------------------------------- */

static const char *
day_words(const struct rule_space *space, int32_t day)
{
	g_autofree char *text = space_day_text(day);

	return arena_print(space->arena, "%s: %s", space_report_day(space)->name, text);
}

/* The words with other days of birth, and what is said of them besides. */
static const char *
born_words(const struct rule_space *space, const struct space_field *field, const char *words,
    const struct birth_days *births, int32_t last)
{
	g_autofree char *quality =
	    field->quality ? g_strdup_printf(", %s: ", field->quality->name) : NULL;
	const char *besides = quality ? strstr(words, quality) : NULL;
	g_autofree char *from = space_day_text(births->is_span ? births->oldest : last);
	g_autofree char *to = space_day_text(last);

	return arena_print(space->arena, "%s: %s%s%s%s", field->field->name, from,
	    births->is_span ? " to " : "", births->is_span ? to : "", besides ? besides : "");
}

/* Who is so old on a day: the last day of their birth; false where nobody is. */
static bool
born_for(const struct space_field *field, const struct birth_days *births, unsigned stretch,
    int32_t day, int32_t *last)
{
	int32_t shift = births->is_guess ? GUESS_DAYS : 0;
	int32_t low = births->low, high = births->high;

	if (births->is_span && low == births->oldest)
		low++;
	if (ages_under(field, stretch) != INT_MAX)
		low = MAX(low, ages_first_younger(day, ages_under(field, stretch)) - shift);
	if (stretch)
		high = MIN(high, ages_first_younger(day, ages_from(field, stretch)) - 1 - shift);
	*last = high;
	return low <= high;
}

/* A day on which somebody of these is so old, whichever; false where there is none. */
static bool
own_day(const struct rule_space *space, const struct space_field *field,
    const struct birth_days *births, unsigned stretch, int32_t *day, int32_t *last)
{
	*last = births->low + (births->is_span && births->low == births->oldest);
	int32_t born = ages_latest_birth(space, births, *last);
	*day = ages_first_day(born, ages_from(field, stretch));
	return *last <= births->high && *day <= newest_day(space) &&
	    ages_stretch_on(field, born, *day) == stretch;
}

static void
answer_births(struct rule_space *space, const struct space_field *field, const char *words,
    const struct birth_days *births, struct doubted *table)
{
	for (size_t at = 0; at < space->doubted_days->len; at++)
		for (unsigned stretch = 0; stretch < ages_stretches(field); stretch++) {
			struct doubted *out = &table[at * ages_stretches(field) + stretch];
			int32_t last;
			out->day = g_array_index(space->doubted_days, int32_t, at);
			bool is_own = space->days_are_own && stretch > 0;
			if (!(is_own ? own_day(space, field, births, stretch, &out->day, &last)
				     : born_for(field, births, stretch, out->day, &last)))
				continue;
			out->words = space->days_are_own && !stretch
			    ? words
			    : born_words(space, field, words, births, last);
			out->answers =
			    givens_answers(space, field, out->words, day_words(space, out->day));
		}
}

/* Only dates are judged by the day of the report. */
static bool
minds_report(const struct rule_space *space, const struct space_field *field)
{
	enum field_kind kind = field->field->kind;

	return space_report_day(space) &&
	    (kind == FIELD_BIRTH || kind == FIELD_DAY || kind == FIELD_MOMENT);
}

struct doubted *
doubt_answers(struct rule_space *space, const struct space_field *field, const char *words,
    const struct birth_days *births)
{
	unsigned stretches = ages_stretches(field);
	size_t days = space->doubted_days->len;

	if (!minds_report(space, field))
		return NULL;
	struct doubted *table =
	    arena_take_many(space->arena, days * stretches, sizeof(struct doubted));
	bool is_report = field->field == space_report_day(space);

	if (births && ages_matter(field)) {
		answer_births(space, field, words, births, table);
		return table;
	}
	int32_t first = g_array_index(space->doubted_days, int32_t, 0);
	const uint8_t *answers =
	    givens_answers(space, field, is_report ? "" : words, day_words(space, first));
	for (size_t at = 0; at < days; at++)
		table[at * stretches] = (struct doubted){
		    words, g_array_index(space->doubted_days, int32_t, at), answers};
	return table;
}

bool
doubt_is_taken_alike(const struct rule_space *space, const struct space_field *field,
    const struct given *one, const struct given *other)
{
	size_t count = space->doubted_days->len * ages_stretches(field);

	for (size_t at = 0; one->doubted && at < count; at++) {
		const uint8_t *a = one->doubted[at].answers, *b = other->doubted[at].answers;
		if (!a != !b || (a && memcmp(a, b, field->askings->len) != 0))
			return false;
	}
	return true;
}

/* --- diagrams --------------------------------------------------------------------------------- */

/* By how old they were then; who cannot have been so old is taken as the next who can. Of each answer
 * somebody can have been of some age, so there is one. */
static diagram
asked_since(struct rule_space *space, const struct space_field *field,
    const struct doubted *doubted, unsigned asking)
{
	diagram branches[STRETCHES_MAX];
	unsigned count = ages_stretches(field), first = 0;

	while (!doubted[first].answers)
		first++;
	for (unsigned at = 0; at < count; at++)
		branches[at] = doubted[at].answers ? doubted[at].answers[asking]
		    : at < first                   ? doubted[first].answers[asking]
						   : branches[at - 1];
	return count > 1 ? diagrams_node(space->diagrams, field->since_level, branches)
			 : branches[0];
}

diagram
doubt_asked(struct rule_space *space, struct space_field *field, const struct asking *asking,
    diagram undoubted)
{
	size_t count = field->givens->len, days = space->doubted_days->len;
	g_autofree diagram *branches = g_new(diagram, count), *whole = g_new(diagram, days + 1);

	if (!((struct given *)field->givens->pdata[0])->doubted)
		return undoubted;
	whole[0] = undoubted;
	for (size_t day = 0; day < days; day++) {
		for (size_t at = 0; at < count; at++) {
			const struct given *given = field->givens->pdata[at];
			branches[at] = asked_since(space, field,
			    &given->doubted[day * ages_stretches(field)], asking->number);
		}
		whole[day + 1] = diagrams_node(space->diagrams, field->level, branches);
		field->is_doubtful = field->is_doubtful || whole[day + 1] != undoubted;
	}
	return diagrams_node(space->diagrams, space->doubt_level, whole);
}

diagram
doubt_possible(struct rule_space *space, const struct space_field *field)
{
	size_t count = field->givens->len, days = space->doubted_days->len;
	g_autofree diagram *branches = g_new(diagram, count), *whole = g_new(diagram, days + 1);
	diagram since[STRETCHES_MAX];
	unsigned stretches = ages_stretches(field);

	whole[0] = 1;
	for (size_t day = 0; stretches > 1 && day < days; day++) {
		for (size_t at = 0; at < count; at++) {
			const struct given *given = field->givens->pdata[at];
			for (unsigned stretch = 0; stretch < stretches; stretch++)
				since[stretch] =
				    given->doubted[day * stretches + stretch].answers != NULL;
			branches[at] = diagrams_node(space->diagrams, field->since_level, since);
		}
		whole[day + 1] = diagrams_node(space->diagrams, field->level, branches);
	}
	return stretches > 1 ? diagrams_node(space->diagrams, space->doubt_level, whole) : 1;
}

/* --- in words --------------------------------------------------------------------------------- */

const struct doubted *
doubt_chosen(const struct rule_space *space, const struct space_field *field, const int *values)
{
	const struct given *given = field->givens->pdata[MAX(values[field->level], 0)];
	int day = values[space->doubt_level] - 1;

	if (day < 0 || !given->doubted)
		return NULL;
	const struct doubted *of_day = &given->doubted[(unsigned)day * ages_stretches(field)];
	unsigned stretch =
	    field->since_level == UINT_MAX ? 0 : (unsigned)MAX(values[field->since_level], 0);
	while (!of_day[stretch].answers)
		stretch = (stretch + 1) % ages_stretches(field);
	return &of_day[stretch];
}

const char *
doubt_day_words(struct rule_space *space, const int *values)
{
	int32_t day = g_array_index(
	    space->doubted_days, int32_t, (unsigned)MAX(values[space->doubt_level] - 1, 0));

	for (size_t at = 0; space->days_are_own && at < space->fields->len; at++) {
		const struct space_field *field = space->fields->pdata[at];
		const struct doubted *chosen =
		    ages_matter(field) ? doubt_chosen(space, field, values) : NULL;
		day = chosen ? chosen->day : day;
	}
	return day_words(space, day);
}

const char *
doubt_since_words(struct rule_space *space, const struct space_field *field, unsigned value)
{
	int from = ages_from(field, value), under = ages_under(field, value);

	if (under == INT_MAX)
		return arena_print(space->arena, "%d years or older then", from);
	if (!from)
		return arena_print(space->arena, "younger than %d then", under);
	return under == from + 1
	    ? arena_print(space->arena, "%d years old then", from)
	    : arena_print(space->arena, "%d to %d years old then", from, under - 1);
}
