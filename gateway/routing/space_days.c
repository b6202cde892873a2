/* The days that a report can have, and those of birth by age. */
/* SPDX-License-Identifier: MIT */
#include "routing/space_days.h"

#include "base/clock.h"

int32_t
space_today(const struct rule_space *space)
{
	struct civil day = clock_civil(space->now);

	return day_number(day.year, day.month, day.day);
}

const struct field *
space_report_day(const struct rule_space *space)
{
	const struct field *field = field_find(space->rules[0]->fields, "reported_at");

	return field && field->kind == FIELD_MOMENT && field->group == GROUP_REPORT ? field : NULL;
}

struct space_field *
space_report_field(const struct rule_space *space)
{
	const struct field *field = space_report_day(space);

	return field ? g_hash_table_lookup(space->by_field, field) : NULL;
}

int32_t
space_last_of_mail(const struct rule_space *space)
{
	return space_today(space) + DATE_GRACE_DAYS;
}

int32_t
space_last_of_all(const struct rule_space *space)
{
	return space_last_of_mail(space) + (space_report_day(space) ? REPORT_MAX_DAYS : 0);
}

char *
space_day_text(int64_t number)
{
	int year, month, day;

	day_civil((int32_t)number, &year, &month, &day);
	return g_strdup_printf("%04d-%02d-%02d", year, month, day);
}
