/* Finds the choices that words, lists and ticked boxes mean. */
/* SPDX-License-Identifier: MIT */
#include "form/form_pick.h"

#include <string.h>

enum { ITEMS_MAX = 64 };

struct piece
piece_trim(struct piece piece)
{
	while (piece.length && strchr(" \t\n.,;:*", piece.words[0])) {
		piece.words++;
		piece.length--;
	}
	while (piece.length && strchr(" \t\n.,;:*", piece.words[piece.length - 1]))
		piece.length--;
	return piece;
}

/* The number of the choice that one word means, or -1. */
static int
find_word(const struct field_extra *extra, const char *words, size_t length)
{
	struct fold fold, bag;

	fold_words(words, length, &fold);
	if (!fold.length)
		return -1;
	unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(extra->words, fold.key));
	if (!number) {
		fold_bag(&fold, &bag);
		number = GPOINTER_TO_UINT(g_hash_table_lookup(extra->bags, bag.key));
	}
	return number && number != CHOICE_AMBIGUOUS ? (int)number - 1 : -1;
}

/* "2A - child drug misuse": a code in front must mean what the words behind it mean. */
static int
find_coded(const struct field_extra *extra, struct piece piece)
{
	const char *space = memchr(piece.words, ' ', piece.length);

	if (!space)
		return -1;
	size_t head = (size_t)(space - piece.words);
	int code = find_word(extra, piece.words, head);
	int rest = find_word(extra, space, piece.length - head);
	return code == rest ? code : -1;
}

int
choice_of_piece(const struct field_extra *extra, struct piece piece)
{
	piece = piece_trim(piece);
	/* "neglect?" is a question, and no answer. */
	if (memchr(piece.words, '?', piece.length))
		return -1;
	int found = find_word(extra, piece.words, piece.length);

	return found >= 0 ? found : find_coded(extra, piece);
}

/* The next place where words part two answers in this way; `end` where there is none. */
static const char *
next_parting(const char *at, const char *end, const char *const *signs, size_t *step)
{
	const char *first = end;

	*step = 0;
	for (size_t sign = 0; signs[sign]; sign++) {
		size_t length = strlen(signs[sign]);
		const char *found = memmem(at, (size_t)(first - at), signs[sign], length);
		if (found) {
			first = found;
			*step = length;
		}
	}
	return first;
}

/* Adds every choice of "neglect and gangs", "2A/16A" or "2A 16A"; false when one part is none. */
static bool
add_parts(const struct field_extra *extra, struct piece piece, struct choice_set *set)
{
	static const char *const WAYS[][5] = {
	    {" and ", " & ", "/", "+", NULL}, {" - ", NULL}, {" ", NULL}};

	for (size_t way = 0; way < COUNT_OF(WAYS); way++) {
		const char *at = piece.words, *end = piece.words + piece.length;
		struct choice_set found = *set;
		size_t parts = 0, step = 1;
		int number = 0;
		for (; number >= 0 && step && parts <= ITEMS_MAX; parts++) {
			const char *next = next_parting(at, end, WAYS[way], &step);
			number = choice_of_piece(
			    extra, (struct piece){.words = at, .length = (size_t)(next - at)});
			if (number >= 0)
				choice_set_add(&found, (unsigned)number);
			at = next + step;
		}
		if (number >= 0 && !step) {
			*set = found;
			return true;
		}
	}
	return false;
}

static bool
add_piece(const struct field_extra *extra, struct piece piece, struct choice_set *set)
{
	int number = choice_of_piece(extra, piece);

	if (number >= 0)
		choice_set_add(set, (unsigned)number);
	return number >= 0 || add_parts(extra, piece, set);
}

