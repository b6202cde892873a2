/* Reads a template and checks every tag in it. */
/* SPDX-License-Identifier: MIT */
#include "letters/template_parse.h"

#include <glib.h>
#include <string.h>

/* A section that is open at this point of the text. */
struct open_section {
	struct plain name;
	size_t piece;
	unsigned line, column;
	const struct blank *inside; /* the names it adds: a list's */
	size_t inside_count;
};

struct parser {
	const char *file, *bytes;
	size_t length, at;
	size_t line_start; /* where the line of `at` begins */
	unsigned line;
	struct faults *faults;
	GArray *pieces;
	struct open_section open[TEMPLATE_MAX_DEPTH + 1]; /* [0] is the template itself */
	unsigned depth;
	unsigned tags;
};

/* One tag as it stands in the text. */
struct tag {
	char mark; /* '#', '^', '/', '!', or 0 for a value */
	struct plain name;
	size_t start, end;
	unsigned line, column;
};

static void __attribute__((format(printf, 3, 4)))
add_fault(struct parser *parser, const struct tag *tag, const char *format, ...)
{
	va_list words;

	va_start(words, format);
	g_autofree char *text = g_strdup_vprintf(format, words);
	va_end(words);
	faults_add(parser->faults, parser->file, tag->line, tag->column, "%s", text);
}

static void
add_text(struct parser *parser, size_t from, size_t to)
{
	struct piece piece = {
	    .kind = PIECE_TEXT, .bytes = parser->bytes + from, .length = to - from};

	if (to > from)
		g_array_append_val(parser->pieces, piece);
}

/* --- what a tag is ------------------------------------------------------------------------- */

static bool
is_blank_space(char one)
{
	return one == ' ' || one == '\t' || one == '\n' || one == '\r';
}

static struct plain
trim(const char *bytes, size_t length)
{
	while (length && is_blank_space(bytes[0])) {
		bytes++;
		length--;
	}
	while (length && is_blank_space(bytes[length - 1]))
		length--;
	return (struct plain){.words = bytes, .length = length};
}

/* Goes to an offset, keeping count of the lines on the way. */
static void
go_to(struct parser *parser, size_t at)
{
	for (; parser->at < at; parser->at++)
		if (parser->bytes[parser->at] == '\n') {
			parser->line++;
			parser->line_start = parser->at + 1;
		}
}

/* Reads the tag that begins at parser->at; false with a fault when it has no end. */
static bool
read_tag(struct parser *parser, struct tag *tag)
{
	const char *start = parser->bytes + parser->at;
	const char *end = g_strstr_len(start, (gssize)(parser->length - parser->at), "}}");

	*tag = (struct tag){.start = parser->at,
	    .line = parser->line,
	    .column =
		(unsigned)g_utf8_pointer_to_offset(parser->bytes + parser->line_start, start) + 1};
	if (!end) {
		add_fault(parser, tag, "{{ without }}");
		return false;
	}
	tag->end = (size_t)(end - parser->bytes) + 2;
	start += 2;
	if (start < end && strchr("#^/!", *start))
		tag->mark = *start++;
	tag->name = trim(start, (size_t)(end - start));
	return true;
}

/* A section's tag or a comment alone on its line: from and to are then the whole lines'. */
static bool
stands_alone(const struct parser *parser, const struct tag *tag, size_t *from, size_t *to)
{
	size_t at = parser->line_start;

	while (parser->bytes[at] == ' ' || parser->bytes[at] == '\t')
		at++;
	if (!tag->mark || at != tag->start)
		return false;
	at = tag->end;
	while (at < parser->length && (parser->bytes[at] == ' ' || parser->bytes[at] == '\t'))
		at++;
	if (at < parser->length && parser->bytes[at] == '\r')
		at++;
	if (at < parser->length && parser->bytes[at++] != '\n')
		return false;
	*from = parser->line_start;
	*to = at;
	return true;
}

/* --- what its name means ------------------------------------------------------------------- */

static bool
is_named(const struct blank *blank, struct plain name)
{
	return plain_equals(name, blank->name);
}

