/* Finds adults who show what is to be said of all of them. */
/* SPDX-License-Identifier: MIT */
#include "routing/space_adults.h"

#include <string.h>

/* What is to be said of all adults where it does not matter is what is said of blanks. */
static unsigned
wanted_of(const struct adult_condition *condition, const int *values)
{
	return values[condition->level] < 0 ? condition->blank : (unsigned)values[condition->level];
}

/* One adult who shows as many of the values as can be that none has shown yet; marks them. */
static const char *
one_adult(struct rule_space *space, const struct space_field *field, const int *values,
    diagram allowed, bool *is_shown)
{
	struct diagrams *diagrams = space->diagrams;
	const unsigned *const *costs = (const unsigned *const *)space->costs->pdata;
	g_autofree int *own = g_new(int, diagrams_level_count(diagrams) + 1);

	for (size_t at = 0; at < field->conditions->len; at++) {
		const struct adult_condition *condition = field->conditions->pdata[at];
		unsigned wanted = wanted_of(condition, values);
		diagram showing = diagrams_least(
		    diagrams, allowed, diagrams_between(diagrams, condition->one, wanted, wanted));
		if (is_shown[at] || !showing)
			continue;
		is_shown[at] = true;
		allowed = showing;
	}
	if (!diagrams_path(diagrams, allowed, costs, own))
		return NULL;
	return space_given_words(space, field, own);
}

/* Of these adults those of whom it is allowed to show nothing more than the values. */
static diagram
allowed_of(struct rule_space *space, const struct space_field *field, const int *values)
{
	struct diagrams *diagrams = space->diagrams;
	int doubt = MAX(values[space->doubt_level], 0);
	diagram allowed = diagrams_least(diagrams, field->one_possible,
	    doubt ? space_doubted_day(space, (size_t)doubt - 1) : space_doubted(space, false));

	for (size_t at = 0; at < field->conditions->len; at++) {
		const struct adult_condition *condition = field->conditions->pdata[at];
		allowed = diagrams_least(diagrams, allowed,
		    diagrams_between(diagrams, condition->one, 0, wanted_of(condition, values)));
	}
	return allowed;
}

/* Whether for each value there is one of these adults who shows it. */
static bool
show_all(
    struct rule_space *space, const struct space_field *field, const int *values, diagram allowed)
{
	for (size_t at = 0; at < field->conditions->len; at++) {
		const struct adult_condition *condition = field->conditions->pdata[at];
		unsigned wanted = wanted_of(condition, values);
		if (!diagrams_least(space->diagrams, allowed,
			diagrams_between(space->diagrams, condition->one, wanted, wanted)))
			return false;
	}
	return true;
}

/* Where the day of the report is in doubt, and that is enough, nothing else of them is. */
GPtrArray *
adults_words(struct rule_space *space, const struct space_field *field, const int *values)
{
	GPtrArray *out = g_ptr_array_new();
	diagram allowed = allowed_of(space, field, values);
	diagram certain = diagrams_least(space->diagrams, allowed, field->one_certain);
	size_t count = field->conditions->len;
	g_autofree bool *is_shown = g_new0(bool, count + 1);

	if (values[space->doubt_level] > 0 && show_all(space, field, values, certain))
		allowed = certain;
	do {
		const char *words = one_adult(space, field, values, allowed, is_shown);
		if (!words)
			break;
		g_ptr_array_add(out, (void *)(uintptr_t)words);
	} while (memchr(is_shown, false, count) && out->len < ADULTS_MAX);
	return out;
}
