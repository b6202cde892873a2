/* The program that holds the keys: answers sort's control line, one job at a time. */
/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "keyholder/enrol.h"
#include "keyholder/gpg_conf.h"
#include "keyholder/job_line.h"
#include "keyholder/key_backup.h"
#include "keyholder/start_clean.h"
#include "papers/key_talk.h"

enum { REAP_PAUSE_MS = 20, HELLO_MAX_SECONDS = 60, KEY_FILE_MAX_BYTES = 1024 * 1024 };

static const size_t HELLO_ARENA_BYTES = 256 * 1024 * 1024;

/* What one run of the program is about. */
struct run {
	bool is_admin;
	const char *home;
	struct holdings holdings;
};

/* Waits for the control line to speak; takes ended children away meanwhile. */
static void
wait_for_control(void)
{
	struct pollfd control = {.fd = CONTROL_LINE, .events = POLLIN};

	while (poll(&control, 1, engine_reap() ? REAP_PAUSE_MS : -1) <= 0)
		continue;
}

static bool
answer_control(uint32_t kind, const struct wire_out *out)
{
	struct failure why;

	return wire_send(CONTROL_LINE, kind, out, wire_deadline(HELLO_MAX_SECONDS), &why);
}

static bool
answer_failure(const struct failure *why)
{
	CLEANUP(wire_done) struct wire_out out = {0};

	key_put_failure(&out, why);
	return answer_control(KEY_ANSWER_FAILURE, &out);
}

/* The normal keyholder must be able to do all of its work before it says so. */
static bool
prove_own_key(struct holdings *holdings, struct failure *why)
{
	if (holdings->keyring.own.state != KEY_USABLE)
		return fail(why, REMEDY_STOP, "key.own", "our own key %s is %s",
		    holdings->keyring.own.fingerprint, key_state_name(holdings->keyring.own.state));
	if (!engine_make_probe(&holdings->engine, holdings->keyring.own_key, why))
		return false;
	if (!engine_works(&holdings->engine))
		return fail(why, REMEDY_RETRY, "key.agent",
		    "gpg does not open a test text sealed to our own key: does gpg-agent run?");
	return true;
}

static bool
take_up(struct run *run, const struct key_hello *hello, struct failure *why)
{
	struct holdings *holdings = &run->holdings;

	if (!fingerprint_clean(hello->own_key, holdings->keyring.own.fingerprint))
		return fail(why, REMEDY_STOP, "key.configuration", "our own key is no fingerprint");
	if (!gpg_conf_check(hello->home, why) || (run->is_admin && !enrol_begin(hello->home, why)))
		return false;
	if ((hello->sealing_secret || !run->is_admin) &&
	    !sealing_key_load(&holdings->sealing_key,
		hello->sealing_secret ? hello->sealing_secret : "",
		hello->sealing_public ? hello->sealing_public : "", why))
		return false;
	holdings->keyring.directory = hello->directory;
	run->home = hello->home;
	return engine_open(&holdings->engine, hello->home, why) &&
	    keyring_load(&holdings->keyring, &holdings->engine, why) &&
	    (run->is_admin || prove_own_key(holdings, why));
}

static bool
answer_states(struct run *run, uint32_t kind)
{
	CLEANUP(wire_done) struct wire_out out = {0};

	key_put_states(&out, run->holdings.keyring.directory, &run->holdings.keyring.own);
	return answer_control(kind, &out);
}

/* The first words on the control line; false when there will be no work. */
static bool
greet(struct run *run)
{
	struct key_hello hello;
	struct failure why;
	struct wire_in in;
	uint32_t kind;

	if (!wire_receive(CONTROL_LINE, run->holdings.arena, KEY_FRAME_MAX_BYTES,
		wire_deadline(HELLO_MAX_SECONDS), &kind, &in, &why))
		return false;
	if (kind != KEY_HELLO || !key_get_hello(&in, run->holdings.arena, &hello)) {
		(void)fail(&why, REMEDY_STOP, "key.request", "the first words are no HELLO");
		(void)answer_failure(&why);
		return false;
	}
	if (take_up(run, &hello, &why))
		return answer_states(run, KEY_HELLO_OK);
	(void)answer_failure(&why);
	return false;
}

static bool
serve_job(struct run *run, int line)
{
	job_line_serve(&run->holdings, line);
	(void)close(line);
	(void)engine_reap();
	return answer_control(KEY_JOB_OK, NULL);
}

static bool
serve_add(struct run *run, struct wire_in *in, struct arena *arena)
{
	CLEANUP(wire_done) struct wire_out out = {0};
	struct pinned_key added;
	struct failure why;
	size_t length;
	const char *typed = wire_get_text(in, arena, 200);
	const uint8_t *bytes = wire_get_bytes(in, arena, KEY_FILE_MAX_BYTES, &length);

	if (!wire_is_whole(in) || !typed) {
		(void)fail(&why, REMEDY_DESK, "key.refused", "the key file is too long");
		return answer_failure(&why);
	}
	if (!enrol_key(
		&run->holdings.engine, &run->holdings.keyring, typed, bytes, length, &added, &why))
		return answer_failure(&why);
	wire_put_u32(&out, added.state);
	wire_put_i64(&out, added.expires_at);
	return answer_control(KEY_ADD_OK, &out);
}