/* Inner names hide outer ones. */
static const struct blank *
find_blank(const struct parser *parser, struct plain name, unsigned *level)
{
	*level = 0;
	for (unsigned depth = parser->depth + 1; depth-- > 0;) {
		const struct open_section *section = &parser->open[depth];
		for (size_t at = 0; at < section->inside_count; at++)
			if (is_named(&section->inside[at], name))
				return &section->inside[at];
		/* only a list opens a level of its own */
		*level += section->inside != NULL && depth > 0;
	}
	return NULL;
}

static void
refuse_name(struct parser *parser, const struct tag *tag)
{
	g_autofree char *name = g_strndup(tag->name.words, tag->name.length);
	g_autoptr(GPtrArray) known = g_ptr_array_new();

	for (unsigned depth = 0; depth <= parser->depth; depth++)
		for (size_t at = 0; at < parser->open[depth].inside_count; at++)
			g_ptr_array_add(known, (gpointer)parser->open[depth].inside[at].name);
	const char *near = near_word(name, (const char *const *)known->pdata, known->len);
	if (near)
		add_fault(parser, tag, "nobody fills {{%s}}: did you mean {{%s}}?", name, near);
	else
		add_fault(parser, tag, "nobody fills {{%s}} in this place", name);
}

/* Mustache that we do not have, said in so many words. */
static bool
is_in_subset(struct parser *parser, const struct tag *tag)
{
	const char first = tag->name.length ? tag->name.words[0] : 0;

	if (!tag->name.length)
		add_fault(parser, tag, "a tag without a name");
	else if (memchr(tag->name.words, '\n', tag->name.length))
		add_fault(parser, tag, "a tag that goes over the end of its line");
	else if (first == '{' || first == '&')
		add_fault(parser, tag, "nothing is escaped here, write {{name}}");
	else if (first == '>')
		add_fault(parser, tag, "there are no partials: a letter is one file");
	else if (first == '=')
		add_fault(parser, tag, "delimiters cannot be changed");
	else
		return true;
	return false;
}

/* --- the tags, each by its mark ------------------------------------------------------------- */

static void
add_value(struct parser *parser, const struct tag *tag, const struct blank *blank, unsigned level)
{
	const char *line = parser->bytes + parser->line_start;
	size_t before = tag->start - parser->line_start, indent = 0;

	if (blank->kind != BLANK_TEXT) {
		add_fault(parser, tag, "{{%s}} is %s: write {{#%s}} ... {{/%s}}", blank->name,
		    blank->kind == BLANK_LIST ? "a list" : "true or not", blank->name, blank->name);
		return;
	}
	while (indent < before && strchr(" \t>|", line[indent]))
		indent++;
	struct piece piece = {.kind = PIECE_VALUE,
	    .blank = blank->kind,
	    .bytes = line,
	    .length = indent,
	    .is_first = indent == before,
	    .level = level,
	    .number = blank->number};
	g_array_append_val(parser->pieces, piece);
}

static void
open_section(
    struct parser *parser, const struct tag *tag, const struct blank *blank, unsigned level)
{
	struct piece piece = {.kind = tag->mark == '#' ? PIECE_SECTION : PIECE_INVERTED,
	    .blank = blank->kind,
	    .level = level,
	    .number = blank->number};
	bool adds_names = tag->mark == '#' && blank->kind == BLANK_LIST;

	if (parser->depth == TEMPLATE_MAX_DEPTH) {
		add_fault(parser, tag, "sections within sections: at most %d", TEMPLATE_MAX_DEPTH);
		return;
	}
	parser->open[++parser->depth] = (struct open_section){.name = tag->name,
	    .piece = parser->pieces->len,
	    .line = tag->line,
	    .column = tag->column,
	    .inside = adds_names ? blank->inside : NULL,
	    .inside_count = adds_names ? blank->inside_count : 0};
	g_array_append_val(parser->pieces, piece);
}

