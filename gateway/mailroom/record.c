/* Decision records as JSON: one in clear without words of a mail, one sealed with them. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "mailroom/job.h"

static json_t *
words(struct plain plain)
{
	json_t *text = json_stringn(plain.words ? plain.words : "", plain.length);

	return text ? text : json_string("");
}

static void
set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		(void)json_object_set_new(object, key, json_string(text));
}

static json_t *
conditions_json(const struct rule_seen *seen, bool with_values)
{
	json_t *list = json_array();

	for (size_t at = 0; at < seen->condition_count; at++) {
		const struct condition_seen *one = &seen->conditions[at];
		json_t *object = json_object();
		(void)json_object_set_new(object, "depth", json_integer(one->depth));
		set_text(object, "condition", one->words);
		set_text(object, "answer", answer_name(one->answer));
		if (with_values)
			(void)json_object_set_new(object, "seen", words(one->seen));
		(void)json_array_append_new(list, object);
	}
	return list;
}

static json_t *
rules_json(const struct decision *decision, bool with_values)
{
	json_t *list = json_array();

	for (size_t at = 0; at < decision->seen_count; at++) {
		const struct rule_seen *seen = &decision->seen[at];
		json_t *object = json_object();
		set_text(object, "list", seen->list);
		set_text(object, "rule", seen->rule);
		set_text(object, "mode", seen->mode);
		set_text(object, "agency", seen->agency);
		if (seen->child >= 0)
			(void)json_object_set_new(
			    object, "child", json_integer(decision->child_numbers[seen->child]));
		set_text(object, "answer", answer_name(seen->answer));
		(void)json_object_set_new(object, "decided", json_boolean(seen->decided));
		(void)json_object_set_new(object, "conditions", conditions_json(seen, with_values));
		(void)json_array_append_new(list, object);
	}
	return list;
}

static json_t *
routes_json(const struct decision *decision)
{
	json_t *list = json_array();

	for (size_t at = 0; at < decision->route_count; at++) {
		const struct route *route = &decision->routes[at];
		json_t *object = json_object();
		set_text(object, "agency", route->agency->id);
		set_text(object, "fate", route_fate_name(route->fate));
		set_text(object, "code", route->code);
		set_text(object, "rules", route->rules);
		set_text(object, "why", route->why);
		set_text(object, "question", route->question);
		(void)json_object_set_new(
		    object, "children", json_integer((json_int_t)route->children));
		(void)json_array_append_new(list, object);
	}
	return list;
}

static json_t *
faults_json(const struct form_faults *faults)
{
	json_t *list = json_array();

	for (size_t at = 0; at < faults->count; at++) {
		json_t *object = json_object();
		set_text(object, "code", faults->faults[at].code);
		set_text(object, "field", faults->faults[at].field);
		(void)json_array_append_new(list, object);
	}
	return list;
}

static json_t *
record_json(const struct work *work, bool with_values)
{
	const struct decision *decision = &work->decision;
	json_t *record = json_object();

	set_text(record, "rules", work->equipment->rules_hash);
	set_text(record, "code", work->outcome.code);
	set_text(record, "arrived_as", work->outcome.arrived_as);
	(void)json_object_set_new(record, "form_faults", faults_json(&work->faults));
	if (work->is_decided) {
		set_text(record, "urgency", urgency_name(decision->urgency));
		set_text(record, "urgency_rule", decision->urgency_rule);
		(void)json_object_set_new(record, "nobody", json_boolean(decision->nobody));
		(void)json_object_set_new(record, "kept", json_boolean(decision->kept));
		(void)json_object_set_new(record, "routes", routes_json(decision));
		(void)json_object_set_new(record, "seen", rules_json(decision, with_values));
	}
	if (with_values && work->has_concern)
		(void)json_object_set_new(record, "text", words(work->mail.text));
	if (with_values && work->has_concern) {
		(void)json_object_set_new(record, "form_date", json_integer(work->form_date));
		/* A form that came as a file is not the mail's text. */
		if (work->form_text.words != work->mail.text.words)
			(void)json_object_set_new(record, "form", words(work->form_text));
	}
	return record;
}

bool
record_form(
    const uint8_t *sealed, size_t length, struct arena *arena, struct plain *form, int64_t *date)
{
	json_t *record = json_loadb((const char *)sealed, length, 0, NULL);
	const json_t *text = json_object_get(record, "form");
	const json_t *at = json_object_get(record, "form_date");

	if (!text)
		text = json_object_get(record, "text");
	bool found = json_is_string(text) && json_string_length(text) <= FORM_MAX_BYTES;
	if (found)
		*form = plain_copy(arena, json_string_value(text), json_string_length(text));
	if (json_is_integer(at))
		*date = json_integer_value(at);
	json_decref(record);
	return found;
}

/* The JSON as text in the arena. */
static const char *
dump(struct work *work, bool with_values, size_t *length)
{
	json_t *record = record_json(work, with_values);
	char *text = json_dumps(record, JSON_COMPACT | JSON_PRESERVE_ORDER);

	json_decref(record);
	*length = text ? strlen(text) : 0;
	char *kept = arena_textn(work->arena, text ? text : "", *length);
	if (text)
		explicit_bzero(text, *length);
	free(text);
	return kept;
}

void
record_write(struct work *work)
{
	size_t length;

	work->outcome.record = dump(work, false, &length);
	const char *sealed = dump(work, true, &length);
	seal_box_close(sealed, length, work->equipment->sealing_public, work->arena,
	    &work->outcome.sealed_record);
	work->outcome.has_sealed_record = true;
}
