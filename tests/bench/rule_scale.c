/* What rules cost by their number: looking through them, and deciding one concern. */
/* SPDX-License-Identifier: MIT */
/*
 * Usage: rule_scale RULES_FOLDER [NUMBER...]        (100 1000 10000)
 *
 * Times the shipped rules, and as many random rules of their kind over the shipped form, agencies
 * and areas. Prints seconds of the processor, what could not be decided, decisions a second and how
 * both grow: the exponent of the number of rules between two sizes.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "form/form.h"
#include "routing/routing.h"
#include "setup/setup.h"

static const double DECIDING_SECONDS = 1;

struct site {
	struct form *form;
	struct address_book *book;
	char *areas;
	bool open[6000];
};

static const char *const AREAS[] = {"Merton", "Sutton", "Wandsworth"};
static const int AGES[] = {5, 9, 10, 12, 16, 18, 19};

static const char *
some_agency(GRand *rand, const struct directory *directory)
{
	for (;;) {
		const struct entry *entry =
		    &directory->entries[g_rand_int_range(rand, 0, (int)directory->count)];
		if (entry->kind == ENTRY_AGENCY)
			return entry->id;
	}
}

static void
add_rule(GRand *rand, const struct site *site, const struct field *concerns, int number, GString *yaml)
{
	static const char *const DOUBTS[] = {"wait", "send", "skip"};
	int low = g_rand_int_range(rand, 0, G_N_ELEMENTS(AGES) - 1);
	int high = g_rand_int_range(rand, low + 1, G_N_ELEMENTS(AGES));

	g_string_append_printf(yaml,
	    "  - id: r%d\n    why: W\n    in_doubt: %s\n    when:\n      child.age: {from: %d, under: %d}\n"
	    "      child.home.area: %s\n      level_of_need: {any_of: [%d, %d]}\n"
	    "      child.concerns: {any_of: [%s, %s]}\n    to: [%s]\n",
	    number, DOUBTS[number % 3], AGES[low], AGES[high], AREAS[g_rand_int_range(rand, 0, 3)],
	    g_rand_int_range(rand, 1, 3), g_rand_int_range(rand, 3, 5),
	    concerns->choices[g_rand_int_range(rand, 0, (int)concerns->choice_count)].name,
	    concerns->choices[g_rand_int_range(rand, 0, (int)concerns->choice_count)].name,
	    some_agency(rand, setup_directory(site->book)));
}

static char *
make_rules(const struct site *site, int count)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	GString *yaml = g_string_new("to_desk: [amber]\nurgency:\n"
	    "  - {id: danger, set: red, in_doubt: amber, when: {any: [{immediate_danger: yes}, {level_of_need: 4}]}}\n"
	    "  - {id: complex, set: amber, in_doubt: green, when: {level_of_need: 3}}\n"
	    "  - {id: otherwise, set: green}\n"
	    "red: {to: [merton-mash], out_of_hours: [merton-edt], if_forbidden: [desk]}\n"
	    "never:\n  - {id: works-there, why: W, in_doubt: send, not_to: this-agency, when: {involved_adults.works_for: {includes: this-agency}}}\n"
	    "send:\n");

	for (int at = 0; at < count; at++)
		add_rule(rand, site, field_find(form_fields(site->form), "child.concerns"), at, yaml);
	return g_string_free(yaml, FALSE);
}

static struct routing *
load(const struct site *site, const char *path)
{
	struct faults *faults = faults_open();
	struct routing *routing = routing_load(path, site->areas, form_fields(site->form),
	    setup_directory(site->book), faults);

	if (!routing) {
		faults_print(faults, stderr);
		exit(1);
	}
	faults_close(faults);
	return routing;
}

static struct routing *
load_text(const struct site *site, const char *yaml)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("rule-scale-XXXXXX", &path, NULL);

	g_close(fd, NULL);
	if (!g_file_set_contents(path, yaml, -1, NULL))
		exit(1);
	struct routing *routing = load(site, path);
	(void)g_remove(path);
	return routing;
}

static double
processor_seconds(void)
{
	struct timespec spent;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return (double)spent.tv_sec + (double)spent.tv_nsec / 1e9;
}

static double
time_check(const struct routing *routing, struct rule_findings *out, struct arena *arena)
{
	double start = processor_seconds();

	routing_check(routing, clock_now(), arena, out);
	return processor_seconds() - start;
}

static void
give_choice(const struct concern *concern, const char *name, struct value *values, const char *choice)
{
	const struct field *field = field_find(concern->form, name);

	values[field->index].known = KNOWN_GIVEN;
	choice_set_add(&values[field->index].choices, (unsigned)choice_find(field, choice));
}

/* A twelve-year-old of Merton, level 3. */
static void
fill(const struct site *site, struct concern *concern, struct arena *arena)
{
	const struct field_list *fields = form_fields(site->form);
	struct value *report = arena_take_many(arena, fields->group_counts[GROUP_REPORT], sizeof *report);
	struct value *child = arena_take_many(arena, fields->group_counts[GROUP_CHILD], sizeof *child);
	struct value *birth = &child[field_find(fields, "child.birth")->index];
	struct value *home = &child[field_find(fields, "child.home.postcode")->index];
	int32_t today = (int32_t)(clock_now() / 86400);

	*concern = (struct concern){.form = fields, .values = report, .child_count = 1, .reported_at = clock_now()};
	concern->children[0].values = child;
	*birth = (struct value){.known = KNOWN_GIVEN, .first_day = today - 4600, .last_day = today - 4600};
	*home = (struct value){.known = KNOWN_GIVEN, .is_full_postcode = true, .postcode = "SW19 1AG"};
	give_choice(concern, "level_of_need", report, "3");
	give_choice(concern, "child.concerns", child, "neglect");
}

