/* explain: which rules a form would meet, and why. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/limits.h"
#include "commands/commands.h"
#include "commands/words.h"

static void
print_rule(const struct decision *decision, const struct rule_seen *seen)
{
	printf("%s %-8s %s", seen->decided ? "*" : " ", seen->list, seen->rule);
	if (seen->agency)
		printf(" for %s", seen->agency);
	if (seen->child >= 0)
		printf(", child %u", decision->child_numbers[seen->child]);
	if (strcmp(seen->mode, "send") != 0)
		printf(" (mode %s)", seen->mode);
	printf(": %s\n", answer_name(seen->answer));
	for (size_t at = 0; at < seen->condition_count; at++) {
		const struct condition_seen *one = &seen->conditions[at];
		printf("    %*s%-11s %s", (int)one->depth * 2, "", answer_name(one->answer),
		    one->words);
		if (one->seen.length)
			printf("  [%.*s]", (int)MIN(one->seen.length, 60), one->seen.words);
		printf("\n");
	}
}

static void
print_children(const struct decision *decision, uint64_t children)
{
	const char *before = children & (children - 1) ? ", children" : ", child";

	for (int at = 0; at < CHILDREN_MAX; at++)
		if (children >> at & 1) {
			printf("%s %u", before, decision->child_numbers[at]);
			before = ",";
		}
}

static void
print_routes(const struct decision *decision)
{
	for (size_t at = 0; at < decision->route_count; at++) {
		const struct route *route = &decision->routes[at];
		printf("%-10s %s", route_fate_name(route->fate), route->agency->id);
		print_children(decision, route->children);
		printf("\n           because of %s (%s)\n", route->rules ? route->rules : "-",
		    route->code);
		if (route->why && *route->why)
			printf("           %s\n", route->why);
		if (route->question)
			printf("           to settle it: %s\n", route->question);
	}
	if (decision->kept)
		printf("kept       nobody gets it, as the rules say; it is recorded and counted\n");
	else if (decision->nobody)
		printf("nobody     no rule sends it: it waits at the desk\n");
	if (decision->alarm_unmet)
		printf(
		    "ALARM      red, and everybody who should have it is forbidden or missing\n");
	else if (decision->alarm)
		printf("alarm      %s\n", decision->alarm);
}

static void
print_decision(const struct decision *decision, const struct form_faults *faults)
{
	printf("urgency    %s (rule %s)\n", urgency_name(decision->urgency),
	    decision->urgency_rule ? decision->urgency_rule : "-");
	print_routes(decision);
	if (faults->count)
		printf("\nThe officer would be asked:\n");
	for (size_t at = 0; at < faults->count; at++)
		printf("  %zu. %s\n", at + 1, faults->faults[at].text.words);
	printf("\nEvery rule that was looked at (* changed the outcome):\n");
	for (size_t at = 0; at < decision->seen_count; at++)
		print_rule(decision, &decision->seen[at]);
}

static int
explain(struct equipment *equipment, const char *text, size_t length)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)256 * 1024 * 1024);
	struct concern *concern = arena_take(arena, sizeof *concern);
	struct decision *decision = arena_take(arena, sizeof *decision);
	struct form_faults faults = {0};
	int64_t now = clock_now();

	if (!form_read(equipment->form, plain_copy(arena, text, length),
		equipment->settings->identity.address, now, arena, concern, &faults)) {
		fprintf(stderr, "wandle: there is no concern form in this text\n");
		return EX_DATAERR;
	}
	struct routing_moment moment = equipment_moment(equipment, now, arena);
	routing_decide(equipment->routing, concern, &moment, arena, decision);
	print_decision(decision, &faults);
	return EX_OK;
}

int
explain_command(int argc, char **argv, const char *config)
{
	gboolean active = FALSE;
	const GOptionEntry entries[] = {{"active", 0, 0, G_OPTION_ARG_NONE, &active,
					    "By the active rules, not those being edited", NULL},
	    G_OPTION_ENTRY_NULL};
	struct equipment equipment;
	size_t length;
	int status;

	if (!words_parse(&argc, &argv, "explain [--active] FILE",
		"Says for a filled form (- for standard input) who would get it and why: every rule,\n"
		"every condition with the value it saw, and what followed. Nothing is sent.",
		entries, &status))
		return status;
	if (argc != 2) {
		fprintf(stderr, "wandle explain: one file, please\n");
		return EX_USAGE;
	}
	g_autofree char *text = words_read(argv[1], FORM_MAX_BYTES, &length);
	if (!text)
		return EX_NOINPUT;
	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		fprintf(stderr, "wandle: %s is not UTF-8\n", argv[1]);
		return EX_DATAERR;
	}
	CLEANUP(setup_freep) struct setup *setup = words_setup(config);
	if (!setup || !words_open(config, active ? NULL : setup_settings(setup)->rules, &equipment))
		return EX_CONFIG;
	status = explain(&equipment, text, length);
	equipment_close(&equipment);
	return status;
}
