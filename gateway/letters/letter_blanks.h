/* The names that templates may use, and what they are filled with. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_LETTER_BLANKS_H
#define LETTERS_LETTER_BLANKS_H

#include "letters/template.h"
#include "papers/letter.h"

/* One number for each name; letter_blanks.c says which letters have it. */
enum letter_blank {
	BLANK_SUBJECT,
	BLANK_REFERENCE,
	BLANK_TO_NAME,
	BLANK_DESK_NAME,
	BLANK_DESK_ADDRESS,
	BLANK_DESK_TELEPHONE,
	BLANK_RECEIVED,
	BLANK_URGENCY,
	BLANK_ANSWER_BY,
	BLANK_WHY,
	BLANK_IS_UNVERIFIED,
	BLANK_DESK_PERSON,
	BLANK_DESK_REASON,
	BLANK_HAS_SEVERAL,
	BLANK_PARTS,
	BLANK_ANSWERS_LEFT_OUT,
	BLANK_FREE_TEXT_LEFT_OUT,
	BLANK_FILES_LEFT_OUT,
	BLANK_DESK_REASON_LEFT_OUT,
	BLANK_PURPOSE,
	BLANK_AGREEMENT,
	BLANK_POINTS,
	BLANK_ROUTES,
	BLANK_FAULTS,
	BLANK_SENT,
	BLANK_WAITING,
	BLANK_IS_DECIDED,
	BLANK_IS_NOBODYS,
	BLANK_IS_KEPT,
	BLANK_NOBODYS_CHILDREN,
	BLANK_KEPT_CHILDREN,
	BLANK_IS_CASE,
	BLANK_SIGNER,
	BLANK_SAYS_FROM,
	BLANK_TEXT_AS_SENT,
	BLANK_IS_UNTOUCHED,
	BLANK_FILES,
	BLANK_SENDABLE,
	BLANK_SINCE,
	BLANK_UNTIL,
	BLANK_DIGEST, /* and one for each further enum digest_part */
	LETTER_BLANKS = BLANK_DIGEST + DIGEST_PARTS,
};

/* The names inside lists. */
enum part_blank { PART_HEADING, PART_ANSWERS, PART_BLANKS };
enum answer_blank { ANSWER_LABEL, ANSWER_WORDS, ANSWER_IS_LONG, ANSWER_BLANKS };
enum point_blank { POINT_NUMBER, POINT_CODE, POINT_WORDS, POINT_BLANKS };
enum route_blank {
	ROUTE_AGENCY,
	ROUTE_ID,
	ROUTE_FATE,
	ROUTE_RULES,
	ROUTE_WHY,
	ROUTE_QUESTION,
	ROUTE_CHILDREN,
	ROUTE_WAITING_CHILDREN,
	ROUTE_FORBIDDEN_CHILDREN,
	ROUTE_BLANKS,
};
enum fault_blank { FAULT_NUMBER, FAULT_WORDS, FAULT_BLANKS };
enum sent_blank { SENT_AGENCY, SENT_BLANKS };
enum waiting_blank { WAITING_AGENCY, WAITING_REASON, WAITING_BLANKS };
enum file_blank { FILE_NAME, FILE_BLANKS };
enum sendable_blank { SENDABLE_ID, SENDABLE_NAME, SENDABLE_BLANKS };
enum line_blank { LINE_WORDS, LINE_BLANKS };

/* The names a kind of letter has; newly allocated (g_free), the names inside are static. */
struct blank *letter_blanks(enum letter_kind kind, size_t *count);

/* Writes words of ours into a blank; NULL leaves it empty. */
void fill_ours(struct fill *fills, unsigned number, const char *words);
/* Writes words of a mail into a blank, cleaned. */
void fill_words(struct fill *fills, unsigned number, struct plain words, struct arena *arena);

/* Rows of a list being filled. */
struct fill_rows {
	struct arena *arena;
	struct fill **rows;
	size_t count, room;
	unsigned width; /* fills in a row */
};

struct fill_rows fill_rows_begin(size_t room, unsigned width, struct arena *arena);
/* The next row, empty. */
struct fill *fill_rows_add(struct fill_rows *rows);
void fill_rows_end(const struct fill_rows *rows, struct fill *fills, unsigned number);

/* "Monday 23 November 2026, 08:31" in London. */
const char *moment_words(int64_t at, struct arena *arena);
/* "child 1, child 3" of the form as it was sent; "" for none. */
const char *children_words(const struct concern *concern, uint64_t children, struct arena *arena);
/* "red" as "RED"; "" for none. */
const char *urgency_words(const struct decision *decision, struct arena *arena);

#endif
