/* run: keep the mailroom at work. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "commands/commands.h"
#include "commands/words.h"

static bool
find_duty(const char *name, enum duty *out)
{
	for (unsigned duty = 0; duty < DUTIES; duty++)
		if (strcmp(duty_name((enum duty)duty), name) == 0) {
			*out = (enum duty)duty;
			return true;
		}
	return false;
}

static int
unknown_duty(const char *word)
{
	const char *const names[DUTIES] = {
	    duty_name(DUTY_RECEIVE), duty_name(DUTY_SORT), duty_name(DUTY_DELIVER)};

	return words_unknown("run --only", word, names, DUTIES);
}

int
run_command(int argc, char **argv, const char *config)
{
	gboolean once = FALSE;
	g_auto(GStrv) only = NULL;
	g_autofree char *duty_word = NULL;
	int worker = 0, supervisor = 0, pulse = 0, status;
	const GOptionEntry entries[] = {
	    {"once", 0, 0, G_OPTION_ARG_NONE, &once, "Handle what is there, then end", NULL},
	    {"only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &only,
		"Only this duty: receive, sort or deliver; may be given again", "DUTY"},
	    {"duty", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &duty_word, NULL, NULL},
	    {"worker", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &worker, NULL, NULL},
	    {"supervisor", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &supervisor, NULL, NULL},
	    {"pulse", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &pulse, NULL, NULL},
	    G_OPTION_ENTRY_NULL};
	bool wanted[DUTIES];
	enum duty duty;

	if (!words_parse(&argc, &argv, "run [--once] [--only DUTY]...",
		"Receives mail, sorts it and delivers letters, until it is told to stop (SIGTERM).\n"
		"SIGHUP loads the active rules again.",
		entries, &status))
		return status;
	if (!words_at_most(argc, argv, 1))
		return EX_USAGE;
	if (duty_word) {
		struct duty_orders orders = {.settings_path = config,
		    .once = once,
		    .worker = (unsigned)worker,
		    .supervisor = supervisor,
		    .pulse = pulse};
		return find_duty(duty_word, &duty) ? mailroom_do_duty(duty, &orders)
						   : unknown_duty(duty_word);
	}
	for (unsigned at = 0; at < DUTIES; at++)
		wanted[at] = !only;
	for (size_t at = 0; only && only[at]; at++) {
		if (!find_duty(only[at], &duty))
			return unknown_duty(only[at]);
		wanted[duty] = true;
	}
	return mailroom_run(config, once, wanted);
}
