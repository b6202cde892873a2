/* What wandle.yaml may say, its defaults, and the words of each fault. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/limits.h"
#include "setup/setup.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The least that a wandle.yaml must say. */
static const char *const LEAST[] = {
    "identity: {address: Referrals@Desk.example, name: The desk, telephone: 020 7946 0100, "
    "key: 0123456789abcdef0123456789ABCDEF01234567}",
    "mailbox: {server: 'imaps://mail.example'}",
    "submission: {server: 'smtp://mail.example:2525'}",
    "ledger: {path: state/ledger.sqlite, sealing_key: state/sealing.key, "
    "sealing_public: /state/sealing.pub}",
    "openpgp: {home: /srv/gnupg}",
};

struct world {
	char *folder, *path;
	struct faults *faults;
	struct setup *setup;
};

static int
begin(void **state)
{
	struct world *world = g_new0(struct world, 1);

	world->folder = g_dir_make_tmp("setup-XXXXXX", NULL);
	world->path = g_build_filename(world->folder, "wandle.yaml", NULL);
	world->faults = faults_open();
	*state = world;
	return 0;
}

static int
end(void **state)
{
	struct world *world = *state;

	(void)g_remove(world->path);
	(void)g_rmdir(world->folder);
	setup_free(world->setup);
	faults_close(world->faults);
	g_free(world->folder);
	g_free(world->path);
	g_free(world);
	return 0;
}

static const struct settings *
load_text(struct world *world, const char *text)
{
	assert_true(g_file_set_contents(world->path, text, -1, NULL));
	setup_free(world->setup);
	faults_close(world->faults);
	world->faults = faults_open();
	world->setup = setup_load(world->path, world->faults);
	return world->setup ? setup_settings(world->setup) : NULL;
}

/* Loads the least settings with one top-level key replaced or added; NULL: as they are. */
static const struct settings *
load(struct world *world, const char *line)
{
	g_autoptr(GString) text = g_string_new(NULL);
	size_t key = line ? (size_t)(strchr(line, ':') - line) + 1 : 0;

	for (size_t at = 0; at < COUNT_OF(LEAST); at++)
		if (!line || strncmp(LEAST[at], line, key) != 0)
			g_string_append_printf(text, "%s\n", LEAST[at]);
	g_string_append_printf(text, "%s\n", line ? line : "");
	return load_text(world, text->str);
}

static bool
has_fault(const struct world *world, const char *words)
{
	for (size_t at = 0; at < faults_total(world->faults); at++)
		if (strstr(faults_at(world->faults, at)->text, words))
			return true;
	return false;
}

static void
print_faults(const struct world *world)
{
	faults_print(world->faults, stderr);
}

static void
test_setup_load__least_settings_get_the_defaults(void **state)
{
	struct world *world = *state;
	const struct settings *settings = load(world, NULL);

	assert_non_null(settings);
	assert_string_equal(settings->file, world->path);
	assert_string_equal(settings->identity.address, "referrals@desk.example");
	assert_string_equal(settings->identity.key, "0123456789ABCDEF0123456789ABCDEF01234567");
	assert_string_equal(settings->identity.case_prefix, "W");
	assert_string_equal(settings->mailbox.server.url, "imaps://mail.example:993");
	assert_null(settings->mailbox.server.user);
	assert_null(settings->mailbox.server.ca_file);
	assert_null(settings->mailbox.server.password.credential);
	assert_null(settings->mailbox.server.password.command);
	assert_false(settings->mailbox.server.plain_on_loopback);
	assert_string_equal(settings->mailbox.folder, "INBOX");
	assert_string_equal(settings->mailbox.handled, "Handled");
	assert_int_equal(settings->mailbox.poll_seconds, 60);
	assert_int_equal(settings->mailbox.max_bytes, MAIL_MAX_BYTES);
	assert_string_equal(settings->submission.server.url, "smtp://mail.example:2525");
	assert_int_equal(settings->submission.timeout_seconds, 60);
	assert_int_equal(settings->sort_workers, 2);
	assert_int_equal(settings->openpgp.signature_max_age_days, 30);
	for (unsigned shape = 1; shape < SHAPES; shape++)
		assert_true(settings->openpgp.accepts[shape]);
	assert_int_equal(settings->retry.first_pause_seconds, 30);
	assert_int_equal(settings->retry.longest_pause_seconds, 900);
	assert_int_equal(settings->retry.red_deadline_minutes, 30);
	assert_int_equal(settings->retry.deadline_minutes, 240);
	assert_null(settings->alarm_command);
	assert_true(g_str_has_suffix(settings->keyholder_program, "/wandle-keyholder"));
}

