/* wandle.yaml and the directories to plain values, each checked. */
/* SPDX-License-Identifier: MIT */
#ifndef SETUP_SETUP_H
#define SETUP_SETUP_H

#include "base/failure.h"
#include "base/faults.h"
#include "papers/directory.h"
#include "papers/settings.h"

struct setup;

/* Loads wandle.yaml; every fault with its place. NULL when there was one. Relative paths are from
 * its folder. */
struct setup *setup_load(const char *path, struct faults *faults);
/*
 * The same, but gives what could be read where there are faults too: to find and check other files
 * by it, and for nothing else. What was not understood is its default or NULL. NULL where the file
 * is no map.
 */
struct setup *setup_load_partial(const char *path, struct faults *faults);
void setup_free(struct setup *setup); /* accepts NULL */
void setup_freep(struct setup **setup);
const struct settings *setup_settings(const struct setup *setup);

struct address_book;

/*
 * Loads agencies.yaml, officers.yaml and desk.yaml of a folder into one directory, in this order.
 * Ids and fingerprints stand once in all of it, addresses of people too. The heads of the shipped
 * files say what may stand in them.
 * `blocks` are the form's disclosure blocks, NULL to leave them unchecked. NULL on a fault.
 */
struct address_book *setup_load_directory(
    const char *folder, const char *const *blocks, size_t block_count, struct faults *faults);
/*
 * The same, but gives what could be read where there are faults too: to check other files against
 * it, and for nothing else.
 */
struct address_book *setup_load_partial_directory(
    const char *folder, const char *const *blocks, size_t block_count, struct faults *faults);
void setup_free_directory(struct address_book *book); /* accepts NULL */
void setup_free_directoryp(struct address_book **book);
struct directory *setup_directory(struct address_book *book);

/*
 * Fetches a secret: a systemd credential ($CREDENTIALS_DIRECTORY) or a file of mode 0600 that
 * belongs to us, or the first line a command prints within 10 seconds and 16 KiB. *secret is
 * NUL-terminated, newly allocated; end it with setup_forget_secret(). Gives NULL where the source
 * is empty. fails   STOP  secret.missing, secret.mode, secret.command
 */
MUST_CHECK bool setup_secret(
    const struct secret_source *source, char **secret, struct failure *why);
void setup_forget_secret(char *secret);

#endif
