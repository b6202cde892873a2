/* Finds armored OpenPGP messages in what a mail program made of them. */
/* SPDX-License-Identifier: MIT */
#ifndef OPENPGP_ARMOR_FIND_H
#define OPENPGP_ARMOR_FIND_H

#include "base/plain.h"

struct armor_found {
	size_t count;        /* BEGIN PGP MESSAGE lines in the text */
	bool is_alone;       /* nothing but white space stands before and behind it */
	bool is_signed_text; /* there is a BEGIN PGP SIGNED MESSAGE line */
	struct plain armor;  /* the first one, spelled afresh; empty when it is broken */
};

/*
 * Looks through a text line by line; white space and no-break spaces around a line do not count,
 * as pasting brings them. The armor is rebuilt from its base64 lines alone: armor headers and
 * empty lines within go. It is broken where a line is no base64 or its end is missing.
 */
struct armor_found armor_find(struct plain text, struct arena *arena);

#endif
