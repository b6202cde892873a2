/* What the tests of the ledger begin with: a fresh file, mails, outcomes, in few words. */
/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_GIVEN_H
#define LEDGER_GIVEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger.h"

/* After our own headers: it makes `fail` a macro. */
#include <cmocka.h>

/* Monday 2 March 2026, 09:00 in London. */
enum { NOW = 1772442000, LEASE = 300 };

#define ACCOUNT "desk@localhost:993"
#define FOLDER "INBOX"
#define RULES_HASH "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"

/* A test's own folder and ledger; cmocka setup and teardown. */
struct given {
	char folder[64];
	char path[96];
	struct ledger *ledger;
	struct arena *arena;
	struct failure why;
};
int given_setup(void **state);
int given_teardown(void **state);
void given_reopen(struct given *given);
/* A fresh folder whose name is written to `folder`, and its removal. */
void given_folder(char folder[64]);
void given_no_folder(const char *folder);

struct mail_label given_label(uint32_t uid_validity, uint32_t uid);
/* Bytes that stand for a sealed mail: number makes them differ. */
struct sealed_bytes given_sealed(unsigned number);
/* A hash that is no other number's; 0 gives zeros. */
const uint8_t *given_hash(unsigned number);

/* An outcome of a concern that opens a case, with nothing else in it yet. */
void given_outcome(struct outcome *out, enum mail_fate fate, const char *code);
/* Adds a referral; returns its number. */
int given_referral(
    struct outcome *out, const char *agency, enum referral_state state, const char *code);
/* Adds a letter with a Message-ID "<name@wandle>"; referral -1 for none. */
void given_letter(struct outcome *out, const char *kind, enum entry_kind to_kind, const char *to,
    const char *name, int referral);

/* Calls that must succeed. */
#define MUST(call)                                                                                 \
	do {                                                                                       \
		if (!(call))                                                                       \
			fail_msg("%s: %s: %s", #call, given->why.code, given->why.reason);         \
	} while (0)
#define MUST_FAIL(call, remedy_, code_)                                                            \
	do {                                                                                       \
		assert_false(call);                                                                \
		assert_string_equal(given->why.code, code_);                                       \
		assert_int_equal(given->why.remedy, remedy_);                                      \
	} while (0)

void take_mail(struct given *given, unsigned number);
struct job claim_job(struct given *given, const char *owner, int64_t now);
void assert_no_job(struct given *given, int64_t now);
void finish_job(struct given *given, const char *owner, const struct job *job,
    const struct outcome *outcome, int64_t now);
struct due_letter claim_letter(struct given *given, int64_t now);
void assert_no_letter(struct given *given, int64_t now);
void end_letter(struct given *given, int64_t id, enum letter_end end, int64_t now);
struct case_file show_case(struct given *given, const char *reference);
const char *referral_stands(struct given *given, const char *reference, const char *agency);
/* How often the history of the case has a line that begins so. */
size_t count_events(struct given *given, const char *reference, const char *begins);

/* A case with a referral each to merton-mash (ready, with its letter) and phoenix (held). */
struct reference given_case(struct given *given, unsigned number);

/* Writes down a decision of the desk and carries it out: the outcome has what follows. */
void decide(struct given *given, const char *reference, enum decision_action action,
    const char *agency, const struct outcome *outcome, int64_t now);

#endif
