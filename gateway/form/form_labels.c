/* Recognises labels and headings through all that mail programs do to them. */
/* SPDX-License-Identifier: MIT */
#include "form/form_labels.h"

#include <string.h>

#include "form/form_fold.h"

enum { SEPARATORS_MAX = 4, LABEL_LINES_MAX = 2, JOIN_MAX = FOLD_INPUT_MAX_BYTES };

/* The bytes of a sign that may part label and answer; 0 for none. */
static size_t
separator_length(const char *at, const char *end)
{
	static const char *const SIGNS[] = {
	    ":", "\xEF\xBC\x9A", "\t", "|", "?", "  ", " - ", " \xE2\x80\x93 ", " \xE2\x80\x94 "};

	for (size_t sign = 0; sign < COUNT_OF(SIGNS); sign++) {
		size_t length = strlen(SIGNS[sign]);
		if ((size_t)(end - at) >= length && memcmp(at, SIGNS[sign], length) == 0)
			return length;
	}
	return 0;
}

/* The answer without what is left of the separator: ":" after "?", a cell's bars, the end of bold.
 */
static void
set_rest(const char *at, const char *end, bool is_bold, struct line_meaning *out)
{
	while (at < end && (strchr(" \t:|", *at) || (is_bold && strchr("*_", *at))))
		at++;
	while (end > at && strchr(" \t|", end[-1]))
		end--;
	out->rest = at;
	out->rest_length = (size_t)(end - at);
}

static void
set_hint(const char *label, const char *end, struct line_meaning *out)
{
	const char *open = memchr(label, '(', (size_t)(end - label));
	const char *close = open ? memrchr(open, ')', (size_t)(end - open)) : NULL;

	out->hint = close ? open + 1 : NULL;
	out->hint_length = close ? (size_t)(close - open) - 1 : 0;
}

/* Finds a label before one of the first separators that stand outside brackets. */
static bool
find_before_separator(
    const struct form *form, const char *start, const char *end, struct line_meaning *out)
{
	const char *limit = end - start > JOIN_MAX ? start + JOIN_MAX : end;
	unsigned depth = 0, tried = 0;
	struct fold fold;

	for (const char *at = start; at < limit && tried < SEPARATORS_MAX; at++) {
		depth += *at == '(';
		depth -= *at == ')' && depth;
		size_t length = depth ? 0 : separator_length(at, end);
		if (!length || at == start)
			continue;
		tried++;
		fold_label(start, (size_t)(at - start), &fold, NULL);
		out->uses = fold.length ? g_hash_table_lookup(form->labels, fold.key) : NULL;
		if (!out->uses)
			continue;
		bool is_bold = *start == '*' || *start == '_';
		out->kind = LINE_LABEL;
		out->has_separator = true;
		out->has_colon = strchr(":\t|\xEF", *at) != NULL;
		set_rest(at + length, end, is_bold, out);
		set_hint(start, at, out);
		return true;
	}
	return false;
}

/* A label cut by a line end is known by its open bracket, or as the beginning of a label. */
static bool
may_go_on(const struct form *form, const struct fold *fold, bool is_open)
{
	return is_open || (fold->length && g_hash_table_contains(form->beginnings, fold->key));
}

/* Tries the line with one and two lines behind it. What stands behind the label is on the last. */
static bool
find_over_lines(
    const struct form *form, const struct form_lines *lines, size_t from, struct line_meaning *out)
{
	char joined[JOIN_MAX];

	for (size_t extra = 1; extra <= LABEL_LINES_MAX && from + extra < lines->count; extra++) {
		const struct form_line *last = &lines->lines[from + extra];
		size_t head = form_lines_join(lines, from, extra - 1, joined, sizeof joined) + 1;
		size_t length = form_lines_join(lines, from, extra, joined, sizeof joined);
		struct line_meaning found = {0};
		if (!last->length || last->depth != lines->lines[from].depth || head >= length)
			return false;
		if (!find_before_separator(form, joined, joined + length, &found))
			continue;
		size_t label = (size_t)(found.rest - joined);
		if (label < head)
			return false;
		*out = found;
		out->extra_lines = extra;
		out->hint = NULL;
		set_rest(last->words + (label - head), last->words + last->length, false, out);
		return true;
	}
	return false;
}

/* The number at the end of "child 2", "child no 2", "child 2 of 3"; the words before it stay in
 * fold. */
static unsigned
take_number(struct fold *fold)
{
	char *of = strstr(fold->key, " of ");
	unsigned number = 0, scale = 1;

	if (of && of > fold->key && g_ascii_isdigit(of[-1]) && g_ascii_isdigit(of[4])) {
		*of = 0;
		fold->length = (size_t)(of - fold->key);
	}
	while (fold->length && g_ascii_isdigit(fold->key[fold->length - 1]) && scale < 1000) {
		number += scale * (unsigned)(fold->key[--fold->length] - '0');
		scale *= 10;
	}
	while (fold->length && fold->key[fold->length - 1] == ' ')
		fold->length--;
	fold->key[fold->length] = 0;
	if (scale > 1 &&
	    (g_str_has_suffix(fold->key, " no") || g_str_has_suffix(fold->key, " number")))
		*strrchr(fold->key, ' ') = 0;
	return number;
}

