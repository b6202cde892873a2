/* rules activate, rollback, approval: which rules decide from now on, and who agreed. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "commands/rules_change.h"
#include "commands/rules_words.h"

enum { SIGNATURE_MAX_BYTES = 64 * 1024 };

/* To take up again what decides already changes nothing: it only puts a damaged set right. */
static bool
is_same(const struct rules_change *change)
{
	return change->newest.number && strcmp(change->newest.hash, change->set.hash) == 0;
}

/*
 * The second person stands in the rules that decide, not in those that would: else a set could
 * name its own approver. Only the very first set has none before it.
 */
static int
take_approval(struct rules_change *change, const char *path, const char *const *actors,
    struct activation *order)
{
	struct failure why = {0};
	size_t length;

	if (change->newest.number && !change->has_active)
		return EX_CONFIG;
	g_autofree char *signature = words_read(path, SIGNATURE_MAX_BYTES, &length);
	if (!signature)
		return EX_NOINPUT;
	struct directory *directory =
	    change->has_active ? change->active.directory : change->fresh.directory;
	const char *words =
	    activation_words(change->settings, &change->newest, change->set.hash, change->arena);
	if (activation_approve(change->settings, directory, words,
		(struct plain){.words = signature, .length = length}, actors, change->arena, order,
		&why))
		return EX_OK;
	return words_fail("activating", &why);
}

static int
check_approval(struct rules_change *change, const char *path, const char *const *actors,
    struct activation *order)
{
	if (path)
		return take_approval(change, path, actors, order);
	if (!change->settings->second_person || is_same(change))
		return EX_OK;
	fprintf(stderr,
	    "wandle: a second person must agree (activation.second_person): let them sign what\n"
	    "`wandle rules approval` prints, and give the signature with --approved-by\n");
	return EX_NOPERM;
}

struct change_options {
	char *approval;
	gboolean no_replay, despite_errors;
	bool is_return; /* to rules that decided before */
};

/* What would change stands above the line that says it was done. */
static int
show_change(const struct rules_change *change, const struct change_options *options)
{
	if (options->no_replay || is_same(change) || !change->has_active)
		return EX_OK;
	int status = rules_print_diff(change);
	if (status != EX_OK)
		fprintf(stderr,
		    "wandle: nothing was activated; --no-replay does without the look back\n");
	return status;
}

/* Rules that decided before may decide again as they are: going back must always be possible. */
static int
refuse_errors(const struct rules_change *change, const struct change_options *options)
{
	if (options->is_return || options->despite_errors || is_same(change) ||
	    !rules_have_errors(&change->fresh))
		return EX_OK;
	fprintf(stderr,
	    "wandle: nothing was activated: `wandle rules check` has errors against these rules\n"
	    "(above); --despite-errors activates them all the same\n");
	return EX_DATAERR;
}

static int
do_change(struct rules_change *change, const struct change_options *options)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	const char *const *actors = activation_actors(change->arena);
	struct activation order = {.hash = change->set.hash,
	    .instead_of = change->newest.number ? change->newest.hash : NULL,
	    .by = g_strjoinv(", ", (char **)(uintptr_t)actors),
	    .despite_errors = options->despite_errors};
	struct failure why = {0};
	int status = refuse_errors(change, options);

	if (status == EX_OK)
		status = check_approval(change, options->approval, actors, &order);
	if (status == EX_OK)
		status = show_change(change, options);
	if (status == EX_OK &&
	    (!rules_change_ledger(change->settings, &ledger, &why) ||
		!activation_do(
		    ledger, &change->set, change->settings, &change->newest, &order, &why)))
		status = words_fail("activating", &why);
	if (status == EX_OK) {
		printf("active now: %s\n", change->set.hash);
		if (order.approved_by)
			printf("approved by %s, key %s\n", order.approved_by, order.approved_key);
		printf(
		    "A running gateway takes them up at its next SIGHUP (systemctl reload wandle).\n");
	}
	g_free((char *)(uintptr_t)order.by);
	return status;
}

int
rules_activate(int argc, char **argv, const char *config)
{
	struct change_options options = {0};
	struct rules_change change;
	int status;
	const GOptionEntry entries[] = {
	    {"approved-by", 0, 0, G_OPTION_ARG_FILENAME, &options.approval,
		"The second person's signature over what `rules approval` printed", "FILE"},
	    {"despite-errors", 0, 0, G_OPTION_ARG_NONE, &options.despite_errors,
		"Activate them though `rules check` has errors against them", NULL},
	    {"no-replay", 0, 0, G_OPTION_ARG_NONE, &options.no_replay,
		"Do not decide the stored cases again to show what would change", NULL},
	    G_OPTION_ENTRY_NULL};

	if (!words_parse(&argc, &argv,
		"rules activate [--approved-by FILE] [--despite-errors] [--no-replay] [NEW]",
		"Checks the rules of the folder NEW (by default the one in wandle.yaml), refuses them where\n"
		"`rules check` has errors, shows which stored cases would go another way, keeps their bytes\n"
		"in the ledger, and makes them the ones that decide.",
		entries, &status))
		return status;
	if (rules_change_open(config, argc > 1 ? argv[1] : NULL, &change, &status))
		status = do_change(&change, &options);
	rules_change_close(&change);
	g_free(options.approval);
	return status;
}

int
rules_rollback(int argc, char **argv, const char *config)
{
	struct change_options options = {.is_return = true};
	struct rules_change change;
	int status;
	const GOptionEntry entries[] = {
	    {"approved-by", 0, 0, G_OPTION_ARG_FILENAME, &options.approval,
		"The second person's signature over what `rules approval HASH` printed", "FILE"},
	    {"no-replay", 0, 0, G_OPTION_ARG_NONE, &options.no_replay,
		"Do not decide the stored cases again to show what would change", NULL},
	    G_OPTION_ENTRY_NULL};

	if (!words_parse(&argc, &argv, "rules rollback [--approved-by FILE] [--no-replay] [HASH]",
		"Makes a set that decided before decide again: the one before the present one, or the\n"
		"one whose hash begins so (`wandle rules history`). With the hash of the present one it\n"
		"puts its files right where they were damaged.",
		entries, &status))
		return status;
	if (argc > 1 ? rules_change_open(config, argv[1], &change, &status)
		     : rules_change_back(config, &change, &status))
		status = do_change(&change, &options);
	rules_change_close(&change);
	g_free(options.approval);
	return status;
}

int
rules_approval(int argc, char **argv, const char *config)
{
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	struct rules_change change;
	int status;

	if (!words_parse(&argc, &argv, "rules approval [NEW]",
		"Prints what a second person signs so that NEW, a folder or the hash of a kept set, can be\n"
		"activated:  gpg --armor --detach-sign FILE. The signature fits this one change only.",
		entries, &status))
		return status;
	if (rules_change_open(config, argc > 1 ? argv[1] : NULL, &change, &status)) {
		(void)fputs(activation_words(
				change.settings, &change.newest, change.set.hash, change.arena),
		    stdout);
		status = EX_OK;
	}
	rules_change_close(&change);
	return status;
}
