/* Collects what must not be named. */
/* SPDX-License-Identifier: MIT */
#include "letters/withheld.h"

#include <glib.h>
#include <string.h>

#include "letters/withheld_secret.h"

struct withheld *
withheld_new(struct arena *arena)
{
	struct withheld *withheld = arena_take(arena, sizeof *withheld);

	withheld->arena = arena;
	return withheld;
}

static void
push(struct withheld *withheld, struct secret **list, struct secret secret)
{
	struct secret *kept = arena_take(withheld->arena, sizeof *kept);

	*kept = secret;
	kept->next = *list;
	*list = kept;
}

static bool
is_listed(const struct secret *list, enum secret_kind kind, const char *text)
{
	for (; list; list = list->next)
		if (list->kind == kind && strcmp(list->text, text) == 0)
			return true;
	return false;
}

static void
add_always(struct withheld *withheld, struct secret secret)
{
	if (!is_listed(withheld->secrets, secret.kind, secret.text))
		push(withheld, &withheld->secrets, secret);
}

static void
add_secret(struct withheld *withheld, struct secret secret)
{
	if (!is_listed(withheld->allowed, secret.kind, secret.text))
		add_always(withheld, secret);
}

/* --- names ------------------------------------------------------------------------------------ */

/* What is done with what is found. */
typedef void secret_taker(struct withheld *withheld, struct secret secret);

static struct secret
word_secret(const struct folded_word *word, unsigned person)
{
	return (struct secret){.kind = name_kind(word), .text = word->text, .person = person};
}

/* Glued words written together, from number `at`; NULL where there is only one. */
static const char *
glue_words(const struct folded_words *words, size_t at, struct arena *arena)
{
	const char *together = words->words[at].text;

	for (size_t next = at + 1; next < words->count && words->words[next].is_glued; next++)
		together = arena_print(arena, "%s%s", together, words->words[next].text);
	return together != words->words[at].text && strlen(together) >= NAME_MIN_LETTERS ? together
											 : NULL;
}

/* Each word, and glued ones written together: "O'Brien" is brien and obrien. */
static void
take_names(struct withheld *withheld, struct plain names, unsigned person, secret_taker *take)
{
	struct folded_words words = folded_words(names, withheld->arena);

	for (size_t at = 0; at < words.count; at++) {
		take(withheld, word_secret(&words.words[at], person));
		const char *together =
		    words.words[at].is_glued ? NULL : glue_words(&words, at, withheld->arena);
		if (together)
			take(withheld,
			    (struct secret){
				.kind = SECRET_WORD, .text = together, .person = person});
	}
}

static void
allow_word(struct withheld *withheld, struct secret word)
{
	push(withheld, &withheld->allowed, word);
}

static void
add_word(struct withheld *withheld, struct secret word)
{
	/* Beside "unknown" an initial is still no name. */
	if (!name_is_word(word.text))
		push(withheld, &withheld->names, word);
	add_secret(withheld, word);
}

void
withheld_allow_names(struct withheld *withheld, struct plain names)
{
	take_names(withheld, names, 0, allow_word);
}

void
withheld_add_names(struct withheld *withheld, const struct plain *names, size_t count)
{
	unsigned person = ++withheld->persons;

	for (size_t at = 0; at < count; at++)
		take_names(withheld, names[at], person, add_word);
}

/* --- postcodes, telephone numbers, mail addresses, phrases --------------------------------------
 */

bool
secret_append_postcode(char *to, const char *text)
{
	size_t used = strlen(to);

	for (; *text; text++) {
		char one = g_ascii_tolower(*text);
		if (one == ' ')
			continue;
		if (used == POSTCODE_MAX)
			return false;
		to[used++] = one == 'o' ? '0' : one == 'i' || one == 'l' ? '1' : one;
	}
	to[used] = 0;
	return true;
}

/* The last nine digits, or false for what is no whole number. */
static bool
telephone_digits(const char *digits, char out[TELEPHONE_DIGITS + 1])
{
	size_t length = strlen(digits);

	if (length < TELEPHONE_DIGITS)
		return false;
	memcpy(out, digits + length - TELEPHONE_DIGITS, TELEPHONE_DIGITS + 1);
	return true;
}

size_t
secret_join_numbers(const struct folded_words *words, size_t at, char out[DIGITS_MAX + 1])
{
	size_t count = 0, used = 0;

	for (; at + count < words->count && words->words[at + count].is_number; count++) {
		const char *digits = words->words[at + count].text;
		size_t length = strlen(digits);
		if (used + length > DIGITS_MAX)
			break;
		memcpy(out + used, digits, length);
		used += length;
	}
	out[used] = 0;
	return count;
}

