/* Reads the three files of the directory, and checks them against each other. */
/* SPDX-License-Identifier: MIT */
#include "setup/address_book.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "setup/agency_yaml.h"

static bool
read_id(const struct reading *reading, const struct yaml_node *node, struct entry *entry)
{
	static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	const char *text;

	if (!yaml_text(node, "id", &text, reading->faults))
		return false;
	size_t length = strlen(text);
	if (!length || length > ENTRY_ID_MAX_BYTES || strspn(text, LETTERS) != length ||
	    text[0] < 'a' || text[length - 1] == '-') {
		yaml_fault(reading->faults, node,
		    "id: expected small letters, digits and hyphens, at most %d, here stands "
		    "\"%s\"",
		    ENTRY_ID_MAX_BYTES, text);
		return false;
	}
	/* Rules say these two of any desk and of the agency that is being judged. */
	if (entry->kind == ENTRY_AGENCY &&
	    (strcmp(text, "desk") == 0 || strcmp(text, "this-agency") == 0)) {
		yaml_fault(
		    reading->faults, node, "id: \"%s\" is a word of the rules, take another", text);
		return false;
	}
	entry->id = arena_text(reading->arena, text);
	return true;
}

static bool
read_day(const struct reading *reading, const struct yaml_node *node, int32_t *out)
{
	const char *text;
	int year, month, day, used = 0;

	if (!yaml_text(node, "until", &text, reading->faults))
		return false;
	if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 ||
	    used != 10 || !day_is_valid(year, month, day)) {
		yaml_fault(reading->faults, node,
		    "until: expected a day like 2027-12-31, here stands \"%s\"", text);
		return false;
	}
	*out = day_number(year, month, day);
	return true;
}

static void
read_key(const struct reading *reading, const struct yaml_node *map, struct entry *entry)
{
	static const char *const KEYS[] = {"fingerprint", "owner", "until"};
	struct pinned_key *key = &entry->keys[entry->key_count];

	if (!yaml_is_map(map, "keys", reading->faults))
		return;
	yaml_only_keys(map, "keys", KEYS, COUNT_OF(KEYS), reading->faults);
	const struct yaml_node *fingerprint =
	    yaml_need(map, "keys", "fingerprint", reading->faults);
	const struct yaml_node *owner = yaml_get(map, "owner");
	const struct yaml_node *until = yaml_get(map, "until");
	key->until_day = INT32_MAX;
	if (owner)
		(void)read_text(reading, owner, "owner", &key->owner);
	if (until)
		(void)read_day(reading, until, &key->until_day);
	if (fingerprint && read_fingerprint(reading, fingerprint, "fingerprint", key->fingerprint))
		entry->key_count++;
}

static void
read_keys(const struct reading *reading, const struct yaml_node *list, struct entry *entry)
{
	if (!yaml_is_list(list, "keys", reading->faults))
		return;
	if (list->count > KEYS_PER_ENTRY_MAX) {
		yaml_fault(reading->faults, list,
		    "keys: expected at most %d for one entry, here stand %zu", KEYS_PER_ENTRY_MAX,
		    list->count);
		return;
	}
	for (size_t at = 0; at < list->count; at++)
		read_key(reading, &list->items[at], entry);
}

void
entry_read(const struct reading *reading, const struct yaml_node *map, struct entry *entry)
{
	const struct yaml_node *id = yaml_need(map, "entry", "id", reading->faults);
	const struct yaml_node *name = yaml_need(map, "entry", "name", reading->faults);
	const struct yaml_node *address = yaml_need(map, "entry", "address", reading->faults);
	const struct yaml_node *keys = yaml_get(map, "keys");

	entry->file = arena_text(reading->arena, map->file);
	entry->line = map->line;
	entry->column = map->column;
	if (id)
		(void)read_id(reading, id, entry);
	if (name)
		(void)read_text(reading, name, "name", &entry->name);
	if (address)
		(void)read_address(reading, address, "address", &entry->address);
	if (keys)
		read_keys(reading, keys, entry);
	/* What no key stands for can be written down, but nothing can be sealed for it. */
	if (!keys || !keys->count)
		faults_warn(reading->faults, map->file, map->line, map->column,
		    "%s has no key: nothing can be sent to it", entry->id ? entry->id : "an entry");
}

