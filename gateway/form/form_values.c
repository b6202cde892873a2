/* Reads answers of the simple kinds and hands the others on. */
/* SPDX-License-Identifier: MIT */
#include "form/form_values.h"

#include <stdarg.h>
#include <string.h>

#include "form/form_blank.h"
#include "papers/papers.h"

enum { QUOTE_MAX_BYTES = 80, COUNT_MAX = 99 };

static bool
is_among(const char *key, const char *const *words, size_t count)
{
	for (size_t at = 0; at < count; at++)
		if (strcmp(key, words[at]) == 0)
			return true;
	return false;
}

enum known
known_of(const struct fold *words)
{
	static const char *const UNKNOWN[] = {"unknown", "not known", "n k", "nk", "unk",
	    "dont know", "do not know", "not sure", "unsure", "tbc", "to be confirmed", "not given",
	    "not provided", "not yet known", "not obtained", "not yet obtained", "nobt",
	    "no information", "no information available", "unknown at this time",
	    "not known at this time", "cannot say", "unable to say", "no idea", "not recorded",
	    "currently unknown"};
	static const char *const REFUSED[] = {"refused", "refu", "refused to say", "refuses to say",
	    "refused to give", "declined", "declined to say", "would not say", "wouldnt say",
	    "will not say", "prefers not to say", "prefer not to say", "not disclosed",
	    "refused to answer"};
	static const char *const NOT_APPLICABLE[] = {"n a", "na", "not applicable", "none", "nil",
	    "does not apply", "not relevant", "nobody", "no one", "not required"};

	if (is_among(words->key, UNKNOWN, COUNT_OF(UNKNOWN)))
		return KNOWN_UNKNOWN;
	if (is_among(words->key, REFUSED, COUNT_OF(REFUSED)))
		return KNOWN_REFUSED;
	return is_among(words->key, NOT_APPLICABLE, COUNT_OF(NOT_APPLICABLE)) ? KNOWN_NOT_APPLICABLE
									      : KNOWN_GIVEN;
}

const char *
quote_answer(struct plain text, struct arena *arena)
{
	size_t length = text.length;

	if (length > QUOTE_MAX_BYTES) {
		length = QUOTE_MAX_BYTES;
		while (length && ((unsigned char)text.words[length] & 0xC0) == 0x80)
			length--;
	}
	char *quoted = arena_print(
	    arena, "\"%.*s%s\"", (int)length, text.words, length < text.length ? " ..." : "");
	for (char *at = quoted; *at; at++)
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	return quoted;
}

bool
value_trouble(const struct value_reading *reading, struct trouble *trouble, const char *code,
    const char *format, ...)
{
	va_list words;

	va_start(words, format);
	g_autofree char *text = g_strdup_vprintf(format, words);
	va_end(words);
	trouble->code = code;
	trouble->text = arena_text(reading->arena, text);
	explicit_bzero(text, strlen(text));
	return false;
}

static size_t
count_digits(struct plain text)
{
	size_t digits = 0;

	for (size_t at = 0; at < text.length; at++)
		digits += g_ascii_isdigit(text.words[at]);
	return digits;
}

/* A number people can ring, maybe with a word of whose it is. */
static bool
read_telephone(const struct value_reading *reading, struct value *out, struct trouble *trouble)
{
	size_t digits = count_digits(out->text);

	if (digits >= 7 && digits <= 45)
		return true;
	return value_trouble(reading, trouble, "form.unclear-telephone",
	    "%s does not look like a telephone number.", quote_answer(out->text, reading->arena));
}

/* The address out of "Name <address>", "mailto:address" and "<address>." */
static bool
read_email(const struct value_reading *reading, struct value *out, struct trouble *trouble)
{
	const char *start = memrchr(out->text.words, '<', out->text.length);
	const char *end = out->text.words + out->text.length;
	char address[256];

	start = start ? start + 1 : out->text.words;
	if (end - start > 7 && g_ascii_strncasecmp(start, "mailto:", 7) == 0)
		start += 7;
	while (end > start && strchr(">.,; ", end[-1]))
		end--;
	size_t length = (size_t)(end - start);
	if (length < sizeof address) {
		memcpy(address, start, length);
		address[length] = 0;
		if (address_is_plain(address)) {
			out->text = plain_copy(reading->arena, address, length);
			return true;
		}
	}
	return value_trouble(reading, trouble, "form.unclear-email",
	    "%s does not look like an email address.", quote_answer(out->text, reading->arena));
}

static bool
says_zero(const struct fold *words)
{
	static const char *const ZERO[] = {"none", "no", "nil", "no one", "nobody", "zero"};

	return is_among(words->key, ZERO, COUNT_OF(ZERO));
}

