/* Reads the table of bank holidays and finds days in it. */
/* SPDX-License-Identifier: MIT */
#include "clocks/holidays.h"

#include <glib.h>

#include "base/clock.h"
#include "yaml/yaml.h"

struct holidays {
	GHashTable *days; /* day numbers */
	int32_t known_until;
};

static bool
read_day(const struct yaml_node *node, const char *what, int32_t *out, struct faults *faults)
{
	const char *text;

	if (!yaml_text(node, what, &text, faults))
		return false;
	if (!day_read(text, out)) {
		yaml_fault(faults, node, "%s: expected a date as 2026-12-25, here stands \"%s\"",
		    what, text);
		return false;
	}
	return true;
}

static void
read_days(struct holidays *holidays, const struct yaml_node *map, struct faults *faults)
{
	if (!yaml_is_map(map, "days", faults))
		return;
	if (!map->count || map->count > HOLIDAYS_MAX) {
		yaml_fault(faults, map, "days: expected 1 to %d days, here stand %zu", HOLIDAYS_MAX,
		    map->count);
		return;
	}
	for (size_t at = 0; at < map->count; at++) {
		int32_t day;
		const char *name;
		if (!read_day(&map->keys[at], "days", &day, faults) ||
		    !yaml_text(&map->items[at], map->keys[at].text, &name, faults))
			continue;
		if (day > holidays->known_until)
			yaml_fault(faults, &map->keys[at], "days: %s is after known_until",
			    map->keys[at].text);
		g_hash_table_add(holidays->days, GINT_TO_POINTER(day));
	}
}

static void
read_table(struct holidays *holidays, const struct yaml_node *root, struct faults *faults)
{
	static const char *const KEYS[] = {"known_until", "days"};
	const struct yaml_node *until = yaml_need(root, "bank holidays", "known_until", faults);

	yaml_only_keys(root, "bank holidays", KEYS, COUNT_OF(KEYS), faults);
	holidays->known_until =
	    INT32_MAX; /* so that a missing end is one fault and not one a day */
	if (until)
		(void)read_day(until, "known_until", &holidays->known_until, faults);
	read_days(holidays, yaml_need(root, "bank holidays", "days", faults), faults);
}

struct holidays *
holidays_load(const char *path, struct faults *faults)
{
	CLEANUP(yaml_freep) struct yaml_document *document = yaml_load(path, faults);
	size_t before = faults_count(faults);

	if (!document)
		return NULL;
	struct holidays *holidays = g_new0(struct holidays, 1);
	holidays->days = g_hash_table_new(NULL, NULL);
	read_table(holidays, yaml_root(document), faults);
	if (faults_count(faults) == before)
		return holidays;
	holidays_free(holidays);
	return NULL;
}

void
holidays_free(struct holidays *holidays)
{
	if (!holidays)
		return;
	g_hash_table_destroy(holidays->days);
	g_free(holidays);
}

bool
holidays_have(const struct holidays *holidays, int32_t day)
{
	return g_hash_table_contains(holidays->days, GINT_TO_POINTER(day));
}

int32_t
holidays_known_until(const struct holidays *holidays)
{
	return holidays->known_until;
}