static double
decisions_a_second(const struct site *site, const struct routing *routing)
{
	CLEANUP(arena_closep) struct arena *own = arena_open(16 * 1024 * 1024);
	struct concern concern;
	struct routing_moment moment = {clock_now(), site->open};
	double start = processor_seconds(), now = start;
	size_t count = 0;

	fill(site, &concern, own);
	for (; now - start < DECIDING_SECONDS; now = processor_seconds()) {
		CLEANUP(arena_closep) struct arena *arena = arena_open(256 * 1024 * 1024);
		struct decision decision;
		routing_decide(routing, &concern, &moment, arena, &decision);
		count++;
	}
	return (double)count / (now - start);
}

static void
report(const struct site *site, const char *name, struct routing *routing, double *seconds, double *rate)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)4 * 1024 * 1024 * 1024);
	struct rule_findings found;

	*seconds = time_check(routing, &found, arena);
	*rate = decisions_a_second(site, routing);
	printf("%-8s check %8.3f s, %zu errors %zu warnings %zu notes; %9.0f decisions/s\n", name, *seconds,
	    found.counts[FINDING_ERROR], found.counts[FINDING_WARNING], found.counts[FINDING_NOTE], *rate);
	for (size_t at = 0; at < found.count; at++)
		if (found.findings[at].kind == FINDING_UNDECIDED)
			printf("         %s\n", found.findings[at].text);
	fflush(stdout);
	routing_free(routing);
}

static void
open_site(struct site *site, const char *folder)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *form_path = g_build_filename(folder, "form.yaml", NULL);

	if (!clock_open_zone())
		exit(1);
	site->areas = g_build_filename(folder, "areas.csv", NULL);
	site->form = form_load(form_path, faults);
	const struct field_list *fields = site->form ? form_fields(site->form) : NULL;
	site->book = fields
	    ? setup_load_directory(folder, fields->blocks, fields->block_count, faults)
	    : NULL;
	faults_print(faults, stderr);
	if (!site->book)
		exit(1);
	memset(site->open, true, sizeof site->open);
}

int
main(int argc, char **argv)
{
	static const char *const NUMBERS[] = {"100", "1000", "10000"};
	static struct site site;
	const char *folder = argc > 1 ? argv[1] : "rules";
	double seconds, rate, last_seconds = 0, last_rate = 0, last_count = 0;
	g_autofree char *routing_path = g_build_filename(folder, "routing.yaml", NULL);

	open_site(&site, folder);
	report(&site, "shipped", load(&site, routing_path), &seconds, &rate);
	for (int at = 0; at < (argc > 2 ? argc - 2 : (int)G_N_ELEMENTS(NUMBERS)); at++) {
		const char *number = argc > 2 ? argv[at + 2] : NUMBERS[at];
		double count = g_ascii_strtod(number, NULL);
		g_autofree char *yaml = make_rules(&site, (int)count);
		report(&site, number, load_text(&site, yaml), &seconds, &rate);
		if (last_rate > 0)
			printf("         seconds grow as n^%.2f, time a decision as n^%.2f\n",
			    log(seconds / last_seconds) / log(count / last_count),
			    log(last_rate / rate) / log(count / last_count));
		last_seconds = seconds;
		last_rate = rate;
		last_count = count;
	}
	setup_free_directory(site.book);
	form_free(site.form);
	g_free(site.areas);
	return 0;
}
