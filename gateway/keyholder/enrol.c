/* Looks at a key before it is let in, and certifies it once it is. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/enrol.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keyholder/start_clean.h"

extern char **environ;

static bool
refuse(struct failure *why, const char *reason)
{
	return fail(why, REMEDY_DESK, "key.refused", "%s", reason);
}

/* Runs one of GnuPG's programs, without a shell, to its end. */
static bool
run_program(const char *const argv[], struct failure *why)
{
	posix_spawn_file_actions_t quiet;
	pid_t child;
	int status = -1;

	(void)posix_spawn_file_actions_init(&quiet);
	for (int at = 0; at < 3; at++)
		(void)posix_spawn_file_actions_addopen(&quiet, at, "/dev/null", O_RDWR, 0);
	int broken =
	    posix_spawnp(&child, argv[0], &quiet, NULL, (char *const *)(uintptr_t)argv, environ);
	(void)posix_spawn_file_actions_destroy(&quiet);
	if (!broken)
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			continue;
	if (broken || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return fail(
		    why, REMEDY_RETRY, "key.agent", "%s %s did not end well", argv[0], argv[3]);
	return true;
}

bool
enrol_begin(const char *home, struct failure *why)
{
	const char *const launch[] = {"gpgconf", "--homedir", home, "--launch", "gpg-agent", NULL};
	int folder = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* Held until this process ends: with lock-never gpg itself keeps nobody out. */
	if (folder < 0)
		return fail(why, REMEDY_STOP, "key.configuration", "GnuPG home %.80s: %s", home,
		    strerror(errno));
	if (flock(folder, LOCK_EX | LOCK_NB) != 0) {
		(void)close(folder);
		return fail(why, REMEDY_RETRY, "key.busy", "someone else is changing keys");
	}
	if (!run_program(launch, why))
		return false;
	/* Only now: an agent that were our child would be waited for after each operation. */
	return adopt_children()
	    ? true
	    : fail(why, REMEDY_STOP, "key.configuration", "prctl: %s", strerror(errno));
}

/* What one key file says, before anything of it is imported. */
static bool
inspect_key(gpgme_key_t key, const char *typed, struct failure *why)
{
	struct pinned_key judged = {0};

	if (!key->subkeys || !key->subkeys->fpr || strcmp(key->subkeys->fpr, typed) != 0)
		return refuse(
		    why, "the file holds another key than the fingerprint that was typed");
	if (key->secret)
		return refuse(why, "the file holds a secret key: ask for the public one");
	keyring_judge(key, typed, &judged);
	if (judged.state == KEY_REVOKED || judged.state == KEY_EXPIRED)
		return refuse(why,
		    judged.state == KEY_REVOKED ? "the key is revoked" : "the key has expired");
	if (judged.state == KEY_UNSUITABLE)
		return refuse(
		    why, "the key is of a kind we cannot use, or has no subkey to encrypt to");
	return true;
}

/* Lists the file without importing it: exactly one key, and the right one. */
static bool
inspect_file(struct engine *engine, const uint8_t *bytes, size_t length, const char *typed,
    struct failure *why)
{
	CLEANUP(engine_release_text) gpgme_data_t file = NULL;
	gpgme_error_t error;
	bool is_right = false;
	size_t keys = 0;

	if (!engine_take_bytes(&file, bytes, length, why))
		return false;
	error = gpgme_op_keylist_from_data_start(engine->gpgme, file, 0);
	while (!error) {
		CLEANUP(engine_release_key) gpgme_key_t key = NULL;
		error = gpgme_op_keylist_next(engine->gpgme, &key);
		if (!error && keys++ == 0)
			is_right = inspect_key(key, typed, why);
	}
	(void)gpgme_op_keylist_end(engine->gpgme);
	if (!engine_settle())
		return engine_failed(why, "looking at the key file", error);
	if (keys != 1)
		return refuse(why,
		    keys ? "the file holds more than one key" : "the file holds no OpenPGP key");
	return is_right;
}

static bool
import_key(struct engine *engine, const uint8_t *bytes, size_t length, const char *typed,
    struct failure *why)
{
	CLEANUP(engine_release_text) gpgme_data_t file = NULL;

	if (!engine_take_bytes(&file, bytes, length, why))
		return false;
	gpgme_error_t error = gpgme_op_import(engine->gpgme, file);
	gpgme_import_result_t done = gpgme_op_import_result(engine->gpgme);
	bool is_one = done && done->considered == 1 && done->secret_read == 0 && done->imports &&
	    done->imports->fpr && strcmp(done->imports->fpr, typed) == 0 && !done->imports->result;
	if (!engine_settle() || error)
		return engine_failed(why, "importing the key", error);
	return is_one ? true : refuse(why, "gpg does not accept the key");
}

static bool
certify_key(
    struct engine *engine, const struct keyring *keyring, const char *typed, struct failure *why)
{
	CLEANUP(engine_release_key) gpgme_key_t key = NULL;
	gpgme_error_t error = gpgme_get_key(engine->gpgme, typed, &key, 0);

	gpgme_signers_clear(engine->gpgme);
	if (!error)
		error = gpgme_signers_add(engine->gpgme, keyring->own_key);
	if (!error)
		error = gpgme_op_keysign(
		    engine->gpgme, key, NULL, 0, GPGME_KEYSIGN_LOCAL | GPGME_KEYSIGN_NOEXPIRE);
	if (!engine_settle() || error)
		return engine_failed(why, "certifying the key", error);
	return true;
}

/* Trust is worked out at each change of keys, and never at mail time. */
static bool
check_trust(struct engine *engine, struct failure *why)
{
	gpgme_engine_info_t gpg = gpgme_ctx_get_engine_info(engine->gpgme);

	while (gpg && gpg->protocol != GPGME_PROTOCOL_OpenPGP)
		gpg = gpg->next;
	if (!gpg)
		return fail(why, REMEDY_STOP, "key.configuration", "there is no gpg");
	const char *const argv[] = {gpg->file_name, "--homedir", gpg->home_dir, "--check-trustdb",
	    "--batch", "--quiet", NULL};
	return run_program(argv, why);
}

bool
enrol_key(struct engine *engine, const struct keyring *keyring, const char *typed,
    const uint8_t *bytes, size_t length, struct pinned_key *out, struct failure *why)
{
	CLEANUP(engine_release_key) gpgme_key_t key = NULL;
	struct pinned_key added = {.until_day = INT32_MAX};

	if (!fingerprint_clean(typed, added.fingerprint))
		return refuse(why, "a fingerprint has 40 hex digits");
	if (!keyring->own_key || keyring->own.state != KEY_USABLE)
		return fail(why, REMEDY_STOP, "key.own", "our own key is %s",
		    key_state_name(keyring->own.state));
	if (strcmp(added.fingerprint, keyring->own.fingerprint) == 0)
		return refuse(why, "this is our own key");
	if (!inspect_file(engine, bytes, length, added.fingerprint, why) ||
	    !import_key(engine, bytes, length, added.fingerprint, why) ||
	    !certify_key(engine, keyring, added.fingerprint, why) || !check_trust(engine, why))
		return false;
	gpgme_error_t error = gpgme_get_key(engine->gpgme, added.fingerprint, &key, 0);
	if (!engine_settle() || error)
		return engine_failed(why, "looking the new key up", error);
	keyring_judge(key, keyring->own.fingerprint, &added);
	if (added.state != KEY_USABLE)
		return fail(why, REMEDY_DESK, "key.refused",
		    "the key was added, but gpg calls it %s", key_state_name(added.state));
	*out = added;
	return true;
}