/* A box at the start of text: its bytes, and whether it is ticked; 0 for none. */
static size_t
box_length(const char *words, size_t length, bool *is_ticked)
{
	static const struct {
		const char *sign;
		bool is_ticked;
	} SIGNS[] = {{"\xE2\x98\x90", false}, {"\xE2\x98\x91", true}, {"\xE2\x98\x92", true},
	    {"\xE2\x96\xA1", false}, {"\xE2\x9C\x93", true}, {"\xE2\x9C\x94", true},
	    {"\xE2\x9C\x97", true}, {"\xE2\x9C\x98", true}};

	for (size_t at = 0; at < COUNT_OF(SIGNS); at++)
		if (length >= 3 && memcmp(words, SIGNS[at].sign, 3) == 0) {
			*is_ticked = SIGNS[at].is_ticked;
			return 3;
		}
	char close = length && words[0] == '[' ? ']' : length && words[0] == '(' ? ')' : 0;
	const char *end = close ? memchr(words, close, MIN(length, 8)) : NULL;
	if (!end)
		return 0;
	struct piece inside =
	    piece_trim((struct piece){.words = words + 1, .length = (size_t)(end - words) - 1});
	bool is_mark = inside.length == 1 && strchr("xX", inside.words[0]);
	bool is_sign = inside.length == 3 && box_length(inside.words, 3, is_ticked) == 3;
	if (inside.length && !is_mark && !is_sign)
		return 0;
	*is_ticked = inside.length > 0;
	return (size_t)(end - words) + 1;
}

/* The next box at or after `at`; its offset, or the text's length. */
static size_t
next_box(struct plain text, size_t at, size_t *length, bool *is_ticked)
{
	for (; at < text.length; at++) {
		*length = box_length(text.words + at, text.length - at, is_ticked);
		if (*length)
			return at;
	}
	return text.length;
}

static void
pick_piece(const struct field_extra *extra, struct piece piece, struct picked *out)
{
	piece = piece_trim(piece);
	if (piece.length && !add_piece(extra, piece, &out->set) && !out->unclear.words)
		out->unclear = piece;
}

/* A ticked box may also say that something is not known. */
static void
pick_ticked(const struct field_extra *extra, struct piece piece, struct picked *out)
{
	struct fold words;

	piece = piece_trim(piece);
	fold_words(piece.words, piece.length, &words);
	enum known known = words.length ? known_of(&words) : KNOWN_GIVEN;
	if (known != KNOWN_GIVEN && choice_of_piece(extra, piece) < 0)
		out->known = known;
	else
		pick_piece(extra, piece, out);
}

void
pick_boxes(const struct field_extra *extra, struct plain text, struct picked *out)
{
	size_t length = 0, next_length = 0, start = 0;
	bool is_ticked = false, next_ticked = false;
	size_t box = next_box(text, 0, &length, &is_ticked);
	bool is_after = piece_trim((struct piece){.words = text.words, .length = box}).length > 0;

	while (box < text.length && !out->unclear.words) {
		out->has_boxes = true;
		size_t next = next_box(text, box + length, &next_length, &next_ticked);
		struct piece piece = {
		    .words = text.words + box + length, .length = next - box - length};
		if (is_after)
			piece = (struct piece){.words = text.words + start, .length = box - start};
		if (is_ticked)
			pick_ticked(extra, piece, out);
		start = box + length;
		box = next;
		length = next_length;
		is_ticked = next_ticked;
	}
}

/* The bytes up to the next comma, semicolon or line end. */
static size_t
piece_length(const char *at, const char *end)
{
	size_t length = 0;

	while (at + length < end && !strchr(",;\n", at[length]))
		length++;
	return length;
}

/* A line may just be broken: the most lines, of three, that are one choice together. */
static struct piece
next_piece(const struct field_extra *extra, const char *at, const char *end)
{
	struct piece best = {.words = at, .length = piece_length(at, end)}, tried = best;

	for (int line = 1; line < 3; line++) {
		const char *stop = at + tried.length;
		if (stop == end || *stop != '\n')
			break;
		tried.length += 1 + piece_length(stop + 1, end);
		if (choice_of_piece(extra, tried) >= 0)
			best = tried;
	}
	return best;
}

void
pick_list(const struct field_extra *extra, struct plain text, struct picked *out)
{
	const char *at = text.words, *end = text.words + text.length;
	size_t pieces = 0;

	while (at < end && pieces < ITEMS_MAX && !out->unclear.words) {
		struct piece piece = next_piece(extra, at, end);
		pieces += piece_trim(piece).length > 0;
		pick_piece(extra, piece, out);
		at += MIN(piece.length + 1, (size_t)(end - at));
	}
	if (at < end && !out->unclear.words)
		out->unclear = (struct piece){.words = at, .length = (size_t)(end - at)};
}

unsigned
choices_count(const struct choice_set *set)
{
	unsigned count = 0;

	for (unsigned at = 0; at < CHOICES_MAX; at++)
		count += choice_set_has(set, at);
	return count;
}
