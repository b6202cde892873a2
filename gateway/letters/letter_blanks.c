/* Names the blanks of each letter, and helps to fill them. */
/* SPDX-License-Identifier: MIT */
#include "letters/letter_blanks.h"

#include <glib.h>
#include <string.h>

#include "base/clock.h"
#include "letters/clean_words.h"

static const struct blank ANSWERS[] = {
    {.name = "label", .kind = BLANK_TEXT, .number = ANSWER_LABEL},
    {.name = "answer", .kind = BLANK_TEXT, .number = ANSWER_WORDS},
    {.name = "is_long", .kind = BLANK_TRUTH, .number = ANSWER_IS_LONG},
};
static const struct blank PARTS[] = {
    {.name = "heading", .kind = BLANK_TEXT, .number = PART_HEADING},
    {.name = "answers",
	.kind = BLANK_LIST,
	.number = PART_ANSWERS,
	.inside = ANSWERS,
	.inside_count = COUNT_OF(ANSWERS)},
};
static const struct blank POINTS[] = {
    {.name = "number", .kind = BLANK_TEXT, .number = POINT_NUMBER},
    {.name = "code", .kind = BLANK_TEXT, .number = POINT_CODE},
    {.name = "point", .kind = BLANK_TEXT, .number = POINT_WORDS},
};
static const struct blank ROUTES[] = {
    {.name = "agency", .kind = BLANK_TEXT, .number = ROUTE_AGENCY},
    {.name = "id", .kind = BLANK_TEXT, .number = ROUTE_ID},
    {.name = "fate", .kind = BLANK_TEXT, .number = ROUTE_FATE},
    {.name = "rules", .kind = BLANK_TEXT, .number = ROUTE_RULES},
    {.name = "why", .kind = BLANK_TEXT, .number = ROUTE_WHY},
    {.name = "question", .kind = BLANK_TEXT, .number = ROUTE_QUESTION},
    {.name = "children", .kind = BLANK_TEXT, .number = ROUTE_CHILDREN},
    {.name = "waiting_children", .kind = BLANK_TEXT, .number = ROUTE_WAITING_CHILDREN},
    {.name = "forbidden_children", .kind = BLANK_TEXT, .number = ROUTE_FORBIDDEN_CHILDREN},
};
static const struct blank FAULTS[] = {
    {.name = "number", .kind = BLANK_TEXT, .number = FAULT_NUMBER},
    {.name = "fault", .kind = BLANK_TEXT, .number = FAULT_WORDS},
};
static const struct blank SENT[] = {
    {.name = "agency", .kind = BLANK_TEXT, .number = SENT_AGENCY},
};
static const struct blank WAITING[] = {
    {.name = "agency", .kind = BLANK_TEXT, .number = WAITING_AGENCY},
    {.name = "reason", .kind = BLANK_TEXT, .number = WAITING_REASON},
};
static const struct blank FILES[] = {
    {.name = "file", .kind = BLANK_TEXT, .number = FILE_NAME},
};
static const struct blank SENDABLE[] = {
    {.name = "id", .kind = BLANK_TEXT, .number = SENDABLE_ID},
    {.name = "agency", .kind = BLANK_TEXT, .number = SENDABLE_NAME},
};
static const struct blank LINES[] = {
    {.name = "line", .kind = BLANK_TEXT, .number = LINE_WORDS},
};

enum {
	IN_REFERRAL = 1 << LETTER_REFERRAL,
	IN_RECEIPT = 1 << LETTER_RECEIPT,
	IN_ASK = 1 << LETTER_ASK,
	IN_REVIEW = 1 << LETTER_REVIEW,
	IN_NOTICE = 1 << LETTER_NOTICE,
	IN_DIGEST = 1 << LETTER_DIGEST,
	TO_OFFICER = IN_RECEIPT | IN_ASK,
	TO_DESK = IN_REVIEW | IN_NOTICE,
	IN_ALL = IN_REFERRAL | TO_OFFICER | TO_DESK | IN_DIGEST,
};

/* One name, and the letters that have it. */
struct letter_name {
	const char *name;
	enum blank_kind kind;
	unsigned kinds;
	const struct blank *inside;
	size_t inside_count;
};