static struct secret
phrase_secret(struct withheld *withheld, struct folded_words words)
{
	const char *text = "";

	for (size_t at = 0; at < words.count; at++)
		text = arena_print(
		    withheld->arena, "%s%s%s", text, at ? " " : "", words.words[at].text);
	return (struct secret){.kind = SECRET_PHRASE, .text = text, .phrase = words};
}

/* The exact form of a postcode, telephone number or mail address; false for any other answer. */
static bool
value_secret(struct withheld *withheld, const struct field *field, const struct value *value,
    struct secret *out)
{
	char postcode[POSTCODE_MAX + 1] = "", digits[DIGITS_MAX + 1], last[TELEPHONE_DIGITS + 1];

	if (field->kind == FIELD_POSTCODE && value->is_full_postcode &&
	    secret_append_postcode(postcode, value->postcode)) {
		*out = (struct secret){
		    .kind = SECRET_POSTCODE, .text = arena_text(withheld->arena, postcode)};
		return true;
	}
	struct folded_words words = folded_words(value->text, withheld->arena);
	if (field->kind == FIELD_EMAIL && words.count > 1) {
		*out = phrase_secret(withheld, words);
		return true;
	}
	if (field->kind != FIELD_TELEPHONE || !secret_join_numbers(&words, 0, digits) ||
	    !telephone_digits(digits, last))
		return false;
	*out = (struct secret){.kind = SECRET_DIGITS, .text = arena_text(withheld->arena, last)};
	return true;
}

void
withheld_allow_value(
    struct withheld *withheld, const struct field *field, const struct value *value)
{
	struct secret secret;

	if (value_secret(withheld, field, value, &secret))
		push(withheld, &withheld->allowed, secret);
}

void
withheld_add_value(struct withheld *withheld, const struct field *field, const struct value *value)
{
	struct secret secret;

	if (value_secret(withheld, field, value, &secret))
		add_secret(withheld, secret);
}

/* --- what was written in a line of free text -----------------------------------------------------
 */

/* A letter, a figure, or one that is taken for the other. */
static bool
may_be(char one, char shape)
{
	bool is_letter = shape == 'A';

	return strchr(is_letter ? "01" : "oil", one) ||
	    (is_letter ? g_ascii_isalpha(one) : g_ascii_isdigit(one));
}

static bool
has_digit(const char *text)
{
	return text[strcspn(text, "0123456789")] != 0;
}

/*
 * Outward and inward part written together: a letter first, a figure in each part, two letters
 * last, each as it may have been misspelt: "SMI IAB".
 */
static bool
looks_like_postcode(const char *text)
{
	static const char INWARD_LETTERS[] = "abdefghjlnpqrstuwxyz";
	size_t length = strlen(text);

	if (length < 5 || length > POSTCODE_MAX)
		return false;
	const char *inward = text + length - 3;
	bool has_letter = g_ascii_isalpha(text[0]) || g_ascii_isalpha(text[1]);
	return has_letter && may_be(text[0], 'A') &&
	    (may_be(text[1], '9') || may_be(text[2], '9')) && may_be(inward[0], '9') &&
	    !inward[1 + strspn(inward + 1, INWARD_LETTERS)];
}

/* The postcode that begins with a word, in one word or two; NULL for none. */
static const char *
postcode_at(struct withheld *withheld, const struct folded_words *words, size_t at, bool is_address)
{
	const struct folded_word *one = &words->words[at], *next = one + 1;
	bool has_next = at + 1 < words->count;

	/* "still" might be ST1 1LL: without a figure it is one where an address or capitals say so */
	if (looks_like_postcode(one->text) && (is_address || one->is_upper || has_digit(one->text)))
		return one->text;
	const char *pair =
	    has_next ? arena_print(withheld->arena, "%s%s", one->text, next->text) : "";
	bool is_upper = has_next && one->is_upper && next->is_upper;
	return looks_like_postcode(pair) && (is_address || is_upper || has_digit(pair)) ? pair
											: NULL;
}

