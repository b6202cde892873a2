/* Opens mails through the door of openpgp/ and the real keyholder, and says in JSON what it saw. */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "openpgp/openpgp.h"

/*
 * Usage: open-mail KEYHOLDER WORLD.json    then a path of a mail per line on standard input
 *
 * Each line is answered by one line of JSON: what became of the mail, or the failure. The world
 * names home, own_key, sealing_public, sealing_secret, address, max_age_days and entries, each
 * with kind (0 officer, 1 agency, 2 desk), id, name, address and fingerprint.
 */
static const size_t JOB_ARENA_BYTES = (size_t)512 * 1024 * 1024;

struct stage {
	struct arena *arena;
	struct settings settings;
	struct directory directory;
	struct pinned_key own;
	int control;
	pid_t keyholder;
};

static _Noreturn void
give_up(const char *doing, const struct failure *why)
{
	(void)fprintf(stderr, "%s: %s: %s\n", doing, why ? why->code : "", why ? why->reason : strerror(errno));
	exit(1);
}

static const char *
word_of(const json_t *world, const char *name)
{
	const char *word = json_string_value(json_object_get(world, name));

	if (!word) {
		(void)fprintf(stderr, "the world names no %s\n", name);
		exit(1);
	}
	return word;
}

static void
read_entries(struct stage *stage, const json_t *list)
{
	stage->directory.count = json_array_size(list);
	stage->directory.entries =
	    arena_take_many(stage->arena, stage->directory.count, sizeof *stage->directory.entries);
	for (size_t at = 0; at < stage->directory.count; at++) {
		const json_t *one = json_array_get(list, at);
		struct entry *entry = &stage->directory.entries[at];
		entry->kind = (enum entry_kind)json_integer_value(json_object_get(one, "kind"));
		entry->id = word_of(one, "id");
		entry->name = word_of(one, "name");
		entry->address = word_of(one, "address");
		entry->key_count = 1;
		entry->keys[0].until_day = INT32_MAX;
		(void)g_strlcpy(entry->keys[0].fingerprint, word_of(one, "fingerprint"), FINGERPRINT_BYTES);
	}
}

static void
read_world(struct stage *stage, const json_t *world)
{
	stage->settings.identity.address = word_of(world, "address");
	(void)g_strlcpy(stage->settings.identity.key, word_of(world, "own_key"), FINGERPRINT_BYTES);
	for (int shape = SHAPE_NONE + 1; shape < SHAPES; shape++)
		stage->settings.openpgp.accepts[shape] = true;
	stage->settings.openpgp.signature_max_age_days =
	    (unsigned)json_integer_value(json_object_get(world, "max_age_days"));
	read_entries(stage, json_object_get(world, "entries"));
}

static void
start_keyholder(struct stage *stage, const char *program)
{
	int lines[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lines) != 0)
		give_up("socketpair", NULL);
	stage->keyholder = fork();
	if (stage->keyholder == 0) {
		(void)prctl(PR_SET_PDEATHSIG, 15);
		(void)dup2(lines[1] == 3 ? dup(lines[1]) : lines[1], 3);
		(void)execl(program, program, (char *)NULL);
		_exit(127);
	}
	(void)close(lines[1]);
	stage->control = lines[0];
}

static void
greet(struct stage *stage, const json_t *world)
{
	CLEANUP(wire_done) struct wire_out out = {0};
	struct key_hello hello = {.home = word_of(world, "home"),
	    .own_key = word_of(world, "own_key"),
	    .sealing_public = word_of(world, "sealing_public"),
	    .sealing_secret = word_of(world, "sealing_secret"),
	    .directory = &stage->directory};
	struct failure why = {0};
	struct wire_in in;
	uint32_t kind;

	(void)g_strlcpy(stage->own.fingerprint, hello.own_key, FINGERPRINT_BYTES);
	key_put_hello(&out, &hello);
	if (!wire_send(stage->control, KEY_HELLO, &out, wire_deadline(60), &why) ||
	    !wire_receive(stage->control, stage->arena, KEY_FRAME_MAX_BYTES, wire_deadline(60), &kind, &in, &why))
		give_up("greeting the keyholder", &why);
	if (kind != KEY_HELLO_OK) {
		key_get_failure(&in, stage->arena, &why);
		give_up("greeting the keyholder", &why);
	}
	if (!key_get_states(&in, &stage->directory, &stage->own))
		give_up("reading key states", NULL);
}

