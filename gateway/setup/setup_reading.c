/* Reads texts, paths, addresses, fingerprints and lists out of YAML nodes. */
/* SPDX-License-Identifier: MIT */
#include "setup/setup_reading.h"

#include <glib.h>
#include <string.h>

/* These domains ended in March 2019: old forms still list them, and mail to them is lost. */
static const char *const DEAD_DOMAINS[] = {
    ".gsi.gov.uk", ".gse.gov.uk", ".gsx.gov.uk", ".gcsx.gov.uk"};

static bool
is_one_line(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

bool
read_text(
    const struct reading *reading, const struct yaml_node *node, const char *what, const char **out)
{
	const char *text;

	if (!yaml_text(node, what, &text, reading->faults))
		return false;
	if (!text[strspn(text, " ")]) {
		yaml_fault(
		    reading->faults, node, "%s: expected a text, here stands an empty one", what);
		return false;
	}
	if (strlen(text) > TEXT_MAX_BYTES || !is_one_line(text)) {
		yaml_fault(reading->faults, node, "%s: expected one line of at most %d bytes", what,
		    TEXT_MAX_BYTES);
		return false;
	}
	*out = arena_text(reading->arena, text);
	return true;
}

static const char *
absolute(const struct reading *reading, const char *path)
{
	g_autofree char *whole = g_canonicalize_filename(path, reading->folder);

	return arena_text(reading->arena, whole);
}

bool
read_path(
    const struct reading *reading, const struct yaml_node *node, const char *what, const char **out)
{
	const char *text;

	if (!read_text(reading, node, what, &text))
		return false;
	*out = absolute(reading, text);
	return true;
}

bool
read_address(
    const struct reading *reading, const struct yaml_node *node, const char *what, const char **out)
{
	const char *text;

	if (!read_text(reading, node, what, &text))
		return false;
	if (!address_is_plain(text)) {
		yaml_fault(reading->faults, node,
		    "%s: expected a plain mail address like name@example.org, here stands \"%s\"",
		    what, text);
		return false;
	}
	g_autofree char *lower = g_ascii_strdown(text, -1);
	for (size_t at = 0; at < COUNT_OF(DEAD_DOMAINS); at++)
		if (g_str_has_suffix(lower, DEAD_DOMAINS[at])) {
			yaml_fault(reading->faults, node,
			    "%s: %s addresses ended in March 2019, ask for the new one", what,
			    DEAD_DOMAINS[at] + 1);
			return false;
		}
	*out = arena_text(reading->arena, lower);
	return true;
}

bool
read_fingerprint(const struct reading *reading, const struct yaml_node *node, const char *what,
    char out[FINGERPRINT_BYTES])
{
	char clean[FINGERPRINT_BYTES];
	const char *text;

	if (!yaml_text(node, what, &text, reading->faults))
		return false;
	if (!fingerprint_clean(text, clean)) {
		yaml_fault(reading->faults, node,
		    "%s: expected a whole OpenPGP fingerprint of 40 hex digits, here stands \"%s\"",
		    what, text);
		return false;
	}
	memcpy(out, clean, sizeof clean);
	return true;
}

bool
read_texts(const struct reading *reading, const struct yaml_node *node, const char *what,
    size_t room, const char *const **out)
{
	if (!yaml_is_list(node, what, reading->faults))
		return false;
	if (!node->count || node->count > room) {
		yaml_fault(reading->faults, node, "%s: expected 1 to %zu entries, here stand %zu",
		    what, room, node->count);
		return false;
	}
	const char **texts = arena_take_many(reading->arena, node->count + 1, sizeof *texts);
	bool fits = true;
	for (size_t at = 0; at < node->count; at++)
		fits = read_text(reading, &node->items[at], what, &texts[at]) && fits;
	if (fits)
		*out = texts;
	return fits;
}

bool
read_argv(const struct reading *reading, const struct yaml_node *node, const char *what,
    const char *const **out)
{
	const char *const *words;

	if (!read_texts(reading, node, what, ARGV_MAX, &words))
		return false;
	const char **argv = arena_take_many(reading->arena, node->count + 1, sizeof *argv);
	memcpy(argv, words, node->count * sizeof *argv);
	if (strchr(argv[0], '/'))
		argv[0] = absolute(reading, argv[0]);
	*out = argv;
	return true;
}

const char *
folder_of(const char *path, struct arena *arena)
{
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(whole);

	return arena_text(arena, folder);
}

bool
time_of_day(const char *text, uint16_t *out)
{
	static const char SHAPE[] = "dd:dd";

	for (size_t at = 0; at < sizeof SHAPE - 1; at++)
		if (SHAPE[at] == 'd' ? text[at] < '0' || text[at] > '9' : text[at] != SHAPE[at])
			return false;
	int hour = (text[0] - '0') * 10 + text[1] - '0';
	int minute = (text[3] - '0') * 10 + text[4] - '0';
	if (minute > 59 || hour * 60 + minute > MINUTES_A_DAY)
		return false;
	*out = (uint16_t)(hour * 60 + minute);
	return true;
}