/* Postcodes and telephone numbers, wherever they stand in a line. */
static void
add_exact_parts(struct withheld *withheld, const struct folded_words *words, bool is_address)
{
	secret_taker *take = is_address ? add_always : add_secret;

	for (size_t at = 0; at < words->count; at++) {
		const char *found = postcode_at(withheld, words, at, is_address);
		char postcode[POSTCODE_MAX + 1] = "", digits[DIGITS_MAX + 1],
					     last[TELEPHONE_DIGITS + 1];
		if (found && secret_append_postcode(postcode, found))
			take(withheld,
			    (struct secret){.kind = SECRET_POSTCODE,
				.text = arena_text(withheld->arena, postcode)});
		if (secret_join_numbers(words, at, digits) && telephone_digits(digits, last))
			take(withheld,
			    (struct secret){
				.kind = SECRET_DIGITS, .text = arena_text(withheld->arena, last)});
	}
}

void
withheld_add_source(struct withheld *withheld, struct plain text)
{
	struct folded_words words = folded_words(text, withheld->arena);
	unsigned person = ++withheld->persons;

	for (size_t at = 0; at < words.count; at++)
		if (!words.words[at].is_number && name_kind(&words.words[at]) != SECRET_WITHIN &&
		    (words.words[at].is_capital || words.words[at].is_unspaced ||
			!words.has_capitals))
			add_word(withheld, word_secret(&words.words[at], person));
	add_exact_parts(withheld, &words, false);
}

/*
 * A line of an address, and what follows its last number: "12 Rose Lane" is also "Rose Lane", and
 * "Hope Haven House" is "Hope Haven" to those who know it.
 */
static void
add_address_line(struct withheld *withheld, struct folded_words words)
{
	size_t street = 0;

	if (words.count < 2)
		return;
	add_always(withheld, phrase_secret(withheld, words));
	for (size_t at = 0; at < words.count; at++)
		if (has_digit(words.words[at].text))
			street = at + 1;
	struct folded_words rest = {.words = words.words + street, .count = words.count - street};
	if (street && rest.count > 1)
		add_always(withheld, phrase_secret(withheld, rest));
	if (rest.count && name_is_word(rest.words->text)) /* "The Old House" is not "the old" */
		rest = (struct folded_words){.words = rest.words + 1, .count = rest.count - 1};
	if (rest.count > 2) {
		rest.count--;
		add_always(withheld, phrase_secret(withheld, rest));
	}
}

/* What is done with a piece of a text. */
typedef void piece_taker(struct withheld *withheld, struct folded_words words);

/* The pieces of a text between these signs. */
static void
each_piece(struct withheld *withheld, struct plain text, const char *signs, piece_taker *take)
{
	for (size_t at = 0; at < text.length;) {
		size_t length = 0;
		while (at + length < text.length && !strchr(signs, text.words[at + length]))
			length++;
		struct plain piece = {.words = text.words + at, .length = length};
		take(withheld, folded_words(piece, withheld->arena));
		at += length + 1;
	}
}

static const char LINE_SIGNS[] = ",;\n", SENTENCE_SIGNS[] = ".!?\n";

void
withheld_add_address(struct withheld *withheld, struct plain text)
{
	struct folded_words all = folded_words(text, withheld->arena);

	add_exact_parts(withheld, &all, true);
	if (all.count == 1)
		add_word(withheld, word_secret(&all.words[0], ++withheld->persons));
	each_piece(withheld, text, LINE_SIGNS, add_address_line);
}

/* A whole piece only: words within one may be the very words that must not be named. */
static void
allow_piece(struct withheld *withheld, struct folded_words words)
{
	push(withheld, &withheld->allowed, phrase_secret(withheld, words));
}

void
withheld_allow_text(struct withheld *withheld, struct plain text)
{
	each_piece(withheld, text, LINE_SIGNS, allow_piece);
}

static void
add_piece(struct withheld *withheld, struct folded_words words)
{
	if (words.count > 1)
		add_secret(withheld, phrase_secret(withheld, words));
}

static void
add_sentence(struct withheld *withheld, struct folded_words words)
{
	if (words.count >= SENTENCE_MIN_WORDS)
		add_secret(withheld, phrase_secret(withheld, words));
}

void
withheld_add_text(struct withheld *withheld, struct plain text, bool is_long)
{
	struct folded_words all = folded_words(text, withheld->arena);

	add_exact_parts(withheld, &all, false);
	if (all.count == 1 && all.words[0].letters > NAME_MIN_LETTERS &&
	    !name_is_word(all.words[0].text))
		add_secret(withheld, phrase_secret(withheld, all));
	if (is_long)
		add_piece(withheld, all);
	each_piece(withheld, text, is_long ? SENTENCE_SIGNS : LINE_SIGNS,
	    is_long ? add_sentence : add_piece);
}
