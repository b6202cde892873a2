/* Breaks text at eighty columns, and tells a rule with all that it saw. */
/* SPDX-License-Identifier: MIT */
#include "commands/telling.h"

#include <glib.h>
#include <stdarg.h>
#include <string.h>

#include "papers/near_miss.h"

enum { VALUE_MAX_BYTES = 160, HEAD_AT = 11, CONDITIONS_AT = 4, ANSWER_WIDTH = 12 };

unsigned
tell_width(const char *text, size_t length)
{
	const char *end = text + length;
	unsigned width = 0;

	while (text < end) {
		gunichar one = g_utf8_get_char_validated(text, end - text);
		bool is_valid = one < 0x110000;
		width += is_valid && g_unichar_iszerowidth(one) ? 0
		    : is_valid && g_unichar_iswide(one)         ? 2
								: 1;
		text = is_valid ? g_utf8_next_char(text) : text + 1;
	}
	return width;
}

static void
put_word(FILE *out, const char *word, size_t length)
{
	for (size_t at = 0; at < length; at++)
		if (!g_ascii_iscntrl(word[at]))
			(void)fputc(word[at], out);
}

/* Where a word that is wider than a whole line is cut. */
static size_t
fit_bytes(const char *word, size_t length, unsigned room)
{
	size_t end = 0;

	while (end < length) {
		size_t next = end + 1;
		while (next < length && ((unsigned char)word[next] & 0xC0) == 0x80)
			next++;
		if (tell_width(word, next) > room)
			break;
		end = next;
	}
	return end ? end : length;
}

void
tell_on(FILE *out, unsigned column, unsigned rest, const char *text)
{
	bool at_start = true;

	while (*(text += strspn(text, " \t\r\n"))) {
		size_t length = strcspn(text, " \t\r\n");
		unsigned width = tell_width(text, length);
		if (width > TELLING_COLUMNS - rest) {
			length = fit_bytes(text, length, TELLING_COLUMNS - rest);
			width = tell_width(text, length);
		}
		if (!at_start && column + 1 + width > TELLING_COLUMNS) {
			(void)fprintf(out, "\n%*s", (int)rest, "");
			column = rest;
			at_start = true;
		}
		if (!at_start) {
			(void)fputc(' ', out);
			column++;
		}
		put_word(out, text, length);
		column += width;
		at_start = false;
		text += length;
	}
	(void)fputc('\n', out);
}

void
tell_text(FILE *out, unsigned first, unsigned rest, const char *text)
{
	(void)fprintf(out, "%*s", (int)first, "");
	tell_on(out, first, rest, text);
}

void
tell(FILE *out, unsigned first, unsigned rest, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	g_autofree char *text = g_strdup_vprintf(format, values);
	va_end(values);
	tell_text(out, first, rest, text);
	explicit_bzero(text, strlen(text));
}

char *
tell_children(uint64_t children)
{
	GString *words = g_string_new(NULL);
	const char *before = children & (children - 1) ? " children " : " child ";

	for (unsigned at = 0; at < 64; at++)
		if (children >> at & 1) {
			g_string_append_printf(words, "%s%u", before, at + 1);
			before = ", ";
		}
	return g_string_free(words, FALSE);
}

/* The value in brackets, cut to what people read. */
static void
append_value(GString *line, struct plain seen)
{
	size_t length = MIN(seen.length, VALUE_MAX_BYTES);

	if (!seen.length)
		return;
	while (length < seen.length && length && ((unsigned char)seen.words[length] & 0xC0) == 0x80)
		length--;
	g_string_append(line, "  [");
	g_string_append_len(line, seen.words, (gssize)length);
	g_string_append(line, length < seen.length ? " ...]" : "]");
}

static void
tell_condition(FILE *out, const struct rule_seen *rule, size_t number)
{
	const struct condition_seen *one = &rule->conditions[number];
	unsigned indent = CONDITIONS_AT + MIN(one->depth, 8u) * 2;
	g_autoptr(GString) line = g_string_new(one->words);

	append_value(line, one->seen);
	/* Of a rule with one condition it goes without saying. */
	if (rule->condition_count > 1 && is_near_miss(rule, number))
		g_string_append(line, "  <- by this alone");
	(void)fprintf(out, "%*s%-*s", (int)indent, "", ANSWER_WIDTH, answer_name(one->answer));
	indent += ANSWER_WIDTH;
	tell_on(out, indent, indent, line->str);
	explicit_bzero(line->str, line->len);
}

void
tell_rule(FILE *out, const struct rule_seen *seen)
{
	g_autoptr(GString) head = g_string_new(NULL);

	g_string_append(head, seen->rule);
	if (seen->agency)
		g_string_append_printf(head, " for %s", seen->agency);
	if (seen->child >= 0)
		g_string_append_printf(head, ", child %d", seen->child + 1);
	g_string_append_printf(head, ": %s", answer_name(seen->answer));
	if (strcmp(seen->mode, "watch") == 0)
		g_string_append(head, "  (MODE WATCH: recorded, decides nothing)");
	else if (strcmp(seen->mode, "send") != 0)
		g_string_append_printf(head, "  (mode %s)", seen->mode);
	(void)fprintf(out, "%s %-8s ", seen->decided ? "*" : " ", seen->list);
	tell_on(out, HEAD_AT, HEAD_AT + 2, head->str);
	for (size_t at = 0; at < seen->condition_count; at++)
		tell_condition(out, seen, at);
}