static void
test_setup_load__relative_paths_start_at_the_file(void **state)
{
	struct world *world = *state;
	const struct settings *settings = load(world, NULL);
	g_autofree char *ledger = g_build_filename(world->folder, "state/ledger.sqlite", NULL);
	g_autofree char *active = g_build_filename(world->folder, "state/active-rules", NULL);
	g_autofree char *rules = g_build_filename(world->folder, "rules", NULL);
	g_autofree char *templates = g_build_filename(world->folder, "templates", NULL);

	assert_non_null(settings);
	assert_string_equal(settings->ledger.path, ledger);
	assert_string_equal(settings->ledger.sealing_public, "/state/sealing.pub");
	assert_string_equal(settings->ledger.active_rules, active);
	assert_string_equal(settings->rules, rules);
	assert_string_equal(settings->templates, templates);
	settings = load(world, "templates: ../other");
	g_autofree char *other = g_canonicalize_filename("../other", world->folder);
	assert_string_equal(settings->templates, other);
}

static void
test_setup_load__every_key_is_read(void **state)
{
	struct world *world = *state;
	const struct settings *settings = load(world,
	    "mailbox: {server: 'imap://[::1]:10143', user: desk, password: {credential: box}, "
	    "ca_file: ca.pem, folder: In, handled: Done, poll_seconds: 5, max_bytes: 100000, "
	    "encryption: 'none, this is loopback'}");

	print_faults(world);
	assert_non_null(settings);
	assert_string_equal(settings->mailbox.server.url, "imap://[::1]:10143");
	assert_string_equal(settings->mailbox.server.user, "desk");
	assert_string_equal(settings->mailbox.server.password.credential, "box");
	assert_true(g_str_has_suffix(settings->mailbox.server.ca_file, "/ca.pem"));
	assert_string_equal(settings->mailbox.folder, "In");
	assert_string_equal(settings->mailbox.handled, "Done");
	assert_int_equal(settings->mailbox.poll_seconds, 5);
	assert_int_equal(settings->mailbox.max_bytes, 100000);
	assert_true(settings->mailbox.server.plain_on_loopback);

	settings = load(world,
	    "submission: {server: 'smtp://127.0.0.2:25', user: out, "
	    "password: {command: [bin/secret, out]}, timeout_seconds: 7, "
	    "encryption: 'none, this is loopback'}");
	assert_non_null(settings);
	assert_true(settings->submission.server.plain_on_loopback);
	assert_true(
	    g_str_has_suffix(settings->submission.server.password.command[0], "/bin/secret"));
	assert_true(g_path_is_absolute(settings->submission.server.password.command[0]));
	assert_string_equal(settings->submission.server.password.command[1], "out");
	assert_null(settings->submission.server.password.command[2]);
	assert_int_equal(settings->submission.timeout_seconds, 7);

	settings = load(world,
	    "openpgp: {home: home, accept: [mixed-up], "
	    "signature_max_age_days: 3}");
	assert_non_null(settings);
	assert_true(settings->openpgp.accepts[SHAPE_PGP_MIME]);
	assert_true(settings->openpgp.accepts[SHAPE_MIXED_UP]);
	assert_false(settings->openpgp.accepts[SHAPE_INLINE]);
	assert_int_equal(settings->openpgp.signature_max_age_days, 3);

	settings = load(world,
	    "retry: {first_pause_seconds: 1, longest_pause_seconds: 2, "
	    "red_deadline_minutes: 3, deadline_minutes: 4}");
	assert_non_null(settings);
	assert_int_equal(settings->retry.first_pause_seconds, 1);
	assert_int_equal(settings->retry.longest_pause_seconds, 2);
	assert_int_equal(settings->retry.red_deadline_minutes, 3);
	assert_int_equal(settings->retry.deadline_minutes, 4);

	settings = load(world, "alarm_command: [page, duty]");
	assert_non_null(settings);
	assert_string_equal(settings->alarm_command[0], "page");
	settings = load(world, "keyholder: /opt/keyholder");
	assert_string_equal(settings->keyholder_program, "/opt/keyholder");
	settings = load(world,
	    "recovery: {holder: Superintendent Adeyemi, "
	    "key: 00000000000000000000000000000000000000ab}");
	assert_non_null(settings);
	assert_string_equal(settings->recovery.holder, "Superintendent Adeyemi");
	assert_string_equal(settings->recovery.key, "00000000000000000000000000000000000000AB");
	settings = load(world, "digest: {every: friday, at: \"16:30\"}");
	assert_non_null(settings);
	assert_int_equal(settings->digest.day, 5);
	assert_int_equal(settings->digest.minute, 16 * 60 + 30);
	settings = load(world, "digest: {every: never}");
	assert_int_equal(settings->digest.day, DIGEST_NEVER);
	settings = load(world, "digest:\n  every: day\n  at: 00:00");
	assert_int_equal(settings->digest.day, DIGEST_EACH_DAY);
	assert_int_equal(settings->digest.minute, 0);
	settings = load(world, "sort: {workers: 8}");
	assert_int_equal(settings->digest.day, 1);
	assert_int_equal(settings->digest.minute, 8 * 60);
	assert_int_equal(settings->sort_workers, 8);
}

