/* Any bytes are tests of the shipped rules, each of which can be run and told, or a fault with its place. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include <glib.h>
#include <stdlib.h>

#include "base/clock.h"
#include "commands/trial.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, TRIED_MAX = 8 };

/* Opened once: settings and keys are not asked for. */
static const struct equipment *
shipped(void)
{
	static struct equipment equipment;
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	if (equipment.routing)
		return &equipment;
	if (!clock_open_zone())
		abort();
	equipment.form = form_load(SOURCE_ROOT "/rules/form.yaml", faults);
	equipment.clocks = clocks_load(SOURCE_ROOT "/rules/bank-holidays.yaml", faults);
	if (!equipment.form || !equipment.clocks)
		abort();
	const struct field_list *fields = form_fields(equipment.form);
	equipment.book =
	    setup_load_directory(SOURCE_ROOT "/rules", fields->blocks, fields->block_count, faults);
	equipment.directory = equipment.book ? setup_directory(equipment.book) : NULL;
	equipment.routing = equipment.directory ? routing_load(SOURCE_ROOT "/rules/routing.yaml",
						      SOURCE_ROOT "/rules/areas.csv", fields,
						      equipment.directory, faults)
						: NULL;
	if (!equipment.routing)
		abort();
	return &equipment;
}

static void
try_one(const struct equipment *equipment, const struct rule_test *test, FILE *out,
    struct arena *arena)
{
	struct rules_outline outline;
	struct trial trial;

	routing_outline(equipment->routing, arena, &outline);
	trial_run(equipment, test, arena, &trial);
	trial_tell(out, &trial, &outline);
	bool differs = false;
	for (size_t at = 0; at < trial.line_count; at++)
		differs = differs || trial.lines[at].differs;
	if (trial.has_passed == differs)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(ARENA_BYTES);
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	const struct equipment *equipment = shipped();
	struct rule_tests tests = {0};
	char path[32];
	int file = keep_bytes(bytes, length, path);
	FILE *out = fopen("/dev/null", "w");

	if (!out)
		abort();
	bool is_read = routing_load_tests(equipment->routing, path, arena, &tests, faults);
	if (is_read == (faults_count(faults) > 0))
		abort();
	for (size_t at = 0; is_read && at < tests.count && at < TRIED_MAX; at++)
		try_one(equipment, &tests.tests[at], out, arena);
	(void)fclose(out);
	(void)close(file);
	return 0;
}
