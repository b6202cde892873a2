/* Cuts the years of a life where tests of ages do. */
/* SPDX-License-Identifier: MIT */
#include "routing/space_ages.h"

#include "base/clock.h"

unsigned
ages_stretches(const struct space_field *field)
{
	return field->years ? field->years->len + 1 : 1;
}

int
ages_from(const struct space_field *field, unsigned stretch)
{
	return stretch ? g_array_index(field->years, int, stretch - 1) : 0;
}

int
ages_under(const struct space_field *field, unsigned stretch)
{
	return stretch < field->years->len ? g_array_index(field->years, int, stretch) : INT_MAX;
}

unsigned
ages_stretch_on(const struct space_field *field, int32_t born, int32_t day)
{
	unsigned stretch = 0;
	int age = born <= day ? age_on(born, day) : 0;

	while (age >= ages_under(field, stretch))
		stretch++;
	return stretch;
}

int32_t
ages_first_day(int32_t born, int age)
{
	int32_t low = born, high = born + (age + 1) * 366;

	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		if (age_on(born, middle) >= age)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int32_t
ages_latest_birth(const struct rule_space *space, const struct birth_days *births, int32_t born)
{
	return MIN(born + (births->is_guess ? GUESS_DAYS : 0), space_today(space));
}

static int
compare_years(const void *left, const void *right)
{
	return *(const int *)left - *(const int *)right;
}

void
ages_find_years(struct space_field *field)
{
	field->years = g_array_new(FALSE, FALSE, sizeof(int));
	for (size_t at = 0; at < field->askings->len; at++) {
		const struct asking *asking = field->askings->pdata[at];
		int ends[] = {
		    (int)MAX(asking->test->low, 0), (int)MIN(asking->test->high, OLDEST_YEARS) + 1};
		if (asking->operand->kind != OPERAND_AGE || asking->test->how == OPERATOR_IS_KNOWN)
			continue;
		for (size_t end = 0; end < COUNT_OF(ends); end++)
			if (ends[end] > 0 && ends[end] <= OLDEST_YEARS)
				g_array_append_val(field->years, ends[end]);
	}
	g_array_sort(field->years, compare_years);
	for (unsigned at = 1; at < field->years->len;)
		if (g_array_index(field->years, int, at) ==
		    g_array_index(field->years, int, at - 1))
			g_array_remove_index(field->years, at);
		else
			at++;
}

bool
ages_matter(const struct space_field *field)
{
	return field->years && field->years->len > 0;
}

int32_t
ages_first_younger(int32_t today, int64_t age)
{
	int32_t low = today - (OLDEST_YEARS + 2) * 366, high = today + 1;

	if (age <= 0)
		return today + 1;
	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		if (age_on(middle, today) < age)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
