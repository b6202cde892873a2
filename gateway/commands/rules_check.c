/* rules check: what the rules do that nobody may have meant, each with an example. */
/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "commands/rules_change.h"
#include "commands/rules_example.h"
#include "commands/rules_words.h"
#include "commands/words.h"

enum { ANALYSIS_MAX_BYTES = 1024 * 1024 * 1024 };

static struct rules_example
example_of(const struct rule_finding *finding)
{
	return (struct rules_example){finding->given, finding->given_count, finding->closed,
	    finding->is_open, finding->concern.is_report_doubted};
}

static void
print_finding(const struct equipment *equipment, const struct rule_finding *finding,
    const struct rule_days *days)
{
	struct rules_example example = example_of(finding);

	if (finding->line)
		printf("%s:%u:%u: ", finding->file, finding->line, finding->column);
	printf("%s: %s\n", finding_level_name(finding->level), finding->text);
	if (finding->has_concern)
		rules_print_example(equipment, &example, days);
}

static char *
day_words(int32_t number)
{
	int year, month, day;

	day_civil(number, &year, &month, &day);
	return g_strdup_printf("%04d-%02d-%02d", year, month, day);
}

void
rules_print_days(const struct rule_days *days)
{
	g_autofree char *day = day_words(days->day);

	printf("decided for reports made on %s; ", day);
	if (!days->dated_count)
		printf("no rule compares with a fixed date, so every other day gives the same\n");
	else
		printf("on another day it may differ: %s%s compares with a fixed date\n",
		    days->dated_rule, days->dated_count > 1 ? ", the first of several rules," : "");
}

/* Notes of one kind, one line a field or rule. */
static void
print_fields(const struct rule_findings *findings, enum finding_kind kind, const char *heading)
{
	const char *last = NULL;

	for (size_t at = 0; at < findings->count; at++) {
		const struct rule_finding *finding = &findings->findings[at];
		const char *agency = finding->agency ? finding->agency->id : "";
		const char *name = finding->field ? finding->field->name : finding->rule;
		if (finding->level != FINDING_NOTE || finding->kind != kind)
			continue;
		if (!last)
			printf("\n%s", heading);
		if (name == last)
			printf(", %s", agency);
		else
			printf("\n  %s%s%s", name, *agency ? ": " : "", agency);
		last = name;
	}
	if (last)
		printf("\n");
}

/* What is meant for the desk alone is told every time, so that nobody forgets that it is. */
static bool
is_told(const struct rule_finding *finding)
{
	return finding->level != FINDING_NOTE || finding->kind == FINDING_GAP ||
	    finding->kind == FINDING_RED_NOBODY;
}

static void
print_findings(const struct equipment *equipment, const struct rule_findings *findings, bool all)
{
	for (size_t at = 0; at < findings->count; at++)
		if (all || is_told(&findings->findings[at]))
			print_finding(equipment, &findings->findings[at], &findings->days);
	if (!all) {
		print_fields(findings, FINDING_DOUBT,
		    "What waits when one field is not known and all else is:");
		print_fields(findings, FINDING_UNSENT,
		    "What keeps a case from being sent when it is not known, so that it is only "
		    "recorded:");
		print_fields(findings, FINDING_TAKEN_AWAY,
		    "Never rules that leave a case with nobody but the desk:");
	}
	printf("%s%zu errors, %zu warnings, %zu notes%s\n", all ? "" : "\n",
	    findings->counts[FINDING_ERROR], findings->counts[FINDING_WARNING],
	    findings->counts[FINDING_NOTE],
	    !all && findings->counts[FINDING_NOTE] ? " (--all shows each with its example)" : "");
	rules_print_days(&findings->days);
}

static json_t *
finding_json(const struct equipment *equipment, const struct rule_finding *finding,
    const struct rule_days *days)
{
	json_t *one = json_object();
	struct rules_example example = example_of(finding);

	json_object_set_new(one, "kind", json_string(finding_kind_name(finding->kind)));
	json_object_set_new(one, "level", json_string(finding_level_name(finding->level)));
	json_object_set_new(one, "text", json_string(finding->text));
	if (finding->line) {
		json_object_set_new(one, "file", json_string(finding->file));
		json_object_set_new(one, "line", json_integer(finding->line));
		json_object_set_new(one, "column", json_integer(finding->column));
	}
	if (finding->rule)
		json_object_set_new(one, "rule", json_string(finding->rule));
	if (finding->agency)
		json_object_set_new(one, "agency", json_string(finding->agency->id));
	if (finding->field)
		json_object_set_new(one, "field", json_string(finding->field->name));
	if (!finding->has_concern)
		return one;
	json_t *given = json_array();
	for (size_t at = 0; at < finding->given_count; at++)
		json_array_append_new(given, json_string(finding->given[at]));
	json_object_set_new(one, "given", given);
	if (finding->closed)
		json_object_set_new(one, "closed", json_string(finding->closed));
	g_autofree char *moment = rules_example_at(equipment, &example, days);
	if (moment)
		json_object_set_new(one, "at", json_string(moment));
	return one;
}

