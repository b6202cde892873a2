/* Fills the blanks of a referral. */
/* SPDX-License-Identifier: MIT */
#include "letters/referral_fill.h"

#include <glib.h>
#include <string.h>

enum { LONG_ANSWER_COLUMNS = 50 };

/* The form speaks to the officer; the letter speaks of the officer. Longer ones first. */
static const struct {
	const char *to_officer, *of_officer;
} SPOKEN[] = {
    {"you think", "the officer thinks"},
    {"Your ", "Officer's "},
    {"your ", "the officer's "},
    {"YOUR ", "THE OFFICER'S "},
    {"you", "the officer"},
    {"YOU", "THE OFFICER"},
};

static bool
is_word_end(const char *at)
{
	return !*at || !(g_ascii_isalpha(*at) || *at == '\'');
}

/* One of the forms of "you" at this place, as a whole word; NULL when none is. */
static const char *
find_spoken(const char *start, const char *at, size_t *length)
{
	if (at > start && !is_word_end(at - 1))
		return NULL;
	for (size_t form = 0; form < COUNT_OF(SPOKEN); form++) {
		*length = strlen(SPOKEN[form].to_officer);
		if (strncmp(at, SPOKEN[form].to_officer, *length) == 0 &&
		    (at[*length - 1] == ' ' || is_word_end(at + *length)))
			return SPOKEN[form].of_officer;
	}
	return NULL;
}

static const char *
for_reader(const char *label, struct arena *arena)
{
	const char *out = "", *start = label;

	for (const char *at = label; *at;) {
		size_t length = 1;
		const char *instead = find_spoken(label, at, &length);
		if (!instead) {
			at++;
			continue;
		}
		out = arena_print(arena, "%s%.*s%s", out, (int)(at - start), start, instead);
		at += length;
		start = at;
	}
	return arena_print(arena, "%s%s", out, start);
}

/* --- the answers
 * ---------------------------------------------------------------------------------- */

static void
add_answer(struct fill_rows *answers, const struct disclosed *answer)
{
	struct fill *row = fill_rows_add(answers);

	fill_ours(row, ANSWER_LABEL, for_reader(answer->field->label, answers->arena));
	row[ANSWER_WORDS].text = answer->words;
	row[ANSWER_IS_LONG].is_true = answer->field->kind == FIELD_LONG_TEXT ||
	    answer->words.length > LONG_ANSWER_COLUMNS ||
	    memchr(answer->words.words, '\n', answer->words.length) != NULL;
}

/* The answers from number `from` that share a section, or all with whole; gives the next number. */
static size_t
add_part(struct fill_rows *parts, const char *heading, const struct disclosed_list *list,
    size_t from, bool is_whole)
{
	struct fill_rows answers = fill_rows_begin(list->count - from, ANSWER_BLANKS, parts->arena);
	struct fill *part = fill_rows_add(parts);
	size_t at = from;

	for (; at < list->count; at++) {
		if (!is_whole &&
		    strcmp(list->answers[at].field->section, list->answers[from].field->section) !=
			0)
			break;
		add_answer(&answers, &list->answers[at]);
	}
	fill_ours(part, PART_HEADING, heading);
	fill_rows_end(&answers, part, PART_ANSWERS);
	return at;
}

/* One part for each person, "CHILD 2". */
static void
add_persons(struct fill_rows *parts, const struct disclosed_list *persons, size_t count)
{
	for (size_t at = 0; at < count; at++) {
		const struct disclosed_list *person = &persons[at];
		if (!person->count)
			continue;
		const char *section = person->answers[0].field->section;
		if (person->number)
			section = arena_print(parts->arena, "%s %zu", section, person->number);
		(void)add_part(parts, section, person, 0, true);
	}
}

/* Sections in the form's order; the children stand where the first child's field does. */
static void
fill_parts(const struct letter_order *order, const struct disclosure *disclosure,
    struct fill *fills, struct arena *arena)
{
	const struct disclosed_list *report = &disclosure->report;
	struct fill_rows parts =
	    fill_rows_begin(report->count + CHILDREN_MAX + ADULTS_MAX, PART_BLANKS, arena);
	bool seen[GROUPS] = {0};
	size_t next = 0;

