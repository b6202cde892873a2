/* One table of the keys of wandle.yaml, and the loop that reads them. */
/* SPDX-License-Identifier: MIT */
#include "setup/wandle_yaml.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "setup/server_yaml.h"

enum setting_kind {
	SETTING_TEXT,
	SETTING_PATH,
	SETTING_ADDRESS,
	SETTING_FINGERPRINT,
	SETTING_PREFIX,
	SETTING_NUMBER, /* unsigned */
	SETTING_DIGEST, /* when digests are written: unsigned */
	SETTING_TIME,   /* minutes of the day: unsigned */
	SETTING_YES_NO, /* bool; no where it is left out */
	SETTING_BYTES,  /* uint64_t */
	SETTING_ARGV,
	SETTING_SHAPES,
	SETTING_URL, /* struct server, as the next two */
	SETTING_ENCRYPTION,
	SETTING_SECRET, /* struct secret_source */
};

struct setting {
	const char *section; /* NULL: at the top */
	const char *key;
	enum setting_kind kind;
	size_t offset; /* in struct settings */
	bool is_needed;
	int64_t low, high, number; /* bounds and default of a number */
	const char *text;          /* default of a text or path */
};

#define AT(member) .offset = offsetof(struct settings, member)
/* A day is more than any pause or deadline should be. */
enum { DAY_SECONDS = 86400, DAY_MINUTES = 1440, GNUPGHOME_MAX_BYTES = 80 };

static const struct setting SETTINGS[] = {
    {"identity", "address", SETTING_ADDRESS, AT(identity.address), .is_needed = true},
    {"identity", "name", SETTING_TEXT, AT(identity.name), .is_needed = true},
    {"identity", "telephone", SETTING_TEXT, AT(identity.telephone), .is_needed = true},
    {"identity", "key", SETTING_FINGERPRINT, AT(identity.key), .is_needed = true},
    {"identity", "case_prefix", SETTING_PREFIX, AT(identity.case_prefix), .text = "W"},

    {"mailbox", "server", SETTING_URL, AT(mailbox.server), .is_needed = true},
    {"mailbox", "user", SETTING_TEXT, AT(mailbox.server.user)},
    {"mailbox", "password", SETTING_SECRET, AT(mailbox.server.password)},
    {"mailbox", "ca_file", SETTING_PATH, AT(mailbox.server.ca_file)},
    {"mailbox", "encryption", SETTING_ENCRYPTION, AT(mailbox.server)},
    {"mailbox", "folder", SETTING_TEXT, AT(mailbox.folder), .text = "INBOX"},
    {"mailbox", "handled", SETTING_TEXT, AT(mailbox.handled), .text = "Handled"},
    {"mailbox", "poll_seconds", SETTING_NUMBER, AT(mailbox.poll_seconds), .low = 1,
	.high = DAY_SECONDS, .number = 60},
    {"mailbox", "timeout_seconds", SETTING_NUMBER, AT(mailbox.timeout_seconds), .low = 1,
	.high = 3600, .number = 60},
    {"mailbox", "max_bytes", SETTING_BYTES, AT(mailbox.max_bytes), .low = 64 * 1024,
	.high = MAIL_MAX_BYTES, .number = MAIL_MAX_BYTES},

    {"submission", "server", SETTING_URL, AT(submission.server), .is_needed = true},
    {"submission", "user", SETTING_TEXT, AT(submission.server.user)},
    {"submission", "password", SETTING_SECRET, AT(submission.server.password)},
    {"submission", "ca_file", SETTING_PATH, AT(submission.server.ca_file)},
    {"submission", "encryption", SETTING_ENCRYPTION, AT(submission.server)},
    {"submission", "timeout_seconds", SETTING_NUMBER, AT(submission.timeout_seconds), .low = 1,
	.high = 3600, .number = 60},

    {"ledger", "path", SETTING_PATH, AT(ledger.path), .is_needed = true},
    {"ledger", "sealing_key", SETTING_PATH, AT(ledger.sealing_key), .is_needed = true},
    {"ledger", "sealing_public", SETTING_PATH, AT(ledger.sealing_public), .is_needed = true},
    {"ledger", "active_rules", SETTING_PATH, AT(ledger.active_rules)},

    {"openpgp", "home", SETTING_PATH, AT(openpgp.home), .is_needed = true},
    {"openpgp", "accept", SETTING_SHAPES, AT(openpgp.accepts)},
    {"openpgp", "signature_max_age_days", SETTING_NUMBER, AT(openpgp.signature_max_age_days),
	.low = 1, .high = 3650, .number = 30},

    {"sort", "workers", SETTING_NUMBER, AT(sort_workers), .low = 1, .high = 8, .number = 2},

    {"retry", "first_pause_seconds", SETTING_NUMBER, AT(retry.first_pause_seconds), .low = 1,
	.high = DAY_SECONDS, .number = 30},
    {"retry", "longest_pause_seconds", SETTING_NUMBER, AT(retry.longest_pause_seconds), .low = 1,
	.high = DAY_SECONDS, .number = 900},
    {"retry", "red_deadline_minutes", SETTING_NUMBER, AT(retry.red_deadline_minutes), .low = 1,
	.high = DAY_MINUTES, .number = 30},
    {"retry", "deadline_minutes", SETTING_NUMBER, AT(retry.deadline_minutes), .low = 1,
	.high = 7 * DAY_MINUTES, .number = 240},

    {"activation", "second_person", SETTING_YES_NO, AT(second_person)},

    {"digest", "every", SETTING_DIGEST, AT(digest.day), .number = 1},
    {"digest", "at", SETTING_TIME, AT(digest.minute), .number = 8 * 60},

    {"recovery", "holder", SETTING_TEXT, AT(recovery.holder)},
    {"recovery", "key", SETTING_FINGERPRINT, AT(recovery.key)},

    {NULL, "rules", SETTING_PATH, AT(rules), .text = "rules"},
    {NULL, "templates", SETTING_PATH, AT(templates), .text = "templates"},
    {NULL, "keyholder", SETTING_PATH, AT(keyholder_program)},
    {NULL, "alarm_command", SETTING_ARGV, AT(alarm_command)},
};

