/* rules: names its words and hands over to one. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "commands/commands.h"
#include "commands/rules_words.h"
#include "commands/words.h"

static const struct {
	const char *name, *whole, *about;
	int (*run)(int argc, char **argv, const char *config);
} WORDS[] = {
    {"check", "rules check", "what the rules do that nobody may have meant", rules_check},
    {"test", "rules test", "the tests beside the rules, and what they cover", rules_test},
    {"activate", "rules activate", "these rules decide from now on", rules_activate},
    {"approval", "rules approval", "what a second person signs for that", rules_approval},
    {"diff", "rules diff", "what would go another way under other rules", rules_diff},
    {"history", "rules history", "which rules decided when, and who changed them", rules_history},
    {"modes", "rules modes", "how often the desk agreed with rules on trial", rules_modes},
    {"schema", "rules schema", "what editors read to help with these rules", rules_schema},
    {"rollback", "rules rollback", "earlier rules decide again", rules_rollback},
};

static int
say_words(int argc, char **argv)
{
	g_autoptr(GString) about = g_string_new(NULL);
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	int status = EX_USAGE;

	for (size_t at = 0; at < COUNT_OF(WORDS); at++)
		g_string_append_printf(
		    about, "%s%-9s %s", at ? "\n" : "", WORDS[at].name, WORDS[at].about);
	g_string_append(about, "\n`wandle rules WORD --help` says more of one.");
	(void)words_parse(&argc, &argv, "rules WORD [OPTION...]", about->str, entries, &status);
	return status;
}

int
rules_command(int argc, char **argv, const char *config)
{
	const char *names[COUNT_OF(WORDS)];
	const char *word = argc > 1 ? argv[1] : NULL;

	if (word && *word == '-')
		return say_words(argc, argv);
	for (size_t at = 0; at < COUNT_OF(WORDS); at++) {
		names[at] = WORDS[at].name;
		if (!word || strcmp(word, WORDS[at].name) != 0)
			continue;
		argv[1] = (char *)(uintptr_t)WORDS[at].whole;
		return WORDS[at].run(argc - 1, argv + 1, config);
	}
	return words_unknown("rules", word, names, COUNT_OF(names));
}
