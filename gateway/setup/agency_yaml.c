/* Reads an agency's disclosure, hours and clocks. */
/* SPDX-License-Identifier: MIT */
#include "setup/agency_yaml.h"

#include <string.h>

enum { BLOCKS_MAX = 64, NAMES_MAX = 64, CLOCK_MAX_HOURS = 24 * 28 };

static void
read_blocks(const struct reading *reading, const struct yaml_node *list,
    const struct block_words *blocks, struct entry *entry)
{
	const char *const *received;

	if (!read_texts(reading, list, "receives", BLOCKS_MAX, &received))
		return;
	for (size_t at = 0; received[at]; at++) {
		unsigned number;
		if (blocks->words)
			(void)yaml_word(&list->items[at], "receives", blocks->words, blocks->count,
			    &number, reading->faults);
		for (size_t before = 0; before < at; before++)
			if (strcmp(received[before], received[at]) == 0)
				yaml_fault(reading->faults, &list->items[at],
				    "receives names \"%s\" twice", received[at]);
	}
	entry->blocks = received;
}

static bool
read_span(const struct reading *reading, const struct yaml_node *node, const char *what,
    uint16_t *opens, uint16_t *closes)
{
	const char *text;

	if (!yaml_text(node, what, &text, reading->faults))
		return false;
	if (strlen(text) == 11 && text[5] == '-' && time_of_day(text, opens) &&
	    time_of_day(text + 6, closes) && *opens < *closes)
		return true;
	yaml_fault(reading->faults, node,
	    "%s: expected opening and closing time like 09:00-17:00, here stands \"%s\"", what,
	    text);
	return false;
}

/* "mon" or "mon-fri" as weekdays 1..7. */
static bool
read_days(const char *text, unsigned *first, unsigned *last)
{
	static const char DAYS[] = "mon tue wed thu fri sat sun ";
	size_t length = strlen(text);

	if (length != 3 && !(length == 7 && text[3] == '-'))
		return false;
	for (unsigned day = 0; day < 7; day++) {
		if (strncmp(text, DAYS + 4 * day, 3) == 0)
			*first = day + 1;
		if (strncmp(text + length - 3, DAYS + 4 * day, 3) == 0)
			*last = day + 1;
	}
	return *first && *last && *first <= *last;
}

static void
read_opening(const struct reading *reading, const struct yaml_node *key,
    const struct yaml_node *value, struct working_hours *hours)
{
	unsigned first = 0, last = 0;
	uint16_t opens, closes;

	if (!read_days(key->text, &first, &last)) {
		yaml_fault(reading->faults, key,
		    "hours: unknown key \"%s\": expected days like mon or mon-fri, always or "
		    "closed_on_bank_holidays",
		    key->text);
		return;
	}
	if (!read_span(reading, value, key->text, &opens, &closes))
		return;
	for (unsigned day = first; day <= last; day++) {
		if (hours->closes[day])
			yaml_fault(reading->faults, key, "hours: \"%s\" names a day a second time",
			    key->text);
		hours->opens[day] = opens;
		hours->closes[day] = closes;
	}
}

static void
read_hours(const struct reading *reading, const struct yaml_node *map, struct working_hours *hours)
{
	size_t openings = 0;

	if (!yaml_is_map(map, "hours", reading->faults))
		return;
	for (size_t at = 0; at < map->count; at++) {
		const struct yaml_node *key = &map->keys[at], *value = &map->items[at];
		if (strcmp(key->text, "always") == 0)
			(void)yaml_yes_no(
			    value, key->text, &hours->is_always_open, reading->faults);
		else if (strcmp(key->text, "closed_on_bank_holidays") == 0)
			(void)yaml_yes_no(
			    value, key->text, &hours->closed_on_bank_holidays, reading->faults);
		else {
			read_opening(reading, key, value, hours);
			openings++;
		}
	}
	if (hours->is_always_open && (openings || hours->closed_on_bank_holidays))
		yaml_fault(reading->faults, map,
		    "hours: always open, and yet closed at times: leave out one of the two");
	if (!hours->is_always_open && !openings)
		yaml_fault(reading->faults, map, "hours: no day is open");
}

/* The office hours that are assumed where a file says nothing. */
static void
set_office_hours(struct working_hours *hours)
{
	for (unsigned day = 1; day <= 5; day++) {
		hours->opens[day] = 9 * 60;
		hours->closes[day] = 17 * 60;
	}
	hours->closed_on_bank_holidays = true;
}

/* "30m", "2h" as minutes; not "02h", which is how nobody says it, and YAML an octal number. */
static bool
read_span_minutes(const char *text, int32_t *out)
{
	int32_t number = 0;
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 4 || *text == '0' || strlen(text) != digits + 1)
		return false;
	for (size_t at = 0; at < digits; at++)
		number = number * 10 + text[at] - '0';
	if (text[digits] != 'h' && text[digits] != 'm')
		return false;
	*out = text[digits] == 'h' ? number * 60 : number;
	return *out > 0 && *out <= CLOCK_MAX_HOURS * 60;
}

static void
read_clocks(const struct reading *reading, const struct yaml_node *map, int32_t clock_minutes[5])
{
	static const char *const URGENCIES[] = {"blue", "green", "amber", "red"};

	if (!yaml_is_map(map, "acknowledge_within", reading->faults))
		return;
	yaml_only_keys(map, "acknowledge_within", URGENCIES, COUNT_OF(URGENCIES), reading->faults);
	for (size_t at = 0; at < COUNT_OF(URGENCIES); at++) {
		const struct yaml_node *node = yaml_get(map, URGENCIES[at]);
		const char *text;
		if (!node || !yaml_text(node, URGENCIES[at], &text, reading->faults))
			continue;
		if (!read_span_minutes(text, &clock_minutes[URGENCY_BLUE + at]))
			yaml_fault(reading->faults, node,
			    "%s: expected minutes or hours like 30m or 2h, here stands \"%s\"",
			    URGENCIES[at], text);
	}
}

static void
read_lines(const struct reading *reading, const struct yaml_node *map, struct entry *entry)
{
	const struct {
		const char *key;
		const char **out;
	} LINES[] = {
	    {"telephone", &entry->telephone},
	    {"about", &entry->about},
	    {"purpose", &entry->purpose},
	    {"agreement", &entry->agreement},
	    {"out_of_hours", &entry->out_of_hours},
	};

	for (size_t at = 0; at < COUNT_OF(LINES); at++) {
		const struct yaml_node *node = yaml_get(map, LINES[at].key);
		if (node)
			(void)read_text(reading, node, LINES[at].key, LINES[at].out);
	}
}

void
agency_read(const struct reading *reading, const struct yaml_node *map,
    const struct block_words *blocks, struct entry *entry)
{
	const struct yaml_node *receives = yaml_need(map, "agency", "receives", reading->faults);
	const struct yaml_node *also_called = yaml_get(map, "also_called");
	const struct yaml_node *never_with = yaml_get(map, "never_with");
	const struct yaml_node *hours = yaml_get(map, "hours");
	const struct yaml_node *within = yaml_get(map, "acknowledge_within");

	read_lines(reading, map, entry);
	if (receives)
		read_blocks(reading, receives, blocks, entry);
	if (also_called)
		(void)read_texts(
		    reading, also_called, "also_called", NAMES_MAX, &entry->also_called);
	if (never_with)
		(void)read_texts(reading, never_with, "never_with", NAMES_MAX, &entry->never_with);
	if (hours)
		read_hours(reading, hours, &entry->hours);
	else
		set_office_hours(&entry->hours);
	if (within)
		read_clocks(reading, within, entry->clock_minutes);
}
