/* Walks HTML once, tag by tag, and keeps what a reader would see. */
/* SPDX-License-Identifier: MIT */
#include "mime/html_text.h"

#include <glib.h>
#include <string.h>

#include "mime/html_entity.h"

enum { TABLE_DEPTH_MAX = 32, TAG_NAME_BYTES = 12 };

/*
 * Line ends and spaces are owed and not written at once: so a paragraph inside a table cell does
 * not part a label from its value, and no line begins or ends with folded space.
 */
struct page {
	char *start, *to;
	const char *at, *end;
	bool owes_line, owes_space;
	bool line_has_text;
	bool pair_has_text; /* since the label's cell began */
	bool awaits_value;  /* in the value's cell, and nothing stood there yet */
	unsigned pre_depth;
	unsigned table_depth;
	unsigned cells[TABLE_DEPTH_MAX]; /* of the row that is open, by table depth */
};

enum tag_kind { TAG_INLINE, TAG_LINE, TAG_BREAK, TAG_TABLE, TAG_ROW, TAG_CELL, TAG_PRE, TAG_DROP };

static const struct {
	char name[TAG_NAME_BYTES];
	enum tag_kind kind;
} TAGS[] = {
    {"address", TAG_LINE},
    {"article", TAG_LINE},
    {"aside", TAG_LINE},
    {"blockquote", TAG_LINE},
    {"body", TAG_LINE},
    {"br", TAG_BREAK},
    {"caption", TAG_LINE},
    {"center", TAG_LINE},
    {"dd", TAG_LINE},
    {"div", TAG_LINE},
    {"dl", TAG_LINE},
    {"dt", TAG_LINE},
    {"fieldset", TAG_LINE},
    {"figure", TAG_LINE},
    {"footer", TAG_LINE},
    {"form", TAG_LINE},
    {"h1", TAG_LINE},
    {"h2", TAG_LINE},
    {"h3", TAG_LINE},
    {"h4", TAG_LINE},
    {"h5", TAG_LINE},
    {"h6", TAG_LINE},
    {"header", TAG_LINE},
    {"hr", TAG_LINE},
    {"li", TAG_LINE},
    {"main", TAG_LINE},
    {"nav", TAG_LINE},
    {"ol", TAG_LINE},
    {"p", TAG_LINE},
    {"pre", TAG_PRE},
    {"script", TAG_DROP},
    {"section", TAG_LINE},
    {"style", TAG_DROP},
    {"table", TAG_TABLE},
    {"td", TAG_CELL},
    {"th", TAG_CELL},
    {"title", TAG_DROP},
    {"tr", TAG_ROW},
    {"ul", TAG_LINE},
};

static void
put(struct page *page, const char *bytes, size_t length)
{
	memcpy(page->to, bytes, length);
	page->to += length;
}

static void
end_line(struct page *page)
{
	put(page, "\n", 1);
	page->owes_line = page->owes_space = page->line_has_text = false;
}

static void
put_letters(struct page *page, const char *bytes, size_t length)
{
	if (page->owes_line && page->line_has_text)
		end_line(page);
	page->owes_line = false;
	if (page->owes_space && page->line_has_text)
		put(page, " ", 1);
	page->owes_space = false;
	put(page, bytes, length);
	page->line_has_text = page->pair_has_text = true;
	page->awaits_value = false;
}

/* A paragraph that opens a value's cell begins beside its label. */
static void
owe_line(struct page *page)
{
	page->owes_line |= !page->awaits_value;
}

static bool
is_space(char one)
{
	return one == ' ' || one == '\t' || one == '\n' || one == '\r' || one == '\f';
}

/* The name in lower case, "" for what has none or a longer one than any that we know. */
static void
read_tag_name(const char *at, const char *end, char name[TAG_NAME_BYTES])
{
	size_t length = 0;

	while (at < end && (g_ascii_isalnum(*at) || *at == ':') && length + 1 < TAG_NAME_BYTES)
		name[length++] = g_ascii_tolower(*at++);
	name[at < end && (g_ascii_isalnum(*at) || *at == ':') ? 0 : length] = 0;
}

static enum tag_kind
find_kind(const char *name)
{
	for (size_t at = 0; at < COUNT_OF(TAGS); at++)
		if (strcmp(name, TAGS[at].name) == 0)
			return TAGS[at].kind;
	return TAG_INLINE;
}

/* Behind the '>' that ends the tag; quoted attribute values may hold one. */
static const char *
skip_tag(const char *at, const char *end)
{
	char quote = 0;

	for (; at < end; at++) {
		if (quote ? *at == quote : (*at == '"' || *at == '\''))
			quote = quote ? 0 : *at;
		else if (!quote && *at == '>')
			return at + 1;
	}
	return end;
}

