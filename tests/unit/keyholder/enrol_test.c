/* How a key gets in: by a fingerprint that a person typed, alone, and certified. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "key_world.h"
#include "repack.h"

#include <cmocka.h>

static struct keeper keeper;
static struct key_hello hello;
static struct pinned_key own;

static void
start_admin(struct arena *arena)
{
	struct failure why = {0};

	hello = (struct key_hello){
	    .home = world.home, .own_key = world.own, .directory = usual_directory(arena)};
	own = (struct pinned_key){0};
	keeper = keeper_start(true);
	if (!keeper_greet(&keeper, arena, &hello, &own, &why))
		fail_msg("%s: %s", why.code, why.reason);
}

static int
begin(void **state)
{
	*state = arena_open(512u << 20);
	start_admin(*state);
	return 0;
}

static int
end(void **state)
{
	keeper_end(&keeper);
	return key_world_is_tidy(state);
}

static bool
add(const char *typed, GBytes *file, struct arena *arena, int64_t *expires_at, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out out = {0};
	struct wire_in in;
	uint32_t kind;

	wire_put_text(&out, typed);
	wire_put_bytes(&out, g_bytes_get_data(file, NULL), g_bytes_get_size(file));
	assert_true(wire_send(keeper.control, KEY_ADD, &out, wire_deadline(10), why));
	assert_true(wire_receive(keeper.control, arena, 10000, wire_deadline(60), &kind, &in, why));
	if (kind == KEY_ADD_OK) {
		assert_int_equal(wire_get_u32(&in), KEY_USABLE);
		*expires_at = wire_get_i64(&in);
		assert_true(wire_is_whole(&in));
		return true;
	}
	assert_int_equal(kind, KEY_ANSWER_FAILURE);
	key_get_failure(&in, arena, why);
	return false;
}

static void
list(struct arena *arena)
{
	struct failure why;
	struct wire_in in;
	uint32_t kind;

	assert_true(wire_send(keeper.control, KEY_LIST, NULL, wire_deadline(10), &why));
	assert_true(
	    wire_receive(keeper.control, arena, 100000, wire_deadline(60), &kind, &in, &why));
	assert_int_equal(kind, KEY_LIST_OK);
	assert_true(key_get_states(&in, hello.directory, &own));
}

static GBytes *
public_key(const char *who)
{
	return run_gpg(world.others, NULL, "--armor", "--export", who, NULL);
}

static bool
is_in_ring(const char *fingerprint)
{
	g_autoptr(GBytes) listed = run_gpg(world.home, NULL, "--with-colons", "--list-keys", NULL);
	g_autofree char *text = g_strndup(g_bytes_get_data(listed, NULL), g_bytes_get_size(listed));

	return strstr(text, fingerprint) != NULL;
}

static void
is_refused(const char *typed, GBytes *file, const char *reason, struct arena *arena)
{
	struct failure why = {0};
	int64_t expires_at;

	if (add(typed, file, arena, &expires_at, &why))
		fail_msg("let in, but: %s", reason);
	assert_string_equal(why.code, "key.refused");
	assert_int_equal(why.remedy, REMEDY_DESK);
	if (!strstr(why.reason, reason))
		fail_msg("\"%s\" does not say \"%s\"", why.reason, reason);
	g_bytes_unref(file);
}

static const struct pinned_key *
key_of(const char *id)
{
	return &directory_find(hello.directory, ENTRY_AGENCY, id)->keys[0];
}

static void
test_enrol__what_is_not_the_typed_key_stays_out(void **state)
{
	const char *unknown = world.fingerprints[UNKNOWN];
	g_autofree char *shorter = g_strndup(unknown, 16);

	is_refused(world.fingerprints[ALICE], public_key(unknown), "another key", *state);
	is_refused(shorter, public_key(unknown), "40 hex digits", *state);
	is_refused("alice@police.test", public_key(unknown), "40 hex digits", *state);
	is_refused(unknown, bytes_of("no key"), "no OpenPGP key", *state);
	is_refused(unknown, g_bytes_new(NULL, 0), "no OpenPGP key", *state);
	is_refused(world.own, public_key(world.own), "our own key", *state);
	is_refused(unknown,
	    run_gpg(world.others, NULL, "--armor", "--export", unknown, world.fingerprints[ALICE],
		NULL),
	    "more than one key", *state);
	is_refused(unknown,
	    run_gpg(world.others, NULL, "--armor", "--export-secret-keys", unknown, NULL),
	    "secret key", *state);
	assert_false(is_in_ring(unknown));
}

static void
test_enrol__a_subkeys_fingerprint_is_not_the_keys(void **state)
{
	char subkey[FINGERPRINT_BYTES] = "";
	g_autoptr(GBytes) listed = run_gpg(
	    world.others, NULL, "--with-colons", "--list-keys", world.fingerprints[UNKNOWN], NULL);
	g_autofree char *text = g_strndup(g_bytes_get_data(listed, NULL), g_bytes_get_size(listed));

	assert_int_equal(sscanf(strstr(strstr(text, "\nsub:"), "\nfpr:::::::::"),
			     "\nfpr:::::::::%40[0-9A-F]:", subkey),
	    1);
	is_refused(subkey, public_key(world.fingerprints[UNKNOWN]), "another key", *state);
}

static void
test_enrol__a_key_that_cannot_be_used_stays_out(void **state)
{
	g_autofree char *path = NULL, *text = NULL;
	char fingerprint[FINGERPRINT_BYTES] = "";

	is_refused(world.fingerprints[EXPIRED], public_key(world.fingerprints[EXPIRED]), "expired",
	    *state);
	is_refused(world.fingerprints[SIGN_ONLY], public_key(world.fingerprints[SIGN_ONLY]),
	    "no subkey to encrypt to", *state);
	/* A file with the key and its revocation behind it. */
	g_bytes_unref(run_gpg(world.others, NULL, "--quick-gen-key", "gone@x.test", "default",
	    "default", "never", NULL));
	g_autoptr(GBytes) listed =
	    run_gpg(world.others, NULL, "--with-colons", "--list-keys", "gone@x.test", NULL);
	g_autofree char *colons =
	    g_strndup(g_bytes_get_data(listed, NULL), g_bytes_get_size(listed));
	assert_int_equal(
	    sscanf(strstr(colons, "\nfpr:::::::::"), "\nfpr:::::::::%40[0-9A-F]:", fingerprint), 1);
	path = g_strdup_printf("%s/openpgp-revocs.d/%s.rev", world.others, fingerprint);
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_autoptr(GBytes) certificate = bytes_of(strstr(text, ":-----BEGIN") + 1);
	g_bytes_unref(run_gpg(world.others, certificate, "--import", NULL));
	is_refused(fingerprint, public_key(fingerprint), "revoked", *state);
	assert_false(is_in_ring(fingerprint));
}

