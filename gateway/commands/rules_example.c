/* Tells a concern that shows something of rules, so that it can be copied into a test of rules. */
/* SPDX-License-Identifier: MIT */
#include "commands/rules_example.h"

#include "base/clock.h"

enum { MOMENTS_MAX_BYTES = 1024 * 1024, DAYS_TRIED = 14 };

/* How many agencies are not as in the example; UINT_MAX where one works that should not. */
static unsigned
strangers_at(const struct equipment *equipment, const bool *is_open, int64_t moment)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(MOMENTS_MAX_BYTES);
	struct routing_moment then = equipment_moment(equipment, moment, arena);
	unsigned count = 0;

	for (size_t at = 0; at < equipment->directory->count; at++) {
		if (equipment->directory->entries[at].kind != ENTRY_AGENCY)
			continue;
		if (then.is_open[at] && !is_open[at])
			return UINT_MAX;
		count += then.is_open[at] != is_open[at];
	}
	return count;
}

/* The first full hour at which most agencies are as they should be. */
static bool
find_moment(
    const struct equipment *equipment, const bool *is_open, int32_t day, int days, int64_t *out)
{
	unsigned least = UINT_MAX;

	for (int hours = 0; least && hours < days * 24; hours++) {
		int year, month, date;
		day_civil(day + hours / 24, &year, &month, &date);
		int64_t moment = clock_moment(year, month, date, hours % 24, 0);
		unsigned strangers = strangers_at(equipment, is_open, moment);
		if (strangers < least)
			*out = moment;
		least = MIN(least, strangers);
	}
	return least < UINT_MAX;
}

char *
rules_example_at(const struct equipment *equipment, const struct rules_example *example,
    const struct rule_days *days)
{
	char words[CLOCK_WORDS_BYTES];
	bool is_of_day = days->dated_count || example->is_report_doubted;
	int64_t moment = 0;

	if (!is_of_day && !example->closed)
		return NULL;
	if (!find_moment(
		equipment, example->is_open, days->day, is_of_day ? 1 : DAYS_TRIED, &moment))
		return NULL;
	clock_words(moment, words);
	return g_strdup(words);
}

void
rules_print_example(const struct equipment *equipment, const struct rules_example *example,
    const struct rule_days *days)
{
	g_autofree char *at = rules_example_at(equipment, example, days);

	if (at)
		printf("    at: %s\n", at);
	printf("    given:%s\n", example->given_count ? "" : " {}");
	for (size_t line = 0; line < example->given_count; line++)
		printf("      %s\n", example->given[line]);
	if (example->closed)
		printf("    # closed: %s\n", example->closed);
}