#define TEXT(in) .kind = BLANK_TEXT, .kinds = (in)
#define TRUTH(in) .kind = BLANK_TRUTH, .kinds = (in)
#define LIST(in, names) \
	.kind = BLANK_LIST, .kinds = (in), .inside = (names), .inside_count = COUNT_OF(names)

static const struct letter_name NAMES[LETTER_BLANKS] = {
    [BLANK_SUBJECT] = {"subject", TEXT(IN_ALL)},
    [BLANK_REFERENCE] = {"reference", TEXT(IN_ALL)},
    [BLANK_TO_NAME] = {"to_name", TEXT(IN_ALL)},
    [BLANK_DESK_NAME] = {"desk_name", TEXT(IN_ALL)},
    [BLANK_DESK_ADDRESS] = {"desk_address", TEXT(IN_ALL)},
    [BLANK_DESK_TELEPHONE] = {"desk_telephone", TEXT(IN_ALL)},
    [BLANK_RECEIVED] = {"received", TEXT(IN_ALL)},
    [BLANK_URGENCY] = {"urgency", TEXT(IN_ALL)},
    [BLANK_ANSWER_BY] = {"answer_by", TEXT(IN_REFERRAL)},
    [BLANK_WHY] = {"why", TEXT(IN_REFERRAL)},
    [BLANK_IS_UNVERIFIED] = {"is_unverified", TRUTH(IN_REFERRAL | IN_REVIEW)},
    [BLANK_DESK_PERSON] = {"desk_person", TEXT(IN_REFERRAL)},
    [BLANK_DESK_REASON] = {"desk_reason", TEXT(IN_REFERRAL)},
    [BLANK_HAS_SEVERAL] = {"has_several", TRUTH(IN_REFERRAL)},
    [BLANK_PARTS] = {"parts", LIST(IN_REFERRAL, PARTS)},
    [BLANK_ANSWERS_LEFT_OUT] = {"answers_left_out", TRUTH(IN_REFERRAL)},
    [BLANK_FREE_TEXT_LEFT_OUT] = {"free_text_left_out", TRUTH(IN_REFERRAL)},
    [BLANK_FILES_LEFT_OUT] = {"files_left_out", TRUTH(IN_REFERRAL)},
    [BLANK_DESK_REASON_LEFT_OUT] = {"desk_reason_left_out", TRUTH(IN_REFERRAL)},
    [BLANK_PURPOSE] = {"purpose", TEXT(IN_REFERRAL)},
    [BLANK_AGREEMENT] = {"agreement", TEXT(IN_REFERRAL)},
    [BLANK_POINTS] = {"points", LIST(TO_DESK, POINTS)},
    [BLANK_ROUTES] = {"routes", LIST(IN_REVIEW, ROUTES)},
    [BLANK_FAULTS] = {"faults", LIST(TO_OFFICER | IN_REVIEW, FAULTS)},
    [BLANK_SENT] = {"sent", LIST(TO_OFFICER, SENT)},
    [BLANK_WAITING] = {"waiting", LIST(TO_OFFICER, WAITING)},
    [BLANK_IS_DECIDED] = {"is_decided", TRUTH(TO_OFFICER | IN_REVIEW)},
    [BLANK_IS_NOBODYS] = {"is_nobodys", TRUTH(TO_OFFICER | IN_REVIEW)},
    [BLANK_IS_CASE] = {"is_case", TRUTH(IN_NOTICE)},
    [BLANK_IS_KEPT] = {"is_kept", TRUTH(TO_OFFICER | IN_REVIEW)},
    [BLANK_NOBODYS_CHILDREN] = {"nobodys_children", TEXT(TO_OFFICER | IN_REVIEW)},
    [BLANK_KEPT_CHILDREN] = {"kept_children", TEXT(TO_OFFICER | IN_REVIEW)},
    [BLANK_SIGNER] = {"signer", TEXT(IN_REVIEW)},
    [BLANK_SAYS_FROM] = {"says_from", TEXT(IN_REVIEW)},
    [BLANK_TEXT_AS_SENT] = {"text_as_sent", TEXT(IN_REVIEW)},
    [BLANK_IS_UNTOUCHED] = {"is_untouched", TRUTH(IN_REVIEW)},
    [BLANK_FILES] = {"files", LIST(IN_REFERRAL | IN_REVIEW, FILES)},
    [BLANK_SENDABLE] = {"sendable", LIST(IN_REVIEW, SENDABLE)},
    [BLANK_SINCE] = {"since", TEXT(IN_DIGEST)},
    [BLANK_UNTIL] = {"until", TEXT(IN_DIGEST)},
    [BLANK_DIGEST + DIGEST_MAILS] = {"mails", LIST(IN_DIGEST, LINES)},
    [BLANK_DIGEST + DIGEST_REFERRALS] = {"referrals", LIST(IN_DIGEST, LINES)},
    [BLANK_DIGEST + DIGEST_WAITING] = {"waits", LIST(IN_DIGEST, LINES)},
    [BLANK_DIGEST + DIGEST_LETTERS] = {"letters", LIST(IN_DIGEST, LINES)},
    [BLANK_DIGEST + DIGEST_DIFFERENCES] = {"differences", LIST(IN_DIGEST, LINES)},
    [BLANK_DIGEST + DIGEST_FAULTS] = {"rule_faults", LIST(IN_DIGEST, LINES)},
    [BLANK_DIGEST + DIGEST_TRIALS] = {"trials", LIST(IN_DIGEST, LINES)},
};

