/* What conditions can ask about, and by which operators. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_OPERAND_H
#define PAPERS_OPERAND_H

#include "papers/field.h"

/* What a condition can ask about: a field, or what is worked out from one. */
enum operand_kind {
	OPERAND_TEXT,
	OPERAND_CHOICE,
	OPERAND_CHOICES,
	OPERAND_YES_NO,
	OPERAND_COUNT,
	OPERAND_DAY, /* dates, moments, and dates of birth as dates */
	OPERAND_POSTCODE,
	OPERAND_AGE,    /* "child.age" of "child.birth": completed years on the day of the report */
	OPERAND_UNBORN, /* "child.unborn" of "child.birth" */
	OPERAND_AREA,   /* "child.home.area" of "child.home.postcode" */
	OPERAND_KINDS,
};

struct operand {
	const char *name; /* as rules spell it */
	const struct field *field;
	enum operand_kind kind;
	unsigned number; /* among all operands, from 0 */
};

enum test_operator {
	OPERATOR_EQUALS, /* a bare value */
	OPERATOR_IS_NOT,
	OPERATOR_ANY_OF,
	OPERATOR_ALL_OF,
	OPERATOR_NONE_OF,
	OPERATOR_INCLUDES,
	OPERATOR_FROM,
	OPERATOR_UNDER,
	OPERATOR_AT_LEAST,
	OPERATOR_AT_MOST,
	OPERATOR_WITHIN,
	OPERATOR_MENTIONS,
	OPERATOR_IS_KNOWN,
	OPERATORS,
};

/* An operand with the operators that fit it, as rules spell them. */
struct operand_words {
	const struct operand *operand;
	bool may_be_bare; /* "level_of_need: 3" */
	size_t count;
	const char *operators[OPERATORS];
	bool takes_list[OPERATORS]; /* by place among the operators */
};

/* The words that rules and their tests are made of. */
struct rule_vocabulary {
	const struct operand_words *operands;
	size_t count;
	const char *const *areas; /* of areas.csv, "outside" among them */
	size_t area_count;
	const char *const *rules; /* ids, in the order of the file */
	size_t rule_count;
};

#endif
