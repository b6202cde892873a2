/* Reads the answers of report, children and adults, and asks for what is still needed. */
/* SPDX-License-Identifier: MIT */
#include "form/form_concern.h"

#include <string.h>

#include "base/clock.h"
#include "form/form_blank.h"
#include "form/form_values.h"

struct building {
	struct answers *answers;
	struct concern *concern;
	struct value_reading reading;
};

/* "Child 2, Date of birth": what a fault is about. */
static const char *
name_place(const struct building *building, const struct field *field, unsigned number)
{
	struct arena *arena = building->answers->arena;

	if (field->group == GROUP_CHILD)
		return arena_print(arena, "Child %u, %s", number, field->label);
	if (field->group == GROUP_ADULT)
		return arena_print(arena, "Adult %u, %s", number, field->label);
	return field->label;
}

/* The answer stood in the brackets of the label: "Immediate danger (yes):". */
static struct plain
text_in_hint(const struct building *building, const struct slot *slot)
{
	const struct reply *answer = slot->first;
	const struct field *field = building->reading.field;
	struct fold written, printed;

	if (!answer || !answer->hint ||
	    (field->kind != FIELD_YES_NO && field->kind != FIELD_CHOICE &&
		field->kind != FIELD_CHOICES))
		return (struct plain){.words = ""};
	g_autofree char *hint = form_hint(building->answers->form, field);
	fold_words(answer->hint, answer->hint_length, &written);
	fold_words(hint ? hint : "", hint ? strlen(hint) : 0, &printed);
	if (strcmp(written.key, printed.key) == 0)
		return (struct plain){.words = ""};
	return plain_copy(building->answers->arena, answer->hint, answer->hint_length);
}

static void
fault_twice(struct building *building, const struct field *field, unsigned number, struct plain one,
    struct plain other, struct value *out)
{
	struct arena *arena = building->answers->arena;

	answers_fault(building->answers, "form.twice", field,
	    arena_print(arena, "%s is answered twice: %s and %s. Which is right?",
		name_place(building, field, number), quote_answer(one, arena),
		quote_answer(other, arena)),
	    false);
	char *both = arena_print(arena, "%s / %s", one.words, other.words);
	*out =
	    (struct value){.known = KNOWN_UNCLEAR, .text = {.words = both, .length = strlen(both)}};
	if (field->kind == FIELD_POSTCODE)
		value_keep_postcodes(out);
}

/* Reads one slot. number: as the form counts people, for faults. */
static void
read_slot(struct building *building, const struct slot *slot, const struct field *field,
    unsigned number, struct value *out)
{
	struct trouble trouble;
	struct plain text, other;

	building->reading.field = field;
	*out = (struct value){.text = {.words = ""}};
	if (!slot_text(building->answers, slot, &text, &other)) {
		fault_twice(building, field, number, text, other, out);
		return;
	}
	if (!text.length) {
		struct plain hint = text_in_hint(building, slot);
		if (hint.length && !value_read(&building->reading, hint, out, &trouble))
			*out = (struct value){.text = {.words = ""}};
		return;
	}
	if (!value_read(&building->reading, text, out, &trouble))
		answers_fault(building->answers, trouble.code, field,
		    arena_print(building->answers->arena, "%s: %s",
			name_place(building, field, number), trouble.text),
		    false);
}

/* Reads all fields of a group for one person; true when anything was answered. */
static bool
read_person(struct building *building, enum field_group group, struct slot *slots, unsigned number,
    struct value **out)
{
	const struct field_list *list = &building->answers->form->list;
	struct value *values = arena_take_many(
	    building->answers->arena, list->group_counts[group] + 1, sizeof *values);
	bool has_any = false;

	for (size_t at = 0; at < list->group_counts[group]; at++)
		values[at].text.words = "";
	for (size_t at = 0; slots && at < list->count; at++) {
		const struct field *field = &list->fields[at];
		if (field->group != group)
			continue;
		read_slot(building, &slots[field->index], field, number, &values[field->index]);
		has_any = has_any || values[field->index].known != KNOWN_BLANK;
	}
	*out = values;
	return has_any;
}

/* Whether the day is too long ago to count ages from: a year that was mistyped makes infants. */
static bool
doubt_report(struct building *building, const struct field *field, const struct value *value)
{
	struct arena *arena = building->answers->arena;
	struct concern *concern = building->concern;

	if (value->first_day >= building->reading.today - REPORT_MAX_DAYS)
		return false;
	concern->is_report_doubted = true;
	concern->doubted_report_day = value->first_day;
	answers_fault(building->answers, "form.old-report", field,
	    arena_print(arena,
		"%s: %s is more than %d days before your mail came. Is it the right day? Until you "
		"say so, ages are counted from neither day for certain.",
		name_place(building, field, 1), quote_answer(value->text, arena), REPORT_MAX_DAYS),
	    false);
	return true;
}

