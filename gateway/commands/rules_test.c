/* rules test: the tests beside the rules, with coverage. */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "commands/coverage.h"
#include "commands/junit.h"
#include "commands/rules_words.h"
#include "commands/telling.h"
#include "commands/trial.h"
#include "commands/words.h"

#define TESTS_MAX_BYTES ((size_t)256 * 1024 * 1024) /* of one file, with all that they decide */

struct test_run {
	struct equipment equipment;
	struct arena *arena; /* outlives the files */
	struct rules_outline outline;
	struct coverage *coverage;
	struct junit *junit;
	gboolean verbose;
	unsigned passed, failed;
};

static int
compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The files of the folder's `tests`, by name. */
static GPtrArray *
find_files(const char *rules)
{
	g_autofree char *folder = g_build_filename(rules, "tests", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (dir && (name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".yaml") && *name != '.')
			g_ptr_array_add(files, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(files, compare_names);
	return files;
}

static void
run_test(struct test_run *run, const struct rule_test *test, struct arena *arena)
{
	int64_t begun = g_get_monotonic_time();
	struct trial trial;
	g_autofree char *told = NULL;
	size_t length = 0;

	trial_run(&run->equipment, test, arena, &trial);
	coverage_add(run->coverage, &trial.decision);
	double seconds = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;
	if (trial.has_passed)
		run->passed++;
	else
		run->failed++;
	if (run->verbose || !trial.has_passed)
		tell(stdout, 0, 6, "%s %s:%u: %s", trial.has_passed ? "ok   " : "FAIL ", test->file,
		    test->line, test->name);
	if (!trial.has_passed) {
		FILE *text = open_memstream(&told, &length);
		if (text) {
			trial_tell(text, &trial, &run->outline);
			(void)fclose(text);
			(void)fputs(told, stdout);
		}
		printf("\n");
	}
	junit_add(run->junit, test->file, test->line, test->name, seconds, told);
}

static bool
run_file(struct test_run *run, const char *path, struct faults *faults)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(TESTS_MAX_BYTES);
	struct rule_tests tests;

	if (!routing_load_tests(run->equipment.routing, path, arena, &tests, faults))
		return false;
	for (size_t at = 0; at < tests.count; at++)
		run_test(run, &tests.tests[at], arena);
	return true;
}

/* What the tests cover; false where something is not covered. */
static bool
tell_coverage(const struct test_run *run, bool all)
{
	struct coverage_count count = coverage_count(run->coverage);
	bool is_whole =
	    count.rules == count.whole_rules && count.conditions == count.whole_conditions;

	printf("coverage  %zu of %zu rules and %zu of %zu conditions were yes, no and in doubt\n",
	    count.whole_rules, count.rules, count.whole_conditions, count.conditions);
	if (count.watching)
		printf("          %zu rule%s in MODE WATCH cover nothing and are not counted\n",
		    count.watching, count.watching == 1 ? "" : "s");
	if (all || !is_whole)
		printf("\n%s (x some test, . no test, - cannot be):\n",
		    all ? "Every rule" : "What no test brings about");
	if (all || !is_whole)
		coverage_tell(stdout, run->coverage, !all);
	return is_whole;
}

static int
run_all(struct test_run *run, char **files, const char *rules, const char *junit_path, bool all,
    bool complete)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autoptr(GPtrArray) found = find_files(rules);
	bool all_read = true;

	for (size_t at = 0; files[at]; at++)
		all_read = run_file(run, files[at], faults) && all_read;
	for (size_t at = 0; !files[0] && at < found->len; at++)
		all_read = run_file(run, found->pdata[at], faults) && all_read;
	if (!files[0] && !found->len) {
		fprintf(stderr, "wandle rules test: there is no test in %s/tests\n", rules);
		return EX_NOINPUT;
	}
	faults_print(faults, stderr);
	printf("tests     %u passed, %u failed\n", run->passed, run->failed);
	bool is_whole = tell_coverage(run, all);
	if (junit_path && !junit_write(run->junit, junit_path)) {
		fprintf(stderr, "wandle: %s: %s\n", junit_path, strerror(errno));
		return EX_CANTCREAT;
	}
	if (!all_read)
		return EX_CONFIG;
	return run->failed || (complete && !is_whole) ? EX_DATAERR : EX_OK;
}

int
rules_test(int argc, char **argv, const char *config)
{
	struct test_run run = {.passed = 0};
	g_autofree char *folder = NULL, *junit_path = NULL;
	gboolean all = FALSE, complete = FALSE;
	int status;
	const GOptionEntry entries[] = {{"rules", 0, 0, G_OPTION_ARG_FILENAME, &folder,
					    "Test the rules of this folder", "FOLDER"},
	    {"junit", 0, 0, G_OPTION_ARG_FILENAME, &junit_path,
		"Write the results as JUnit XML too", "FILE"},
	    {"coverage", 0, 0, G_OPTION_ARG_NONE, &all,
		"Show every rule and condition, not only what no test brings about", NULL},
	    {"complete", 0, 0, G_OPTION_ARG_NONE, &complete,
		"Fail where a rule or condition is not covered whole", NULL},
	    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &run.verbose, "Name the tests that pass", NULL},
	    G_OPTION_ENTRY_NULL};

	if (!words_parse(&argc, &argv, "rules test [OPTION...] [FILE...]",
		"Runs the tests of the files (by default tests/*.yaml beside the rules) against the\n"
		"rules being edited. A failure shows what was expected beside what came of it, and\n"
		"the rules and conditions that made the difference. Nothing is sent.",
		entries, &status))
		return status;
	CLEANUP(setup_freep) struct setup *setup = words_setup(config);
	const char *rules = folder ? folder : setup ? setup_settings(setup)->rules : NULL;
	if (!setup || !words_open_to_decide(config, rules, &run.equipment))
		return EX_CONFIG;
	run.arena = arena_open(TESTS_MAX_BYTES);
	run.junit = junit_open();
	run.coverage = coverage_open(run.equipment.routing, run.arena);
	routing_outline(run.equipment.routing, run.arena, &run.outline);
	status = run_all(&run, argv + 1, rules, junit_path, all, complete);
	junit_close(run.junit);
	arena_close(run.arena);
	equipment_close(&run.equipment);
	return status;
}