static void
read_yes(const struct reading *reading, const struct yaml_node *map, const char *key, bool *out)
{
	const struct yaml_node *node = yaml_get(map, key);

	if (node)
		(void)yaml_yes_no(node, key, out, reading->faults);
}

/* Who approves what others activate must be known by the name they log in with, to tell the two apart. */
static void
read_user(const struct reading *reading, const struct yaml_node *map, struct entry *entry)
{
	const struct yaml_node *user = yaml_get(map, "user");

	if (user)
		(void)read_text(reading, user, "user", &entry->user);
	else if (entry->may_approve)
		yaml_fault(reading->faults, map,
		    "approves: who approves needs `user`, the login name at the server");
}

/* One of the three files, and the list of entries in it. */
struct book_file {
	const char *file, *top;
	enum entry_kind kind;
	size_t most;
	const char *const *keys;
	size_t key_count;
};

static const char *const AGENCY_KEYS[] = {"id", "name", "address", "keys", "telephone", "about",
    "purpose", "agreement", "receives", "also_called", "never_with", "out_of_hours", "hours",
    "acknowledge_within"};
static const char *const OFFICER_KEYS[] = {"id", "name", "address", "keys"};
static const char *const DESK_KEYS[] = {
    "id", "name", "address", "keys", "reviews", "decides", "approves", "administers", "user"};

static const struct book_file FILES[] = {
    {"agencies.yaml", "agencies", ENTRY_AGENCY, AGENCIES_MAX, AGENCY_KEYS, COUNT_OF(AGENCY_KEYS)},
    {"officers.yaml", "officers", ENTRY_OFFICER, OFFICERS_MAX, OFFICER_KEYS,
	COUNT_OF(OFFICER_KEYS)},
    {"desk.yaml", "desk", ENTRY_DESK, DESK_PEOPLE_MAX, DESK_KEYS, COUNT_OF(DESK_KEYS)},
};

/* The list of entries in a file: under `desk` it is called `people`. */
static const struct yaml_node *
find_list(const struct reading *reading, const struct book_file *file, const struct yaml_node *root)
{
	static const char *const PEOPLE[] = {"people"};

	if (!yaml_is_map(root, file->file, reading->faults))
		return NULL;
	yaml_only_keys(root, file->file, &file->top, 1, reading->faults);
	const struct yaml_node *list = yaml_need(root, file->file, file->top, reading->faults);
	if (list && file->kind == ENTRY_DESK) {
		if (!yaml_is_map(list, "desk", reading->faults))
			return NULL;
		yaml_only_keys(list, "desk", PEOPLE, 1, reading->faults);
		list = yaml_need(list, "desk", PEOPLE[0], reading->faults);
	}
	if (!list || !yaml_is_list(list, file->top, reading->faults))
		return NULL;
	if (list->count > file->most) {
		yaml_fault(reading->faults, list,
		    "%s: expected at most %zu entries, here stand %zu", file->top, file->most,
		    list->count);
		return NULL;
	}
	return list;
}

static void
read_entry(const struct reading *reading, const struct book_file *file, const struct yaml_node *map,
    const struct block_words *blocks, struct entry *entry)
{
	entry->kind = file->kind;
	if (!yaml_is_map(map, file->top, reading->faults))
		return;
	yaml_only_keys(map, file->top, file->keys, file->key_count, reading->faults);
	entry_read(reading, map, entry);
	if (file->kind == ENTRY_AGENCY)
		agency_read(reading, map, blocks, entry);
	if (file->kind == ENTRY_DESK) {
		read_yes(reading, map, "reviews", &entry->gets_reviews);
		read_yes(reading, map, "decides", &entry->may_decide);
		read_yes(reading, map, "approves", &entry->may_approve);
		read_yes(reading, map, "administers", &entry->administers);
		read_user(reading, map, entry);
	}
}

/* Where a word was seen first: file and line. */
struct sighting {
	const char *file;
	const struct entry *entry;
};

/* Adds a fault when another entry has the word already; keeps the first. */
static void
see(const struct reading *reading, GHashTable *seen, const char *what, const char *word,
    const char *file, const struct entry *entry)
{
	const struct sighting *first = g_hash_table_lookup(seen, word);

	if (first) {
		faults_add(reading->faults, file, entry->line, 1,
		    "%s %s stands already in %s, line %u", what, word, first->file,
		    first->entry->line);
		return;
	}
	struct sighting *mine = arena_take(reading->arena, sizeof *mine);
	*mine = (struct sighting){file, entry};
	g_hash_table_insert(seen, (gpointer)word, mine);
}

