/* Says which concerns two sets of rules would end differently, whether there was such a case or not. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "commands/rules_change.h"
#include "commands/rules_example.h"

enum { ANALYSIS_MAX_BYTES = 1024 * 1024 * 1024 };

static bool
is_same_file(const struct rule_file *one, const struct rule_file *other)
{
	return one && other && one->length == other->length &&
	    memcmp(one->bytes, other->bytes, one->length) == 0;
}

/* The names of the files of one set that are otherwise in the other, of letters or of rules. */
static void
add_names(const struct rule_set *set, const struct rule_set *other, bool of_letters, bool missing,
    GString *names)
{
	for (size_t at = 0; at < set->count; at++) {
		const struct rule_file *file = &set->files[at];
		const struct rule_file *same = rule_set_file(other, file->name);
		if (rule_file_is_letter(file) == of_letters && (!missing || !same) &&
		    !is_same_file(file, same) && strcmp(file->name, "routing.yaml") != 0)
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", file->name);
	}
}

/* The letters, or the files beside routing.yaml, that differ: "agencies.yaml, form.yaml". */
static char *
other_files(const struct rules_change *change, bool of_letters)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *folder = equipment_active_folder(change->settings);
	GString *names = g_string_new(NULL);
	struct rule_set active;

	if (!rule_set_read(change->settings, folder, &active, faults))
		return g_string_free(names, FALSE);
	add_names(&change->set, &active, of_letters, false, names);
	add_names(&active, &change->set, of_letters, true, names);
	rule_set_forget(&active);
	return g_string_free(names, FALSE);
}

static void
print_lines(const char *heading, const char *const *lines, size_t count, const char *none)
{
	printf("    %s", heading);
	if (!count)
		printf(" %s", none);
	for (size_t at = 0; at < count; at++)
		printf("%s%s", at ? "\n           " : " ", lines[at]);
	printf("\n");
}

static void
print_difference(const struct equipment *equipment, const struct rule_difference *difference,
    const struct rule_days *days)
{
	struct rules_example example = {difference->given, difference->given_count,
	    difference->closed, difference->is_open, difference->concern.is_report_doubted};

	printf("  %s: %s -> %s\n", difference->what, difference->from, difference->to);
	for (size_t at = 0; at < difference->region_count; at++)
		print_lines(at ? "or    " : "where ", difference->regions[at].where,
		    difference->regions[at].where_count, "everywhere");
	if (difference->has_more)
		printf("    and elsewhere\n");
	rules_print_example(equipment, &example, days);
}

static void
print_differences(const struct equipment *equipment, const struct rule_differences *found)
{
	if (!found->count && !found->undecided_count)
		printf("the rules are equivalent: they end every concern in the same way\n");
	if (found->count)
		printf("every concern there can be, by what becomes of it:\n");
	for (size_t at = 0; at < found->count; at++)
		print_difference(equipment, &found->differences[at], &found->days);
	for (size_t at = 0; at < found->undecided_count; at++)
		printf("  undecided: %s: the rules tell too many concerns apart\n",
		    found->undecided[at]);
}

/* The rules that decide are read with the new form, directory and table of postcodes. */
void
rules_print_comparison(const struct rules_change *change)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(arena_closep) struct arena *arena = arena_open(ANALYSIS_MAX_BYTES);
	g_autofree char *folder = equipment_active_folder(change->settings);
	g_autofree char *routing_path = g_build_filename(folder, "routing.yaml", NULL);
	g_autofree char *areas_path = g_build_filename(change->folder, "areas.csv", NULL);
	g_autofree char *others = other_files(change, false);
	g_autofree char *letters = other_files(change, true);
	struct rule_differences found;

	if (*letters)
		printf("the letters differ: %s\n", letters);
	CLEANUP(routing_freep)
	struct routing *active = routing_load(routing_path, areas_path,
	    form_fields(change->fresh.form), change->fresh.directory, faults);
	if (!active) {
		printf("the rules that decide do not fit the new form and agencies, so that not "
		       "every concern can be compared:\n");
		faults_print(faults, stdout);
		return;
	}
	routing_compare(active, change->fresh.routing, clock_now(), arena, &found);
	print_differences(&change->fresh, &found);
	rules_print_days(&found.days);
	if (*others)
		printf("  (both read with the new %s, which differ too)\n", others);
}