static const char *const SECTIONS[] = {"identity", "mailbox", "submission", "ledger", "openpgp",
    "sort", "retry", "activation", "digest", "recovery"};

static bool
read_prefix(
    const struct reading *reading, const struct yaml_node *node, const char *what, const char **out)
{
	const char *text;

	if (!yaml_text(node, what, &text, reading->faults))
		return false;
	size_t length = strlen(text);
	if (!length || length > 3 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != length) {
		yaml_fault(reading->faults, node,
		    "%s: expected one to three capital letters, here stands \"%s\"", what, text);
		return false;
	}
	*out = arena_text(reading->arena, text);
	return true;
}

/* The shapes named, and the standard one. */
static bool
read_shapes(const struct reading *reading, const struct yaml_node *node, const char *what,
    bool accepts[SHAPES])
{
	const char *names[SHAPES - 1];
	bool fits = true;

	if (!yaml_is_list(node, what, reading->faults))
		return false;
	for (unsigned shape = 1; shape < SHAPES; shape++) {
		names[shape - 1] = mail_shape_name((enum mail_shape)shape);
		accepts[shape] = shape == SHAPE_PGP_MIME;
	}
	for (size_t at = 0; at < node->count; at++) {
		unsigned number;
		if (yaml_word(
			&node->items[at], what, names, COUNT_OF(names), &number, reading->faults))
			accepts[number + 1] = true;
		else
			fits = false;
	}
	return fits;
}

static bool
read_number(const struct reading *reading, const struct setting *setting,
    const struct yaml_node *node, const char *what, void *out)
{
	int64_t number;

	if (!yaml_number(node, what, setting->low, setting->high, &number, reading->faults))
		return false;
	if (setting->kind == SETTING_BYTES)
		*(uint64_t *)out = (uint64_t)number;
	else
		*(unsigned *)out = (unsigned)number;
	return true;
}