	for (size_t at = 0; order->concern && at < order->concern->form->count; at++) {
		const struct field *field = &order->concern->form->fields[at];
		if (field->group == GROUP_CHILD && !seen[GROUP_CHILD])
			add_persons(&parts, disclosure->children, disclosure->child_count);
		if (field->group == GROUP_ADULT && !seen[GROUP_ADULT])
			add_persons(&parts, disclosure->adults, disclosure->adult_count);
		seen[field->group] = true;
		if (next < report->count && report->answers[next].field == field)
			next = add_part(
			    &parts, for_reader(field->section, arena), report, next, false);
	}
	fill_rows_end(&parts, fills, BLANK_PARTS);
}

/* --- the rest
 * ------------------------------------------------------------------------------------- */

static const char *
answer_by(const struct letter_order *order, struct arena *arena)
{
	if (order->due_at)
		return moment_words(order->due_at, arena);
	enum urgency urgency = order->decision ? order->decision->urgency : URGENCY_NONE;
	int32_t minutes = order->to->clock_minutes[urgency];
	if (!minutes)
		return NULL;
	if (minutes % 60)
		return arena_print(arena, "within %d minutes", (int)minutes);
	return arena_print(
	    arena, minutes == 60 ? "within %d hour" : "within %d hours", (int)minutes / 60);
}

const char *
referral_file_name(const struct attachment *attachment, size_t number, struct arena *arena)
{
	static const struct {
		const char *type, *extension;
	} KINDS[] = {
	    {"application/pdf", "pdf"},
	    {"image/jpeg", "jpg"},
	    {"image/png", "png"},
	    {"image/heic", "heic"},
	    {"image/tiff", "tif"},
	    {"text/plain", "txt"},
	    {"application/msword", "doc"},
	    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
	    {"audio/mpeg", "mp3"},
	    {"video/mp4", "mp4"},
	};

	for (size_t at = 0; at < COUNT_OF(KINDS); at++)
		if (g_ascii_strcasecmp(attachment->type, KINDS[at].type) == 0)
			return arena_print(
			    arena, "attachment-%zu.%s", number + 1, KINDS[at].extension);
	return arena_print(arena, "attachment-%zu.bin", number + 1);
}

static void
fill_files(const struct letter_order *order, const struct disclosure *disclosure,
    struct fill *fills, struct arena *arena)
{
	struct fill_rows files = fill_rows_begin(ATTACHMENTS_MAX, FILE_BLANKS, arena);

	for (size_t at = 0; disclosure->gives_attachments && at < order->mail->attachment_count;
	     at++)
		fill_ours(fill_rows_add(&files), FILE_NAME,
		    referral_file_name(&order->mail->attachments[at], at, arena));
	fill_rows_end(&files, fills, BLANK_FILES);
}

void
referral_fill(const struct letter_order *order, const struct disclosure *disclosure,
    struct fill *fills, struct arena *arena)
{
	fill_ours(fills, BLANK_ANSWER_BY, answer_by(order, arena));
	fill_ours(fills, BLANK_WHY, order->route->why);
	fill_ours(fills, BLANK_DESK_PERSON, order->desk_person);
	if (!disclosure->desk_reason_left_out)
		fill_words(fills, BLANK_DESK_REASON, order->desk_reason, arena);
	fill_ours(fills, BLANK_PURPOSE, order->to->purpose);
	fill_ours(fills, BLANK_AGREEMENT, order->to->agreement);
	fills[BLANK_HAS_SEVERAL].is_true =
	    order->concern && (order->concern->child_count > 1 || order->concern->adult_count > 1);
	fills[BLANK_ANSWERS_LEFT_OUT].is_true = disclosure->answers_left_out;
	fills[BLANK_FREE_TEXT_LEFT_OUT].is_true = disclosure->free_text_left_out;
	fills[BLANK_FILES_LEFT_OUT].is_true = disclosure->attachments_left_out;
	fills[BLANK_DESK_REASON_LEFT_OUT].is_true = disclosure->desk_reason_left_out;
	fill_parts(order, disclosure, fills, arena);
	fill_files(order, disclosure, fills, arena);
}
