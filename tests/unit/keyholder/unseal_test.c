/* What the keyholder says of each kind of mail, and never says when it is the world that is ill. */
/* SPDX-License-Identifier: MIT */
#include <gpg-error.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "key_world.h"

#include <cmocka.h>

static int
open_arena(void **state)
{
	*state = arena_open(512u << 20);
	return 0;
}

static const char WORDS[] = "Subject: Concern\n\nA concern about a child.\n";

static void
test_unseal_open__a_good_mail_opens_with_its_signer(void **state)
{
	struct keeper keeper = keeper_at_work(*state);
	int job = keeper_job(&keeper);
	struct key_opened opened;
	struct failure why;
	g_autoptr(GBytes) words = bytes_of(WORDS);
	g_autoptr(GBytes) mail = run_gpg(world.others, words, "--armor", "-u", world.fingerprints[ALICE], "-r", world.own, "--sign", "--encrypt", NULL);
	if (!ask_to_open(job, mail, *state, &opened, &why))
		fail_msg("%s %s", why.code, why.reason);
	assert_int_equal(opened.result, KEY_OPENED);
	assert_int_equal(opened.signature_count, 1);
	assert_string_equal(opened.signatures[0].primary, world.fingerprints[ALICE]);
	keeper_end_job(&keeper, job);
	keeper_end(&keeper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_unseal_open__a_good_mail_opens_with_its_signer, open_arena, key_world_is_tidy),
	};

	return cmocka_run_group_tests(tests, key_world_make, key_world_end);
}