static bool
read_digest(
    const struct reading *reading, const struct yaml_node *node, const char *what, unsigned *out)
{
	static const char *const WORDS[] = {[DIGEST_NEVER] = "never",
	    "monday",
	    "tuesday",
	    "wednesday",
	    "thursday",
	    "friday",
	    "saturday",
	    "sunday",
	    [DIGEST_EACH_DAY] = "day"};

	return yaml_word(node, what, WORDS, COUNT_OF(WORDS), out, reading->faults);
}

static bool
read_time(
    const struct reading *reading, const struct yaml_node *node, const char *what, unsigned *out)
{
	const char *text;
	uint16_t minute;

	if (!yaml_text(node, what, &text, reading->faults))
		return false;
	if (!time_of_day(text, &minute) || text[TIME_OF_DAY_BYTES] || minute == MINUTES_A_DAY) {
		yaml_fault(reading->faults, node,
		    "%s: expected a time like 08:00, here stands \"%s\"", what, text);
		return false;
	}
	*out = minute;
	return true;
}

static bool
read_setting(const struct reading *reading, const struct setting *setting,
    const struct yaml_node *node, const char *what, void *out)
{
	switch (setting->kind) {
	case SETTING_TEXT:
		return read_text(reading, node, what, out);
	case SETTING_PATH:
		return read_path(reading, node, what, out);
	case SETTING_ADDRESS:
		return read_address(reading, node, what, out);
	case SETTING_FINGERPRINT:
		return read_fingerprint(reading, node, what, out);
	case SETTING_PREFIX:
		return read_prefix(reading, node, what, out);
	case SETTING_NUMBER:
	case SETTING_BYTES:
		return read_number(reading, setting, node, what, out);
	case SETTING_DIGEST:
		return read_digest(reading, node, what, out);
	case SETTING_TIME:
		return read_time(reading, node, what, out);
	case SETTING_YES_NO:
		return yaml_yes_no(node, what, out, reading->faults);
	case SETTING_ARGV:
		return read_argv(reading, node, what, out);
	case SETTING_SHAPES:
		return read_shapes(reading, node, what, out);
	case SETTING_URL:
		return read_server_url(reading, node, what, out);
	case SETTING_ENCRYPTION:
		return read_encryption(reading, node, what, out);
	case SETTING_SECRET:
		return read_secret(reading, node, what, out);
	}
	return false;
}

static void
set_default(const struct reading *reading, const struct setting *setting, void *out)
{
	if (setting->kind == SETTING_NUMBER || setting->kind == SETTING_DIGEST ||
	    setting->kind == SETTING_TIME)
		*(unsigned *)out = (unsigned)setting->number;
	else if (setting->kind == SETTING_BYTES)
		*(uint64_t *)out = (uint64_t)setting->number;
	else if (setting->kind == SETTING_SHAPES)
		memset(out, true, SHAPES * sizeof(bool));
	else if (setting->kind == SETTING_PATH && setting->text)
		*(const char **)out =
		    arena_print(reading->arena, "%s/%s", reading->folder, setting->text);
	else if (setting->text)
		*(const char **)out = setting->text;
}

/* Reads the keys of one section; section NULL: those at the top. */
static void
read_section(const struct reading *reading, const struct yaml_node *map, const char *section,
    struct settings *settings)
{
	const char *keys[COUNT_OF(SETTINGS) + COUNT_OF(SECTIONS)];
	size_t count = 0;

	for (size_t at = 0; at < COUNT_OF(SETTINGS); at++) {
		const struct setting *setting = &SETTINGS[at];
		if (g_strcmp0(setting->section, section) != 0)
			continue;
		keys[count++] = setting->key;
		const char *what = !section
		    ? setting->key
		    : arena_print(reading->arena, "%s.%s", section, setting->key);
		void *out = (char *)settings + setting->offset;
		const struct yaml_node *node = yaml_get(map, setting->key);
		set_default(reading, setting, out);
		if (node)
			(void)read_setting(reading, setting, node, what, out);
		else if (setting->is_needed)
			(void)yaml_need(map, section, setting->key, reading->faults);
	}
	for (size_t at = 0; !section && at < COUNT_OF(SECTIONS); at++)
		keys[count++] = SECTIONS[at];
	yaml_only_keys(map, section ? section : "wandle.yaml", keys, count, reading->faults);
}

