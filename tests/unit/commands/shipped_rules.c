/* Opens what is shipped, without settings and keys. */
/* SPDX-License-Identifier: MIT */
#include "shipped_rules.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/clock.h"

static char *
rules_path(const char *name)
{
	return g_build_filename(g_getenv("WANDLE_SOURCE"), "rules", name, NULL);
}

char *
shipped_text(const char *name)
{
	g_autofree char *path = rules_path(name);
	char *text = NULL;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

int
shipped_open(void **state)
{
	struct shipped *shipped = g_new0(struct shipped, 1);
	struct equipment *equipment = &shipped->equipment;
	g_autofree char *form = rules_path("form.yaml"), *folder = rules_path("");
	g_autofree char *holidays = rules_path("bank-holidays.yaml");
	g_autofree char *routing = shipped_text("routing.yaml");

	assert_true(clock_open_zone());
	shipped->arena = arena_open((size_t)1024 * 1024 * 1024);
	shipped->faults = faults_open();
	shipped->folder = g_dir_make_tmp("shipped-XXXXXX", NULL);
	equipment->form = form_load(form, shipped->faults);
	const struct field_list *fields = form_fields(equipment->form);
	equipment->book =
	    setup_load_directory(folder, fields->blocks, fields->block_count, shipped->faults);
	equipment->directory = setup_directory(equipment->book);
	equipment->clocks = clocks_load(holidays, shipped->faults);
	shipped_load(shipped, routing);
	*state = shipped;
	return 0;
}

int
shipped_close(void **state)
{
	struct shipped *shipped = *state;
	struct equipment *equipment = &shipped->equipment;

	routing_free(equipment->routing);
	clocks_free(equipment->clocks);
	setup_free_directory(equipment->book);
	form_free(equipment->form);
	faults_close(shipped->faults);
	arena_close(shipped->arena);
	(void)g_rmdir(shipped->folder);
	g_free(shipped->folder);
	g_free(shipped);
	return 0;
}

static void
no_faults(const struct shipped *shipped)
{
	if (faults_count(shipped->faults))
		faults_print(shipped->faults, stderr);
	assert_int_equal(faults_count(shipped->faults), 0);
}

void
shipped_load(struct shipped *shipped, const char *text)
{
	struct equipment *equipment = &shipped->equipment;
	g_autofree char *areas = rules_path("areas.csv");
	g_autofree char *path = g_build_filename(shipped->folder, "routing.yaml", NULL);

	routing_free(equipment->routing);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	equipment->routing = routing_load(path, areas, form_fields(equipment->form),
	    equipment->directory, shipped->faults);
	(void)g_remove(path);
	no_faults(shipped);
}

void
shipped_read(struct shipped *shipped, const char *tests)
{
	g_autofree char *path = g_build_filename(shipped->folder, "tests.yaml", NULL);

	assert_true(g_file_set_contents(path, tests, -1, NULL));
	bool is_read = routing_load_tests(shipped->equipment.routing, path, shipped->arena,
	    &shipped->tests, shipped->faults);
	(void)g_remove(path);
	no_faults(shipped);
	assert_true(is_read);
}

struct trial *
shipped_try(struct shipped *shipped, const char *given, const char *expect)
{
	struct trial *trial = arena_take(shipped->arena, sizeof *trial);
	g_autofree char *tests = g_strdup_printf(
	    "tests:\n  - name: one\n    given: %s\n    expect: %s\n", given, expect);

	shipped_read(shipped, tests);
	trial_run(&shipped->equipment, shipped->tests.tests, shipped->arena, trial);
	return trial;
}

GPtrArray *
shipped_failures(struct shipped *shipped, struct coverage *coverage)
{
	static const char *const FILES[] = {
	    "tests/urgency.yaml", "tests/childrens-services.yaml", "tests/services.yaml"};
	GPtrArray *failures = g_ptr_array_new();

	for (size_t file = 0; file < COUNT_OF(FILES); file++) {
		g_autofree char *text = shipped_text(FILES[file]);
		shipped_read(shipped, text);
		for (size_t at = 0; at < shipped->tests.count; at++) {
			struct trial trial;
			trial_run(&shipped->equipment, &shipped->tests.tests[at], shipped->arena,
			    &trial);
			if (coverage)
				coverage_add(coverage, &trial.decision);
			if (!trial.has_passed)
				g_ptr_array_add(failures, (void *)shipped->tests.tests[at].name);
		}
	}
	return failures;
}
