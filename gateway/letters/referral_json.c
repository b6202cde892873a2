/* Writes referral.json from the answers that go. */
/* SPDX-License-Identifier: MIT */
#include "letters/referral_json.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "letters/clean_words.h"

static json_t *
words_json(struct plain words)
{
	return json_stringn(words.words, words.length);
}

static json_t *
day_json(int32_t number, struct arena *arena)
{
	int year, month, day;

	day_civil(number, &year, &month, &day);
	return json_string(arena_print(arena, "%04d-%02d-%02d", year, month, day));
}

/* RFC 3339, UTC. */
static json_t *
moment_json(int64_t at, struct arena *arena)
{
	const int64_t day_seconds = 86400;
	int64_t number = at / day_seconds, left = at % day_seconds;
	int year, month, day;

	if (left < 0) {
		left += day_seconds;
		number--;
	}
	day_civil((int32_t)number, &year, &month, &day);
	return json_string(arena_print(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
	    (int)(left / 3600), (int)(left / 60 % 60), (int)(left % 60)));
}

static void
put(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new(object, key, value);
}

static void
put_true(json_t *object, const char *key, bool is_true)
{
	if (is_true)
		put(object, key, json_true());
}

static const char *
known_word(enum known known)
{
	switch (known) {
	case KNOWN_UNKNOWN:
		return "unknown";
	case KNOWN_REFUSED:
		return "refused";
	case KNOWN_NOT_APPLICABLE:
		return "not-applicable";
	case KNOWN_UNCLEAR:
		return "unclear";
	case KNOWN_BLANK:
	case KNOWN_GIVEN:
		break;
	}
	return "given";
}

static void
put_choices(json_t *object, const struct disclosed *answer)
{
	json_t *names = json_array(), *codes = json_array();
	const struct field *field = answer->field;

	for (unsigned at = 0; at < field->choice_count; at++) {
		if (!choice_set_has(&answer->value->choices, at))
			continue;
		(void)json_array_append_new(names, json_string(field->choices[at].name));
		if (field->choices[at].code)
			(void)json_array_append_new(codes, json_string(field->choices[at].code));
	}
	put(object, "choices", names);
	put(object, "codes", codes);
}

static void
put_days(json_t *object, const struct value *value, struct arena *arena)
{
	put(object, "from_day", day_json(value->first_day, arena));
	put(object, "to_day", day_json(value->last_day, arena));
	put_true(object, "unborn", value->is_unborn);
	put_true(object, "estimated", value->is_estimated);
}

static void
put_postcode(json_t *object, const struct value *value)
{
	if (*value->postcode)
		put(object, "postcode", json_string(value->postcode));
	put_true(object, "no_fixed_abode", value->no_fixed_abode);
	put_true(object, "estimated", value->is_estimated);
}

/* What a program would have to read out of the words again. */
static void
put_exactly(json_t *object, const struct disclosed *answer, struct arena *arena)
{
	const struct value *value = answer->value;

	switch (answer->field->kind) {
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		put_choices(object, answer);
		break;
	case FIELD_YES_NO:
		put(object, "yes", json_boolean(choice_set_has(&value->choices, 1)));
		break;
	case FIELD_MOMENT:
		put_days(object, value, arena);
		if (value->moment)
			put(object, "moment", moment_json(value->moment, arena));
		break;
	case FIELD_DAY:
	case FIELD_BIRTH:
		put_days(object, value, arena);
		break;
	case FIELD_POSTCODE:
		put_postcode(object, value);
		break;
	case FIELD_COUNT:
		put(object, "number", json_integer(value->number));
		break;
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_TELEPHONE:
	case FIELD_EMAIL:
		break;
	}
}

/* The field's name within its person. */
static const char *
key_of(const struct field *field)
{
	static const char *const PREFIXES[GROUPS] = {"", "child.", "involved_adults."};
	const char *prefix = PREFIXES[field->group];

	return strncmp(field->name, prefix, strlen(prefix)) == 0 ? field->name + strlen(prefix)
								 : field->name;
}

static json_t *
list_json(const struct disclosed_list *list, struct arena *arena)
{
	json_t *object = json_object();

	if (list->number)
		put(object, "number", json_integer((json_int_t)list->number));
	for (size_t at = 0; at < list->count; at++) {
		const struct disclosed *answer = &list->answers[at];
		json_t *value = json_object();
		put(value, "known", json_string(known_word(answer->value->known)));
		put(value, "words", words_json(answer->words));
		if (answer->value->known == KNOWN_GIVEN)
			put_exactly(value, answer, arena);
		put(object, key_of(answer->field), value);
	}
	return object;
}

static json_t *
persons_json(const struct disclosed_list *persons, size_t count, struct arena *arena)
{
	json_t *array = json_array();

	for (size_t at = 0; at < count; at++)
		(void)json_array_append_new(array, list_json(&persons[at], arena));
	return array;
}

static json_t *
case_json(
    const struct letter_order *order, const struct disclosure *disclosure, struct arena *arena)
{
	json_t *root = json_object();
	enum urgency urgency = order->decision ? order->decision->urgency : URGENCY_NONE;

	put(root, "format", json_string("wandle-referral-1"));
	put(root, "reference", json_string(order->reference));
	put(root, "urgency", json_string(urgency_name(urgency)));
	put(root, "answer_by", order->due_at ? moment_json(order->due_at, arena) : json_null());
	put(root, "received", moment_json(order->received_at, arena));
	put(root, "unverified", json_boolean(order->is_unverified));
	put(root, "from",
	    json_pack("{s:s, s:s, s:s}", "name", order->settings->identity.name, "address",
		order->settings->identity.address, "telephone",
		order->settings->identity.telephone));
	put(root, "to", json_pack("{s:s, s:s}", "id", order->to->id, "name", order->to->name));
	put(root, "why", order->route->why ? json_string(order->route->why) : json_null());
	put(root, "report", list_json(&disclosure->report, arena));
	put(root, "children", persons_json(disclosure->children, disclosure->child_count, arena));
	put(root, "adults", persons_json(disclosure->adults, disclosure->adult_count, arena));
	put(root, "answers_left_out", json_boolean(disclosure->answers_left_out));
	put(root, "free_text_left_out", json_boolean(disclosure->free_text_left_out));
	return root;
}

struct plain
referral_json(
    const struct letter_order *order, const struct disclosure *disclosure, struct arena *arena)
{
	const size_t how = JSON_INDENT(2) | JSON_PRESERVE_ORDER;
	json_t *root = case_json(order, disclosure, arena);
	size_t length = json_dumpb(root, NULL, 0, how);
	char *bytes = arena_take(arena, length + 1);

	(void)json_dumpb(root, bytes, length, how);
	json_decref(root);
	return (struct plain){.words = bytes, .length = length};
}
