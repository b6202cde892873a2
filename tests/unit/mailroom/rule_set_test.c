/* Rules and letters are one set; a set from before letters belonged to it stays what it was. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/rule_set.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/arena.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const char *const RULES[] = {"agencies.yaml", "areas.csv", "bank-holidays.yaml", "desk.yaml",
    "form.yaml", "officers.yaml", "routing.yaml"};
static const char *const LETTERS[] = {
    "ask.txt", "digest.txt", "notice.txt", "receipt.txt", "referral.txt", "review.txt"};

struct site {
	char *folder, *rules, *templates, *active;
	struct settings settings;
};

static void
write_words(const char *folder, const char *name, const char *words)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, words, -1, NULL));
}

static int
open_site(void **state)
{
	struct site *site = g_new0(struct site, 1);

	site->folder = g_dir_make_tmp("rule-set-XXXXXX", NULL);
	site->rules = g_build_filename(site->folder, "rules", NULL);
	site->templates = g_build_filename(site->folder, "letters", NULL);
	site->active = g_build_filename(site->folder, "active", NULL);
	site->settings.templates = site->templates;
	site->settings.ledger.active_rules = site->active;
	assert_int_equal(g_mkdir(site->rules, 0755), 0);
	assert_int_equal(g_mkdir(site->templates, 0755), 0);
	assert_int_equal(g_mkdir(site->active, 0755), 0);
	for (size_t at = 0; at < COUNT_OF(RULES); at++)
		write_words(site->rules, RULES[at], RULES[at]);
	for (size_t at = 0; at < COUNT_OF(LETTERS); at++)
		write_words(site->templates, LETTERS[at], LETTERS[at]);
	*state = site;
	return 0;
}

static void
remove_all(const char *path)
{
	g_autoptr(GDir) open = g_dir_open(path, 0, NULL);
	const char *name;

	while (open && !g_file_test(path, G_FILE_TEST_IS_SYMLINK) && (name = g_dir_read_name(open))) {
		g_autofree char *inside = g_build_filename(path, name, NULL);
		remove_all(inside);
	}
	assert_int_equal(g_remove(path), 0);
}

static int
close_site(void **state)
{
	struct site *site = *state;

	remove_all(site->folder);
	g_free(site->folder);
	g_free(site->rules);
	g_free(site->templates);
	g_free(site->active);
	g_free(site);
	return 0;
}

static void
read_set(const struct site *site, const char *folder, struct rule_set *out)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	if (!rule_set_read(&site->settings, folder, out, faults))
		fail_msg("%s", faults_at(faults, 0)->text);
}

static void
store_set(const struct site *site, const struct rule_set *set)
{
	struct failure why = {0};

	if (!rule_set_store(set, &site->settings, &why))
		fail_msg("%s", why.reason);
}

/* The set as the ledger gives it back. */
static bool
keep_set(struct rule_set *set, size_t count, struct rule_set *out)
{
	struct rule_files kept = {.files = set->files, .count = count};
	struct failure why = {0};

	memcpy(kept.hash, set->hash, sizeof kept.hash);
	return rule_set_of(&kept, out, &why);
}

static void
test_rule_set__a_letter_is_a_part_of_it(void **state)
{
	const struct site *site = *state;
	struct rule_set first, second, stored, kept;

	read_set(site, site->rules, &first);
	assert_int_equal(first.count, COUNT_OF(RULES) + COUNT_OF(LETTERS));
	assert_string_equal(first.files[RULE_FILES].name, "templates/ask.txt");
	assert_true(rule_file_is_letter(&first.files[RULE_FILES]));
	assert_false(rule_file_is_letter(&first.files[0]));
	write_words(site->templates, "receipt.txt", "edited");
	read_set(site, site->rules, &second);
	assert_string_not_equal(first.hash, second.hash);
	store_set(site, &first);
	store_set(site, &first);
	g_autofree char *folder = rule_set_folder(&site->settings, first.hash);
	g_autofree char *letters = rule_set_letters(&site->settings, folder);
	assert_true(g_str_has_prefix(letters, folder));
	read_set(site, folder, &stored);
	assert_string_equal(stored.hash, first.hash);
	assert_memory_equal(
	    rule_set_file(&stored, "templates/receipt.txt")->bytes, "receipt.txt", 11);
	assert_true(keep_set(&first, first.count, &kept));
	assert_int_equal(kept.count, first.count);
	rule_set_forget(&kept);
	assert_false(keep_set(&first, first.count - 1, &kept));
	rule_set_forget(&first);
	rule_set_forget(&second);
	rule_set_forget(&stored);
}

static void
test_rule_set__one_that_was_edited_where_it_lies_is_put_right(void **state)
{
	const struct site *site = *state;
	struct rule_set set, found;

	read_set(site, site->rules, &set);
	store_set(site, &set);
	g_autofree char *folder = rule_set_folder(&site->settings, set.hash);
	write_words(folder, "templates/ask.txt", "edited");
	read_set(site, folder, &found);
	assert_string_not_equal(found.hash, set.hash);
	rule_set_forget(&found);
	store_set(site, &set);
	read_set(site, folder, &found);
	assert_string_equal(found.hash, set.hash);
	rule_set_forget(&found);
	rule_set_forget(&set);
}

/* As every set was: its hash, and what the ledger keeps of it, are of the rules alone. */
static void
test_rule_set__one_without_letters_stays_what_it_was(void **state)
{
	struct site *site = *state;
	struct rule_set old, stored, kept;

	site->settings.templates = site->active;
	read_set(site, site->rules, &old);
	site->settings.templates = site->templates;
	assert_int_equal(old.count, COUNT_OF(RULES));
	store_set(site, &old);
	g_autofree char *folder = rule_set_folder(&site->settings, old.hash);
	assert_null(rule_set_letters(&site->settings, folder));
	read_set(site, folder, &stored);
	assert_string_equal(stored.hash, old.hash);
	assert_int_equal(stored.count, COUNT_OF(RULES));
	assert_true(keep_set(&old, old.count, &kept));
	assert_string_equal(kept.hash, old.hash);
	rule_set_forget(&kept);
	rule_set_forget(&stored);
	rule_set_forget(&old);
}

int
main(void)
{
#define IN_SITE(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)
	const struct CMUnitTest tests[] = {
	    IN_SITE(test_rule_set__a_letter_is_a_part_of_it),
	    IN_SITE(test_rule_set__one_that_was_edited_where_it_lies_is_put_right),
	    IN_SITE(test_rule_set__one_without_letters_stays_what_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