struct blank *
letter_blanks(enum letter_kind kind, size_t *count)
{
	struct blank *blanks = g_new0(struct blank, LETTER_BLANKS);

	*count = 0;
	for (unsigned number = 0; number < LETTER_BLANKS; number++)
		if (NAMES[number].kinds >> kind & 1)
			blanks[(*count)++] = (struct blank){.name = NAMES[number].name,
			    .kind = NAMES[number].kind,
			    .number = number,
			    .inside = NAMES[number].inside,
			    .inside_count = NAMES[number].inside_count};
	return blanks;
}

void
fill_ours(struct fill *fills, unsigned number, const char *words)
{
	if (words)
		fills[number].text = (struct plain){.words = words, .length = strlen(words)};
}

void
fill_words(struct fill *fills, unsigned number, struct plain words, struct arena *arena)
{
	if (words.words)
		fills[number].text = clean_words(words, arena);
}

struct fill_rows
fill_rows_begin(size_t room, unsigned width, struct arena *arena)
{
	return (struct fill_rows){.arena = arena,
	    .rows = arena_take_many(arena, room, sizeof(struct fill *)),
	    .room = room,
	    .width = width};
}

struct fill *
fill_rows_add(struct fill_rows *rows)
{
	g_assert(rows->count < rows->room);
	struct fill *row = arena_take_many(rows->arena, rows->width, sizeof *row);
	rows->rows[rows->count++] = row;
	return row;
}

void
fill_rows_end(const struct fill_rows *rows, struct fill *fills, unsigned number)
{
	fills[number].rows = (const struct fill *const *)rows->rows;
	fills[number].row_count = rows->count;
}

const char *
moment_words(int64_t at, struct arena *arena)
{
	static const char *const DAYS[] = {
	    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
	static const char *const MONTHS[] = {"January", "February", "March", "April", "May", "June",
	    "July", "August", "September", "October", "November", "December"};
	struct civil civil = clock_civil(at);

	return arena_print(arena, "%s %d %s %d, %02d:%02d", DAYS[civil.weekday - 1], civil.day,
	    MONTHS[civil.month - 1], civil.year, civil.hour, civil.minute);
}

const char *
children_words(const struct concern *concern, uint64_t children, struct arena *arena)
{
	const char *words = "";

	for (unsigned child = 0; child < CHILDREN_MAX; child++)
		if (children >> child & 1)
			words = arena_print(arena, "%s%schild %u", words, *words ? ", " : "",
			    concern_number(concern, GROUP_CHILD, child));
	return words;
}

const char *
urgency_words(const struct decision *decision, struct arena *arena)
{
	if (!decision || decision->urgency == URGENCY_NONE)
		return "";
	char *words = arena_text(arena, urgency_name(decision->urgency));
	for (char *at = words; *at; at++)
		*at = g_ascii_toupper(*at);
	return words;
}
