/* For whom the keyholder seals, and for whom it never does. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "key_world.h"
#include "papers/armor.h"
#include "papers/seal_box.h"

#include <cmocka.h>

static const char WORDS[] = "Content-Type: text/plain\r\n\r\nA letter.\r\n";
static struct keeper keeper;
static struct key_hello hello;
static struct pinned_key own;
static int job;

/* Greets with the usual directory, changed by the test where it must be. */
static void
start_with(struct directory *directory, struct arena *arena)
{
	struct failure why = {0};

	hello = (struct key_hello){.home = world.home,
	    .own_key = world.own,
	    .sealing_public = world.public_half,
	    .sealing_secret = world.secret_half,
	    .directory = directory};
	own = (struct pinned_key){0};
	keeper = keeper_start(false);
	if (!keeper_greet(&keeper, arena, &hello, &own, &why))
		fail_msg("%s: %s", why.code, why.reason);
	job = keeper_job(&keeper);
}

static int
begin(void **state)
{
	*state = arena_open(512u << 20);
	start_with(usual_directory(*state), *state);
	return 0;
}

static int
begin_later(void **state)
{
	*state = arena_open(512u << 20);
	return clock_open_zone() ? 0 : -1;
}

static int
end(void **state)
{
	keeper_end_job(&keeper, job);
	keeper_end(&keeper);
	return key_world_is_tidy(state);
}

static bool
seal_it(enum entry_kind kind, const char *id, const void *bytes, size_t length, struct arena *arena,
    GBytes **armor, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out request = {0};
	struct wire_in in;
	size_t armor_length;

	wire_put_u32(&request, kind);
	wire_put_text(&request, id);
	wire_put_bytes(&request, bytes, length);
	if (!ask(job, KEY_SEAL, &request, arena, &in, why))
		return false;
	const uint8_t *text = wire_get_bytes(&in, arena, LETTER_MAX_BYTES, &armor_length);
	assert_true(wire_is_whole(&in));
	*armor = g_bytes_new(text, armor_length);
	return true;
}

static GBytes *
sealed_for(enum entry_kind kind, const char *id, struct arena *arena)
{
	struct failure why = {0};
	GBytes *armor = NULL;

	if (!seal_it(kind, id, WORDS, strlen(WORDS), arena, &armor, &why))
		fail_msg("%s: %s", why.code, why.reason);
	return armor;
}

static void
is_refused(enum entry_kind kind, const char *id, const char *code, struct arena *arena)
{
	struct failure why = {0};
	GBytes *armor = NULL;

	if (seal_it(kind, id, WORDS, strlen(WORDS), arena, &armor, &why))
		fail_msg("sealed for %s", id);
	assert_string_equal(why.code, code);
	assert_int_equal(why.remedy, REMEDY_DESK);
}

/* Who can open it, by gpg's own list of recipients: key ids of subkeys, upper-case hex. */
static void
names_recipients(GBytes *armor, const struct pinned_key *const keys[], size_t count)
{
	struct armor_keys named;
	struct failure why;

	assert_true(
	    armor_read(g_bytes_get_data(armor, NULL), g_bytes_get_size(armor), &named, &why));
	assert_int_equal(named.count, count);
	for (size_t at = 0; at < count; at++) {
		bool is_named = false;
		for (size_t id = 0; id < named.count; id++)
			is_named = is_named || named.ids[id] == keys[at]->encryption_ids[0];
		assert_true(is_named);
	}
}

static void
test_seal_for__the_agency_reads_it_and_sees_our_signature(void **state)
{
	g_autoptr(GBytes) armor = sealed_for(ENTRY_AGENCY, "mash", *state);
	g_autoptr(GBytes) opened = run_gpg(world.others, armor, "--status-fd", "2", "-d", NULL);
	g_autofree char *path = path_in_world("said"), *said = NULL;

	assert_int_equal(g_bytes_get_size(opened), strlen(WORDS));
	assert_memory_equal(g_bytes_get_data(opened, NULL), WORDS, strlen(WORDS));
	assert_true(g_file_get_contents(path, &said, NULL, NULL));
	g_autofree char *valid = g_strdup_printf("VALIDSIG %s", world.own);
	assert_non_null(strstr(said, valid));
	assert_non_null(strstr(said, "GOODMDC"));
	assert_null(strstr(said, "ERRSIG"));
}

