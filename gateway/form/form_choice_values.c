/* Reads choices: words, codes, lists and boxes with a tick in them. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "form/form_values.h"

enum { ITEMS_MAX = 64, NAMED_MAX = 8 };

/* One piece of a list of answers. */
struct piece {
	const char *words;
	size_t length;
};

static struct piece
trim(struct piece piece)
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

static int
find_choice(const struct field_extra *extra, struct piece piece)
{
	piece = trim(piece);
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
			number = find_choice(
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
	int number = find_choice(extra, piece);

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
	    trim((struct piece){.words = words + 1, .length = (size_t)(end - words) - 1});
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

struct picked {
	struct choice_set set;
	struct piece unclear; /* the first piece that is no choice */
	bool has_boxes;
	enum known known; /* of a ticked box that says "not known"; KNOWN_BLANK where none does */
};

static void
pick_piece(const struct field_extra *extra, struct piece piece, struct picked *out)
{
	piece = trim(piece);
	if (piece.length && !add_piece(extra, piece, &out->set) && !out->unclear.words)
		out->unclear = piece;
}

/* A ticked box may also say that something is not known. */
static void
pick_ticked(const struct field_extra *extra, struct piece piece, struct picked *out)
{
	struct fold words;

	piece = trim(piece);
	fold_words(piece.words, piece.length, &words);
	enum known known = words.length ? known_of(&words) : KNOWN_GIVEN;
	if (known != KNOWN_GIVEN && find_choice(extra, piece) < 0)
		out->known = known;
	else
		pick_piece(extra, piece, out);
}

/* "[x] neglect [ ] gangs" and "neglect [x], gangs [ ]": what stands first decides which it is. */
static void
pick_boxes(const struct field_extra *extra, struct plain text, struct picked *out)
{
	size_t length = 0, next_length = 0, start = 0;
	bool is_ticked = false, next_ticked = false;
	size_t box = next_box(text, 0, &length, &is_ticked);
	bool is_after = trim((struct piece){.words = text.words, .length = box}).length > 0;

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
		if (find_choice(extra, tried) >= 0)
			best = tried;
	}
	return best;
}

/* A list by commas, semicolons and lines. */
static void
pick_list(const struct field_extra *extra, struct plain text, struct picked *out)
{
	const char *at = text.words, *end = text.words + text.length;
	size_t pieces = 0;

	while (at < end && pieces < ITEMS_MAX && !out->unclear.words) {
		struct piece piece = next_piece(extra, at, end);
		pieces += trim(piece).length > 0;
		pick_piece(extra, piece, out);
		at += MIN(piece.length + 1, (size_t)(end - at));
	}
	if (at < end && !out->unclear.words)
		out->unclear = (struct piece){.words = at, .length = (size_t)(end - at)};
}

static unsigned
count_choices(const struct choice_set *set)
{
	unsigned count = 0;

	for (unsigned at = 0; at < CHOICES_MAX; at++)
		count += choice_set_has(set, at);
	return count;
}

/* True when a word of the label begins like a word that was written. */
static bool
shares_word(const char *label, const char *written)
{
	for (const char *word = written; *word; word += strcspn(word, " ") + 1) {
		size_t length = strcspn(word, " ");
		for (const char *at = label; *at; at += strcspn(at, " ") + 1) {
			size_t other = strcspn(at, " ");
			if (length > 3 && other > 3 && strncmp(at, word, 4) == 0)
				return true;
			if (!at[other])
				break;
		}
		if (!word[length])
			break;
	}
	return false;
}

/* The labels that officers may have meant: those with the same word in them, or all of a short
 * list. */
static const char *
name_choices(const struct value_reading *reading, struct piece unclear)
{
	const struct field *field = reading->field;
	g_autoptr(GString) names = g_string_new(NULL);
	struct fold meant, label;
	unsigned named = 0;

	fold_words(unclear.words, unclear.length, &meant);
	for (size_t at = 0; at < field->choice_count && named < NAMED_MAX; at++) {
		const char *words = field->choices[at].label;
		fold_words(words, strlen(words), &label);
		if (field->choice_count > NAMED_MAX && !shares_word(label.key, meant.key))
			continue;
		g_string_append_printf(names, "%s%s", named++ ? ", " : "", words);
	}
	if (!named)
		g_string_append(names, "the words at the end of the blank form");
	return arena_text(reading->arena, names->str);
}

static bool
refuse_piece(const struct value_reading *reading, struct piece unclear, struct trouble *trouble)
{
	struct plain words = plain_copy(reading->arena, unclear.words, unclear.length);

	return value_trouble(reading, trouble, "form.unclear-choice",
	    "%s is not among the possible answers. Please choose from: %s.",
	    quote_answer(words, reading->arena), name_choices(reading, unclear));
}

/* One choice where one is asked for, and none beside a choice that stands alone. */
static bool
check_count(const struct value_reading *reading, const struct picked *picked,
    struct trouble *trouble, const struct value *value)
{
	unsigned count = count_choices(&picked->set);
	int alone = form_extra(reading->form, reading->field)->alone;

	if (reading->field->kind == FIELD_CHOICE && count > 1)
		return value_trouble(reading, trouble, "form.unclear-choice",
		    "%s is more than one answer. Please choose one: %s.",
		    quote_answer(value->text, reading->arena),
		    name_choices(reading, (struct piece){.words = ""}));
	if (picked->known)
		return value_trouble(reading, trouble, "form.unclear-choice",
		    "%s says that it is not known, and something else. Please say which.",
		    quote_answer(value->text, reading->arena));
	if (count > 1 && alone >= 0 && choice_set_has(&picked->set, (unsigned)alone))
		return value_trouble(reading, trouble, "form.unclear-choice",
		    "%s says \"%s\" and something else. Please say which.",
		    quote_answer(value->text, reading->arena),
		    reading->field->choices[alone].label);
	return true;
}

/* What no choice says may still be "not known"; a choice's own word comes first. */
static bool
read_known(struct value *out)
{
	struct fold words;

	fold_words(out->text.words, out->text.length, &words);
	bool is_signs = !words.length && out->text.length <= FOLD_INPUT_MAX_BYTES;
	out->known = is_signs ? known_of_signs(out->text) : known_of(&words);
	return out->known != KNOWN_GIVEN;
}

/* Words after a yes or a no that leave it open which of them it is. */
static bool
is_in_doubt(const char *rest)
{
	static const char *const DOUBTS[] = {"yes", "no", "not", "nor", "or", "maybe", "possibly",
	    "perhaps", "unless", "unknown", "unsure", "unclear", "but", "if", "longer", "except",
	    "yet"};

	for (size_t at = 0; at < COUNT_OF(DOUBTS); at++)
		if (fold_has_words(rest, DOUBTS[at]))
			return true;
	return false;
}

/* "no" must stand for itself or before a sign: "no longer" and "no way to say" are no answers. */
static bool
stands_apart(struct plain text, size_t length)
{
	size_t at = 0;

	while (at < text.length && !g_ascii_isalpha(text.words[at]))
		at++;
	at += length;
	while (at < text.length && text.words[at] == ' ')
		at++;
	return at >= text.length || strchr(",.;:-(!*_\n", text.words[at]) ||
	       (unsigned char)text.words[at] >= 0x80;
}

/* 1 for yes, 0 for no, -1 for neither. */
static int
read_first_word(struct plain text)
{
	struct fold words;

	fold_words(text.words, MIN(text.length, FOLD_INPUT_MAX_BYTES), &words);
	size_t length = strcspn(words.key, " ");
	bool is_yes =
	    length == 3 ? strncmp(words.key, "yes", 3) == 0 : length == 1 && words.key[0] == 'y';
	bool is_no =
	    length == 2 ? strncmp(words.key, "no", 2) == 0 : length == 1 && words.key[0] == 'n';

	if ((!is_yes && !is_no) || is_in_doubt(words.key + length))
		return -1;
	return is_yes ? 1 : stands_apart(text, length) ? 0 : -1;
}

/* The hint of the blank form, or a part of it, left as it was. */
static bool
is_untouched(const struct value *value)
{
	static const char *const HINTS[] = {"yes no", "y n", "yes no not known", "yes no unknown"};
	struct fold words;

	fold_words(value->text.words, value->text.length, &words);
	for (size_t at = 0; at < COUNT_OF(HINTS); at++)
		if (strcmp(words.key, HINTS[at]) == 0)
			return true;
	return false;
}

/* Boxes of which none is ticked, or only the one that says "not known": true, and *out says so. */
static bool
settle_without_choice(const struct picked *picked, struct value *out)
{
	if (picked->unclear.words || count_choices(&picked->set))
		return false;
	if (picked->known == KNOWN_BLANK)
		*out = (struct value){.text = {.words = ""}};
	else
		out->known = picked->known;
	return true;
}

bool
value_read_yes_no(const struct value_reading *reading, struct value *out, struct trouble *trouble)
{
	struct picked picked = {0};

	pick_boxes(form_extra(reading->form, reading->field), out->text, &picked);
	if (!picked.has_boxes && is_untouched(out)) {
		*out = (struct value){.text = {.words = ""}};
		return true;
	}
	if (!picked.has_boxes && read_known(out))
		return true;
	int answer = picked.has_boxes ? -1 : read_first_word(out->text);
	if (answer >= 0)
		choice_set_add(&picked.set, (unsigned)answer);
	if (picked.has_boxes && settle_without_choice(&picked, out))
		return true;
	out->choices = picked.set;
	if (count_choices(&picked.set) == 1 && !picked.unclear.words && !picked.known)
		return true;
	return value_trouble(reading, trouble, "form.unclear-choice",
	    "%s is not clearly a yes or a no. Please write yes, no or not known.",
	    quote_answer(out->text, reading->arena));
}

bool
value_read_choices(const struct value_reading *reading, struct value *out, struct trouble *trouble)
{
	const struct field_extra *extra = form_extra(reading->form, reading->field);
	struct piece whole = {.words = out->text.words, .length = out->text.length};
	struct picked picked = {0};

	pick_boxes(extra, out->text, &picked);
	int choice = picked.has_boxes ? -1 : find_choice(extra, whole);
	if (choice >= 0)
		choice_set_add(&picked.set, (unsigned)choice);
	else if (!picked.has_boxes && read_known(out))
		return true;
	else if (!picked.has_boxes)
		pick_list(extra, out->text, &picked);
	if (picked.unclear.words)
		return refuse_piece(reading, picked.unclear, trouble);
	if (settle_without_choice(&picked, out))
		return true;
	out->choices = picked.set;
	return check_count(reading, &picked, trouble, out);
}
