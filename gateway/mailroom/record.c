/* Decision records as JSON: one in clear without words of a mail, one sealed with them. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "mailroom/foresee.h"
#include "mailroom/job.h"
#include "papers/near_miss.h"

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
		set_text(object, "kind", condition_kind_name(one->kind));
		set_text(object, "condition", one->words);
		set_text(object, "answer", answer_name(one->answer));
		if (is_near_miss(seen, at))
			(void)json_object_set_new(object, "near_miss", json_true());
		if (with_values)
			(void)json_object_set_new(object, "seen", words(one->seen));
		(void)json_array_append_new(list, object);
	}
	return list;
}

static json_t *
rules_json(
    const struct decision *decision, const struct rule_seen *rules, size_t count, bool with_values)
{
	json_t *list = json_array();

	for (size_t at = 0; at < count; at++) {
		const struct rule_seen *seen = &rules[at];
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

/* The numbers of children as the form counts them. */
static json_t *
children_json(const struct decision *decision, uint64_t children)
{
	json_t *list = json_array();

	for (unsigned at = 0; at < CHILDREN_MAX; at++)
		if (children >> at & 1)
			(void)json_array_append_new(
			    list, json_integer(decision->child_numbers[at]));
	return list;
}

static json_t *
share_json(const struct concern *concern, const struct share *share)
{
	json_t *object = json_object();
	const struct field *field = field_find(concern->form, share->field);

	set_text(object, "field", share->field);
	set_text(object, "block", share->block);
	if (field && share->person >= 0) {
		unsigned number = concern_number(concern, field->group, (size_t)share->person);
		(void)json_object_set_new(
		    object, field->group == GROUP_CHILD ? "child" : "adult", json_integer(number));
	}
	set_text(object, "share", share_why_name(share->why));
	return object;
}

/* What becomes of each answer at one agency. */
static json_t *
shares_json(const struct record_of *of, const struct route *route, struct arena *arena)
{
	json_t *list = json_array();
	struct shares shares;

	foresee_shares(of->concern, of->decision, route, arena, &shares);
	for (size_t at = 0; at < shares.count; at++)
		(void)json_array_append_new(list, share_json(of->concern, &shares.shares[at]));
	return list;
}

static json_t *
routes_json(const struct record_of *of, struct arena *arena)
{
	const struct decision *decision = of->decision;
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
		(void)json_object_set_new(
		    object, "child_numbers", children_json(decision, route->children));
		(void)json_object_set_new(
		    object, "waiting_numbers", children_json(decision, route->waiting_children));
		(void)json_object_set_new(object, "forbidden_numbers",
		    children_json(decision, route->forbidden_children));
		set_text(object, "forbidden_by", route->forbidden_by);
		if (of->concern)
			(void)json_object_set_new(object, "shares", shares_json(of, route, arena));
		(void)json_array_append_new(list, object);
	}
	return list;
}

static json_t *
faults_json(const struct form_faults *faults, bool with_values)
{
	json_t *list = json_array();

	for (size_t at = 0; faults && at < faults->count; at++) {
		json_t *object = json_object();
		set_text(object, "code", faults->faults[at].code);
		set_text(object, "field", faults->faults[at].field);
		if (with_values)
			(void)json_object_set_new(object, "text", words(faults->faults[at].text));
		(void)json_array_append_new(list, object);
	}
	return list;
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

static void
add_decision(json_t *record, const struct record_of *of, bool with_values, struct arena *arena)
{
	const struct decision *decision = of->decision;

	set_text(record, "urgency", urgency_name(decision->urgency));
	set_text(record, "urgency_rule", decision->urgency_rule);
	set_text(record, "alarm", decision->alarm);
	(void)json_object_set_new(record, "alarm_unmet", json_boolean(decision->alarm_unmet));
	(void)json_object_set_new(record, "nobody", json_boolean(decision->nobody));
	(void)json_object_set_new(record, "kept", json_boolean(decision->kept));
	(void)json_object_set_new(
	    record, "unmet_numbers", children_json(decision, decision->unmet_children));
	(void)json_object_set_new(
	    record, "nobody_numbers", children_json(decision, decision->nobody_children));
	(void)json_object_set_new(
	    record, "kept_numbers", children_json(decision, decision->kept_children));
	(void)json_object_set_new(
	    record, "needs_nobody_numbers", children_json(decision, decision->excused_children));
	(void)json_object_set_new(record, "routes", routes_json(of, arena));
	(void)json_object_set_new(record, "seen",
	    rules_json(decision, decision->seen, decision->seen_count, with_values));
	(void)json_object_set_new(record, "not_asked",
	    rules_json(decision, decision->unasked, decision->unasked_count, with_values));
}

const char *
record_text(const struct record_of *of, bool with_values, struct arena *arena, size_t *length)
{
	json_t *record = json_object();

	set_text(record, "rules", of->rules_hash);
	set_text(record, "code", of->code);
	set_text(record, "arrived_as", of->arrived_as);
	(void)json_object_set_new(record, "form_faults", faults_json(of->faults, with_values));
	if (of->decision)
		add_decision(record, of, with_values, arena);
	if (with_values && of->form.words) {
		(void)json_object_set_new(record, "text", words(of->text));
		(void)json_object_set_new(record, "form_date", json_integer(of->form_date));
		/* A form that came as a file is not the mail's text. */
		if (of->form.words != of->text.words)
			(void)json_object_set_new(record, "form", words(of->form));
	}
	char *text = json_dumps(record, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(record);
	*length = text ? strlen(text) : 0;
	char *kept = arena_textn(arena, text ? text : "", *length);
	if (text)
		explicit_bzero(text, *length);
	free(text);
	return kept;
}

void
record_write(struct work *work)
{
	const struct record_of of = {.rules_hash = work->equipment->rules_hash,
	    .code = work->outcome.code,
	    .arrived_as = work->outcome.arrived_as,
	    .faults = &work->faults,
	    .concern = work->has_concern ? &work->concern : NULL,
	    .decision = work->is_decided ? &work->decision : NULL,
	    .text = work->mail.text,
	    .form = work->has_concern ? work->form_text : (struct plain){0},
	    .form_date = work->form_date};
	size_t length;

	if (work->is_decided)
		routing_judge_unasked(
		    work->equipment->routing, &work->concern, work->arena, &work->decision);
	work->outcome.record = record_text(&of, false, work->arena, &length);
	const char *sealed = record_text(&of, true, work->arena, &length);
	seal_box_close(sealed, length, work->equipment->sealing_public, work->arena,
	    &work->outcome.sealed_record);
	work->outcome.has_sealed_record = true;
}