static void
test_seal_for__every_reader_of_the_entry_and_no_one_else_is_named(void **state)
{
	const struct entry *mash = directory_find(hello.directory, ENTRY_AGENCY, "mash");
	const struct pinned_key *const both[] = {&mash->keys[0], &mash->keys[1]};
	g_autoptr(GBytes) armor = sealed_for(ENTRY_AGENCY, "mash", *state);

	names_recipients(armor, both, 2);
}

/* gpg takes the newest subkey, which must be among the four that we remember. */
static void
test_seal_for__the_newest_of_many_subkeys_is_taken(void **state)
{
	const struct pinned_key *rotated =
	    &directory_find(hello.directory, ENTRY_AGENCY, "rotated")->keys[0];
	g_autoptr(GBytes) armor = sealed_for(ENTRY_AGENCY, "rotated", *state);

	assert_int_equal(rotated->encryption_id_count, SUBKEYS_MAX);
	assert_int_equal(rotated->expires_at, 0);
	names_recipients(armor, &rotated, 1);
}

static void
test_seal_for__the_armor_has_mail_line_ends_only(void **state)
{
	g_autoptr(GBytes) armor = sealed_for(ENTRY_OFFICER, "alice", *state);
	gsize length;
	const char *text = g_bytes_get_data(armor, &length);

	assert_true(length > 100 && memcmp(text + length - 2, "\r\n", 2) == 0);
	for (gsize at = 0; at < length; at++)
		if (text[at] == '\n')
			assert_true(at && text[at - 1] == '\r');
		else if (text[at] == '\r')
			assert_true(at + 1 < length && text[at + 1] == '\n');
}

static void
test_seal_for__a_key_that_is_past_is_left_out(void **state)
{
	const struct entry *half = directory_find(hello.directory, ENTRY_AGENCY, "half");
	const struct pinned_key *const good[] = {&half->keys[1]};
	g_autoptr(GBytes) armor = sealed_for(ENTRY_AGENCY, "half", *state);

	names_recipients(armor, good, 1);
}

static void
test_seal_for__no_usable_key_no_letter(void **state)
{
	static const char *const IDS[] = {
	    "expired", "revoked", "uncertified", "missing", "sign-only", "keyless"};

	for (size_t at = 0; at < COUNT_OF(IDS); at++)
		is_refused(ENTRY_AGENCY, IDS[at], "key.unusable", *state);
}

static void
test_seal_for__nobody_outside_the_directory(void **state)
{
	is_refused(ENTRY_AGENCY, "phoenix", "key.stranger", *state);
	is_refused(ENTRY_AGENCY, "", "key.stranger", *state);
	/* The right name, as another kind of entry. */
	is_refused(ENTRY_OFFICER, "mash", "key.stranger", *state);
	is_refused(ENTRY_AGENCY, "alice", "key.stranger", *state);
	/* A key is no name, not even one that is in the ring. */
	is_refused(ENTRY_AGENCY, world.fingerprints[ALICE], "key.stranger", *state);
}

static void
test_seal_for__a_pin_ends_with_its_last_day(void **state)
{
	struct directory *directory = usual_directory(*state);
	struct civil now = clock_civil(clock_now());
	int32_t today = day_number(now.year, now.month, now.day);

	/* mash: the first key was pinned until yesterday, the second until today. */
	directory->entries[0].keys[0].until_day = today - 1;
	directory->entries[0].keys[1].until_day = today;
	directory->entries[9].keys[0].until_day = today - 1;
	start_with(directory, *state);
	const struct pinned_key *const second[] = {&directory->entries[0].keys[1]};
	assert_int_equal(directory->entries[0].keys[0].state, KEY_USABLE);
	g_autoptr(GBytes) armor = sealed_for(ENTRY_AGENCY, "mash", *state);
	names_recipients(armor, second, 1);
	is_refused(ENTRY_OFFICER, "alice", "key.unusable", *state);
}

static bool
is_past(void *about)
{
	return clock_now() > *(int64_t *)about;
}