static bool
serve_list(struct run *run)
{
	struct failure why;

	if (!keyring_load(&run->holdings.keyring, &run->holdings.engine, &why))
		return answer_failure(&why);
	return answer_states(run, KEY_LIST_OK);
}

static bool
serve_backup(struct run *run, struct wire_in *in, struct arena *arena)
{
	CLEANUP(wire_done) struct wire_out out = {0};
	struct holdings *holdings = &run->holdings;
	char recovery[FINGERPRINT_BYTES];
	struct failure why;
	const char *typed = wire_get_text(in, arena, 200);

	if (!wire_is_whole(in) || !typed || !fingerprint_clean(typed, recovery)) {
		(void)fail(&why, REMEDY_DESK, "key.unusable", "the recovery key is no fingerprint");
		return answer_failure(&why);
	}
	if (!key_backup_seal(&holdings->engine, &holdings->keyring, &holdings->sealing_key,
		run->home, recovery, &why))
		return answer_failure(&why);
	wire_put_bytes(&out, holdings->engine.sealed.bytes, holdings->engine.sealed.used);
	vault_wipe(&holdings->engine.sealed);
	return answer_control(KEY_BACKUP_OK, &out);
}

/* One request on the control line; false when it hung up or broke the rules. */
static bool
serve_control(struct run *run)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(2 * (size_t)KEY_FRAME_MAX_BYTES);
	int lines[WIRE_FDS_MAX];
	size_t count = 0;
	struct failure why;
	struct wire_in in;
	uint32_t kind;

	wait_for_control();
	if (!wire_receive_fds(CONTROL_LINE, arena, KEY_FRAME_MAX_BYTES,
		wire_deadline(HELLO_MAX_SECONDS), &kind, &in, lines, &count, &why))
		return false;
	if (kind == KEY_JOB && count == 1 && wire_is_whole(&in) && !run->is_admin)
		return serve_job(run, lines[0]);
	while (count)
		(void)close(lines[--count]);
	if (kind == KEY_ADD && run->is_admin)
		return serve_add(run, &in, arena);
	if (kind == KEY_LIST && wire_is_whole(&in) && run->is_admin)
		return serve_list(run);
	if (kind == KEY_BACKUP && run->is_admin)
		return serve_backup(run, &in, arena);
	(void)fail(&why, REMEDY_RETRY, "key.request", "the request is not one");
	(void)answer_failure(&why);
	return false;
}

static int
hold_keys(bool is_admin)
{
	struct run run = {.is_admin = is_admin};
	struct failure why;

	if (!start_clean(is_admin, &why) || !clock_open_zone()) {
		(void)answer_failure(&why);
		return EX_OSERR;
	}
	run.holdings.arena = arena_open(HELLO_ARENA_BYTES);
	bool is_at_work = greet(&run);
	while (is_at_work && serve_control(&run))
		continue;
	keyring_free(&run.holdings.keyring);
	engine_close(&run.holdings.engine);
	sealing_key_free(&run.holdings.sealing_key);
	arena_close(run.holdings.arena);
	end_clean();
	return is_at_work ? EX_OK : EX_CONFIG;
}

static int
make_sealing_key(const char *secret_path, const char *public_path)
{
	struct failure why;

	if (sealing_key_make(secret_path, public_path, &why))
		return EX_OK;
	(void)fprintf(stderr, "wandle-keyholder: %s\n", why.reason);
	return EX_CANTCREAT;
}

static int
restore_keys(char **words)
{
	struct key_places places = {.home = words[0],
	    .sealing_secret = words[1],
	    .sealing_public = words[2],
	    .own_key = words[3]};
	struct failure why;

	if (start_clean(true, &why) && key_backup_restore(&places, &why)) {
		(void)fprintf(stderr, "wandle-keyholder: the keys of %s are back, and open\n",
		    places.own_key);
		end_clean();
		return EX_OK;
	}
	(void)fprintf(stderr, "wandle-keyholder: %s (%s)\n", why.reason, why.code);
	end_clean();
	return why.remedy == REMEDY_RETRY ? EX_TEMPFAIL : EX_CANTCREAT;
}

int
main(int count, char **words)
{
	if (count == 4 && strcmp(words[1], "--make-sealing-key") == 0)
		return make_sealing_key(words[2], words[3]);
	if (count == 6 && strcmp(words[1], "--restore-keys") == 0)
		return restore_keys(words + 2);
	bool is_admin = count == 2 && strcmp(words[1], "--admin") == 0;
	if (count == 1 || is_admin)
		return hold_keys(is_admin);
	(void)fprintf(stderr,
	    "usage: wandle-keyholder [--admin]   started by wandle, with its control line as "
	    "descriptor 3\n"
	    "       wandle-keyholder --make-sealing-key SECRET_FILE PUBLIC_FILE\n"
	    "       wandle-keyholder --restore-keys GNUPGHOME SECRET_FILE PUBLIC_FILE FINGERPRINT   "
	    "(lines of a backup on standard input)\n");
	return EX_USAGE;
}
