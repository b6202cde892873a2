/* Options, times and files, the same way in every command. */
/* SPDX-License-Identifier: MIT */
#include "commands/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"

/* "--onlin" is told "--online". */
static void
say_unknown_option(const char *option, const GOptionEntry *entries)
{
	const char *names[32];
	size_t count = 0;

	for (size_t at = 0; entries[at].long_name && count < COUNT_OF(names); at++)
		names[count++] = entries[at].long_name;
	const char *near = near_word(option + 2, names, count);
	fprintf(stderr, "wandle: there is no option `%s`", option);
	fprintf(stderr, near ? "; did you mean `--%s`?\n" : "; see `--help`\n", near);
}

static int
fail_to_parse(const char *command, const GError *error, const GOptionEntry *entries)
{
	const char *option = strstr(error->message, "--");
	bool is_unknown = g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION);

	if (is_unknown && option)
		say_unknown_option(option, entries);
	else
		fprintf(stderr, "wandle: %s; see `wandle %s --help`\n", error->message, command);
	return EX_USAGE;
}

bool
words_parse(int *argc, char ***argv, const char *usage, const char *about,
    const GOptionEntry *entries, int *status)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	bool wants_help = false;

	for (int at = 1; at < *argc; at++)
		wants_help = wants_help || strcmp((*argv)[at], "--help") == 0 ||
		    strcmp((*argv)[at], "-h") == 0;
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_summary(context, about);
	g_option_context_add_main_entries(context, entries, NULL);
	if (wants_help) {
		g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
		const char *rest = strchr(help, '\n');
		printf("Usage:\n  wandle %s\n%s", usage, rest ? strchr(rest + 1, '\n') : "\n");
		*status = EX_OK;
		return false;
	}
	if (g_option_context_parse(context, argc, argv, &error))
		return true;
	*status = fail_to_parse((*argv)[0], error, entries);
	return false;
}

bool
words_at_most(int argc, char **argv, int most)
{
	if (argc <= most)
		return true;
	fprintf(stderr, "wandle %s: `%s` is one word too many; see `wandle %s --help`\n", argv[0],
	    argv[most], argv[0]);
	return false;
}

int
words_unknown(const char *command, const char *word, const char *const *known, size_t count)
{
	if (!word) {
		fprintf(stderr, "wandle %s: what? One of:", command);
		for (size_t at = 0; at < count; at++)
			fprintf(stderr, " %s", known[at]);
		fprintf(stderr, "\n");
		return EX_USAGE;
	}
	const char *near = near_word(word, known, count);
	fprintf(stderr, "wandle %s: there is no `%s`", command, word);
	fprintf(stderr, near ? "; did you mean `%s`?\n" : "\n", near);
	return EX_USAGE;
}

int
words_fail(const char *doing, const struct failure *why)
{
	fprintf(stderr, "wandle: %s: %s (%s)\n", doing, why->reason, why->code);
	switch (why->remedy) {
	case REMEDY_RETRY:
		return EX_TEMPFAIL;
	case REMEDY_ASK_SENDER:
	case REMEDY_DESK:
		return EX_DATAERR;
	case REMEDY_STOP:
		break;
	}
	return EX_CONFIG;
}

const char *
words_time(int64_t at, char out[20])
{
	if (at)
		clock_words(at, out);
	else
		(void)g_strlcpy(out, "-", CLOCK_WORDS_BYTES);
	return out;
}

typedef bool open_equipment(const char *settings_path, const char *rules_folder,
    struct faults *faults, struct equipment *out);

static bool
open_or_say_why(
    open_equipment *open, const char *config, const char *rules_folder, struct equipment *out)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	bool opened = open(config, rules_folder, faults, out);
	if (faults_total(faults))
		faults_print(faults, stderr);
	if (!opened)
		equipment_close(out);
	return opened;
}

bool
words_open(const char *config, const char *rules_folder, struct equipment *out)
{
	return open_or_say_why(equipment_open, config, rules_folder, out);
}

bool
words_open_to_decide(const char *config, const char *rules_folder, struct equipment *out)
{
	return open_or_say_why(equipment_open_to_decide, config, rules_folder, out);
}

void
words_watching(const struct equipment *equipment)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)64 * 1024 * 1024);
	struct rules_outline outline;

	routing_outline(equipment->routing, arena, &outline);
	for (size_t at = 0; at < outline.count; at++)
		if (outline.rules[at].mode && strcmp(outline.rules[at].mode, "watch") == 0)
			printf("MODE WATCH: the rule %s sends nothing\n", outline.rules[at].rule);
}

struct setup *
words_setup(const char *config)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	if (!clock_open_zone())
		faults_add(faults, "Europe/London", 0, 0, "no time zone data: install tzdata");
	struct setup *setup = setup_load(config, faults);
	if (!setup)
		faults_print(faults, stderr);
	return setup;
}

char *
words_read(const char *path, size_t max, size_t *length)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

	if (!file) {
		fprintf(stderr, "wandle: %s: %s\n", path, strerror(errno));
		return NULL;
	}
	char *bytes = g_malloc0(max + 2);
	*length = fread(bytes, 1, max + 1, file);
	bool failed = ferror(file) || *length > max;
	if (failed)
		fprintf(stderr, "wandle: %s: %s\n", path,
		    ferror(file) ? strerror(errno) : "longer than this command reads");
	if (file != stdin)
		(void)fclose(file);
	if (!failed)
		return bytes;
	g_free(bytes);
	return NULL;
}