/* What was noticed while the files were read, which others are told on standard error. */
static json_t *
remarks_json(const struct faults *faults)
{
	json_t *list = json_array();

	for (size_t at = 0; at < faults_total(faults); at++) {
		const struct fault *fault = faults_at(faults, at);
		json_array_append_new(list,
		    json_pack("{s: s, s: i, s: i, s: s}", "file", fault->file, "line",
			(int)fault->line, "column", (int)fault->column, "text", fault->text));
	}
	return list;
}

static void
print_json(const struct equipment *equipment, const struct rule_findings *findings,
    const struct faults *faults)
{
	json_t *all = json_object(), *list = json_array();
	g_autofree char *day = day_words(findings->days.day);

	for (size_t at = 0; at < findings->count; at++)
		json_array_append_new(
		    list, finding_json(equipment, &findings->findings[at], &findings->days));
	json_object_set_new(all, "findings", list);
	json_object_set_new(all, "remarks", remarks_json(faults));
	json_object_set_new(all, "day", json_string(day));
	json_object_set_new(all, "every_day", json_boolean(!findings->days.dated_count));
	for (unsigned level = 0; level < COUNT_OF(findings->counts); level++) {
		g_autofree char *key = g_strdup_printf("%ss", finding_level_name(level));
		json_object_set_new(all, key, json_integer((json_int_t)findings->counts[level]));
	}
	(void)json_dumpf(all, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(all);
}

bool
rules_have_errors(const struct equipment *equipment)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(ANALYSIS_MAX_BYTES);
	struct rule_findings findings;

	routing_check(equipment->routing, clock_now(), arena, &findings);
	for (size_t at = 0; at < findings.count; at++)
		if (findings.findings[at].level == FINDING_ERROR)
			print_finding(equipment, &findings.findings[at], &findings.days);
	return findings.counts[FINDING_ERROR] > 0;
}

int
rules_check(int argc, char **argv, const char *config)
{
	gboolean all = FALSE, active = FALSE, json = FALSE;
	const GOptionEntry entries[] = {
	    {"all", 0, 0, G_OPTION_ARG_NONE, &all, "Show every note with its example", NULL},
	    {"active", 0, 0, G_OPTION_ARG_NONE, &active, "The active rules, not those being edited",
		NULL},
	    {"json", 0, 0, G_OPTION_ARG_NONE, &json, "For machines", NULL}, G_OPTION_ENTRY_NULL};
	CLEANUP(arena_closep) struct arena *arena = arena_open(ANALYSIS_MAX_BYTES);
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct equipment equipment;
	struct rule_findings findings;
	int status;

	if (!words_parse(&argc, &argv, "rules check [--all] [--json] [--active] [FOLDER]",
		"Looks at every concern there can be, and finds what the rules do that nobody may\n"
		"have meant: cases for nobody, rules that never match or change nothing, red cases\n"
		"without a recipient, and more, each with the smallest concern that shows it.\n"
		"Ends with 0 when there is no error, else with 65.",
		entries, &status))
		return status;
	struct setup *setup = words_setup(config);
	if (!setup)
		return EX_CONFIG;
	g_autofree char *folder =
	    active ? NULL : g_strdup(argc > 1 ? argv[1] : setup_settings(setup)->rules);
	setup_free(setup);
	bool opened = equipment_open_to_decide(config, folder, faults, &equipment);
	if (faults_total(faults) && (!opened || !json))
		faults_print(faults, stderr);
	if (!opened) {
		equipment_close(&equipment);
		return EX_CONFIG;
	}
	routing_check(equipment.routing, clock_now(), arena, &findings);
	if (json)
		print_json(&equipment, &findings, faults);
	else
		print_findings(&equipment, &findings, all);
	equipment_close(&equipment);
	return findings.counts[FINDING_ERROR] ? EX_DATAERR : EX_OK;
}