/* The report's own moment decides how old everybody is, so it is read before all else. */
static void
read_reported_at(struct building *building)
{
	struct answers *answers = building->answers;
	struct concern *concern = building->concern;
	const struct field *field = field_find(&answers->form->list, "reported_at");
	struct civil now = clock_civil(concern->reported_at);
	size_t faults = answers->fault_count;
	struct value value;

	building->reading.today = day_number(now.year, now.month, now.day);
	if (!field || field->kind != FIELD_MOMENT || field->group != GROUP_REPORT ||
	    !answers->report)
		return;
	read_slot(building, &answers->report[field->index], field, 1, &value);
	answers->fault_count = faults; /* it is told with the others, when all is read */
	if (value.known != KNOWN_GIVEN || value.is_doubted || doubt_report(building, field, &value))
		return;
	concern->reported_at_is_from_mail = false;
	if (value.moment)
		concern->reported_at = value.moment;
	else if (value.first_day != building->reading.today) {
		int year, month, day;
		day_civil(value.first_day, &year, &month, &day);
		concern->reported_at = clock_moment(year, month, day, 0, 0);
	}
	building->reading.today = value.first_day;
}

/* Blocks that nobody filled in are passed over; the others keep the form's numbers. */
static size_t
read_group(struct building *building, enum field_group group, struct slot *const *blocks,
    unsigned most, struct person *people)
{
	size_t count = 0;

	for (unsigned at = 0; at < most; at++) {
		people[count].number = at + 1;
		if (blocks[at] &&
		    read_person(building, group, blocks[at], at + 1, &people[count].values))
			count++;
	}
	return count;
}

static void
read_people(struct building *building)
{
	struct answers *answers = building->answers;
	struct concern *concern = building->concern;

	concern->child_count =
	    read_group(building, GROUP_CHILD, answers->children, CHILDREN_MAX, concern->children);
	concern->adult_count =
	    read_group(building, GROUP_ADULT, answers->adults, ADULTS_MAX, concern->adults);
}

static void
ask_for(struct building *building, const struct field *field, const char *whose)
{
	struct arena *arena = building->answers->arena;
	g_autofree char *hint = form_hint(building->answers->form, field);

	answers_fault(building->answers, "form.missing", field,
	    arena_print(arena, "We still need%s: %s%s%s%s.", whose, field->label, hint ? " (" : "",
		hint ? hint : "", hint ? ")" : ""),
	    true);
}

/* Whose answer is missing: where there are several children, the one with this name. */
static const char *
name_person(const struct building *building, const struct field *field, size_t person)
{
	const struct concern *concern = building->concern;
	struct arena *arena = building->answers->arena;
	const char *who = field->group == GROUP_CHILD ? "child" : "adult";

	if (field->group == GROUP_REPORT)
		return "";
	if (field->group == GROUP_CHILD && concern->child_count < 2)
		return " about the child";
	return arena_print(
	    arena, " about %s %u", who, concern_number(concern, field->group, person));
}

static void
ask_for_missing(struct building *building)
{
	const struct field_list *list = &building->answers->form->list;
	const struct concern *concern = building->concern;

	for (size_t at = 0; at < list->count; at++) {
		const struct field *field = &list->fields[at];
		size_t people = field->group == GROUP_ADULT ? concern->adult_count
		    : field->group == GROUP_CHILD           ? MAX(concern->child_count, 1)
							    : 1;
		for (size_t person = 0; field->asked && person < people; person++)
			if (concern_value(concern, field, person)->known == KNOWN_BLANK)
				ask_for(building, field, name_person(building, field, person));
	}
}

void
concern_build(struct answers *answers, int64_t mail_date, struct concern *concern)
{
	struct building building = {.answers = answers,
	    .concern = concern,
	    .reading = {.form = answers->form, .arena = answers->arena, .mail_date = mail_date}};

	*concern = (struct concern){.form = &answers->form->list,
	    .reported_at = mail_date,
	    .reported_at_is_from_mail = true,
	    .names_desk = answers->names_desk};
	read_reported_at(&building);
	(void)read_person(&building, GROUP_REPORT, answers->report, 1, &concern->values);
	if (concern->is_report_doubted) {
		const struct field *field = field_find(concern->form, "reported_at");
		concern->values[field->index].is_doubted = true;
		concern->values[field->index].is_estimated = true;
	}
	read_people(&building);
	ask_for_missing(&building);
}
