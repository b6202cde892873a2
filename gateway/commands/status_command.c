/* status: queues, ages, and the last success of each duty. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "commands/commands.h"
#include "commands/words.h"

static void
print_status(const struct ledger_status *status)
{
	char at[20], worked[20];

	printf("rules     %s, active since %s\n", status->rules_hash ? status->rules_hash : "none",
	    words_time(status->rules_at, at));
	for (size_t row = 0; row < status->rules_fault_count; row++) {
		const struct rules_fault *fault = &status->rules_faults[row];
		printf("FAULT     %lld in the %s rules since %s; those loaded go on: %.*s\n",
		    (long long)fault->faults, fault->which, words_time(fault->found_at, at),
		    (int)strcspn(fault->words, "\n"), fault->words);
	}
	printf("backup    %s\n",
	    status->backed_up_at ? words_time(status->backed_up_at, at) : "never taken");
	if (status->restored_at)
		printf("restored  %s, from the backup of %s\n", words_time(status->restored_at, at),
		    words_time(status->restored_from, worked));
	for (size_t row = 0; row < status->duty_count; row++) {
		const struct duty_row *duty = &status->duties[row];
		printf("duty      %-9s last seen %s, last success %s%s%s\n", duty->duty,
		    words_time(duty->seen_at, at), words_time(duty->worked_at, worked),
		    duty->hindrance ? ", hindered by " : "",
		    duty->hindrance ? duty->hindrance : "");
	}
	for (size_t row = 0; row < status->count_count; row++) {
		const struct count_row *count = &status->counts[row];
		printf("%-9s %-12s %6lld, oldest %s\n", count->what, count->state,
		    (long long)count->count, words_time(count->oldest_at, at));
	}
}

/* Of the rules that decide, where they can be loaded; where not, `check --active` says why. */
static void
print_watching(const char *config)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct equipment equipment;

	if (equipment_open(config, NULL, faults, &equipment)) {
		g_autofree char *active = equipment_active_folder(equipment.settings);
		g_autofree char *letters = rule_set_letters(equipment.settings, active);
		words_watching(&equipment);
		if (!letters)
			printf("letters   NOT ACTIVATED: used as they are now, until `wandle rules "
			       "activate`\n");
	} else
		printf(
		    "rules     THE ACTIVE ONES CANNOT BE LOADED: `wandle check --active` says why\n");
	equipment_close(&equipment);
}

/* The text format of Prometheus, for a textfile collector. */
static void
print_metrics(const struct ledger_status *status)
{
	printf("# TYPE wandle_items gauge\n");
	for (size_t row = 0; row < status->count_count; row++)
		printf("wandle_items{kind=\"%s\",state=\"%s\"} %lld\n", status->counts[row].what,
		    status->counts[row].state, (long long)status->counts[row].count);
	printf("# TYPE wandle_oldest_timestamp_seconds gauge\n");
	for (size_t row = 0; row < status->count_count; row++)
		printf("wandle_oldest_timestamp_seconds{kind=\"%s\",state=\"%s\"} %lld\n",
		    status->counts[row].what, status->counts[row].state,
		    (long long)status->counts[row].oldest_at);
	printf("# TYPE wandle_kept_timestamp_seconds gauge\n"
	       "wandle_kept_timestamp_seconds{what=\"backup\"} %lld\n"
	       "wandle_kept_timestamp_seconds{what=\"restore\"} %lld\n",
	    (long long)status->backed_up_at, (long long)status->restored_at);
	printf("# TYPE wandle_duty_success_timestamp_seconds gauge\n");
	for (size_t row = 0; row < status->duty_count; row++)
		printf("wandle_duty_success_timestamp_seconds{duty=\"%s\"} %lld\n",
		    status->duties[row].duty, (long long)status->duties[row].worked_at);
}

int
status_command(int argc, char **argv, const char *config)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)1024 * 1024);
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	gboolean metrics = FALSE;
	struct ledger_status found = {0};
	struct failure why = {0};
	int status;
	const GOptionEntry entries[] = {{"metrics", 0, 0, G_OPTION_ARG_NONE, &metrics,
					    "In the text format of Prometheus", NULL},
	    G_OPTION_ENTRY_NULL};

	if (!words_parse(&argc, &argv, "status [--metrics]",
		"Says what waits, how long, and when each duty last did its work.", entries,
		&status))
		return status;
	if (!words_at_most(argc, argv, 1))
		return EX_USAGE;
	CLEANUP(setup_freep) struct setup *setup = words_setup(config);
	if (!setup)
		return EX_CONFIG;
	if (!ledger_open(setup_settings(setup)->ledger.path, &ledger, &why) ||
	    !ledger_status(ledger, arena, &found, &why))
		return words_fail("reading the ledger", &why);
	if (metrics)
		print_metrics(&found);
	else {
		print_status(&found);
		if (found.rules_hash)
			print_watching(config);
	}
	return EX_OK;
}