static bool
read_count(const struct value_reading *reading, const struct fold *words, struct value *out,
    struct trouble *trouble)
{
	static const char *const NUMBERS[] = {
	    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
	char *end;

	int64_t number = g_ascii_strtoll(words->key, &end, 10);
	bool is_open = says_doubt(out->text) || has_question_mark(out->text);
	if (!is_open && end != words->key && (!*end || *end == ' ') && number <= COUNT_MAX &&
	    count_digits(out->text) == (size_t)(end - words->key)) {
		out->number = number;
		return true;
	}
	for (size_t at = 0; !is_open && at < COUNT_OF(NUMBERS); at++)
		if (strcmp(words->key, NUMBERS[at]) == 0 || (!at && says_zero(words))) {
			out->number = (int64_t)at;
			return true;
		}
	return value_trouble(reading, trouble, "form.unclear-count",
	    "%s is no number that we can read. Please write it in figures.",
	    quote_answer(out->text, reading->arena));
}

static bool
read_kind(const struct value_reading *reading, const struct fold *words, struct value *out,
    struct trouble *trouble)
{
	switch (reading->field->kind) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
		return true;
	case FIELD_MOMENT:
	case FIELD_DAY:
		return value_read_moment(reading, out, trouble);
	case FIELD_BIRTH:
		return value_read_birth(reading, out, trouble);
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return value_read_choices(reading, out, trouble);
	case FIELD_YES_NO:
		return value_read_yes_no(reading, out, trouble);
	case FIELD_POSTCODE:
		return value_read_postcode(reading, out, trouble);
	case FIELD_TELEPHONE:
		return read_telephone(reading, out, trouble);
	case FIELD_EMAIL:
		return read_email(reading, out, trouble);
	case FIELD_COUNT:
		return read_count(reading, words, out, trouble);
	}
	return true;
}

/* The words of the hint, alone or in brackets before the answer, are the blank form's own. */
static struct plain
take_hint(const struct value_reading *reading, struct plain text)
{
	g_autofree char *hint = form_hint(reading->form, reading->field);
	struct fold folded, start;

	/* A ticked box is an answer, though folding leaves only the hint's words of it. */
	if (!hint || memmem(text.words, text.length, "\xE2\x98", 2) ||
	    memmem(text.words, text.length, "\xE2\x9C", 2))
		return text;
	fold_words(hint, strlen(hint), &folded);
	fold_words(text.words, MIN(text.length, FOLD_INPUT_MAX_BYTES), &start);
	if (folded.length && strcmp(folded.key, start.key) == 0)
		return (struct plain){.words = text.words};
	const char *close = memchr(text.words, ')', text.length);
	if (!text.length || text.words[0] != '(' || !close)
		return text;
	fold_words(text.words, (size_t)(close - text.words), &start);
	if (strcmp(folded.key, start.key) != 0)
		return text;
	size_t taken = (size_t)(close - text.words) + 1;
	while (taken < text.length && strchr(" \t\n:", text.words[taken]))
		taken++;
	return (struct plain){.words = text.words + taken, .length = text.length - taken};
}

enum known
known_of_signs(struct plain text)
{
	for (size_t at = 0; at < text.length; at++)
		if (strchr("?-", text.words[at]) || (unsigned char)text.words[at] >= 0x80)
			return KNOWN_UNKNOWN;
	return KNOWN_BLANK;
}

/* "No" to a question for a name or a place says that there is none. */
static bool
says_no(const struct field *field, const struct fold *words)
{
	return field->kind == FIELD_TEXT && strcmp(words->key, "no") == 0;
}

bool
value_read(const struct value_reading *reading, struct plain text, struct value *out,
    struct trouble *trouble)
{
	bool has_choices = reading->field->kind == FIELD_CHOICE ||
	    reading->field->kind == FIELD_CHOICES || reading->field->kind == FIELD_YES_NO;
	struct fold words;

	*out = (struct value){.text = {.words = ""}};
	text = take_hint(reading, text);
	if (plain_is_empty(text))
		return true;
	out->text = text;
	fold_words(text.words, text.length, &words);
	if (!words.length && text.length <= FOLD_INPUT_MAX_BYTES && !has_choices) {
		out->known = known_of_signs(text);
		return true;
	}
	bool is_number = reading->field->kind == FIELD_COUNT && says_zero(&words);
	out->known = has_choices || is_number ? KNOWN_GIVEN : known_of(&words);
	if (says_no(reading->field, &words))
		out->known = KNOWN_NOT_APPLICABLE;
	if (out->known != KNOWN_GIVEN || read_kind(reading, &words, out, trouble))
		return true;
	struct value unclear = {.known = KNOWN_UNCLEAR, .text = out->text};
	memcpy(unclear.maybe_postcodes, out->maybe_postcodes, sizeof unclear.maybe_postcodes);
	*out = unclear;
	return false;
}
