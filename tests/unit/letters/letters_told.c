/* Draws a filled form, and takes letters apart to look for its words. */
/* SPDX-License-Identifier: MIT */
#include "letters_told.h"

#include <string.h>

#include "base/clock.h"
#include "mime/mime_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

unsigned
told_draw(struct told *told, unsigned most)
{
	return most ? (unsigned)g_rand_int_range(told->random, 0, (gint32)most) : 0;
}

/* --- words ------------------------------------------------------------------------------------------ */

/* "Zubadok": it stands nowhere else, and no word of ours begins so. */
static const char *
new_word(struct told *told)
{
	static const char FIRST[] = "bcdfghjklmnprstvwxz", SECOND[] = "aeiou";
	unsigned number = told->number++;
	char word[] = "Zu......";

	for (size_t at = 2; at < 8; at += 2) {
		word[at] = FIRST[number % 19];
		number /= 19;
		word[at + 1] = SECOND[number % 5];
		number /= 5;
	}
	word[7] = 'q';
	return arena_text(told->arena, word);
}

static char *
squash(const char *text, size_t length)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)length);
	g_autofree char *apart = g_utf8_normalize(valid, -1, G_NORMALIZE_NFKD);
	GString *squashed = g_string_sized_new(length);

	for (const char *at = apart; *at; at = g_utf8_next_char(at)) {
		gunichar one = g_unichar_tolower(g_utf8_get_char(at));
		if (g_unichar_isalnum(one))
			g_string_append_unichar(squashed, one);
	}
	return g_string_free(squashed, FALSE);
}

static const char *
token_of(struct told *told, const char *words)
{
	g_autofree char *squashed = squash(words, strlen(words));

	return arena_text(told->arena, squashed);
}

/* --- values ----------------------------------------------------------------------------------------- */

static bool
is_name(const struct field *field)
{
	return field->holds_names;
}

/* Each word of a name alone names somebody. */
static void
write_name(struct told *told, struct told_value *value)
{
	const char *one = new_word(told), *other = new_word(told);

	value->tokens[0] = token_of(told, one);
	value->words = one;
	if (told_draw(told, 2)) {
		value->tokens[1] = token_of(told, other);
		value->words =
		    arena_print(told->arena, told_draw(told, 3) ? "%s %s" : "%s-%s", one, other);
	}
}

/* A text as a whole gives itself away, and each word that only it has. */
static void
write_words(struct told *told, struct told_value *value)
{
	const char *one = new_word(told), *other = new_word(told);

	if (value->field->kind == FIELD_LONG_TEXT) {
		value->words =
		    arena_print(told->arena, "%s came and stood with %s there", one, other);
		value->tokens[0] = token_of(told, one);
	} else if (strstr(value->field->name, "address")) {
		value->words = arena_print(
		    told->arena, "%u %s Lane, %s Green", 1 + told_draw(told, 90), one, other);
		value->tokens[0] = token_of(told, arena_print(told->arena, "%s Lane", one));
		value->tokens[1] = token_of(told, arena_print(told->arena, "%s Green", other));
	} else {
		bool is_one = !told_draw(told, 3);
		value->words = is_one ? one : arena_print(told->arena, "%s %s", one, other);
		value->tokens[0] = token_of(told, value->words);
	}
}

static void
write_day(struct told *told, struct told_value *value)
{
	static const char *const MONTHS[] = {"January", "February", "March", "April", "May", "June",
	    "July", "August", "September", "October", "November", "December"};
	int year, month, day;

	day_civil(day_number(2009, 1, 1) + (int)(told->number++ * 7 % 6000), &year, &month, &day);
	value->words = arena_print(told->arena, "%d %s %d", day, MONTHS[month - 1], year);
	value->tokens[0] = token_of(told, value->words);
	value->tokens[1] = arena_print(told->arena, "%04d%02d%02d", year, month, day);
}

/* False for kinds of which one answer is like another. */
static bool
write_value(struct told *told, struct told_value *value)
{
	static const char INWARD[] = "ABDEFGHJLNPQRSTUWXYZ";
	unsigned number = told->number;

	switch (value->field->kind) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
		(is_name(value->field) ? write_name : write_words)(told, value);
		return true;
	case FIELD_BIRTH:
	case FIELD_DAY:
	case FIELD_MOMENT:
		write_day(told, value);
		return true;
	case FIELD_POSTCODE:
		told->number++;
		value->words = arena_print(told->arena, "SW19 %u%c%c", number % 10,
		    INWARD[number / 10 % 20], INWARD[number / 200 % 20]);
		value->tokens[0] = token_of(told, value->words);
		return true;
	case FIELD_TELEPHONE:
		told->number++;
		value->words = arena_print(told->arena, "07700 9%05u", number * 131 % 100000);
		value->tokens[0] = token_of(told, value->words + 1);
		return true;
	case FIELD_EMAIL:
		value->words =
		    arena_print(told->arena, "%s@%s.example", new_word(told), new_word(told));
		value->tokens[0] = token_of(told, value->words);
		return true;
	default:
		return false;
	}
}

