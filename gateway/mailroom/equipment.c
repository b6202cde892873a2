/* Opens settings, rules, directories and templates, collecting every fault. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/equipment.h"

#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "mailroom/rule_set.h"

char *
equipment_active_folder(const struct settings *settings)
{
	return g_build_filename(settings->ledger.active_rules, "current", NULL);
}

static bool
has_fault_in(const struct faults *faults, const char *file)
{
	for (size_t at = 0; at < faults_total(faults); at++)
		if (!faults_at(faults, at)->warning && !strcmp(faults_at(faults, at)->file, file))
			return true;
	return false;
}

/* A file that cannot be read is told once: by the room that reads it, or else here. */
static void
tell_unread(const struct faults *unread, struct faults *faults)
{
	for (size_t at = 0; at < faults_total(unread); at++) {
		const struct fault *fault = faults_at(unread, at);
		if (!has_fault_in(faults, fault->file))
			faults_add(faults, fault->file, 0, 0, "%s", fault->text);
	}
}

/* Before anything is read by a room, so that a set that is switched meanwhile does not fit its hash. */
static bool
hash_rules(struct equipment *out, const char *folder, struct faults *faults)
{
	struct rule_set set;

	if (!rule_set_read(out->settings, folder, &set, faults))
		return false;
	(void)g_strlcpy(out->rules_hash, set.hash, sizeof out->rules_hash);
	rule_set_forget(&set);
	return true;
}

/* A fault in one file must not hide those of another, so each is checked as far as it can be. */
static bool
open_rules(struct equipment *out, const char *folder, struct faults *faults)
{
	CLEANUP(faults_closep) struct faults *unread = faults_open();
	size_t before = faults_count(faults);
	bool is_hashed = hash_rules(out, folder, unread);

	g_autofree char *form_path = g_build_filename(folder, "form.yaml", NULL);
	g_autofree char *routing_path = g_build_filename(folder, "routing.yaml", NULL);
	g_autofree char *areas_path = g_build_filename(folder, "areas.csv", NULL);
	g_autofree char *holidays_path = g_build_filename(folder, "bank-holidays.yaml", NULL);
	out->form = form_load(form_path, faults);
	const struct field_list *fields = out->form ? form_fields(out->form) : NULL;
	out->book = setup_load_partial_directory(
	    folder, fields ? fields->blocks : NULL, fields ? fields->block_count : 0, faults);
	if (out->book)
		out->directory = setup_directory(out->book);
	out->clocks = clocks_load(holidays_path, faults);
	if (out->directory)
		out->routing =
		    routing_load(routing_path, areas_path, fields, out->directory, faults);
	tell_unread(unread, faults);
	return is_hashed && faults_count(faults) == before && out->form && out->clocks &&
	    out->routing;
}

/* The public half of the sealing key: one line of hex digits. */
static bool
read_sealing_key(struct equipment *out, struct faults *faults)
{
	const char *path = out->settings->ledger.sealing_public;
	g_autofree char *text = NULL;
	size_t length = 0;

	/*
	 * strlen() must not be asked before the newline is gone, and the order of arguments is
	 * free.
	 */
	bool is_read = g_file_get_contents(path, &text, NULL, NULL);
	const char *hex = is_read ? g_strstrip(text) : "";
	if (!is_read ||
	    sodium_hex2bin(out->sealing_public, sizeof out->sealing_public, hex, strlen(hex), NULL,
		&length, NULL) != 0 ||
	    length != sizeof out->sealing_public) {
		faults_add(faults, path, 0, 0,
		    "is no sealing key: make a pair with wandle-keyholder --make-sealing-key SECRET PUBLIC");
		return false;
	}
	return true;
}

/*
 * The active rules lie under their hash: a file of them that was edited in place decides nothing.
 */
