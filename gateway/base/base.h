/* Words every file leans on. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The answer must be looked at. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Ends the variable with ender(&variable) when its scope ends. */
#define CLEANUP(ender) __attribute__((cleanup(ender)))

/* Hands ownership out of a CLEANUP variable. */
#define TAKE(pointer)                                    \
	__extension__({                                  \
		__typeof__(pointer) *from_ = &(pointer); \
		__typeof__(pointer) taken_ = *from_;     \
		*from_ = NULL;                           \
		taken_;                                  \
	})

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Three-valued truth: what is not known is never taken for no. */
enum answer { ANSWER_NO, ANSWER_YES, ANSWER_CANNOT_TELL };
enum { ANSWER_COUNT = ANSWER_CANNOT_TELL + 1 };

/* Kleene's logic: an unknown part leaves the whole unknown only where it matters. */
static inline enum answer
answer_not(enum answer answer)
{
	if (answer == ANSWER_CANNOT_TELL)
		return answer;
	return answer == ANSWER_NO ? ANSWER_YES : ANSWER_NO;
}

static inline enum answer
answer_both(enum answer left, enum answer right)
{
	if (left == ANSWER_NO || right == ANSWER_NO)
		return ANSWER_NO;
	return left == ANSWER_YES ? right : left;
}

#endif