/* One key written wrong, and a piece of what must be said of it. */
static const struct {
	const char *line, *fault;
} WRONG[] = {
    {"identity: {}", "\"address\" is missing"},
    {"identity: [x]", "identity: expected a map"},
    {"recovery: {holder: Superintendent Adeyemi}", "recovery needs both"},
    {"digest: {every: mondays}", "digest.every"},
    {"digest: {at: \"24:00\"}", "digest.at: expected a time like 08:00"},
    {"digest: {at: \"8:00\"}", "digest.at: expected a time like 08:00"},
    {"digest: {at: \"08:60\"}", "digest.at: expected a time like 08:00"},
    {"digest: {at: \"08:000\"}", "digest.at: expected a time like 08:00"},
    {"digest: {on: monday}", "unknown key"},
    {"identity: {address: a b, name: x, telephone: 1, key: 1}",
	"identity.address: expected a plain"},
    {"identity: {address: a@b.gcsx.gov.uk, name: x, telephone: 1, key: 1}",
	"gcsx.gov.uk addresses"},
    {"identity: {address: a@b.gsi.gov.uk, name: x, telephone: 1, key: 1}", "ended in March 2019"},
    {"identity: {address: a@b.example, name: \"\", telephone: 1, key: 1}", "identity.name"},
    {"identity: {address: a@b.example, name: \"a\\nb\", telephone: 1, key: 1}", "one line"},
    {"identity: {address: a@b.example, name: x, telephone: 1, key: 12}", "40 hex digits"},
    {"identity: {address: a@b.example, name: x, telephone: 1, key: 1, case_prefix: w}",
	"identity.case_prefix"},
    {"identity: {address: a@b.example, name: x, telephone: 1, key: 1, case_prefix: WXYZ}",
	"one to three capital"},
    {"identity: {adress: a@b.example}", "did you mean \"address\"?"},
    {"mailbox: {server: 'http://mail.example'}", "mailbox.server: expected imaps://"},
    {"mailbox: {server: 'smtp://mail.example'}", "mailbox.server: expected imaps://"},
    {"mailbox: {server: mail.example}", "mailbox.server: expected imaps://"},
    {"mailbox: {server: 'imaps://'}", "mailbox.server: expected imaps://"},
    {"mailbox: {server: 'imaps://mail.example:0'}", "mailbox.server: expected imaps://"},
    {"mailbox: {server: 'imaps://mail.example:99999'}", "mailbox.server: expected imaps://"},
    {"mailbox: {server: 'imaps://ma_il.example'}", "mailbox.server: expected imaps://"},
    {"mailbox: {server: 'imaps://[::zz]'}", "mailbox.server: expected imaps://"},
    {"mailbox: {server: 'imaps://user@mail.example'}", "keys of their own"},
    {"mailbox: {server: 'imaps://mail.example/INBOX'}", "keys of their own"},
    {"mailbox: {server: 'imaps://m.example', user: x}", "both user and password"},
    {"mailbox: {server: 'imaps://m.example', password: {credential: x}}", "both user and password"},
    {"mailbox: {server: 'imaps://m.example', user: x, password: sesame}", "no secret stands"},
    {"mailbox: {server: 'imaps://m.example', user: x, password: [sesame]}", "expected a map"},
    {"mailbox: {server: 'imaps://m.example', user: x, password: {}}", "either a credential"},
    {"mailbox: {server: 'imaps://m.example', user: x, password: {credential: a, command: [b]}}",
	"either a credential"},
    {"mailbox: {server: 'imaps://m.example', user: x, password: {credental: a}}",
	"did you mean \"credential\"?"},
    {"mailbox: {server: 'imaps://m.example', user: x, password: {credential: ..}}",
	"name of a systemd credential"},
    {"mailbox: {server: 'imaps://m.example', user: x, password: {command: []}}", "1 to 32"},
    {"mailbox: {server: 'imap://m.example', encryption: none}", "expected \"none, this is"},
    {"mailbox: {server: 'imap://m.example', encryption: 'none, this is loopback'}",
	"only 127.0.0.0/8, ::1 and localhost"},
    {"mailbox: {server: 'imap://128.0.0.1', encryption: 'none, this is loopback'}",
	"only 127.0.0.0/8"},
    {"mailbox: {server: 'imap://127.0.0.1.example', encryption: 'none, this is loopback'}",
	"only 127.0.0.0/8"},
    {"mailbox: {server: 'imaps://127.0.0.1', encryption: 'none, this is loopback'}",
	"always encrypted"},
    {"mailbox: {server: 'imaps://m.example', poll_seconds: 0}", "mailbox.poll_seconds"},
    {"mailbox: {server: 'imaps://m.example', poll_seconds: 1m}", "mailbox.poll_seconds"},
    {"mailbox: {server: 'imaps://m.example', max_bytes: 99999999}", "mailbox.max_bytes"},
    {"mailbox: {server: 'imaps://m.example', handled: INBOX}", "another folder"},
    {"submission: {server: 'imap://m.example'}", "submission.server: expected smtps://"},
    {"submission: {server: 'smtps://m.example', timeout_seconds: 9999}", "timeout_seconds"},
    {"submission: {server: 'smtp://m.example', encryption: 'none, this is loopback'}",
	"only 127.0.0.0/8"},
    {"ledger: {path: x}", "\"sealing_key\" is missing"},
    {"ledger: {path: x}", "\"sealing_public\" is missing"},
    {"ledger: {pth: x}", "did you mean \"path\"?"},
    {"openpgp: {home: /0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/"
     "0123456789/012345}",
	"openpgp.home is"},
    {"openpgp: {home: x, accept: [mixedup]}", "did you mean \"mixed-up\"?"},
    {"openpgp: {home: x, accept: mixed-up}", "openpgp.accept: expected a list"},
    {"openpgp: {home: x, signature_max_age_days: 0}", "signature_max_age_days"},
    {"sort: {workers: 9}", "sort.workers"},
    {"sort: {worker: 1}", "did you mean \"workers\"?"},
    {"retry: {first_pause_seconds: 100, longest_pause_seconds: 10}", "longer than"},
    {"retry: {red_deadline_minutes: 300}", "later than"},
    {"retry: 5", "retry: expected a map"},
    {"alarm_command: page", "alarm_command: expected a list"},
    {"alarm_command: [[page]]", "alarm_command: expected a text"},
    {"rule: x", "did you mean \"rules\"?"},
    {"templates: []", "templates: expected a text"},
    {"keyholder:", "keyholder: expected a text"},
};