static bool
are_as_activated(const struct equipment *out, const char *active, struct faults *faults)
{
	g_autofree char *target = g_file_read_link(active, NULL);

	if (target && strcmp(target, out->rules_hash) == 0)
		return true;
	faults_add(faults, active, 0, 0,
	    "these are not the rules that were activated: edit those in the rules folder and run `wandle rules activate`");
	return false;
}

/* Rules that name nobody who approves could never be changed again. */
static bool
has_approver(const struct equipment *out, const char *folder, struct faults *faults)
{
	if (!out->settings->second_person || !out->directory)
		return true;
	for (size_t at = 0; at < out->directory->count; at++)
		if (out->directory->entries[at].may_approve)
			return true;
	g_autofree char *path = g_build_filename(folder, "desk.yaml", NULL);
	faults_add(faults, path, 0, 0,
	    "activation.second_person is on, and nobody here approves: give one person \"approves: yes\"");
	return false;
}

/*
 * The letters that were activated with the rules. Rules that were activated before letters belonged
 * to them, or before there was some kind of letter, have those of the settings until the next time.
 */
static bool
open_letters(struct equipment *out, const char *folder, struct faults *faults)
{
	const char *live = out->settings->templates;
	g_autofree char *own = rule_set_letters(out->settings, folder);

	if (!own)
		faults_warn(faults, folder, 0, 0,
		    "no letters were activated with these rules, so that those in %s are used as they "
		    "are now: run `wandle rules activate`",
		    live);
	out->letters = letters_load(own ? own : live, live, faults);
	return out->letters != NULL;
}

bool
equipment_open_to_decide(const char *settings_path, const char *rules_folder, struct faults *faults,
    struct equipment *out)
{
	memset(out, 0, sizeof *out);
	if (!clock_open_zone()) {
		faults_add(faults, "Europe/London", 0, 0,
		    "this machine has no time zone data: install tzdata");
		return false;
	}
	/* faults of the settings hide no others; with one of them nothing is opened, see the end */
	out->setup = setup_load_partial(settings_path, faults);
	if (!out->setup)
		return false;
	out->settings = setup_settings(out->setup);
	if (!rules_folder && !out->settings->ledger.active_rules)
		return false;
	g_autofree char *active = equipment_active_folder(out->settings);
	const char *folder = rules_folder ? rules_folder : active;
	if (!rules_folder && !g_file_test(active, G_FILE_TEST_IS_DIR)) {
		faults_add(faults, settings_path, 0, 0,
		    "no rules are active yet: look at them with `wandle check`, then run `wandle rules activate`");
		return false;
	}
	bool rules_are_good = open_rules(out, folder, faults) &&
	    has_approver(out, folder, faults) &&
	    (rules_folder || are_as_activated(out, active, faults));
	return open_letters(out, folder, faults) && rules_are_good && faults_count(faults) == 0;
}

bool
equipment_open(const char *settings_path, const char *rules_folder, struct faults *faults,
    struct equipment *out)
{
	bool can_decide = equipment_open_to_decide(settings_path, rules_folder, faults, out);

	return out->settings && out->settings->ledger.sealing_public &&
	    read_sealing_key(out, faults) && can_decide;
}

void
equipment_close(struct equipment *equipment)
{
	letters_free(equipment->letters);
	routing_free(equipment->routing);
	clocks_free(equipment->clocks);
	setup_free_directory(equipment->book);
	form_free(equipment->form);
	setup_free(equipment->setup);
	memset(equipment, 0, sizeof *equipment);
}

struct routing_moment
equipment_moment(const struct equipment *equipment, int64_t now, struct arena *arena)
{
	const struct directory *directory = equipment->directory;
	bool *is_open = arena_take_many(arena, directory->count, sizeof *is_open);

	for (size_t at = 0; at < directory->count; at++)
		is_open[at] = clocks_is_open(equipment->clocks, &directory->entries[at].hours, now);
	return (struct routing_moment){.now = now, .is_open = is_open};
}