/* Behind the end tag of this name. */
static const char *
skip_element(const char *at, const char *end, const char *name)
{
	size_t length = strlen(name);

	for (; (at = memchr(at, '<', (size_t)(end - at))); at++)
		if ((size_t)(end - at) > length + 2 && at[1] == '/' &&
		    g_ascii_strncasecmp(at + 2, name, length) == 0)
			return skip_tag(at, end);
	return end;
}

static const char *
skip_comment(const char *at, const char *end)
{
	const char *stop = memmem(at, (size_t)(end - at), "-->", 3);

	return stop ? stop + 3 : end;
}

/* An even cell is the value of the one before it; an odd one begins a new pair on a new line. */
static void
begin_cell(struct page *page)
{
	unsigned *cells = &page->cells[page->table_depth];

	page->awaits_value = false;
	if (++*cells % 2 || !page->pair_has_text) {
		page->owes_line = true;
		page->pair_has_text = false;
		return;
	}
	page->owes_line = false;
	if (page->to > page->start && page->to[-1] != ':')
		put(page, ":", 1);
	page->owes_space = page->awaits_value = true;
}

static void
begin_row(struct page *page)
{
	page->cells[page->table_depth] = 0;
	page->owes_line = true;
	page->pair_has_text = page->awaits_value = false;
}

static void
change_table(struct page *page, bool opens)
{
	owe_line(page);
	if (opens && page->table_depth + 1 < TABLE_DEPTH_MAX)
		page->cells[++page->table_depth] = 0;
	else if (!opens && page->table_depth)
		page->table_depth--;
}

static void
change_pre(struct page *page, bool opens)
{
	owe_line(page);
	if (opens)
		page->pre_depth++;
	else if (page->pre_depth)
		page->pre_depth--;
}

static void
obey_tag(struct page *page, const char *name, bool opens)
{
	switch (find_kind(name)) {
	case TAG_INLINE:
		break;
	case TAG_LINE:
		owe_line(page);
		break;
	case TAG_BREAK:
		if (page->owes_line && page->line_has_text)
			end_line(page);
		end_line(page);
		break;
	case TAG_TABLE:
		change_table(page, opens);
		break;
	case TAG_ROW:
		begin_row(page);
		break;
	case TAG_CELL:
		if (opens)
			begin_cell(page);
		break;
	case TAG_PRE:
		change_pre(page, opens);
		break;
	case TAG_DROP:
		if (opens)
			page->at = skip_element(page->at, page->end, name);
		break;
	}
}

static void
read_tag(struct page *page)
{
	char name[TAG_NAME_BYTES];
	const char *at = page->at + 1;
	bool opens = true;

	if (page->end - at >= 3 && memcmp(at, "!--", 3) == 0) {
		page->at = skip_comment(at + 3, page->end);
		return;
	}
	if (at < page->end && *at == '/') {
		opens = false;
		at++;
	}
	read_tag_name(at, page->end, name);
	page->at = skip_tag(at, page->end);
	obey_tag(page, name, opens);
}

static bool
begins_tag(const struct page *page)
{
	const char *next = page->at + 1;

	return *page->at == '<' && next < page->end &&
	    (g_ascii_isalpha(*next) || *next == '/' || *next == '!' || *next == '?');
}

static void
read_space(struct page *page)
{
	if (!page->pre_depth)
		page->owes_space = true;
	else if (*page->at == '\n')
		end_line(page);
	else if (*page->at != '\r')
		put_letters(page, " ", 1);
	page->at++;
}

static void
read_letter(struct page *page)
{
	char letter[4];
	size_t length = 0;
	size_t used = html_entity_read(page->at, (size_t)(page->end - page->at), letter, &length);

	put_letters(page, used ? letter : page->at, used ? length : 1);
	page->at += used ? used : 1;
}

struct plain
html_to_text(struct plain html, struct arena *arena)
{
	struct page page = {.at = html.words, .end = html.words + html.length};

	/* a tag of three bytes, <p>, owes one at the most; <td> and <br> two */
	page.start = page.to = arena_take(arena, html.length + 2);
	while (page.at < page.end) {
		if (begins_tag(&page))
			read_tag(&page);
		else if (is_space(*page.at))
			read_space(&page);
		else
			read_letter(&page);
	}
	if (page.line_has_text)
		end_line(&page);
	return (struct plain){.words = page.start, .length = (size_t)(page.to - page.start)};
}
