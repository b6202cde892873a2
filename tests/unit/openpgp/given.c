/* Answers that lie in the line before the question comes: no thread is needed. */
/* SPDX-License-Identifier: MIT */
#include "given.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>


static struct entry entries[] = {
    {.id = "alice",
	.name = "PC Alice Archer",
	.address = "alice@police.example",
	.kind = ENTRY_OFFICER,
	.key_count = 2,
	.keys = {{.fingerprint = ALICE_KEY, .until_day = INT32_MAX, .state = KEY_USABLE},
	    {.fingerprint = OLD_KEY, .until_day = 20000, .state = KEY_USABLE}}},
    {.id = "mash", .name = "MASH", .address = "mash@merton.example", .kind = ENTRY_AGENCY},
};

int
given_begin(void **state)
{
	struct given *given = calloc(1, sizeof *given);
	struct failure why;
	int lines[2];

	if (!given || !openpgp_prepare(&why) || socketpair(AF_UNIX, SOCK_STREAM, 0, lines))
		return -1;
	given->arena = arena_open(64u * 1024 * 1024);
	given->keyholder = lines[1];
	given->settings.identity.address = "desk@wandle.example";
	(void)snprintf(given->settings.identity.key, sizeof given->settings.identity.key, "%s", OWN_KEY);
	for (int shape = 0; shape < SHAPES; shape++)
		given->settings.openpgp.accepts[shape] = shape != SHAPE_NONE;
	given->settings.openpgp.signature_max_age_days = 14;
	given->directory = (struct directory){.entries = entries, .count = COUNT_OF(entries)};
	given->openpgp = (struct openpgp){.line = lines[0],
	    .settings = &given->settings,
	    .directory = &given->directory,
	    .now = NOW};
	*state = given;
	return 0;
}

int
given_end(void **state)
{
	struct given *given = *state;

	(void)close(given->openpgp.line);
	(void)close(given->keyholder);
	arena_close(given->arena);
	free(given);
	return 0;
}

struct key_opened
given_opened(struct given *given, const char *text)
{
	struct key_opened opened = {.result = KEY_OPENED,
	    .to_our_key = true,
	    .symmetric = "AES256.CFB",
	    .signature_count = 1,
	    .signatures[0] = {.fingerprint = ALICE_KEY,
		.primary = ALICE_KEY,
		.is_valid = true,
		.is_green = true,
		.hash_algorithm = 10,
		.key_algorithm = 22,
		.key_bits = 255,
		.signed_at = NOW - 60}};

	opened.text = (const uint8_t *)arena_text(given->arena, text);
	opened.text_length = strlen(text);
	return opened;
}

void
given_answer(struct given *given, const struct key_opened *opened)
{
	CLEANUP(wire_done) struct wire_out out = {0};
	struct failure why;

	key_put_opened(&out, opened);
	assert_true(wire_send(given->keyholder, KEY_ANSWER_OK, &out, wire_deadline(5), &why));
}

void
given_answer_failure(struct given *given, enum remedy remedy, const char *code)
{
	CLEANUP(wire_done) struct wire_out out = {0};
	struct failure said, why;

	said = (struct failure){.remedy = remedy, .code = code, .reason = "as the test wants it"};
	key_put_failure(&out, &said);
	assert_true(wire_send(given->keyholder, KEY_ANSWER_FAILURE, &out, wire_deadline(5), &why));
}

uint32_t
given_asked(struct given *given, struct plain *first, struct plain *second)
{
	struct failure why;
	struct wire_in in;
	uint32_t kind;

	assert_true(wire_receive(given->keyholder, given->arena, KEY_FRAME_MAX_BYTES, wire_deadline(5),
	    &kind, &in, &why));
	first->words = (const char *)wire_get_bytes(&in, given->arena, OPENED_MAX_BYTES, &first->length);
	if (in.left)
		second->words = (const char *)wire_get_bytes(&in, given->arena, OPENED_MAX_BYTES, &second->length);
	assert_true(wire_is_whole(&in));
	return kind;
}

bool
given_was_left_alone(struct given *given)
{
	char byte;

	return recv(given->keyholder, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
}

struct opened_mail
given_open(struct given *given, const char *mail)
{
	struct opened_mail opened;
	struct failure why = {0};

	if (!openpgp_open_mail(&given->openpgp, (const uint8_t *)mail, strlen(mail), given->arena, &opened, &why))
		fail_msg("%s: %s", why.code, why.reason);
	return opened;
}

const char *
given_mail(struct given *given, const char *from, const char *more)
{
	return arena_print(given->arena,
	    "From: %s\r\nTo: desk@wandle.example\r\nSubject: ...\r\n"
	    "Date: Sat, 21 Nov 2026 10:55:00 +0100\r\nMessage-ID: <one@police.example>\r\n%s"
	    "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\r\n"
	    "\r\n"
	    "--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
	    "--x\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\r\n" ARMOR "\r\n--x--\r\n",
	    from, more);
}