static void
close_section(struct parser *parser, const struct tag *tag)
{
	const struct open_section *last = &parser->open[parser->depth];

	if (!parser->depth) {
		add_fault(parser, tag, "{{/%.*s}} closes nothing", (int)tag->name.length,
		    tag->name.words);
		return;
	}
	if (tag->name.length != last->name.length ||
	    memcmp(tag->name.words, last->name.words, tag->name.length) != 0) {
		add_fault(parser, tag, "{{/%.*s}} stands where {{/%.*s}} must, for line %u",
		    (int)tag->name.length, tag->name.words, (int)last->name.length,
		    last->name.words, last->line);
	}
	g_array_index(parser->pieces, struct piece, last->piece).end = parser->pieces->len;
	parser->depth--;
}

static void
take_tag(struct parser *parser, const struct tag *tag)
{
	unsigned level;

	if (tag->mark == '!' || !is_in_subset(parser, tag))
		return;
	if (tag->mark == '/') {
		close_section(parser, tag);
		return;
	}
	const struct blank *blank = find_blank(parser, tag->name, &level);
	if (!blank) {
		/* an unknown section is opened all the same, so that its end is no second fault */
		static const struct blank UNKNOWN = {.kind = BLANK_TRUTH};
		refuse_name(parser, tag);
		if (tag->mark)
			open_section(parser, tag, &UNKNOWN, 0);
	} else if (tag->mark)
		open_section(parser, tag, blank, level);
	else
		add_value(parser, tag, blank, level);
}

static void
read_template(struct parser *parser)
{
	struct tag tag;
	const char *next;

	while ((next = g_strstr_len(parser->bytes + parser->at,
		    (gssize)(parser->length - parser->at), "{{")) != NULL) {
		size_t text_from = parser->at, text_to = (size_t)(next - parser->bytes), from, to;
		go_to(parser, text_to);
		if (!read_tag(parser, &tag))
			return;
		if (++parser->tags > TEMPLATE_MAX_TAGS) {
			add_fault(parser, &tag, "more than %d tags", TEMPLATE_MAX_TAGS);
			return;
		}
		bool alone = stands_alone(parser, &tag, &from, &to);
		add_text(parser, text_from, alone ? from : text_to);
		take_tag(parser, &tag);
		go_to(parser, alone ? to : tag.end);
	}
	add_text(parser, parser->at, parser->length);
	for (unsigned depth = parser->depth; depth > 0; depth--)
		faults_add(parser->faults, parser->file, parser->open[depth].line,
		    parser->open[depth].column, "{{#%.*s}} is never closed",
		    (int)parser->open[depth].name.length, parser->open[depth].name.words);
}

/* A text that is none gets one fault, where it stops being one. */
static bool
check_bytes(const char *file, const char *bytes, size_t length, struct faults *faults)
{
	const char *end;

	if (length > TEMPLATE_MAX_BYTES) {
		faults_add(faults, file, 0, 0, "longer than %d bytes", TEMPLATE_MAX_BYTES);
		return false;
	}
	if (g_utf8_validate_len(bytes, length, &end))
		return true;
	unsigned line = 1;
	for (const char *at = bytes; at < end; at++)
		line += *at == '\n';
	faults_add(faults, file, line, 1, "no UTF-8 text in this line");
	return false;
}

struct template *
template_parse(const char *file, const char *bytes, size_t length, const struct blank *blanks,
    size_t count, struct faults *faults)
{
	size_t before = faults_count(faults);

	if (!check_bytes(file, bytes, length, faults))
		return NULL;
	struct template *template = g_new0(struct template, 1);
	template->bytes = g_strndup(bytes, length);
	struct parser parser = {.file = file,
	    .bytes = template->bytes,
	    .length = length,
	    .line = 1,
	    .faults = faults,
	    .pieces = g_array_new(FALSE, FALSE, sizeof(struct piece)),
	    .open = {{.inside = blanks, .inside_count = count}}};
	read_template(&parser);
	template->piece_count = parser.pieces->len;
	template->pieces = (struct piece *)(void *)g_array_free(parser.pieces, FALSE);
	if (faults_count(faults) == before)
		return template;
	template_free(template);
	return NULL;
}

void
template_free(struct template *template)
{
	if (!template)
		return;
	g_free(template->pieces);
	g_free(template->bytes);
	g_free(template);
}

void
template_freep(struct template **template)
{
	template_free(*template);
	*template = NULL;
}
