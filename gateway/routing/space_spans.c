/* Finds where the answers of tests change: at which days, ages and numbers. */
/* SPDX-License-Identifier: MIT */
#include "routing/space_ages.h"

#include <string.h>

#include "base/clock.h"

enum {
	COUNT_MOST = 99,   /* that a form can say */
	AROUND_DAYS = 400, /* dates this far beyond all that tests name */
};

/* Cuts a line of numbers from low to high into stretches at these places. */
struct line {
	int64_t low, high;
	GArray *cuts;       /* int64_t: a stretch begins there */
	int64_t last_first; /* nothing begins later */
	int64_t late_from;  /* what begins there is late */
};

static void
cut(struct line *line, int64_t at)
{
	if (at > line->low && at <= line->high)
		g_array_append_val(line->cuts, at);
}

static int
compare_numbers(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static void
sort_cuts(struct line *line)
{
	size_t kept = 0;

	g_array_append_val(line->cuts, line->low);
	g_array_sort(line->cuts, compare_numbers);
	for (size_t at = 0; at < line->cuts->len; at++) {
		int64_t place = g_array_index(line->cuts, int64_t, at);
		if (!kept || g_array_index(line->cuts, int64_t, kept - 1) != place)
			g_array_index(line->cuts, int64_t, kept++) = place;
	}
	g_array_set_size(line->cuts, (unsigned)kept);
}

static int64_t
first_of(const struct line *line, size_t stretch)
{
	return g_array_index(line->cuts, int64_t, stretch);
}

static int64_t
last_of(const struct line *line, size_t stretch)
{
	return stretch + 1 < line->cuts->len ? first_of(line, stretch + 1) - 1 : line->high;
}

/* Where a test of a date, or of the age that it gives, changes its answer. */
static void
cut_days(struct line *line, const struct asking *asking, int32_t today)
{
	const struct test *test = asking->test;

	if (test->how == OPERATOR_IS_KNOWN)
		return;
	if (asking->operand->kind == OPERAND_AGE) {
		if (test->low > 0)
			cut(line, ages_first_younger(today, test->low));
		if (test->high < OLDEST_YEARS)
			cut(line, ages_first_younger(today, test->high + 1));
	} else if (asking->operand->kind == OPERAND_DAY) {
		bool is_within = test->how == OPERATOR_WITHIN;
		cut(line, is_within ? today - test->high : test->low);
		cut(line, (is_within ? today : 0) + (test->high < INT32_MAX ? test->high + 1 : 0));
	}
}

static void
cut_numbers(struct line *line, const struct asking *asking)
{
	const struct test *test = asking->test;

	if (test->how == OPERATOR_IS_KNOWN ||
	    (asking->operand->kind != OPERAND_AGE && asking->operand->kind != OPERAND_COUNT))
		return;
	cut(line, test->low);
	if (test->high < INT32_MAX)
		cut(line, test->high + 1);
}

static void
add_words(GPtrArray *out, char *words, const char *label, unsigned pairs, bool is_exact)
{
	struct span_words *span = g_new0(struct span_words, 1);

	*span = (struct span_words){
	    .words = words, .label = g_strdup(label), .pairs = pairs, .is_exact = is_exact};
	g_ptr_array_add(out, span);
}

static void
free_span(void *span)
{
	g_free(((struct span_words *)span)->words);
	g_free(((struct span_words *)span)->label);
	g_free(span);
}

/* Adds each thing that can be said of a date of birth, after what is said of the date itself. */
static void
add_qualities(const struct space_field *field, const char *before, bool is_exact, GPtrArray *out)
{
	const struct field *quality = field->quality;

	for (size_t at = 0; quality && at < quality->choice_count; at++)
		add_words(out,
		    g_strdup_printf("%s%s: %s", before, quality->name, quality->choices[at].name),
		    NULL, 1, is_exact);
	if (quality)
		add_words(out,
		    g_strdup_printf("%s%s: {state: not applicable}", before, quality->name), NULL,
		    1, is_exact);
}

/* Of a date that was left out, or that does not apply. */
static void
add_qualities_alone(const struct space_field *field, GPtrArray *out)
{
	g_autofree char *no_date =
	    g_strdup_printf("%s: {state: not applicable}, ", field->field->name);

	add_qualities(field, "", true, out);
	add_qualities(field, no_date, true, out);
}

/* What spans are written as. */
struct writing {
	const char *name, *before; /* "child.birth", "unborn " */
	const struct space_field *field;
	bool is_day, is_span; /* or a number; only exact ones */
	bool of_births;
	const char *label; /* of the stretch that the next one stands for; NULL: itself */
	const struct line *line;
	int32_t today;
};

static size_t
stretch_with(const struct line *line, int64_t number)
{
	size_t at = 0;

	while (number > last_of(line, at))
		at++;
	return at;
}

/* Of births or of ages: who is older is born earlier. */
static void
note_births(const struct writing *writing, int64_t first, int64_t last, struct span_words *span)
{
	const struct line *line = writing->line;
	size_t from = stretch_with(line, first), to = stretch_with(line, last);
	bool is_age = !writing->is_day;

	span->is_born = true;
	span->births.oldest = is_age ? ages_first_younger(writing->today, last_of(line, to) + 1)
				     : (int32_t)first_of(line, from);
	span->births.low = is_age ? ages_first_younger(writing->today, last_of(line, from) + 1)
				  : (int32_t)first_of(line, to);
	span->births.high = is_age ? ages_first_younger(writing->today, first_of(line, from)) - 1
				   : (int32_t)last_of(line, to);
	bool is_estimated = g_str_has_suffix(span->words, ": estimated");
	/* An age is less than a day, so that it is no guess of one. */
	span->births.is_span = !span->is_exact || (is_age && is_estimated);
	span->births.is_guess = !span->births.is_span && is_estimated;
}

static void
write_span(const struct writing *writing, GPtrArray *out, int64_t first, int64_t last)
{
	g_autofree char *from =
	    writing->is_day ? space_day_text(first) : g_strdup_printf("%d", (int)first);
	g_autofree char *to =
	    writing->is_day ? space_day_text(last) : g_strdup_printf("%d", (int)last);
	g_autofree char *words = g_strdup_printf("%s: %s%s%s%s", writing->name, writing->before,
	    from, first == last ? "" : " to ", first == last ? "" : to);

	g_autofree char *before = g_strconcat(words, ", ", NULL);
	size_t at = out->len;
	add_qualities(writing->field, before, first == last, out);
	add_words(out, g_steal_pointer(&words), writing->label, 0, first == last);
	for (; writing->of_births && at < out->len; at++)
		note_births(writing, first, last, out->pdata[at]);
}

static char *
stretch_label(const struct writing *writing, int64_t first, int64_t last)
{
	g_autofree char *from =
	    writing->is_day ? space_day_text(first) : g_strdup_printf("%d", (int)first);
	g_autofree char *to =
	    writing->is_day ? space_day_text(last) : g_strdup_printf("%d", (int)last);

	return first == last
	    ? g_strdup_printf("%s: %s%s", writing->name, writing->before, from)
	    : g_strdup_printf("%s: %sfrom %s to %s", writing->name, writing->before, from, to);
}

static void
write_from(struct writing *writing, const struct line *line, size_t from, GPtrArray *out)
{
	int64_t first = first_of(line, from), last = last_of(line, from);
	int64_t middle = first + (last - first) / 2;
	g_autofree char *label = stretch_label(writing, first, last);

	writing->label = label;
	write_span(writing, out, middle, middle);
	writing->label = NULL;
	if (middle != first)
		write_span(writing, out, first, first);
	for (size_t to = from; writing->is_span && to < line->cuts->len; to++) {
		if (last_of(line, to) != first)
			write_span(writing, out, first, last_of(line, to));
		if (to > from)
			write_span(writing, out, last, first_of(line, to));
	}
}

/* From each stretch to itself and each later one, as narrow and as wide as can be. */
static void
write_spans(struct writing *writing, struct line *line, GPtrArray *out)
{
	sort_cuts(line);
	writing->line = line;
	for (size_t from = 0; from < line->cuts->len; from++) {
		size_t before = out->len;
		if (first_of(line, from) > line->last_first)
			return;
		write_from(writing, line, from, out);
		for (size_t at = before; at < out->len; at++)
			((struct span_words *)out->pdata[at])->is_late =
			    first_of(line, from) >= line->late_from;
	}
}

static struct line
line_open(int64_t low, int64_t high)
{
	return (struct line){.low = low,
	    .high = high,
	    .cuts = g_array_new(FALSE, FALSE, sizeof(int64_t)),
	    .last_first = INT64_MAX,
	    .late_from = INT64_MAX};
}

/* Whether tests ask for the date of birth itself, and not only for age and unborn. */
static const struct operand *
age_alone(const struct space_field *field)
{
	const struct operand *age = NULL;

	for (size_t at = 0; at < field->askings->len; at++) {
		const struct asking *asking = field->askings->pdata[at];
		if (asking->operand->kind == OPERAND_DAY)
			return NULL;
		if (asking->operand->kind == OPERAND_AGE)
			age = asking->operand;
	}
	return age;
}

static void
birth_spans(struct rule_space *space, const struct space_field *field, GPtrArray *out)
{
	int32_t today = space_today(space);
	struct writing writing = {.name = field->field->name,
	    .before = "",
	    .field = field,
	    .is_day = true,
	    .is_span = true,
	    .of_births = true,
	    .today = today};
	struct line line = line_open(ages_first_younger(today, OLDEST_YEARS + 1), today);
	struct line due = line_open(today - OVERDUE_MAX_DAYS, today + DUE_MAX_DAYS);

	for (size_t at = 0; at < field->askings->len; at++) {
		cut_days(&line, field->askings->pdata[at], today);
		cut_days(&due, field->askings->pdata[at], today);
	}
	/* An exact date that is estimated is as if it were off by so much either way. */
	for (size_t at = 0, own = line.cuts->len; field->quality && at < own; at++) {
		int64_t place = g_array_index(line.cuts, int64_t, at);
		cut(&line, place - GUESS_DAYS);
		cut(&line, place + GUESS_DAYS);
	}
	write_spans(&writing, &line, out);
	writing.before = "unborn ";
	writing.of_births = false;
	if (field->field->group == GROUP_CHILD)
		write_spans(&writing, &due, out);
	g_array_unref(line.cuts);
	g_array_unref(due.cuts);
}

static void
age_spans(struct rule_space *space, const struct operand *age, const struct space_field *field,
    GPtrArray *out)
{
	struct writing writing = {.name = age->name,
	    .before = "",
	    .field = field,
	    .is_span = true,
	    .of_births = true,
	    .today = space_today(space)};
	struct line line = line_open(0, OLDEST_YEARS);

	for (size_t at = 0; at < field->askings->len; at++)
		cut_numbers(&line, field->askings->pdata[at]);
	write_spans(&writing, &line, out);
	g_array_unref(line.cuts);
	if (field->field->group != GROUP_CHILD)
		return; /* a form has no other who is not born */
	add_words(out, g_strdup_printf("%s: unborn", age->name), NULL, 0, true);
	g_autofree char *unborn = g_strdup_printf("%s: unborn, ", age->name);
	add_qualities(field, unborn, true, out);
}

/* Where it begins is bounded by the mail, and where it ends by the years alone. */
static struct line
line_of_dates(const struct rule_space *space)
{
	struct line line =
	    line_open(day_number(DATE_FIRST_YEAR, 1, 1), day_number(DATE_LAST_YEAR, 12, 31));

	line.last_first = space_last_of_all(space);
	line.late_from = space_last_of_mail(space) + 1;
	cut(&line, line.last_first + 1);
	cut(&line, line.late_from);
	return line;
}

/* The report begins on its own day, or it would not be this one. */
static struct line
line_of_report(int32_t today)
{
	struct line line = line_open(today, day_number(DATE_LAST_YEAR, 12, 31));

	line.last_first = today;
	cut(&line, today + 1);
	return line;
}

/* No further beyond all cuts than need be, so that examples have dates that people can believe. */
static void
narrow(struct line *line, int32_t today)
{
	int64_t low = today, high = today;

	for (size_t at = 0; at < line->cuts->len; at++) {
		low = MIN(low, g_array_index(line->cuts, int64_t, at));
		high = MAX(high, g_array_index(line->cuts, int64_t, at));
	}
	line->low = MAX(line->low, low - AROUND_DAYS);
	line->high = MIN(line->high, high + AROUND_DAYS);
}

static void
day_spans(struct rule_space *space, const struct space_field *field, GPtrArray *out)
{
	int32_t today = space_today(space);
	struct writing writing = {.name = field->field->name,
	    .before = "",
	    .field = field,
	    .is_day = true,
	    .is_span = true};
	struct line line =
	    field->field == space_report_day(space) ? line_of_report(today) : line_of_dates(space);

	for (size_t at = 0; at < field->askings->len; at++)
		cut_days(&line, field->askings->pdata[at], today);
	narrow(&line, today);
	write_spans(&writing, &line, out);
	g_array_unref(line.cuts);
}

static void
count_spans(const struct space_field *field, GPtrArray *out)
{
	struct writing writing = {.name = field->field->name, .before = "", .field = field};
	struct line line = line_open(0, COUNT_MOST);

	for (size_t at = 0; at < field->askings->len; at++)
		cut_numbers(&line, field->askings->pdata[at]);
	write_spans(&writing, &line, out);
	g_array_unref(line.cuts);
}

GPtrArray *
space_spans(struct rule_space *space, const struct space_field *field)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(free_span);
	const struct operand *age = age_alone(field);

	if (field->field->kind == FIELD_COUNT)
		count_spans(field, out);
	else if (field->field->kind != FIELD_BIRTH)
		day_spans(space, field, out);
	else if (age)
		age_spans(space, age, field, out);
	else
		birth_spans(space, field, out);
	add_qualities_alone(field, out);
	return out;
}
