/* One officer, one desk, one keyholder that says what the test wants. */
/* SPDX-License-Identifier: MIT */
#ifndef TESTS_OPENPGP_GIVEN_H
#define TESTS_OPENPGP_GIVEN_H

#include "openpgp/openpgp.h"

#define ALICE_KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OLD_KEY "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define OWN_KEY "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"
#define STRANGE_KEY "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD"

#define ARMOR "-----BEGIN PGP MESSAGE-----\r\n\r\nhF4DAAAA\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n"
#define REBUILT "-----BEGIN PGP MESSAGE-----\n\nhF4DAAAA\n=abcd\n-----END PGP MESSAGE-----\n"

enum { NOW = 1795254900 };

struct given {
	struct arena *arena;
	struct settings settings;
	struct directory directory;
	struct openpgp openpgp;
	int keyholder;             /* the other end of the line */
};

/* cmocka's setup and teardown: *state is a fresh struct given. */
int given_begin(void **state);
int given_end(void **state);

/* A decryption in which everything is as it should be, of this text. */
struct key_opened given_opened(struct given *given, const char *text);

/* Lets the keyholder answer; call once for each answer, before the question is asked. */
void given_answer(struct given *given, const struct key_opened *opened);
void given_answer_failure(struct given *given, enum remedy remedy, const char *code);

/* What it was asked: the kind, and the first bytes of the request. */
uint32_t given_asked(struct given *given, struct plain *first, struct plain *second);
/* True when nothing (more) was asked. */
bool given_was_left_alone(struct given *given);

/* Opens a mail; the test fails when that cannot be done. */
struct opened_mail given_open(struct given *given, const char *mail);

/* A whole RFC 3156 mail from this sender around ARMOR; more is further header fields or "". */
const char *given_mail(struct given *given, const char *from, const char *more);

#endif