/* A key that was usable at the start, and is no longer: by our own reckoning and by gpg's. */
static void
test_seal_for__a_key_that_ends_while_we_run_is_refused(void **state)
{
	struct directory *directory = usual_directory(*state);
	struct entry *entry = &directory->entries[0];
	char fingerprint[FINGERPRINT_BYTES] = "";

	g_bytes_unref(run_gpg(world.others, NULL, "--quick-gen-key", "brief@mash.test", "ed25519",
	    "cert,sign", "seconds=9", NULL));
	g_autoptr(GBytes) listed =
	    run_gpg(world.others, NULL, "--with-colons", "--list-keys", "brief@mash.test", NULL);
	g_autofree char *text = g_strndup(g_bytes_get_data(listed, NULL), g_bytes_get_size(listed));
	assert_int_equal(
	    sscanf(strstr(text, "\nfpr:::::::::"), "\nfpr:::::::::%40[0-9A-F]:", fingerprint), 1);
	g_bytes_unref(run_gpg(world.others, NULL, "--quick-add-key", fingerprint, "cv25519", "encr",
	    "seconds=8", NULL));
	g_autoptr(GBytes) key = run_gpg(world.others, NULL, "--export", fingerprint, NULL);
	g_bytes_unref(run_gpg(world.home, key, "--import", NULL));
	g_bytes_unref(run_gpg(world.home, NULL, "--quick-lsign-key", fingerprint, NULL));
	g_bytes_unref(run_gpg(world.home, NULL, "--check-trustdb", NULL));
	entry->key_count = 0;
	add_key(entry, fingerprint, INT32_MAX);
	start_with(directory, *state);
	assert_int_equal(entry->keys[0].state, KEY_USABLE);
	assert_true(entry->keys[0].expires_at > 0);
	g_bytes_unref(sealed_for(ENTRY_AGENCY, "mash", *state));
	assert_true(comes_true(is_past, &entry->keys[0].expires_at));
	is_refused(ENTRY_AGENCY, "mash", "key.unusable", *state);
}

static void
test_seal_for__a_key_revoked_while_we_run_is_refused(void **state)
{
	g_autofree char *path =
	    g_strdup_printf("%s/openpgp-revocs.d/%s.rev", world.others, world.fingerprints[BOB]);
	g_autofree char *text = NULL;

	g_bytes_unref(sealed_for(ENTRY_OFFICER, "bob", *state));
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_autoptr(GBytes) certificate = bytes_of(strstr(text, ":-----BEGIN") + 1);
	g_bytes_unref(run_gpg(world.home, certificate, "--import", NULL));
	is_refused(ENTRY_OFFICER, "bob", "key.unusable", *state);
}

static void
test_hello__tells_the_state_of_every_pinned_key(void **state)
{
	static const struct {
		const char *id;
		size_t key;
		enum key_state is;
	} CASES[] = {
	    {"mash", 0, KEY_USABLE},
	    {"mash", 1, KEY_USABLE},
	    {"half", 0, KEY_EXPIRED},
	    {"half", 1, KEY_USABLE},
	    {"expired", 0, KEY_EXPIRED},
	    {"revoked", 0, KEY_REVOKED},
	    {"uncertified", 0, KEY_UNCERTIFIED},
	    {"missing", 0, KEY_MISSING},
	    {"sign-only", 0, KEY_UNSUITABLE},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		const struct pinned_key *key =
		    &directory_find(hello.directory, ENTRY_AGENCY, CASES[at].id)
			 ->keys[CASES[at].key];
		if (key->state != CASES[at].is)
			fail_msg("%s is %s", CASES[at].id, key_state_name(key->state));
		assert_int_equal(key->encryption_id_count,
		    key->state == KEY_USABLE || key->state == KEY_UNCERTIFIED);
	}
	assert_int_equal(own.state, KEY_USABLE);
	assert_int_equal(own.expires_at, 0);
	assert_int_equal(own.encryption_id_count, 1);
	/* The same key may be pinned twice: as an officer and at the desk. */
	assert_int_equal(
	    directory_find(hello.directory, ENTRY_DESK, "alice")->keys[0].state, KEY_USABLE);
	assert_int_equal(
	    directory_find(hello.directory, ENTRY_OFFICER, "alice")->keys[0].state, KEY_USABLE);
}

