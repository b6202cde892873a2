/* A template as it was read: pieces one behind the other. */
/* SPDX-License-Identifier: MIT */
#ifndef LETTERS_TEMPLATE_PARSE_H
#define LETTERS_TEMPLATE_PARSE_H

#include "letters/template.h"

enum piece_kind { PIECE_TEXT, PIECE_VALUE, PIECE_SECTION, PIECE_INVERTED };

struct piece {
	enum piece_kind kind;
	enum blank_kind blank;
	const char *bytes; /* PIECE_TEXT: the text; PIECE_VALUE: its line's indentation */
	size_t length;
	unsigned level;  /* how many sections further out the blank belongs */
	unsigned number; /* the blank's */
	size_t end;      /* PIECE_SECTION, PIECE_INVERTED: the piece behind its last */
	bool is_first;   /* PIECE_VALUE: nothing but indentation stands in front of it */
};

struct template
{
	char *bytes;
	struct piece *pieces;
	size_t piece_count;
};

#endif
