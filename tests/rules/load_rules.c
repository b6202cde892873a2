/* Loads rules and settings as `wandle check` does, and decides filled forms by them. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "clocks/clocks.h"
#include "form/form.h"
#include "routing/routing.h"
#include "setup/setup.h"

/*
 * Usage: load-rules        then a request per line on standard input:
 *
 *   settings PATH          reads a wandle.yaml
 *   rules FOLDER           reads every file of a rules folder
 *   tests FOLDER PATH      reads a file of rule tests beside these rules
 *   decide FOLDER PATH     decides a filled form by these rules, at noon of 10 March 2026
 *
 * Each is answered by lines that begin with "fault", "warning", "case" or "route", and by a line
 * "done".
 */
struct loaded {
	struct form *form;
	struct address_book *book;
	struct clocks *clocks;
	struct routing *routing;
};

static void
unload(struct loaded *loaded)
{
	routing_free(loaded->routing);
	clocks_free(loaded->clocks);
	setup_free_directory(loaded->book);
	form_free(loaded->form);
}

static struct loaded
load(const char *folder, struct faults *faults)
{
	g_autofree char *form = g_build_filename(folder, "form.yaml", NULL);
	g_autofree char *routing = g_build_filename(folder, "routing.yaml", NULL);
	g_autofree char *areas = g_build_filename(folder, "areas.csv", NULL);
	g_autofree char *holidays = g_build_filename(folder, "bank-holidays.yaml", NULL);
	struct loaded loaded = {.form = form_load(form, faults)};
	const struct field_list *fields = loaded.form ? form_fields(loaded.form) : NULL;

	loaded.book = setup_load_partial_directory(
	    folder, fields ? fields->blocks : NULL, fields ? fields->block_count : 0, faults);
	loaded.clocks = clocks_load(holidays, faults);
	if (fields)
		loaded.routing =
		    routing_load(routing, areas, fields, setup_directory(loaded.book), faults);
	return loaded;
}

static void
print_children(const char *name, uint64_t children)
{
	printf(" %s", name);
	for (unsigned at = 0; at < CHILDREN_MAX; at++)
		if (children >> at & 1)
			printf(" %u", at + 1);
}

static void
print_decision(const struct decision *decision)
{
	printf("case %s by %s%s%s\n", urgency_name(decision->urgency), decision->urgency_rule,
	    decision->kept ? ", kept" : "", decision->nobody ? ", nobody" : "");
	for (size_t at = 0; at < decision->route_count; at++) {
		const struct route *route = &decision->routes[at];
		printf("route %s %s because of %s,", route->agency->id,
		    route_fate_name(route->fate), route->rules);
		print_children("children", route->children);
		if (route->waiting_children)
			print_children("and waiting", route->waiting_children);
		printf("\n");
		if (route->question)
			printf("question %s %s\n", route->agency->id, route->question);
	}
}

static void
decide(const struct loaded *loaded, const char *path)
{
	struct arena *arena = arena_open((size_t)256 * 1024 * 1024);
	struct concern *concern = arena_take(arena, sizeof *concern);
	struct routing_moment moment = {.now = clock_moment(2026, 3, 10, 12, 0)};
	struct form_faults form_faults = {0};
	struct decision decision;
	g_autofree char *text = NULL;
	bool is_open[AGENCIES_MAX + DESK_PEOPLE_MAX + OFFICERS_MAX];
	size_t length;

	memset(is_open, true, sizeof is_open);
	moment.is_open = is_open;
	if (g_file_get_contents(path, &text, &length, NULL) &&
	    form_read(loaded->form, plain_copy(arena, text, length), "desk@gate.test", moment.now,
		arena, concern, &form_faults)) {
		routing_decide(loaded->routing, concern, &moment, arena, &decision);
		print_decision(&decision);
	} else {
		printf("fault %s: is no form\n", path);
	}
	arena_close(arena);
}

static void
load_tests(const struct loaded *loaded, const char *path, struct faults *faults)
{
	struct arena *arena = arena_open((size_t)256 * 1024 * 1024);
	struct rule_tests tests;

	if (loaded->routing && routing_load_tests(loaded->routing, path, arena, &tests, faults))
		printf("case %zu tests\n", tests.count);
	arena_close(arena);
}

static void
request(const char *what, const char *folder, const char *path)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct loaded loaded = {0};

	if (strcmp(what, "settings") == 0)
		setup_free(setup_load(folder, faults));
	else
		loaded = load(folder, faults);
	if (strcmp(what, "tests") == 0 && path)
		load_tests(&loaded, path, faults);
	else if (strcmp(what, "decide") == 0 && path && loaded.routing)
		decide(&loaded, path);
	for (size_t at = 0; at < faults_total(faults); at++) {
		const struct fault *fault = faults_at(faults, at);
		g_autofree char *name = g_path_get_basename(fault->file);
		printf("%s %s:%u:%u: %s\n", fault->warning ? "warning" : "fault", name, fault->line,
		    fault->column, fault->text);
	}
	unload(&loaded);
}

int
main(void)
{
	char line[8192];

	if (!clock_open_zone())
		return 1;
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		g_auto(GStrv) words = g_strsplit(line, " ", 3);
		if (words[0] && words[1])
			request(words[0], words[1], words[2]);
		printf("done\n");
		(void)fflush(stdout);
	}
	return 0;
}