static void
test_seal_for__a_letter_of_many_megabytes_is_sealed(void **state)
{
	const size_t length = 20u << 20;
	g_autofree char *bytes = g_malloc0(length);
	GBytes *armor = NULL;
	struct failure why = {0};

	if (!seal_it(ENTRY_OFFICER, "alice", bytes, length, *state, &armor, &why))
		fail_msg("%s: %s", why.code, why.reason);
	/* Not compressed: what a letter weighs says nothing about its words. */
	assert_true(g_bytes_get_size(armor) > length);
	g_autoptr(GBytes) opened = run_gpg(world.others, armor, "-d", NULL);
	assert_int_equal(g_bytes_get_size(opened), length);
	g_bytes_unref(armor);
}

static void
test_seal_for__a_letter_that_would_be_too_long_is_refused(void **state)
{
	const size_t length = 56u << 20;
	g_autofree char *bytes = g_malloc0(length);
	GBytes *armor = NULL;
	struct failure why = {0};

	assert_false(seal_it(ENTRY_OFFICER, "alice", bytes, length, *state, &armor, &why));
	assert_string_equal(why.code, "key.too-large");
	assert_int_equal(why.remedy, REMEDY_DESK);
}

static void
test_unbox__gives_the_key_of_what_receive_has_sealed(void **state)
{
	uint8_t public_half[SEAL_KEY_BYTES];
	g_autofree char *hex = NULL;
	size_t length, opened_length;
	const uint8_t *opened;
	struct sealed_bytes sealed;
	struct failure why = {0};
	struct wire_in in;

	assert_true(g_file_get_contents(world.public_half, &hex, NULL, NULL));
	assert_int_equal(
	    sodium_hex2bin(public_half, sizeof public_half, hex, 64, NULL, &length, NULL), 0);
	seal_box_close(WORDS, strlen(WORDS), public_half, *state, &sealed);
	for (int spoilt = 0; spoilt < 2; spoilt++) {
		CLEANUP(wire_done) struct wire_out request = {0};
		wire_put_bytes(&request, sealed.seal_id, sizeof sealed.seal_id);
		wire_put_bytes(&request, sealed.boxed_key, sizeof sealed.boxed_key);
		if (spoilt) {
			assert_false(ask(job, KEY_UNBOX, &request, *state, &in, &why));
			assert_string_equal(why.code, "seal.wrong-key");
			return;
		}
		assert_true(ask(job, KEY_UNBOX, &request, *state, &in, &why));
		const uint8_t *key = wire_get_bytes(&in, *state, SEAL_KEY_BYTES, &length);
		assert_true(wire_is_whole(&in) && length == SEAL_KEY_BYTES);
		assert_true(seal_box_open(&sealed, key, *state, &opened, &opened_length, &why));
		assert_int_equal(opened_length, strlen(WORDS));
		assert_memory_equal(opened, WORDS, opened_length);
		sealed.boxed_key[7] ^= 1;
	}
}

int
main(void)
{
#define SEAL(name) cmocka_unit_test_setup_teardown(test_##name, begin, end)
#define SEAL_LATER(name) cmocka_unit_test_setup_teardown(test_##name, begin_later, end)
	const struct CMUnitTest tests[] = {
	    SEAL(hello__tells_the_state_of_every_pinned_key),
	    SEAL(seal_for__the_agency_reads_it_and_sees_our_signature),
	    SEAL(seal_for__every_reader_of_the_entry_and_no_one_else_is_named),
	    SEAL(seal_for__the_newest_of_many_subkeys_is_taken),
	    SEAL(seal_for__the_armor_has_mail_line_ends_only),
	    SEAL(seal_for__a_key_that_is_past_is_left_out),
	    SEAL(seal_for__no_usable_key_no_letter),
	    SEAL(seal_for__nobody_outside_the_directory),
	    SEAL(seal_for__a_letter_of_many_megabytes_is_sealed),
	    SEAL(seal_for__a_letter_that_would_be_too_long_is_refused),
	    SEAL(unbox__gives_the_key_of_what_receive_has_sealed),
	    SEAL_LATER(seal_for__a_pin_ends_with_its_last_day),
	    SEAL_LATER(seal_for__a_key_that_ends_while_we_run_is_refused),
	    SEAL(seal_for__a_key_revoked_while_we_run_is_refused),
	};

	return cmocka_run_group_tests(tests, key_world_make, key_world_end);
}
