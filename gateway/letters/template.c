/* Fills the blanks of a template that was read before. */
/* SPDX-License-Identifier: MIT */
#include "letters/template.h"

#include <string.h>

#include "letters/template_parse.h"

/* Where filling goes: counts first with `to` NULL, then writes. */
struct filling {
	const struct template *template;
	char *to;
	size_t used, max;
};

/* The fills of a section, and of what is around it. */
struct scope {
	const struct fill *fills;
	const struct scope *outer;
};

static void
put(struct filling *filling, const char *bytes, size_t length)
{
	/* past the ceiling only the count goes on, far enough to be seen */
	if (length > filling->max + 1 - filling->used)
		length = filling->max + 1 - filling->used;
	if (filling->to)
		memcpy(filling->to + filling->used, bytes, length);
	filling->used += length;
}

/* Where a value goes on after a line end: under its line's beginning, and further in when a label
 * is in front. */
static void
put_indentation(struct filling *filling, const struct piece *piece)
{
	put(filling, piece->bytes, piece->length);
	if (!piece->is_first)
		put(filling, "    ", 4);
}

static void
put_value(struct filling *filling, const struct piece *piece, struct plain value)
{
	for (size_t at = 0; at < value.length;) {
		const char *end = memchr(value.words + at, '\n', value.length - at);
		size_t length = end ? (size_t)(end - value.words) - at + 1 : value.length - at;
		put(filling, value.words + at, length);
		at += length;
		if (end && at < value.length)
			put_indentation(filling, piece);
	}
}

static bool
is_filled(const struct piece *piece, const struct fill *fill)
{
	switch (piece->blank) {
	case BLANK_TEXT:
		return !plain_is_empty(fill->text);
	case BLANK_TRUTH:
		return fill->is_true;
	case BLANK_LIST:
		return fill->row_count > 0;
	}
	return false;
}

static void put_pieces(struct filling *filling, size_t from, size_t to, const struct scope *scope);

/* The depth is bounded by TEMPLATE_MAX_DEPTH when the template is read. */
static void
put_section(struct filling *filling, size_t at, const struct fill *fill, const struct scope *scope)
{
	const struct piece *piece = &filling->template->pieces[at];

	if (piece->blank != BLANK_LIST) {
		put_pieces(filling, at + 1, piece->end, scope);
		return;
	}
	for (size_t row = 0; row < fill->row_count && filling->used <= filling->max; row++) {
		const struct scope inner = {fill->rows[row], scope};
		put_pieces(filling, at + 1, piece->end, &inner);
	}
}

static void
put_pieces(struct filling *filling, size_t from, size_t to, const struct scope *scope)
{
	for (size_t at = from; at < to; at++) {
		const struct piece *piece = &filling->template->pieces[at];
		const struct scope *home = scope;
		for (unsigned level = 0; level < piece->level; level++)
			home = home->outer;
		const struct fill *fill = &home->fills[piece->number];
		switch (piece->kind) {
		case PIECE_TEXT:
			put(filling, piece->bytes, piece->length);
			break;
		case PIECE_VALUE:
			put_value(filling, piece, fill->text);
			break;
		case PIECE_SECTION:
			if (is_filled(piece, fill))
				put_section(filling, at, fill, scope);
			at = piece->end - 1;
			break;
		case PIECE_INVERTED:
			if (!is_filled(piece, fill))
				put_pieces(filling, at + 1, piece->end, scope);
			at = piece->end - 1;
			break;
		}
	}
}

bool
template_fill(const struct template *template, const struct fill *fills, size_t max_bytes,
    struct arena *arena, struct plain *out, struct failure *why)
{
	const struct scope scope = {fills, NULL};
	struct filling filling = {.template = template, .max = max_bytes};

	put_pieces(&filling, 0, template->piece_count, &scope);
	if (filling.used > max_bytes)
		return fail(why, REMEDY_DESK, "letter.too-large",
		    "the text of the letter is longer than %zu bytes", max_bytes);
	filling.to = arena_take(arena, filling.used + 1);
	filling.used = 0;
	put_pieces(&filling, 0, template->piece_count, &scope);
	*out = (struct plain){.words = filling.to, .length = filling.used};
	return true;
}
