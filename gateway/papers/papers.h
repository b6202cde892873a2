/* The identities and small words that all papers carry. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_PAPERS_H
#define PAPERS_PAPERS_H

#include "base/base.h"

enum { REFERENCE_BYTES = 24, HASH_BYTES = 32, HASH_HEX_BYTES = 64 + 1, FINGERPRINT_BYTES = 64 + 1 };

/*
 * A case reference, `W26-7KQ4M-K`: prefix, year, five random Crockford base32 characters, a check
 * character.
 */
struct reference {
	char text[REFERENCE_BYTES]; /* a prefix has one to three letters */
};

/* Makes a new one from the system's random source. prefix: one to three capital letters. */
struct reference reference_new(const char *prefix, int year);

/*
 * Finds the first well-formed reference with this prefix in a text, in any case, with I, L and O
 * read as 1, 1 and 0; false when there is none. The check character must fit.
 */
bool reference_find(const char *text, size_t length, const char *prefix, struct reference *out);

/* True for a well-formed reference, spelled exactly as reference_new() does. */
bool reference_is_valid(const char *text);

enum urgency { URGENCY_NONE, URGENCY_BLUE, URGENCY_GREEN, URGENCY_AMBER, URGENCY_RED };
const char *urgency_name(enum urgency urgency); /* "none", "blue", ... */
bool urgency_of(const char *name, enum urgency *out);

/* Lower-case hex of bytes; out has room for 2 * length + 1. */
void hex_of(const void *bytes, size_t length, char *out);

/*
 * An OpenPGP v4 fingerprint: 40 hex digits, upper case after fingerprint_clean(), which also takes
 * spaces.
 */
bool fingerprint_clean(const char *text, char out[FINGERPRINT_BYTES]);

/*
 * An address as we accept it in settings and directories: local@domain, ASCII, no quoting, at most
 * 254 bytes.
 */
bool address_is_plain(const char *text);

#endif