static void
test_enrol__a_file_of_megabytes_is_no_key(void **state)
{
	struct failure why = {0};
	g_autoptr(GBytes) huge = many_bytes(2 << 20);
	int64_t expires_at;

	assert_false(add(world.fingerprints[UNKNOWN], huge, *state, &expires_at, &why));
	assert_string_equal(why.code, "key.refused");
}

static void
test_enrol__the_typed_key_gets_in_and_is_certified(void **state)
{
	struct failure why = {0};
	g_autoptr(GBytes) file = public_key(world.fingerprints[UNKNOWN]);
	g_autoptr(GString) spaced = g_string_new(NULL);
	int64_t expires_at = -1;

	assert_int_equal(key_of("missing")->state, KEY_MISSING);
	/* As people type it: in groups, and in small letters. */
	for (size_t at = 0; at < 40; at++)
		g_string_append_printf(spaced, "%s%c", at && at % 4 == 0 ? " " : "",
		    g_ascii_tolower(world.fingerprints[UNKNOWN][at]));
	if (!add(spaced->str, file, *state, &expires_at, &why))
		fail_msg("%s: %s", why.code, why.reason);
	assert_int_equal(expires_at, 0);
	list(*state);
	assert_int_equal(key_of("missing")->state, KEY_USABLE);
	/* Once more is no harm. */
	assert_true(add(world.fingerprints[UNKNOWN], file, *state, &expires_at, &why));
}

/* It was in the ring already, and nobody had vouched for it. */
static void
test_enrol__a_stranger_in_the_ring_becomes_certified(void **state)
{
	struct failure why = {0};
	g_autoptr(GBytes) file = public_key(world.fingerprints[STRANGER]);
	int64_t expires_at;

	assert_int_equal(key_of("uncertified")->state, KEY_UNCERTIFIED);
	assert_true(add(world.fingerprints[STRANGER], file, *state, &expires_at, &why));
	list(*state);
	assert_int_equal(key_of("uncertified")->state, KEY_USABLE);
}

