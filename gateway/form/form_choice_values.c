/* Reads answers to choices and to yes or no, and says what may have been meant. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "form/form_pick.h"

enum { NAMED_MAX = 8 };

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

/* A choice that was picked beside others and cannot stand there, or NULL. */
static const struct choice *
beside_others(const struct field *field, const struct choice_set *picked)
{
	for (unsigned at = 0; at < field->choice_count && choices_count(picked) > 1; at++)
		if (field->choices[at].is_alone && choice_set_has(picked, at))
			return &field->choices[at];
	return NULL;
}

/* One choice where one is asked for, and none beside a choice that stands alone. */
static bool
check_count(const struct value_reading *reading, const struct picked *picked,
    struct trouble *trouble, const struct value *value)
{
	unsigned count = choices_count(&picked->set);
	const struct choice *alone = beside_others(reading->field, &picked->set);

	if (reading->field->kind == FIELD_CHOICE && count > 1)
		return value_trouble(reading, trouble, "form.unclear-choice",
		    "%s is more than one answer. Please choose one: %s.",
		    quote_answer(value->text, reading->arena),
		    name_choices(reading, (struct piece){.words = ""}));
	if (picked->known)
		return value_trouble(reading, trouble, "form.unclear-choice",
		    "%s says that it is not known, and something else. Please say which.",
		    quote_answer(value->text, reading->arena));
	if (alone)
		return value_trouble(reading, trouble, "form.unclear-choice",
		    "%s says \"%s\" and something else. Please say which.",
		    quote_answer(value->text, reading->arena), alone->label);
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

/* "yes?" asks; "yes - what if he comes back?" does not. */
static bool
is_asked(struct plain text)
{
	const char *sign = memchr(text.words, '?', text.length);
	size_t letters = 0;

	for (const char *at = text.words; sign && at < sign; at++)
		letters += g_ascii_isalpha(*at);
	return sign && letters <= strlen("yes");
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

	if ((!is_yes && !is_no) || is_asked(text) || is_in_doubt(words.key + length))
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
	if (picked->unclear.words || choices_count(&picked->set))
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
	if (choices_count(&picked.set) == 1 && !picked.unclear.words && !picked.known)
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
	int choice = picked.has_boxes ? -1 : choice_of_piece(extra, whole);
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