static int
begin_job(struct stage *stage)
{
	struct failure why;
	int lines[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lines) != 0)
		give_up("socketpair", NULL);
	if (!wire_send_fds(stage->control, KEY_JOB, NULL, &lines[1], 1, wire_deadline(10), &why))
		give_up("beginning a job", &why);
	(void)close(lines[1]);
	return lines[0];
}

static void
end_job(struct stage *stage, int line)
{
	struct failure why;
	struct wire_in in;
	uint32_t kind;

	(void)close(line);
	if (!wire_receive(stage->control, stage->arena, 1000, wire_deadline(30), &kind, &in, &why))
		give_up("ending a job", &why);
}

static json_t *
words(struct plain plain)
{
	return json_stringn(plain.words, plain.length);
}

static json_t *
describe_attachments(const struct opened_mail *mail)
{
	json_t *list = json_array();

	for (size_t at = 0; at < mail->attachment_count; at++) {
		const struct attachment *one = &mail->attachments[at];
		(void)json_array_append_new(list,
		    json_pack("{s:o, s:s, s:i}", "name", words(one->name), "type", one->type, "bytes", (int)one->length));
	}
	return list;
}

static json_t *
describe(const struct opened_mail *mail)
{
	static const char *const MANNERS[] = {"letter", "auto-reply", "bounce", "list", "our-own"};
	char hash[HASH_HEX_BYTES];

	hex_of(mail->payload_hash, HASH_BYTES, hash);
	return json_pack("{s:s?, s:s?, s:b, s:s, s:s, s:b, s:b, s:o, s:o, s:s?, s:s, s:b, s:o, s:o, s:o, s:s}",
	    "code", mail->code, "reason", mail->reason, "is_clean", mail->is_clean,
	    "arrived_as", mail_shape_name(mail->arrived_as), "manner", MANNERS[mail->manner],
	    "has_text", mail->has_text, "was_encrypted", mail->was_encrypted, "text", words(mail->text),
	    "attachments", describe_attachments(mail), "signer", mail->signer ? mail->signer->id : NULL,
	    "signer_fingerprint", mail->signer_fingerprint, "has_protected_headers", mail->has_protected_headers,
	    "inner_subject", words(mail->inner_subject), "inner_from", words(mail->inner_from),
	    "outer_from", words(mail->outer_from), "payload_hash", hash);
}

static json_t *
open_mail(struct stage *stage, const char *path)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(JOB_ARENA_BYTES);
	g_autofree char *raw = NULL;
	gsize length;
	struct opened_mail mail;
	struct failure why = {0};

	if (!g_file_get_contents(path, &raw, &length, NULL))
		return json_pack("{s:s}", "failure", "test.no-such-mail");
	struct openpgp openpgp = {.line = begin_job(stage),
	    .settings = &stage->settings,
	    .directory = &stage->directory,
	    .now = clock_now()};
	bool is_open = openpgp_open_mail(&openpgp, (const uint8_t *)raw, length, arena, &mail, &why);
	end_job(stage, openpgp.line);
	if (is_open)
		return describe(&mail);
	return json_pack("{s:s, s:s, s:s}", "failure", why.code, "remedy", remedy_name(why.remedy), "reason", why.reason);
}

int
main(int count, char **arguments)
{
	struct stage stage = {.arena = arena_open(JOB_ARENA_BYTES)};
	json_t *world = count == 3 ? json_load_file(arguments[2], 0, NULL) : NULL;
	char path[4096];
	struct failure why;

	if (!world || !openpgp_prepare(&why))
		return 64;
	read_world(&stage, world);
	start_keyholder(&stage, arguments[1]);
	greet(&stage, world);
	while (fgets(path, sizeof path, stdin)) {
		path[strcspn(path, "\n")] = 0;
		json_t *answer = open_mail(&stage, path);
		g_autofree char *text = json_dumps(answer, JSON_COMPACT);
		(void)printf("%s\n", text ? text : "{}");
		(void)fflush(stdout);
		json_decref(answer);
	}
	(void)close(stage.control);
	(void)waitpid(stage.keyholder, NULL, 0);
	json_decref(world);
	arena_close(stage.arena);
	return 0;
}