static bool
find_heading(const struct form *form, const char *start, size_t length, struct line_meaning *out)
{
	char bare[FOLD_INPUT_MAX_BYTES];
	struct fold fold;

	if (length >= sizeof bare)
		return false;
	/* "CHILD (2)": the number may stand in the brackets that hold hints elsewhere */
	memcpy(bare, start, length);
	bare[length] = 0;
	char *open = strrchr(bare, '(');
	if (open && g_ascii_isdigit(open[1]))
		*open = ' ';
	fold_label(bare, length, &fold, NULL);
	unsigned number = take_number(&fold);
	unsigned section = GPOINTER_TO_UINT(g_hash_table_lookup(form->headings, fold.key));
	if (!section || (number && form->sections[section - 1].about == GROUP_REPORT))
		return false;
	*out = (struct line_meaning){
	    .kind = LINE_HEADING, .section = &form->sections[section - 1], .number = number};
	out->rest = start + length;
	struct fold own;
	fold_label(out->section->heading, strlen(out->section->heading), &own, NULL);
	out->is_own = strcmp(own.key, fold.key) == 0;
	return true;
}

/* "Child 2: Anna": a numbered heading that somebody wrote behind. */
static bool
find_heading_before_colon(
    const struct form *form, const struct form_line *line, struct line_meaning *out)
{
	const char *colon = memchr(line->words, ':', line->length);

	if (!colon || !find_heading(form, line->words, (size_t)(colon - line->words), out) ||
	    !out->number)
		return false;
	set_rest(colon + 1, line->words + line->length, false, out);
	return true;
}

static bool
find_title(const struct form *form, const struct form_line *line)
{
	struct fold title, fold;

	fold_words(form->title, strlen(form->title), &title);
	fold_words(line->words, MIN(line->length, FOLD_INPUT_MAX_BYTES), &fold);
	return title.length && fold_has_words(fold.key, title.key) &&
	    strstr(fold.key, title.key) - fold.key < 12;
}

/* The lines that telephones put below every mail. */
static bool
is_advertisement(const struct form_line *line)
{
	static const char *const BEGINNINGS[] = {
	    "sent from my ", "sent from outlook", "get outlook for "};
	struct fold fold;

	if (line->length > 60)
		return false;
	fold_words(line->words, line->length, &fold);
	for (size_t at = 0; at < COUNT_OF(BEGINNINGS); at++)
		if (g_str_has_prefix(fold.key, BEGINNINGS[at]))
			return true;
	return false;
}

/* What a line of signs alone is: nothing, a rule, or the mark above a signature (RFC 3676 4.3). */
static enum line_kind
kind_of_signs(const struct form_line *line)
{
	if (!line->length)
		return LINE_BLANK;
	if (line->length == 2 && memcmp(line->words, "--", 2) == 0)
		return LINE_END;
	for (size_t at = 0; at < line->length; at++)
		if (!strchr("-=_*~# +|", line->words[at]))
			return is_advertisement(line) ? LINE_RULE : LINE_WORDS;
	return line->length > 2 ? LINE_RULE : LINE_WORDS;
}

void
line_recognise(
    const struct form *form, const struct form_lines *lines, size_t at, struct line_meaning *out)
{
	const struct form_line *line = &lines->lines[at];
	const char *start = line->words, *end = start + line->length;
	struct fold fold;
	bool is_open;

	*out = (struct line_meaning){.kind = kind_of_signs(line)};
	if (out->kind != LINE_WORDS)
		return;
	while (start < end && strchr("| \t", *start))
		start++;
	if (find_title(form, line)) {
		out->kind = LINE_TITLE;
		return;
	}
	if (find_before_separator(form, start, end, out))
		return;
	fold_label(start, MIN((size_t)(end - start), FOLD_INPUT_MAX_BYTES + 1), &fold, &is_open);
	if (strcmp(fold.key, form->end_key) == 0) {
		out->kind = LINE_END;
		return;
	}
	if (find_heading(form, start, (size_t)(end - start), out) ||
	    find_heading_before_colon(form, line, out))
		return;
	*out = (struct line_meaning){.kind = LINE_WORDS};
	if (may_go_on(form, &fold, is_open) && find_over_lines(form, lines, at, out))
		return;
	out->uses = fold.length ? g_hash_table_lookup(form->labels, fold.key) : NULL;
	if (out->uses) {
		out->kind = LINE_LABEL;
		out->rest = end;
		set_hint(start, end, out);
	}
}

bool
line_looks_labelled(const struct form_line *line)
{
	const char *colon = memchr(line->words, ':', MIN(line->length, 60));
	struct fold fold;
	unsigned words = 1;

	if (!colon || !g_ascii_isalpha(line->words[0]))
		return false;
	fold_label(line->words, (size_t)(colon - line->words), &fold, NULL);
	for (const char *at = fold.key; *at; at++)
		words += *at == ' ';
	bool is_address =
	    colon + 2 < line->words + line->length && colon[1] == '/' && colon[2] == '/';
	return fold.length > 1 && words <= 6 && !is_address;
}
