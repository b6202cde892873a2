/* Settles, approves and does a change of the rules that decide. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/activation.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pwd.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "mailroom/keyholder_line.h"
#include "openpgp/openpgp.h"

/* More were never begun in a row without one being done, but by somebody who kills for fun. */
enum { LOOKED_AT_MAX = 64 };

bool
activation_settle(struct ledger *ledger, const struct settings *settings, struct arena *arena,
    struct activation *out, struct failure *why)
{
	char current[HASH_HEX_BYTES];
	struct activation *found;
	size_t count;

	*out = (struct activation){0};
	rule_set_current(settings, current);
	if (!ledger_activations(ledger, LOOKED_AT_MAX, arena, &found, &count, why))
		return false;
	for (size_t at = 0; at < count && !out->number; at++) {
		bool is_cut_off = !found[at].done_at && strcmp(found[at].hash, current) == 0;
		if (is_cut_off &&
		    !ledger_end_activation(ledger, found[at].number, found[at].at, why))
			return false;
		if (is_cut_off || found[at].done_at)
			*out = found[at];
	}
	return true;
}

bool
activation_check(
    struct ledger *ledger, const struct settings *settings, const char *hash, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)1024 * 1024);
	struct activation newest;

	if (!activation_settle(ledger, settings, arena, &newest, why))
		return false;
	if (newest.number && strcmp(newest.hash, hash) == 0)
		return true;
	return fail(why, REMEDY_STOP, "rules.not-activated",
	    "the current rules are not those that were activated last (%.12s): put them back with "
	    "`wandle rules rollback %.12s`",
	    newest.number ? newest.hash : "none", newest.number ? newest.hash : "HASH");
}

static void
add_name(GPtrArray *names, struct arena *arena, const char *name)
{
	if (!name || !*name || g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
		return;
	/* A name from the environment may be anything; it stands in the ledger. */
	char *kept = arena_text(arena, name);
	for (char *at = kept; *at; at++)
		if (!g_ascii_isgraph(*at))
			*at = '?';
	g_ptr_array_add(names, kept);
}

static void
add_user(GPtrArray *names, struct arena *arena, uid_t user)
{
	const struct passwd *entry = getpwuid(user);

	add_name(
	    names, arena, entry ? entry->pw_name : arena_print(arena, "uid-%u", (unsigned)user));
}

/* Who logged in, as the kernel's audit remembers it through su and sudo; UINT32_MAX: nobody did. */
static uid_t
login_user(void)
{
	g_autofree char *text = NULL;

	if (!g_file_get_contents("/proc/self/loginuid", &text, NULL, NULL))
		return UINT32_MAX;
	return (uid_t)g_ascii_strtoull(text, NULL, 10);
}

const char *const *
activation_actors(struct arena *arena)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	uid_t login = login_user();

	add_user(names, arena, getuid());
	if (login != UINT32_MAX)
		add_user(names, arena, login);
	add_name(names, arena, g_getenv("SUDO_USER"));
	const char **kept = arena_take_many(arena, names->len + 1, sizeof *kept);
	memcpy(kept, names->pdata, names->len * sizeof *kept);
	return kept;
}

const char *
activation_words(const struct settings *settings, const struct activation *newest, const char *hash,
    struct arena *arena)
{
	return arena_print(arena,
	    "I approve this change of the rules that decide.\n\n"
	    "gateway: %s\nafter:   activation %lld\nfrom:    %s\nto:      %s\n",
	    settings->identity.address, (long long)newest->number,
	    newest->number ? newest->hash : "none", hash);
}

static bool
refuse(struct failure *why, const char *reason)
{
	return fail(why, REMEDY_DESK, "rules.approval", "the approval does not count: %s", reason);
}

/* The signature is good: is it of somebody who may approve what these people do? */
static bool
judge_person(const struct entry *person, const char *const *actors, struct failure *why)
{
	if (person->kind != ENTRY_DESK || !person->may_approve)
		return refuse(why, "its signer approves nothing (`approves: yes` in desk.yaml)");
	for (const char *const *actor = actors; *actor; actor++)
		if (strcmp(*actor, person->user) == 0)
			return refuse(
			    why, "its signer is the one who activates; it takes a second person");
	return true;
}

bool
activation_approve(const struct settings *settings, struct directory *directory, const char *words,
    struct plain signature, const char *const *actors, struct arena *arena,
    struct activation *change, struct failure *why)
{
	struct keyholder keyholder = {.control = -1};
	struct openpgp openpgp = {.settings = settings, .directory = directory, .now = clock_now()};
	struct opened_mail judged;

	if (!keyholder_start_serving(settings, directory, &keyholder, &openpgp.line, why))
		return false;
	bool is_judged =
	    openpgp_verify(&openpgp, (struct plain){.words = words, .length = strlen(words)},
		signature, arena, &judged, why);
	(void)close(openpgp.line);
	keyholder_end(&keyholder);
	if (!is_judged)
		return false;
	if (judged.code)
		return refuse(why, judged.reason);
	if (!judge_person(judged.signer, actors, why))
		return false;
	change->approved_by = judged.signer->id;
	change->approved_key = arena_text(arena, judged.signer_fingerprint);
	return true;
}

/* One at a time: two changes that overlap could leave the link to one and the ledger's word on the other. */
static bool
lock(const struct settings *settings, int *fd, struct failure *why)
{
	const char *active = settings->ledger.active_rules;

	if (g_mkdir_with_parents(active, 0755) != 0 ||
	    (*fd = open(active, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return fail(why, REMEDY_STOP, "rules.write", "%s: %s", active, strerror(errno));
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	(void)close(*fd);
	return fail(
	    why, REMEDY_RETRY, "rules.busy", "somebody else activates rules at this moment");
}

bool
activation_do(struct ledger *ledger, const struct rule_set *set, const struct settings *settings,
    const struct activation *newest, const struct activation *change, struct failure *why)
{
	int64_t number;
	int fd = -1;

	if (!lock(settings, &fd, why))
		return false;
	bool done = rule_set_store(set, settings, why) &&
	    ledger_begin_activation(ledger, change, set->files, set->count, newest->number,
		clock_now(), &number, why) &&
	    rule_set_switch(set->hash, settings, why) &&
	    ledger_end_activation(ledger, number, clock_now(), why);
	(void)close(fd);
	return done;
}
