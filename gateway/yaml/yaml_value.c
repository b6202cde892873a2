/* Reads texts, numbers and words out of a tree, and says what was expected. */
/* SPDX-License-Identifier: MIT */
#include "yaml/yaml.h"

#include <errno.h>
#include <glib.h>
#include <stdarg.h>
#include <string.h>

void
yaml_fault(struct faults *faults, const struct yaml_node *node, const char *format, ...)
{
	va_list words;

	va_start(words, format);
	g_autofree char *text = g_strdup_vprintf(format, words);
	va_end(words);
	faults_add(faults, node->file, node->line, node->column, "%s", text);
}

/* What stands at a node, as the fault calls it. */
static const char *
kind_words(const struct yaml_node *node)
{
	switch (node->kind) {
	case YAML_LIST:
		return "a list";
	case YAML_MAP:
		return "a map";
	case YAML_TEXT:
		break;
	}
	return !*node->text && !node->is_quoted ? "nothing" : "a text";
}

static bool
expect_kind(const struct yaml_node *node, enum yaml_kind kind, const char *what,
    const char *expected, struct faults *faults)
{
	if (!node)
		return false;
	if (node->kind == kind)
		return true;
	yaml_fault(
	    faults, node, "%s: expected %s, here stands %s", what, expected, kind_words(node));
	return false;
}

bool
yaml_is_map(const struct yaml_node *node, const char *what, struct faults *faults)
{
	return expect_kind(node, YAML_MAP, what, "a map of \"key: value\"", faults);
}

bool
yaml_is_list(const struct yaml_node *node, const char *what, struct faults *faults)
{
	return expect_kind(node, YAML_LIST, what, "a list", faults);
}

/* What every YAML program but this one takes for no value at all. */
static bool
is_null_word(const struct yaml_node *node)
{
	static const char *const WORDS[] = {"~", "null", "Null", "NULL"};

	for (size_t at = 0; !node->is_quoted && at < COUNT_OF(WORDS); at++)
		if (strcmp(node->text, WORDS[at]) == 0)
			return true;
	return false;
}

bool
yaml_text(const struct yaml_node *node, const char *what, const char **out, struct faults *faults)
{
	if (!expect_kind(node, YAML_TEXT, what, "a text", faults))
		return false;
	if (is_null_word(node)) {
		yaml_fault(faults, node,
		    "%s: expected a text, and %s is none in YAML: leave the key out, or put the "
		    "word in quotes",
		    what, node->text);
		return false;
	}
	if (!*node->text && !node->is_quoted) {
		yaml_fault(faults, node, "%s: expected a text, here stands nothing", what);
		return false;
	}
	*out = node->text;
	return true;
}

/* Digits with an optional minus, no leading zeros: 0800 is eight hundred for one reader, octal for
 * the next. */
static bool
is_plain_number(const char *text)
{
	const char *digits = *text == '-' ? text + 1 : text;

	if (!*digits || digits[strspn(digits, "0123456789")])
		return false;
	return digits[0] != '0' || !digits[1];
}

bool
yaml_number(const struct yaml_node *node, const char *what, int64_t low, int64_t high, int64_t *out,
    struct faults *faults)
{
	const char *text;

	if (!yaml_text(node, what, &text, faults))
		return false;
	errno = 0;
	int64_t number = is_plain_number(text) ? g_ascii_strtoll(text, NULL, 10) : 0;
	if (!is_plain_number(text) || errno || number < low || number > high) {
		yaml_fault(faults, node,
		    "%s: expected a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
		    ", here stands \"%s\"",
		    what, low, high, text);
		return false;
	}
	*out = number;
	return true;
}

bool
yaml_yes_no(const struct yaml_node *node, const char *what, bool *out, struct faults *faults)
{
	const char *text;

	if (!yaml_text(node, what, &text, faults))
		return false;
	if (g_ascii_strcasecmp(text, "yes") == 0 || g_ascii_strcasecmp(text, "true") == 0) {
		*out = true;
		return true;
	}
	if (g_ascii_strcasecmp(text, "no") == 0 || g_ascii_strcasecmp(text, "false") == 0) {
		*out = false;
		return true;
	}
	yaml_fault(faults, node, "%s: expected yes or no, here stands \"%s\"", what, text);
	return false;
}

/* The fault for a word that is not in the list: with the near word, else with all of a short list.
 */
static void
refuse_word(const struct yaml_node *node, const char *what, const char *verb,
    const char *const *words, size_t count, struct faults *faults)
{
	const char *near = near_word(node->text, words, count);
	g_autoptr(GString) all = g_string_new(NULL);

	if (near) {
		yaml_fault(faults, node, "%s: %s \"%s\": did you mean \"%s\"?", what, verb,
		    node->text, near);
		return;
	}
	for (size_t at = 0; at < count && all->len < 300; at++)
		g_string_append_printf(all, "%s%s", at ? ", " : "", words[at]);
	yaml_fault(
	    faults, node, "%s: %s \"%s\": expected one of %s", what, verb, node->text, all->str);
}

bool
yaml_word(const struct yaml_node *node, const char *what, const char *const *words, size_t count,
    unsigned *out, struct faults *faults)
{
	const char *text;

	if (!yaml_text(node, what, &text, faults))
		return false;
	for (size_t at = 0; at < count; at++)
		if (strcmp(text, words[at]) == 0) {
			*out = (unsigned)at;
			return true;
		}
	refuse_word(node, what, "unknown word", words, count, faults);
	return false;
}

void
yaml_only_keys(const struct yaml_node *map, const char *what, const char *const *allowed,
    size_t count, struct faults *faults)
{
	if (!map || map->kind != YAML_MAP)
		return;
	for (size_t at = 0; at < map->count; at++) {
		bool is_allowed = false;
		for (size_t word = 0; word < count && !is_allowed; word++)
			is_allowed = strcmp(map->keys[at].text, allowed[word]) == 0;
		if (!is_allowed)
			refuse_word(&map->keys[at], what, "unknown key", allowed, count, faults);
	}
}

const struct yaml_node *
yaml_need(const struct yaml_node *map, const char *what, const char *key, struct faults *faults)
{
	if (!yaml_is_map(map, what, faults))
		return NULL;
	const struct yaml_node *value = yaml_get(map, key);
	if (!value)
		yaml_fault(faults, map, "%s: \"%s\" is missing", what, key);
	return value;
}