static void
test_setup_load__each_wrong_key_is_named(void **state)
{
	struct world *world = *state;

	for (size_t at = 0; at < COUNT_OF(WRONG); at++) {
		assert_null(load(world, WRONG[at].line));
		if (!has_fault(world, WRONG[at].fault)) {
			print_faults(world);
			fail_msg("\"%s\" is not said of: %s", WRONG[at].fault, WRONG[at].line);
		}
		assert_true(faults_at(world->faults, 0)->line > 0);
		assert_string_equal(faults_at(world->faults, 0)->file, world->path);
	}
}

static void
test_setup_load__a_secret_in_the_file_is_not_repeated(void **state)
{
	struct world *world = *state;

	assert_null(
	    load(world, "mailbox: {server: 'imaps://m.example', user: x, password: sesame}"));
	assert_false(has_fault(world, "sesame"));
}

static void
test_setup_load__all_faults_come_at_once_with_their_places(void **state)
{
	struct world *world = *state;
	char *printed = NULL;
	size_t length;

	assert_null(load_text(world,
	    "identity:\n"
	    "  address: nobody\n"
	    "  name: The desk\n"
	    "  telephone: 1\n"
	    "  key: beef\n"
	    "mailbox:\n"
	    "  server: imaps://m.example\n"
	    "  pol_seconds: 5\n"
	    "ledger: {path: a, sealing_key: b, sealing_public: c}\n"
	    "openpgp: {home: x}\n"
	    "sort: {workers: many}\n"));
	FILE *out = open_memstream(&printed, &length);
	faults_print(world->faults, out);
	assert_int_equal(fclose(out), 0);
	g_autoptr(GString) all = g_string_new(printed);
	g_autofree char *place = g_strconcat(world->path, ":", NULL);
	g_string_replace(all, place, "", 0);
	assert_string_equal(all->str,
	    "1:1: submission: \"server\" is missing\n"
	    "2:12: identity.address: expected a plain mail address like name@example.org, here "
	    "stands \"nobody\"\n"
	    "5:8: identity.key: expected a whole OpenPGP fingerprint of 40 hex digits, here stands "
	    "\"beef\"\n"
	    "8:3: mailbox: unknown key \"pol_seconds\": did you mean \"poll_seconds\"?\n"
	    "11:17: sort.workers: expected a whole number from 1 to 8, here stands \"many\"\n");
	free(printed);
}