/* --- free text that repeats something ------------------------------------------------------------------ */

/* What the source or a refuge says too would make that a secret. */
static bool
takes_more_words(const struct field *field)
{
	if (strcmp(field->block, "source-identity") == 0 ||
	    strcmp(field->block, "confidential-address") == 0)
		return false;
	return field->kind == FIELD_LONG_TEXT ||
	    (field->kind == FIELD_TEXT && !is_name(field) && !strstr(field->name, "address"));
}

/* As people write it again: in capitals, with an accent, over two lines, without spaces. */
static const char *
another_spelling(struct told *told, const struct told_value *value)
{
	g_autoptr(GString) words = g_string_new(value->words);
	bool is_exact =
	    value->field->kind == FIELD_POSTCODE || value->field->kind == FIELD_TELEPHONE;

	switch (told_draw(told, 5)) {
	case 0:
		g_string_ascii_up(words);
		break;
	case 1:
		g_string_ascii_down(words);
		break;
	case 2:
		if (value->field->kind != FIELD_EMAIL)
			g_string_replace(words, "u", "\xc3\xba", 1);
		break;
	case 3:
		g_string_replace(words, " ", is_exact ? "" : "  ", 0);
		break;
	default:
		if (value->field->kind == FIELD_TELEPHONE)
			g_string_replace(words, "0", "+44 (0)", 1);
		break;
	}
	return arena_print(told->arena, "\"%s\"", words->str);
}

/* What the officer may say again of another answer. Of days nobody can tell what they are of. */
static bool
may_be_repeated(const struct told_value *value)
{
	return value->field->kind == FIELD_TEXT || value->field->kind == FIELD_LONG_TEXT ||
	    value->field->kind == FIELD_POSTCODE || value->field->kind == FIELD_TELEPHONE ||
	    value->field->kind == FIELD_EMAIL;
}

static void
repeat_something(struct told *told)
{
	struct told_value *text = &told->values[told_draw(told, (unsigned)told->count)];
	const struct told_value *of = &told->values[told_draw(told, (unsigned)told->count)];

	if (text == of || text->repeats || of->repeats || !takes_more_words(text->field) ||
	    !may_be_repeated(of))
		return;
	for (size_t at = 0; at < told->count; at++)
		if (told->values[at].repeats == text || told->values[at].repeats == of)
			return;
	text->repeats = of;
	text->words =
	    arena_print(told->arena, "%s, as %s said", text->words, another_spelling(told, of));
}

/* --- the form --------------------------------------------------------------------------------------------- */

static unsigned
persons_of(const struct told *told, enum field_group group)
{
	return group == GROUP_CHILD ? told->children : group == GROUP_ADULT ? told->adults : 1;
}

static const struct told_value *
fixed_value(const struct told *told, const struct field *field, unsigned person)
{
	for (size_t at = 0; at < told->fixed_count; at++)
		if (strcmp(told->fixed[at].tokens[0], field->name) == 0 &&
		    told->fixed[at].person == person)
			return &told->fixed[at];
	return NULL;
}

void
told_fix(struct told *told, const char *field, unsigned person, const char *words)
{
	told->fixed[told->fixed_count++] =
	    (struct told_value){.tokens = {field}, .person = person, .words = words};
}

void
told_fill(struct told *told, const struct field_list *fields)
{
	for (size_t at = 0; at < fields->count; at++) {
		const struct field *field = &fields->fields[at];
		/* the moment of the report moves every age */
		if (strcmp(field->name, "reported_at") == 0)
			continue;
		for (unsigned person = 0; person < persons_of(told, field->group); person++) {
			struct told_value *value = &told->values[told->count];
			*value = (struct told_value){.field = field, .person = person};
			if (told_draw(told, 10) < 7 && write_value(told, value))
				told->count++;
			assert_true(told->count < TOLD_MAX);
		}
	}
	for (unsigned more = told_draw(told, 20); more; more--)
		repeat_something(told);
}

static void
print_person(struct told *told, const struct field_list *fields, enum field_group group,
    unsigned person, GString *text)
{
	for (size_t at = 0; at < fields->count; at++) {
		const struct field *field = &fields->fields[at];
		const struct told_value *value = fixed_value(told, field, person);
		for (size_t number = 0; !value && number < told->count; number++)
			if (told->values[number].field == field &&
			    told->values[number].person == person)
				value = &told->values[number];
		if (field->group == group && value)
			g_string_append_printf(text, "%s: %s\n", field->label, value->words);
	}
}

