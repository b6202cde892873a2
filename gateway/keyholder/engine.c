/* Sets gpgme up once, and judges whether it does its work. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/engine.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/limits.h"

enum {
	PROBE_MAX_BYTES = 16 * 1024,
	SETTLE_STEPS = 10000, /* of 200 us: two seconds */
	EXEC_FAILED = 8,      /* how gpgme's child ends when it cannot start gpg */
};

static const char PROBE_WORDS[] = "Wandle asks itself whether its keys are at work.";

static const struct gpgme_data_cbs VAULT_CALLS = {.write = vault_write};

bool
engine_failed(struct failure *why, const char *doing, gpgme_error_t error)
{
	char words[100] = "";

	(void)gpgme_strerror_r(error, words, sizeof words);
	return fail(
	    why, REMEDY_RETRY, "key.agent", "%s: %s (%u)", doing, words, gpgme_err_code(error));
}

void
engine_release_text(gpgme_data_t *text)
{
	if (*text)
		gpgme_data_release(*text);
	*text = NULL;
}

void
engine_release_key(gpgme_key_t *key)
{
	if (*key)
		gpgme_key_unref(*key);
	*key = NULL;
}

/* "sensitive" makes gpgme wipe the buffers that the bytes pass through. */
static bool
guard_text(gpgme_data_t *out, gpgme_error_t error, struct failure *why)
{
	if (!error)
		error = gpgme_data_set_flag(*out, "sensitive", "1");
	return error ? engine_failed(why, "making room", error) : true;
}

bool
engine_take_bytes(gpgme_data_t *out, const void *bytes, size_t length, struct failure *why)
{
	return guard_text(out, gpgme_data_new_from_mem(out, bytes ? bytes : "", length, 0), why);
}

bool
engine_take_vault(gpgme_data_t *out, struct vault *vault, struct failure *why)
{
	/* gpgme only reads the table of calls. */
	gpgme_data_cbs_t calls = (gpgme_data_cbs_t)(uintptr_t)&VAULT_CALLS;

	return guard_text(out, gpgme_data_new_from_cbs(out, calls, vault), why);
}

bool
engine_open(struct engine *engine, const char *home, struct failure *why)
{
	*engine = (struct engine){0};
	vault_open(&engine->opened, OPENED_MAX_BYTES);
	vault_open(&engine->sealed, LETTER_MAX_BYTES);
	vault_open(&engine->probe, PROBE_MAX_BYTES);
	(void)gpgme_check_version(NULL);
	/* Set once for all contexts: on a context it costs one more gpg each time. */
	gpgme_error_t error = gpgme_set_engine_info(GPGME_PROTOCOL_OpenPGP, NULL, home);
	if (!error)
		error = gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP);
	if (!error)
		error = gpgme_new(&engine->gpgme);
	if (!error)
		error = gpgme_set_protocol(engine->gpgme, GPGME_PROTOCOL_OpenPGP);
	/* A question for a password is an answer, "symmetric", and never a window on a server. */
	if (!error)
		error = gpgme_set_pinentry_mode(engine->gpgme, GPGME_PINENTRY_MODE_ERROR);
	if (error) {
		(void)engine_failed(why, "starting gpg", error);
		why->remedy = REMEDY_STOP;
		why->code = "key.configuration";
		return false;
	}
	gpgme_set_offline(engine->gpgme, 1);
	gpgme_set_armor(engine->gpgme, 1);
	gpgme_set_textmode(engine->gpgme, 0);
	(void)engine_settle();
	return true;
}

void
engine_close(struct engine *engine)
{
	if (engine->gpgme)
		gpgme_release(engine->gpgme);
	engine->gpgme = NULL;
	vault_close(&engine->opened);
	vault_close(&engine->sealed);
	vault_close(&engine->probe);
	(void)engine_settle();
}

bool
engine_make_probe(struct engine *engine, gpgme_key_t own, struct failure *why)
{
	const gpgme_encrypt_flags_t how = GPGME_ENCRYPT_NO_ENCRYPT_TO | GPGME_ENCRYPT_NO_COMPRESS;
	CLEANUP(engine_release_text) gpgme_data_t words = NULL;
	CLEANUP(engine_release_text) gpgme_data_t sealed = NULL;
	gpgme_key_t to[] = {own, NULL};

	vault_wipe(&engine->probe);
	if (!engine_take_bytes(&words, PROBE_WORDS, sizeof PROBE_WORDS, why) ||
	    !engine_take_vault(&sealed, &engine->probe, why))
		return false;
	gpgme_error_t error = gpgme_op_encrypt(engine->gpgme, to, how, words, sealed);
	if (!engine_settle() || error)
		return engine_failed(why, "sealing a test text to our own key", error);
	return true;
}

bool
engine_works(struct engine *engine)
{
	CLEANUP(engine_release_text) gpgme_data_t sealed = NULL;
	CLEANUP(engine_release_text) gpgme_data_t words = NULL;
	struct failure why;

	vault_wipe(&engine->opened);
	if (!engine_take_bytes(&sealed, engine->probe.bytes, engine->probe.used, &why) ||
	    !engine_take_vault(&words, &engine->opened, &why))
		return false;
	gpgme_error_t error = gpgme_op_decrypt(engine->gpgme, sealed, words);
	bool works = engine_settle() && !error && engine->opened.used == sizeof PROBE_WORDS &&
	    memcmp(engine->opened.bytes, PROBE_WORDS, sizeof PROBE_WORDS) == 0;
	vault_wipe(&engine->opened);
	return works;
}

/* Takes one ended child away: 1 when it ended by itself, 0 when not, -1 when none has ended. */
static int
reap_one(bool *is_left)
{
	int status;
	pid_t child = waitpid(-1, &status, WNOHANG);

	*is_left = child >= 0 || errno != ECHILD;
	if (child <= 0)
		return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) != EXEC_FAILED;
}

bool
engine_reap(void)
{
	bool is_left;

	while (reap_one(&is_left) >= 0)
		continue;
	return is_left;
}

bool
engine_settle(void)
{
	const struct timespec pause = {.tv_nsec = 200 * 1000};
	bool all_well = true, is_left = true;

	/* Never a blocking wait: a gpg that does not end would hold us here for ever. */
	for (int step = 0; step < SETTLE_STEPS; step++) {
		int ended = reap_one(&is_left);
		if (!is_left)
			return all_well;
		if (ended == 0)
			all_well = false;
		if (ended < 0)
			(void)nanosleep(&pause, NULL);
	}
	return false;
}