static void
test_setup_load__no_file_and_no_map_are_faults(void **state)
{
	struct world *world = *state;
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	assert_null(setup_load("/nowhere/wandle.yaml", faults));
	assert_int_equal(faults_count(faults), 1);
	assert_null(load_text(world, "- a list\n"));
	assert_true(has_fault(world, "wandle.yaml: expected a map"));
	setup_free(NULL);
}

/* So that a fault in the settings hides none of the rules. */
static void
test_setup_load_partial__gives_what_was_understood(void **state)
{
	struct world *world = *state;
	g_autofree char *rules = g_build_filename(world->folder, "elsewhere", NULL);
	g_autofree char *templates = g_build_filename(world->folder, "templates", NULL);

	assert_null(load_text(world, "rules: elsewhere\nsort: {workers: many}\n"));
	size_t faults = faults_count(world->faults);
	CLEANUP(setup_freep) struct setup *setup =
	    setup_load_partial(world->path, world->faults);
	assert_non_null(setup);
	assert_int_equal(faults_count(world->faults), 2 * faults);
	assert_string_equal(setup_settings(setup)->rules, rules);
	assert_string_equal(setup_settings(setup)->templates, templates);
	assert_null(setup_settings(setup)->ledger.active_rules);
	assert_null(load_text(world, "- a list\n"));
	assert_null(setup_load_partial(world->path, world->faults));
}

static void
test_setup_load__shipped_example_loads(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *path =
	    g_build_filename(g_getenv("WANDLE_SOURCE"), "packaging", "wandle.yaml.example", NULL);
	CLEANUP(setup_freep) struct setup *setup = setup_load(path, faults);

	(void)state;
	faults_print(faults, stderr);
	assert_non_null(setup);
	assert_int_equal(faults_total(faults), 0);
	assert_string_equal(
	    setup_settings(setup)->mailbox.server.password.credential, "mailbox-password");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_setup_load__least_settings_get_the_defaults, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_load__relative_paths_start_at_the_file, begin, end),
	    cmocka_unit_test_setup_teardown(test_setup_load__every_key_is_read, begin, end),
	    cmocka_unit_test_setup_teardown(test_setup_load__each_wrong_key_is_named, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_load__a_secret_in_the_file_is_not_repeated, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_load__all_faults_come_at_once_with_their_places, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_load__no_file_and_no_map_are_faults, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_setup_load_partial__gives_what_was_understood, begin, end),
	    cmocka_unit_test(test_setup_load__shipped_example_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
