/* The control line to a keyholder that this process started. */
/* SPDX-License-Identifier: MIT */
#ifndef MAILROOM_KEYHOLDER_LINE_H
#define MAILROOM_KEYHOLDER_LINE_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/failure.h"
#include "papers/directory.h"
#include "papers/settings.h"

/* Zero it, with control = -1, to begin. */
struct keyholder {
	pid_t pid; /* leads a process group of its own, with every gpg it starts */
	int control;
	int64_t serving; /* 1 while a job's line is open there */
};

/*
 * Starts wandle-keyholder, tells it our keys and the directory's, and learns the state of each
 * pinned key into *directory and of our own into *own.
 *
 * fails   STOP   key.program         it cannot be started
 *         STOP   key.configuration   GNUPGHOME or the sealing key is not as it must be
 *         RETRY  wire.*, key.agent   it did not answer
 */
MUST_CHECK bool keyholder_start(const struct settings *settings, bool admin,
    struct directory *directory, struct pinned_key *own, struct keyholder *out,
    struct failure *why);

/* Starts gpg-agent, where it does not run: a keyholder's gpg starts none itself. */
void keyholder_start_agent(const struct settings *settings);

/*
 * For a command: agent, keyholder, and a line served at once, whose near end is in *line. End it
 * with close() and keyholder_end(). Fails as keyholder_start().
 */
MUST_CHECK bool keyholder_start_serving(const struct settings *settings,
    struct directory *directory, struct keyholder *out, int *line, struct failure *why);

/* Whether it is still there; costs next to nothing. */
bool keyholder_lives(const struct keyholder *keyholder);

/* Hands over a job's own line; the caller closes its copy. */
MUST_CHECK bool keyholder_serve(struct keyholder *keyholder, int line, struct failure *why);

/*
 * Waits until the job's line has ended there. A keyholder that does not say so in time must be
 * ended.
 */
MUST_CHECK bool keyholder_await(struct keyholder *keyholder, int64_t seconds, struct failure *why);

/*
 * The administrator's keyholder: every key of ours as armor for the recovery key, in the arena.
 * fails   see KEY_BACKUP in papers/key_talk.h
 */
MUST_CHECK bool keyholder_back_up(struct keyholder *keyholder, const char *recovery,
    struct arena *arena, const char **armor, size_t *length, struct failure *why);

/*
 * Runs the keyholder for bringing keys back, with our standard input and error, to its end.
 * fails   STOP   key.program    it cannot be started
 *         STOP   key.restore    it did not bring them back, and said why on standard error
 */
MUST_CHECK bool keyholder_restore(const struct settings *settings, struct failure *why);

/* Kills it with every gpg it started. Safe on one that never started. */
void keyholder_end(struct keyholder *keyholder);

/*
 * The administrator's keyholder: adds one key after its fingerprint was typed, certifies it
 * locally and recomputes trust. *note is what was added, in words for the terminal.
 * fails   DESK  key.fingerprint, key.unsuitable, key.grammar
 */
MUST_CHECK bool keyholder_add_key(struct keyholder *keyholder, const uint8_t *bytes, size_t length,
    const char *fingerprint, struct arena *arena, const char **note, struct failure *why);

#endif
