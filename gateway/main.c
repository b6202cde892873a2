/* Names the commands and hands over to one. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/faults.h"
#include "commands/commands.h"

static const struct {
	const char *name, *about;
	int (*run)(int argc, char **argv, const char *config);
} COMMANDS[] = {
    {"run", "keep the mailroom at work", run_command},
    {"check", "do settings, keys, form, rules and templates fit each other", check_command},
    {"rules", "which rules decide from now on", rules_command},
    {"keys", "list, add: who we know, until when", keys_command},
    {"explain", "who would get a filled form, and why", explain_command},
    {"form", "blank, read: the form, and what is read from a filled one", form_command},
    {"case", "list, show, release: what waits for a person", case_command},
    {"reconcile", "mailbox, Handled folder and ledger against each other", reconcile_command},
    {"ledger", "check, backup, restore: the record of every mail, kept safe", ledger_command},
    {"digest", "what came and went since the last digest letter", digest_command},
    {"status", "what waits, how long, and what the duties do", status_command},
};

static void
print_help(FILE *out)
{
	fprintf(out,
	    "Usage:\n  wandle [--config FILE] COMMAND [OPTION...]\n\n"
	    "A secure email gateway for safeguarding referrals. Commands:\n\n");
	for (size_t at = 0; at < COUNT_OF(COMMANDS); at++)
		fprintf(out, "  %-10s %s\n", COMMANDS[at].name, COMMANDS[at].about);
	fprintf(out,
	    "\nThe settings are read from /etc/wandle/wandle.yaml unless --config says otherwise.\n"
	    "`wandle COMMAND --help` says more of one, `wandle --version` which Wandle this is.\n");
}

static int
unknown(const char *word)
{
	const char *names[COUNT_OF(COMMANDS)];

	for (size_t at = 0; at < COUNT_OF(COMMANDS); at++)
		names[at] = COMMANDS[at].name;
	const char *near = near_word(word, names, COUNT_OF(names));
	fprintf(stderr, "wandle: there is no command `%s`", word);
	fprintf(stderr, near ? "; did you mean `%s`?\n" : "; see `wandle --help`\n", near);
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	const char *config = "/etc/wandle/wandle.yaml";
	int at = 1;

	/* gpgme and number formats must not depend on where we run. */
	(void)setlocale(LC_ALL, "C.UTF-8");
	if (at < argc && strncmp(argv[at], "--config=", 9) == 0) {
		config = argv[at++] + 9;
	} else if (at + 1 < argc && strcmp(argv[at], "--config") == 0) {
		config = argv[at + 1];
		at += 2;
	} else if (at < argc && strcmp(argv[at], "--config") == 0) {
		fprintf(stderr, "wandle: --config: which file?\n");
		return EX_USAGE;
	}
	if (at >= argc) {
		print_help(stderr);
		return EX_USAGE;
	}
	if (strcmp(argv[at], "--version") == 0) {
		printf("wandle %s\n", WANDLE_VERSION);
		return EX_OK;
	}
	if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
		print_help(stdout);
		return EX_OK;
	}
	for (size_t command = 0; command < COUNT_OF(COMMANDS); command++)
		if (strcmp(argv[at], COMMANDS[command].name) == 0)
			return COMMANDS[command].run(argc - at, argv + at, config);
	return unknown(argv[at]);
}