/* gpg goes on calling it valid: only our own signature, which is gone, can tell. */
static void
test_list__a_key_deleted_and_imported_again_is_uncertified(void **state)
{
	const char *key = world.fingerprints[MASH_TWO];
	g_autoptr(GBytes) file = public_key(key);

	list(*state);
	assert_int_equal(key_of("mash")->state, KEY_USABLE);
	g_bytes_unref(run_gpg(world.home, NULL, "--delete-keys", key, NULL));
	list(*state);
	assert_int_equal(key_of("mash")->state, KEY_MISSING);
	g_bytes_unref(run_gpg(world.home, file, "--import", NULL));
	list(*state);
	assert_int_equal(key_of("mash")->state, KEY_UNCERTIFIED);
}

/* Our signature alone is not enough: gpg must have worked out that the key is valid. */
static void
test_list__a_key_whose_trust_was_not_worked_out_is_uncertified(void **state)
{
	const char *key = world.fingerprints[MASH_ONE];
	g_autoptr(GBytes) file = public_key(key);

	g_bytes_unref(run_gpg(world.home, NULL, "--delete-keys", key, NULL));
	g_bytes_unref(run_gpg(world.home, NULL, "--check-trustdb", NULL));
	g_bytes_unref(run_gpg(world.home, file, "--import", NULL));
	g_bytes_unref(run_gpg(world.home, NULL, "--quick-lsign-key", key, NULL));
	list(*state);
	assert_int_equal(
	    directory_find(hello.directory, ENTRY_AGENCY, "mash")->keys[1].state, KEY_UNCERTIFIED);
	g_bytes_unref(run_gpg(world.home, NULL, "--check-trustdb", NULL));
	list(*state);
	assert_int_equal(
	    directory_find(hello.directory, ENTRY_AGENCY, "mash")->keys[1].state, KEY_USABLE);
}

static void
test_admin__starts_the_agent_where_there_is_none(void **state)
{
	struct failure why = {0};
	g_autoptr(GBytes) file = public_key(world.fingerprints[MASH_TWO]);
	int64_t expires_at;

	keeper_end(&keeper);
	key_world_stop_agent();
	start_admin(*state);
	assert_true(add(world.fingerprints[MASH_TWO], file, *state, &expires_at, &why));
	key_world_start_agent();
}

static void
test_admin__two_cannot_change_keys_at_once(void **state)
{
	struct keeper other = keeper_start(true);
	struct failure why = {0};

	assert_false(keeper_greet(&other, *state, &hello, &own, &why));
	assert_string_equal(why.code, "key.busy");
	assert_int_equal(why.remedy, REMEDY_RETRY);
	keeper_end_with(&other, 78);
}

static void
test_admin__serves_no_jobs(void **state)
{
	struct failure why = {0};
	struct wire_in in;
	uint32_t kind;
	int job = keeper_job(&keeper);

	assert_true(
	    wire_receive(keeper.control, *state, 10000, wire_deadline(10), &kind, &in, &why));
	assert_int_equal(kind, KEY_ANSWER_FAILURE);
	key_get_failure(&in, *state, &why);
	assert_string_equal(why.code, "key.request");
	(void)close(job);
}

int
main(void)
{
#define ENROL(name) cmocka_unit_test_setup_teardown(test_##name, begin, end)
	const struct CMUnitTest tests[] = {
	    ENROL(enrol__what_is_not_the_typed_key_stays_out),
	    ENROL(enrol__a_subkeys_fingerprint_is_not_the_keys),
	    ENROL(enrol__a_key_that_cannot_be_used_stays_out),
	    ENROL(enrol__a_file_of_megabytes_is_no_key),
	    ENROL(enrol__the_typed_key_gets_in_and_is_certified),
	    ENROL(enrol__a_stranger_in_the_ring_becomes_certified),
	    ENROL(list__a_key_deleted_and_imported_again_is_uncertified),
	    ENROL(list__a_key_whose_trust_was_not_worked_out_is_uncertified),
	    ENROL(admin__starts_the_agent_where_there_is_none),
	    ENROL(admin__two_cannot_change_keys_at_once),
	    ENROL(admin__serves_no_jobs),
	};

	return cmocka_run_group_tests(tests, key_world_make, key_world_end);
}