/* Beside this program, in a build tree, or where packages put helpers. */
static const char *
find_keyholder(struct arena *arena)
{
	static const char *const PLACES[] = {
	    "", "keyholder/", "../keyholder/", "../libexec/wandle/", "../lib/wandle/"};
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = self ? g_path_get_dirname(self) : g_strdup("/usr/bin");

	for (size_t at = 0; at < COUNT_OF(PLACES); at++) {
		g_autofree char *path =
		    g_strdup_printf("%s/%swandle-keyholder", folder, PLACES[at]);
		g_autofree char *whole = g_canonicalize_filename(path, NULL);
		if (access(whole, X_OK) == 0)
			return arena_text(arena, whole);
	}
	return "/usr/libexec/wandle/wandle-keyholder";
}

/* What no key can say alone. */
static void
check_together(
    const struct reading *reading, const struct yaml_node *root, const struct settings *settings)
{
	const struct yaml_node *openpgp = yaml_get(root, "openpgp");
	const struct yaml_node *retry = yaml_get(root, "retry");
	const char *home = settings->openpgp.home;

	/* gpg-agent's socket lies in it, and a socket's path has 107 bytes. */
	if (home && strlen(home) > GNUPGHOME_MAX_BYTES)
		yaml_fault(reading->faults, yaml_get(openpgp, "home"),
		    "openpgp.home is %zu bytes long, at most %d fit", strlen(home),
		    GNUPGHOME_MAX_BYTES);
	if (settings->retry.first_pause_seconds > settings->retry.longest_pause_seconds)
		yaml_fault(reading->faults, retry,
		    "retry.first_pause_seconds is longer than retry.longest_pause_seconds");
	if (settings->retry.red_deadline_minutes > settings->retry.deadline_minutes)
		yaml_fault(reading->faults, retry,
		    "retry.red_deadline_minutes is later than retry.deadline_minutes");
	if (!settings->recovery.holder != !*settings->recovery.key)
		yaml_fault(reading->faults, yaml_get(root, "recovery"),
		    "recovery needs both: the holder's name, and the fingerprint of their key");
	if (*settings->recovery.key && strcmp(settings->recovery.key, settings->identity.key) == 0)
		yaml_fault(reading->faults, yaml_get(root, "recovery"),
		    "recovery.key must be another key than the gateway's: it would be lost with it");
	if (settings->mailbox.folder && settings->mailbox.handled &&
	    strcmp(settings->mailbox.folder, settings->mailbox.handled) == 0)
		yaml_fault(reading->faults, yaml_get(root, "mailbox"),
		    "mailbox.handled must be another folder than mailbox.folder");
}

void
wandle_yaml_read(
    const struct reading *reading, const struct yaml_node *root, struct settings *settings)
{
	read_section(reading, root, NULL, settings);
	for (size_t at = 0; at < COUNT_OF(SECTIONS); at++) {
		const struct yaml_node *section = yaml_get(root, SECTIONS[at]);
		/* A section left out is an empty one: its defaults hold, its needed keys are
		 * missed. */
		const struct yaml_node empty = {.kind = YAML_MAP,
		    .file = root->file,
		    .line = root->line,
		    .column = root->column};
		if (!section || yaml_is_map(section, SECTIONS[at], reading->faults))
			read_section(reading, section ? section : &empty, SECTIONS[at], settings);
	}
	if (!settings->keyholder_program)
		settings->keyholder_program = find_keyholder(reading->arena);
	if (!settings->ledger.active_rules && settings->ledger.path)
		settings->ledger.active_rules = arena_print(reading->arena, "%s/active-rules",
		    folder_of(settings->ledger.path, reading->arena));
	check_server(reading, yaml_get(root, "mailbox"), "mailbox", &settings->mailbox.server);
	check_server(
	    reading, yaml_get(root, "submission"), "submission", &settings->submission.server);
	check_together(reading, root, settings);
}