const char *
told_text(struct told *told, const struct field_list *fields)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const char *section = "";

	for (size_t at = 0; at < fields->count; at++) {
		const struct field *field = &fields->fields[at];
		const struct told_value *value = fixed_value(told, field, 0);
		if (strcmp(field->section, section) != 0) {
			section = field->section;
			for (unsigned person = 0; field->group != GROUP_REPORT &&
			     person < persons_of(told, field->group);
			     person++) {
				g_string_append_printf(text, "\n%s %u\n", section, person + 1);
				print_person(told, fields, field->group, person, text);
			}
			if (field->group == GROUP_REPORT)
				g_string_append_printf(text, "\n%s\n", section);
		}
		for (size_t number = 0; !value && number < told->count; number++)
			if (told->values[number].field == field)
				value = &told->values[number];
		if (field->group == GROUP_REPORT && value)
			g_string_append_printf(text, "%s: %s\n", field->label, value->words);
	}
	g_string_append(text, "\nEND OF FORM\n");
	return arena_text(told->arena, text->str);
}

void
told_keep_what_was_read(struct told *told, const struct concern *concern)
{
	size_t lost = 0;

	assert_int_equal(concern->child_count, told->children);
	assert_int_equal(concern->adult_count, told->adults);
	for (size_t at = 0; at < told->count; at++) {
		struct told_value *value = &told->values[at];
		const struct value *read = concern_value(concern, value->field, value->person);
		g_autofree char *squashed =
		    squash(read->text.words ? read->text.words : "", read->text.length);
		g_autofree char *written = squash(value->words, strlen(value->words));
		if (read->known == KNOWN_GIVEN && strcmp(squashed, written) == 0)
			continue;
		lost++;
		if (lost > told->count / 20)
			fail_msg("case %u: %s was read as \"%.*s\" and not \"%s\"", told->seed,
			    value->field->name, (int)read->text.length, read->text.words,
			    value->words);
		memset(value->tokens, 0, sizeof value->tokens);
	}
}

/* --- looking ---------------------------------------------------------------------------------------------- */

static void
squash_part(const struct mime_part *part, GString *seen)
{
	g_autofree char *name =
	    squash(part->file_name.words ? part->file_name.words : "", part->file_name.length);

	g_string_append_printf(seen, "%s\n", name);
	for (size_t at = 0; at < part->field_count; at++) {
		g_autofree char *value =
		    squash(part->fields[at].value, strlen(part->fields[at].value));
		g_string_append_printf(seen, "%s\n", value);
	}
	if (part->bytes) {
		g_autofree char *bytes = squash((const char *)part->bytes, part->length);
		g_string_append_printf(seen, "%s\n", bytes);
	}
	for (size_t at = 0; at < part->part_count; at++)
		squash_part(&part->parts[at], seen);
}

char *
told_squash_letter(struct plain entity, struct arena *arena)
{
	g_autofree char *raw = squash(entity.words, entity.length);
	GString *seen = g_string_new(raw);
	struct mime_part root;
	struct failure why;

	if (!mime_read((const uint8_t *)entity.words, entity.length, arena, &root, &why))
		fail_msg("%s: %s", why.code, why.reason);
	g_string_append_c(seen, '\n');
	squash_part(&root, seen);
	return g_string_free(seen, FALSE);
}

const char *
told_leak(struct told *told, const char *seen, told_may_go *may_go, const void *whom)
{
	for (size_t at = 0; at < told->count; at++) {
		const struct told_value *value = &told->values[at];
		if (may_go(whom, value->field, value->person))
			continue;
		for (size_t token = 0; token < COUNT_OF(value->tokens) && value->tokens[token];
		     token++)
			if (strstr(seen, value->tokens[token]))
				return arena_print(told->arena, "%s of %u: %s", value->field->name,
				    value->person + 1, value->words);
	}
	return NULL;
}

const char *
told_missing(struct told *told, const char *seen, told_may_go *may_go, const void *whom)
{
	for (size_t at = 0; at < told->count; at++) {
		const struct told_value *value = &told->values[at];
		if (value->tokens[0] && may_go(whom, value->field, value->person) &&
		    !strstr(seen, value->tokens[0]))
			return arena_print(told->arena, "%s of %u: %s", value->field->name,
			    value->person + 1, value->words);
	}
	return NULL;
}

const char *
told_planted(struct told *told, told_may_go *may_go, const void *whom)
{
	for (size_t at = 0; at < told->count; at++) {
		const struct told_value *text = &told->values[at];
		if (text->repeats && may_go(whom, text->field, text->person) &&
		    !may_go(whom, text->repeats->field, text->repeats->person))
			return arena_print(
			    told->arena, "%s says %s", text->field->name, text->words);
	}
	return NULL;
}

const struct told_value *
told_secret(struct told *told, told_may_go *may_go, const void *whom)
{
	for (size_t at = 0; at < told->count; at++)
		if (told->values[at].tokens[0] && !told->values[at].repeats &&
		    !may_go(whom, told->values[at].field, told->values[at].person))
			return &told->values[at];
	return NULL;
}
