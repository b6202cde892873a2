/* Any mail has a verdict or a ciphertext, and any payload words or a reason. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "mime/mime_read.h"
#include "openpgp/openpgp.h"
#include "openpgp/payload.h"

/* There is no keyholder: a mail with one ciphertext of a known shape ends as a failure to ask it. */
static void
open_mail(const uint8_t *bytes, size_t length, struct arena *arena)
{
	static struct settings settings = {.identity.address = "desk@wandle.example",
	    .openpgp.accepts = {false, true, true, true, true, true, true}};
	static const struct directory directory;
	const struct openpgp openpgp = {
	    .line = -1, .settings = &settings, .directory = &directory, .now = 1795254900};
	struct opened_mail mail;
	struct failure why = {0};

	if (!openpgp_open_mail(&openpgp, bytes, length, arena, &mail, &why)) {
		if (why.remedy != REMEDY_RETRY)
			abort();
		return;
	}
	if (mail.is_clean || mail.signer || !mail.code || !mail.reason)
		abort();
}

static void
read_payload(const uint8_t *bytes, size_t length, struct arena *arena)
{
	struct plain payload = {.words = (const char *)bytes, .length = length}, words, signature;
	struct opened_mail *mail = arena_take(arena, sizeof *mail);
	struct mime_part content;
	struct failure why;

	if (!payload_read(payload, "windows-1252", arena, &content, &why))
		return;
	payload_take_fields(&content, arena, mail);
	if (payload_take_words(&content, arena, mail, &why) && mail->attachment_count > ATTACHMENTS_MAX)
		abort();
	(void)payload_take_signed(&content, arena, &words, &signature);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static bool is_ready;
	CLEANUP(arena_closep) struct arena *arena = arena_open(1024u * 1024 * 1024);

	if (!is_ready && !(is_ready = mime_init()))
		abort();
	open_mail(bytes, length, arena);
	read_payload(bytes, length, arena);
	return 0;
}
