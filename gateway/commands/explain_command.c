/* explain: which rules a form meets or a case has met, and why. */
/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/limits.h"
#include "commands/commands.h"
#include "commands/explanation.h"
#include "commands/telling.h"
#include "commands/words.h"

#define EXPLAIN_MAX_BYTES ((size_t)512 * 1024 * 1024)

struct explaining {
	const struct equipment *equipment;
	struct arena *arena;
	gboolean as_json, without_values;
};

/* Prints a record, or tells it below a head; `reference` is NULL for a file. */
static int
print_record(const struct explaining *explaining, const char *text, size_t length,
    const char *reference, bool has_values)
{
	json_error_t error;
	json_t *record = json_loadb(text, length, 0, &error);

	if (!record) {
		fprintf(stderr, "wandle: the record cannot be read\n");
		return EX_DATAERR;
	}
	(void)json_object_del(record, "text");
	(void)json_object_del(record, "form");
	(void)json_object_del(record, "form_date");
	if (reference)
		(void)json_object_set_new(record, "case", json_string(reference));
	(void)json_object_set_new(record, "with_values", json_boolean(has_values));
	if (explaining->as_json) {
		(void)json_dumpf(record, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
		printf("\n");
	} else {
		const char *rules = json_string_value(json_object_get(record, "rules"));
		if (reference)
			printf("case       %s%s\n", reference,
			    has_values ? "" : ", without the values that were seen");
		printf("rules      %s\n", rules ? rules : "-");
		explanation_tell(stdout, record);
	}
	json_decref(record);
	return EX_OK;
}

/* --- a file ---------------------------------------------------------------------------------- */

static int
explain_text(const struct explaining *explaining, const char *text, size_t length)
{
	const struct equipment *equipment = explaining->equipment;
	struct arena *arena = explaining->arena;
	struct concern *concern = arena_take(arena, sizeof *concern);
	struct decision *decision = arena_take(arena, sizeof *decision);
	struct form_faults faults = {0};
	struct shares *shares;
	int64_t now = clock_now();

	if (!form_read(equipment->form, plain_copy(arena, text, length),
		equipment->settings->identity.address, now, arena, concern, &faults)) {
		fprintf(stderr, "wandle: there is no concern form in this text\n");
		return EX_DATAERR;
	}
	struct routing_moment moment = equipment_moment(equipment, now, arena);
	routing_decide(equipment->routing, concern, &moment, arena, decision);
	mailroom_foresee(concern, decision, arena, &shares);
	routing_judge_unasked(equipment->routing, concern, arena, decision);
	const struct record_of of = {.rules_hash = equipment->rules_hash,
	    .faults = &faults,
	    .concern = concern,
	    .decision = decision};
	bool has_values = !explaining->without_values;
	const char *record = record_text(&of, has_values, arena, &length);
	return print_record(explaining, record, length, NULL, has_values);
}

static int
explain_file(const struct explaining *explaining, const char *path)
{
	size_t length;
	g_autofree char *text = words_read(path, FORM_MAX_BYTES, &length);

	if (!text)
		return EX_NOINPUT;
	if (g_utf8_validate(text, (gssize)length, NULL))
		return explain_text(explaining, text, length);
	fprintf(stderr, "wandle: %s is not UTF-8\n", path);
	return EX_DATAERR;
}

/* --- a stored case --------------------------------------------------------------------------- */

/* The record with its values where it is still there and may be opened, else the clear one. */
static int
explain_stored(const struct explaining *explaining, const struct case_file *file)
{
	const struct equipment *equipment = explaining->equipment;
	const char *reference = file->row.reference.text;
	struct failure why = {0};
	struct plain opened;

	if (file->has_sealed_record && !explaining->without_values) {
		if (mailroom_unseal(equipment->settings, equipment->directory, &file->sealed_record,
			explaining->arena, &opened, &why))
			return print_record(
			    explaining, opened.words, opened.length, reference, true);
		fprintf(
		    stderr, "wandle: the values cannot be opened: %s (%s)\n", why.reason, why.code);
	}
	if (file->record)
		return print_record(
		    explaining, file->record, strlen(file->record), reference, false);
	fprintf(stderr, "wandle: nothing was decided for %s: %s\n", reference, file->row.code);
	return EX_DATAERR;
}

static int
explain_case(const struct explaining *explaining, const char *reference)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct case_file file = {0};
	struct failure why = {0};
	bool found = false;

	if (!ledger_open(explaining->equipment->settings->ledger.path, &ledger, &why))
		return words_fail("opening the ledger", &why);
	if (!ledger_case(ledger, reference, explaining->arena, &file, &found, &why))
		return words_fail("reading the ledger", &why);
	if (found)
		return explain_stored(explaining, &file);
	fprintf(stderr, "wandle: there is no case %s\n", reference);
	return EX_DATAERR;
}

int
explain_command(int argc, char **argv, const char *config)
{
	gboolean active = FALSE;
	struct explaining explaining = {.as_json = FALSE};
	const GOptionEntry entries[] = {{"active", 0, 0, G_OPTION_ARG_NONE, &active,
					    "By the active rules, not those being edited", NULL},
	    {"json", 0, 0, G_OPTION_ARG_NONE, &explaining.as_json, "As JSON, for machines", NULL},
	    {"no-values", 0, 0, G_OPTION_ARG_NONE, &explaining.without_values,
		"Without the values that conditions saw", NULL},
	    G_OPTION_ENTRY_NULL};
	struct equipment equipment;
	int status;

	if (!words_parse(&argc, &argv, "explain [OPTION...] FILE|CASE",
		"Says who would get a filled form (- for standard input), or who got a stored case,\n"
		"and why: every rule, every condition with the value it saw, what each agency gets\n"
		"and what not. A case is told from its record, by the rules that decided it.",
		entries, &status))
		return status;
	if (argc != 2) {
		fprintf(stderr, "wandle explain: one file or one case, please\n");
		return EX_USAGE;
	}
	bool is_case = reference_is_valid(argv[1]);
	CLEANUP(setup_freep) struct setup *setup = words_setup(config);
	const char *rules = setup && !active && !is_case ? setup_settings(setup)->rules : NULL;
	if (!setup || !(is_case ? words_open : words_open_to_decide)(config, rules, &equipment))
		return EX_CONFIG;
	explaining.equipment = &equipment;
	explaining.arena = arena_open(EXPLAIN_MAX_BYTES);
	status = is_case ? explain_case(&explaining, argv[1]) : explain_file(&explaining, argv[1]);
	arena_close(explaining.arena);
	equipment_close(&equipment);
	return status;
}