static void
check_unique(
    const struct reading *reading, const struct directory *directory, const char *const paths[])
{
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) users = g_hash_table_new(g_str_hash, g_str_equal);

	for (size_t at = 0; at < directory->count; at++) {
		const struct entry *entry = &directory->entries[at];
		const char *path = paths[entry->kind];
		if (entry->id)
			see(reading, ids, "id", entry->id, path, entry);
		if (entry->user)
			see(reading, users, "user", entry->user, path, entry);
		if (entry->address && entry->kind != ENTRY_AGENCY)
			see(reading, addresses, "address", entry->address, path, entry);
		for (size_t key = 0; key < entry->key_count; key++)
			see(reading, keys, "fingerprint", entry->keys[key].fingerprint, path,
			    entry);
	}
}

/* An agency that another one names must be there, and be another. */
static void
check_other(const struct reading *reading, const struct directory *directory,
    const struct entry *entry, const char *what, const char *id, const char *path)
{
	const char *others[AGENCIES_MAX];
	size_t count = 0;

	for (size_t at = 0; at < directory->count; at++)
		if (&directory->entries[at] != entry &&
		    directory->entries[at].kind == ENTRY_AGENCY && directory->entries[at].id)
			others[count++] = directory->entries[at].id;
	const char *near = near_word(id, others, count);
	if (g_strcmp0(near, id) != 0)
		faults_add(reading->faults, path, entry->line, 1,
		    "%s \"%s\" is no other agency%s%s%s", what, id, near ? ", did you mean \"" : "",
		    near ? near : "", near ? "\"?" : "");
}

static void
check_others(const struct reading *reading, const struct directory *directory, const char *path)
{
	for (size_t at = 0; at < directory->count; at++) {
		const struct entry *entry = &directory->entries[at];
		const char *const *with = entry->never_with;
		if (entry->out_of_hours)
			check_other(
			    reading, directory, entry, "out_of_hours", entry->out_of_hours, path);
		for (; with && *with; with++)
			check_other(reading, directory, entry, "never_with", *with, path);
	}
}

/* What fails goes to the desk, so somebody must be there. */
static void
check_desk(const struct reading *reading, const struct directory *directory, const char *path)
{
	bool reviews = false, decides = false;

	for (size_t at = 0; at < directory->count; at++) {
		reviews = reviews || directory->entries[at].gets_reviews;
		decides = decides || directory->entries[at].may_decide;
	}
	if (!reviews)
		faults_add(reading->faults, path, 0, 0,
		    "nobody at the desk gets reviews: give one person \"reviews: yes\"");
	if (!decides)
		faults_warn(reading->faults, path, 0, 0,
		    "nobody at the desk decides by mail: give one person \"decides: yes\"");
}

void
address_book_read(
    const struct reading *reading, const struct block_words *blocks, struct directory *out)
{
	struct yaml_document *documents[COUNT_OF(FILES)] = {0};
	const struct yaml_node *lists[COUNT_OF(FILES)] = {0};
	const char *paths[COUNT_OF(FILES)];
	size_t count = 0;

	for (size_t at = 0; at < COUNT_OF(FILES); at++) {
		const char *path =
		    arena_print(reading->arena, "%s/%s", reading->folder, FILES[at].file);
		paths[FILES[at].kind] = path;
		documents[at] = yaml_load(path, reading->faults);
		if (documents[at])
			lists[at] = find_list(reading, &FILES[at], yaml_root(documents[at]));
		count += lists[at] ? lists[at]->count : 0;
	}
	out->entries = arena_take_many(reading->arena, count, sizeof *out->entries);
	for (size_t at = 0; at < COUNT_OF(FILES); at++) {
		for (size_t number = 0; lists[at] && number < lists[at]->count; number++)
			read_entry(reading, &FILES[at], &lists[at]->items[number], blocks,
			    &out->entries[out->count++]);
		yaml_free(documents[at]);
	}
	check_unique(reading, out, paths);
	check_others(reading, out, paths[ENTRY_AGENCY]);
	if (lists[COUNT_OF(FILES) - 1])
		check_desk(reading, out, paths[ENTRY_DESK]);
}
