/* Chooses the answers of a concern that go to one agency. */
/* SPDX-License-Identifier: MIT */
#include "letters/disclosure.h"

#include <string.h>

#include "letters/clean_words.h"

static bool
is_in(const char *const *words, const char *word)
{
	for (; words && *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

static bool
has_block(const struct route *route, const char *block)
{
	return is_in(route->agency->blocks, block) &&
	    (!route->blocks || is_in(route->blocks, block));
}

bool
disclosure_has_field(const struct route *route, const struct field *field)
{
	return has_block(route, field->block);
}

/* Somebody wrote something, be it that we could not read it. */
static bool
has_words(const struct value *value)
{
	return value->known == KNOWN_GIVEN || value->known == KNOWN_UNCLEAR;
}

/* Has words as the officer wrote them, so it may say anything: "yes - and his brother saw it". */
static bool
is_as_written(const struct field *field, const struct value *value)
{
	if (value->known == KNOWN_UNCLEAR)
		return true;
	switch (field->kind) {
	case FIELD_CHOICE:
	case FIELD_CHOICES:
	case FIELD_COUNT:
	case FIELD_BIRTH:
		return false;
	case FIELD_MOMENT:
	case FIELD_DAY:
		return value->is_estimated;
	default:
		return true;
	}
}

/* --- who and what of the form: one answer at a time
 * ----------------------------------------------- */

struct choosing {
	const struct letter_order *order;
	struct shares *told; /* only where it is told what would go */
	const struct concern *concern;
	const struct route *route;
	struct arena *arena;
	struct withheld *withheld;
	struct disclosure *out;
	bool children_go[CHILDREN_MAX];
	struct failure *why;
};

static bool
is_for(const struct choosing *choosing, const struct field *field, enum block_purpose purpose)
{
	const char *block = choosing->concern->form->purposes[purpose];

	return block && strcmp(field->block, block) == 0;
}

static bool
is_free_text(const struct choosing *choosing, const struct field *field)
{
	return field->kind == FIELD_LONG_TEXT ||
	    (field->kind == FIELD_TEXT && is_for(choosing, field, PURPOSE_NARRATIVE));
}

/* Whether the route gives the block that is for this. */
static bool
gives(const struct choosing *choosing, enum block_purpose purpose)
{
	const char *block = choosing->concern->form->purposes[purpose];

	return block && has_block(choosing->route, block);
}

static size_t
person_count(const struct concern *concern, enum field_group group)
{
	return group == GROUP_CHILD ? concern->child_count
	    : group == GROUP_ADULT  ? concern->adult_count
				    : 1;
}

/* Of a child that is referred its own rules count, of any other those of the letter. */
static bool
answer_goes(const struct choosing *choosing, const struct field *field, size_t person)
{
	const struct route *route = choosing->route;

	if (field->group != GROUP_CHILD || !(route->children >> person & 1) || !route->child_blocks)
		return disclosure_has_field(route, field) &&
		    (field->group != GROUP_CHILD || choosing->children_go[person]);
	const char *const *own = route->child_blocks[person];
	return is_in(route->agency->blocks, field->block) && (!own || is_in(own, field->block));
}

static void
choose_children(struct choosing *choosing)
{
	for (size_t child = 0; child < choosing->concern->child_count; child++)
		choosing->children_go[child] = (choosing->route->children >> child & 1) ||
		    gives(choosing, PURPOSE_OTHER_CHILDREN);
}

typedef void answer_taker(
    struct choosing *choosing, const struct field *field, size_t person, const struct value *value);

static void
each_answer(struct choosing *choosing, answer_taker *take)
{
	const struct field_list *form = choosing->concern->form;

	for (size_t at = 0; at < form->count; at++) {
		const struct field *field = &form->fields[at];
		size_t persons = person_count(choosing->concern, field->group);
		for (size_t person = 0; person < persons; person++)
			take(choosing, field, person,
			    concern_value(choosing->concern, field, person));
	}
}

/* --- what must not be named
 * ----------------------------------------------------------------------- */

static void
allow_answer(
    struct choosing *choosing, const struct field *field, size_t person, const struct value *value)
{
	if (!has_words(value) || !answer_goes(choosing, field, person))
		return;
	if (field->holds_names)
		withheld_allow_names(choosing->withheld, value->text);
	if (field->kind == FIELD_TEXT && !is_free_text(choosing, field))
		withheld_allow_text(choosing->withheld, value->text);
	withheld_allow_value(choosing->withheld, field, value);
}

static void
withhold_answer(
    struct choosing *choosing, const struct field *field, size_t person, const struct value *value)
{
	if (!has_words(value) || answer_goes(choosing, field, person))
		return;
	withheld_add_value(choosing->withheld, field, value);
	if (field->kind == FIELD_POSTCODE && value->known == KNOWN_UNCLEAR)
		withheld_add_text(choosing->withheld, value->text, false);
	if (field->kind != FIELD_TEXT && field->kind != FIELD_LONG_TEXT)
		return;
	if (is_for(choosing, field, PURPOSE_CONFIDENTIAL))
		withheld_add_address(choosing->withheld, value->text);
	else if (is_for(choosing, field, PURPOSE_SOURCE) ||
	    is_for(choosing, field, PURPOSE_OTHER_CHILDREN))
		withheld_add_source(choosing->withheld, value->text);
	else if (!field->holds_names)
		withheld_add_text(choosing->withheld, value->text, field->kind == FIELD_LONG_TEXT);
}

/* The names of one person together, so that a short one is known by its company. */
static void
withhold_names(struct choosing *choosing, enum field_group group, size_t person)
{
	const struct field_list *form = choosing->concern->form;
	struct plain names[FIELDS_MAX];
	size_t count = 0;

	for (size_t at = 0; at < form->count && count < COUNT_OF(names); at++) {
		const struct field *field = &form->fields[at];
		const struct value *value = concern_value(choosing->concern, field, person);
		if (field->group == group && field->holds_names && has_words(value) &&
		    !answer_goes(choosing, field, person))
			names[count++] = value->text;
	}
	withheld_add_names(choosing->withheld, names, count);
}

static void
collect_withheld(struct choosing *choosing)
{
	choosing->withheld = withheld_new(choosing->arena);
	each_answer(choosing, allow_answer);
	each_answer(choosing, withhold_answer);
	for (enum field_group group = 0; group < GROUPS; group++)
		for (size_t at = 0; at < person_count(choosing->concern, group); at++)
			withhold_names(choosing, group, at);
}

/* --- what goes
 * ------------------------------------------------------------------------------------- */

/* Whether an answer that goes must stay after all. */
static bool
is_kept_back(struct choosing *choosing, const struct field *field, const struct disclosed *answer)
{
	if (is_free_text(choosing, field) && choosing->order->without_free_text)
		return true;
	return is_as_written(field, answer->value) &&
	    withheld_is_named(choosing->withheld, answer->words);
}

static bool
add_answer(struct choosing *choosing, const struct field *field, size_t person,
    struct disclosed_list *list)
{
	const struct value *value = concern_value(choosing->concern, field, person);
	struct disclosed answer = {.field = field, .value = value};

	if (!answer_goes(choosing, field, person)) {
		choosing->out->answers_left_out =
		    choosing->out->answers_left_out || has_words(value);
		return true;
	}
	answer.words = clean_words(
	    value_words(choosing->concern, field, value, choosing->arena), choosing->arena);
	if (value->known == KNOWN_BLANK || plain_is_empty(answer.words))
		return true;
	if (!is_kept_back(choosing, field, &answer)) {
		list->answers[list->count++] = answer;
		return true;
	}
	choosing->out->free_text_left_out = true;
	return choosing->order->without_free_text ||
	    fail(choosing->why, REMEDY_DESK, "letter.withheld",
		"the answer to %s names what %s may not have", field->name,
		choosing->route->agency->id);
}

static bool
fill_list(
    struct choosing *choosing, enum field_group group, size_t person, struct disclosed_list *list)
{
	const struct field_list *form = choosing->concern->form;
	bool is_alone = person_count(choosing->concern, group) == 1;

	*list = (struct disclosed_list){
	    .number = is_alone ? 0 : concern_number(choosing->concern, group, person),
	    .answers =
		arena_take_many(choosing->arena, form->group_counts[group], sizeof *list->answers)};
	for (size_t at = 0; at < form->count; at++)
		if (form->fields[at].group == group &&
		    !add_answer(choosing, &form->fields[at], person, list))
			return false;
	return true;
}

static bool
choose_answers(struct choosing *choosing)
{
	struct disclosure *out = choosing->out;

	if (!fill_list(choosing, GROUP_REPORT, 0, &out->report))
		return false;
	for (size_t child = 0; child < choosing->concern->child_count; child++) {
		if (!fill_list(choosing, GROUP_CHILD, child, &out->children[out->child_count]))
			return false;
		out->child_count += choosing->children_go[child];
	}
	for (size_t adult = 0; adult < choosing->concern->adult_count; adult++) {
		if (!fill_list(choosing, GROUP_ADULT, adult, &out->adults[out->adult_count]))
			return false;
		out->adult_count += out->adults[out->adult_count].count > 0;
	}
	return true;
}

static bool
choose_desk_reason(struct choosing *choosing)
{
	if (!withheld_is_named(choosing->withheld, choosing->order->desk_reason))
		return true;
	choosing->out->desk_reason_left_out = true;
	return choosing->order->without_free_text ||
	    fail(choosing->why, REMEDY_DESK, "letter.withheld",
		"the desk's reason names what %s may not have", choosing->route->agency->id);
}

static void
choose_attachments(struct choosing *choosing)
{
	const struct opened_mail *mail = choosing->order->mail;

	if (!mail || !mail->attachment_count)
		return;
	choosing->out->gives_attachments = choosing->concern &&
	    gives(choosing, PURPOSE_ATTACHMENTS) && !choosing->out->answers_left_out &&
	    !choosing->order->without_free_text;
	choosing->out->attachments_left_out = !choosing->out->gives_attachments;
}

bool
disclosure_make(const struct letter_order *order, struct arena *arena, struct disclosure *out,
    struct failure *why)
{
	struct disclosure *made = arena_take(arena, sizeof *made);
	struct choosing choosing = {.order = order,
	    .concern = order->concern,
	    .route = order->route,
	    .arena = arena,
	    .out = made,
	    .why = why};

	if (order->concern) {
		choose_children(&choosing);
		collect_withheld(&choosing);
		if (!choose_answers(&choosing) || !choose_desk_reason(&choosing))
			return false;
	}
	choose_attachments(&choosing);
	*out = *made;
	return true;
}

/* --- what would go -------------------------------------------------------------------------- */

static enum share_why
why_not(const struct choosing *choosing, const struct field *field, size_t person)
{
	if (!is_in(choosing->route->agency->blocks, field->block))
		return SHARE_BLOCK;
	return field->group == GROUP_CHILD && !choosing->children_go[person] ? SHARE_OTHER_CHILD
									     : SHARE_NARROWED;
}

static void
tell_answer(
    struct choosing *choosing, const struct field *field, size_t person, const struct value *value)
{
	struct disclosed answer = {.field = field, .value = value};
	struct shares *told = choosing->told;
	struct share share = {.field = field->name,
	    .block = field->block,
	    .person = field->group == GROUP_REPORT ? -1 : (int)person};

	answer.words = clean_words(
	    value_words(choosing->concern, field, value, choosing->arena), choosing->arena);
	if (value->known == KNOWN_BLANK || plain_is_empty(answer.words))
		return;
	if (!answer_goes(choosing, field, person))
		share.why = why_not(choosing, field, person);
	else if (is_kept_back(choosing, field, &answer))
		share.why = withheld_is_named(choosing->withheld, answer.words) ? SHARE_NAMES
										: SHARE_FREE_TEXT;
	told->waits = told->waits || share.why == SHARE_NAMES;
	told->shares[told->count++] = share;
}

static size_t
count_answers(const struct concern *concern)
{
	const struct field_list *form = concern->form;
	size_t count = 0;

	for (unsigned group = 0; group < GROUPS; group++)
		count += form->group_counts[group] * person_count(concern, group);
	return count;
}

void
disclosure_tell(const struct letter_order *order, struct arena *arena, struct shares *out)
{
	struct letter_order without = *order;
	struct choosing choosing = {.order = order,
	    .told = out,
	    .concern = order->concern,
	    .route = order->route,
	    .arena = arena};

	*out = (struct shares){0};
	out->shares = arena_take_many(arena, count_answers(order->concern), sizeof *out->shares);
	choose_children(&choosing);
	collect_withheld(&choosing);
	each_answer(&choosing, tell_answer);
	if (!out->waits || !order->decision || order->decision->urgency != URGENCY_RED)
		return;
	/* Red does not wait: it goes without its free text. */
	without.without_free_text = true;
	choosing.order = &without;
	out->count = 0;
	each_answer(&choosing, tell_answer);
	out->waits = false;
	out->without_free_text = true;
}
