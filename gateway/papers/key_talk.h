/* What is said between a job's child, the sort duty and the keyholder. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_KEY_TALK_H
#define PAPERS_KEY_TALK_H

#include "base/wire.h"
#include "papers/directory.h"
#include "papers/mail.h"

/*
 * The control line (from sort, or from an admin command) carries:
 *   KEY_HELLO     key_put_hello(): our fingerprint, GNUPGHOME, sealing key files, the directory
 *   KEY_HELLO_OK  key_put_states(): the state of each pinned key, in the same order, and of our own
 *   KEY_JOB       empty, and one descriptor rides along: the job's own line, served until it hangs up
 *   KEY_JOB_OK    empty: the job's line has ended
 * and with --admin, instead of jobs:
 *   KEY_ADD       text fingerprint as a person typed it, bytes of a key file
 *   KEY_ADD_OK    u32 enum key_state, i64 when the key expires (0 never)
 *   KEY_LIST      empty
 *   KEY_LIST_OK   key_put_states(), looked up afresh
 *   KEY_BACKUP    text fingerprint of the recovery key
 *   KEY_BACKUP_OK bytes armor: every key of ours, sealed for that one; see keyholder/key_backup.h
 * The job's line (from a child) carries one request at a time, each answered by one KEY_ANSWER_OK:
 *   KEY_UNBOX     bytes seal id, bytes boxed key                 -> bytes key (SEAL_KEY_BYTES)
 *   KEY_OPEN      bytes OpenPGP message, armored or binary       -> key_put_opened()
 *   KEY_VERIFY    bytes as they were signed, bytes signature     -> key_put_opened(), without text
 *   KEY_SEAL      u32 enum entry_kind, text id, bytes to seal    -> bytes armor, CRLF
 * Any request may be answered by KEY_ANSWER_FAILURE with key_put_failure():
 *   RETRY  key.agent          gpg, gpg-agent or the keyring did not do its work: no verdict on the mail
 *   RETRY  key.busy           another keyholder is changing keys (HELLO with --admin)
 *   RETRY  key.request        the request is not one; the keyholder hangs up that line
 *   STOP   key.configuration  gpg.conf, home or sealing key are not as they must be (HELLO)
 *   STOP   key.own            our own key is missing or no longer usable
 *   STOP   key.locked         KEY_BACKUP: our secret key has a passphrase
 *   DESK   key.unusable       the entry, or the recovery key, has no usable key
 *   DESK   key.stranger       no such entry in the directory the keyholder was started with
 *   DESK   key.refused        KEY_ADD: not the one key that was typed, or not one we can use
 *   DESK   key.too-large      what is to be sealed is too long for a letter
 *   DESK   seal.wrong-key     KEY_UNBOX: not boxed to our sealing key
 */
enum key_talk {
	KEY_HELLO = 1,
	KEY_HELLO_OK,
	KEY_JOB,
	KEY_JOB_OK,
	KEY_ADD,
	KEY_ADD_OK,
	KEY_LIST,
	KEY_LIST_OK,
	KEY_BACKUP,
	KEY_BACKUP_OK,
	KEY_UNBOX = 32,
	KEY_OPEN,
	KEY_VERIFY,
	KEY_SEAL,
	KEY_ANSWER_OK = 64,
	KEY_ANSWER_FAILURE,
};

/* One signature as gpgme reported it, untouched by any policy. */
struct key_signature {
	/* of the key that signed, maybe a subkey; "" unknown */
	char fingerprint[FINGERPRINT_BYTES];
	char primary[FINGERPRINT_BYTES]; /* its primary key, "" when not in the keyring */
	uint32_t status;                 /* gpg_err_code of the signature: 0 good, see enum below */
	bool is_valid, is_green, has_other_bits; /* of gpgme's summary */
	bool wrong_key_usage;
	uint32_t hash_algorithm, key_algorithm; /* OpenPGP numbers */
	uint32_t key_bits;
	int64_t signed_at;
	int64_t expires_at;
};

enum key_open_result {
	KEY_OPENED,          /* the whole operation ended well; text and signatures may be judged */
	KEY_OPEN_NOT_FOR_US, /* no secret key for it, and the self-test says the agent works */
	KEY_OPEN_NOT_PGP,    /* nothing encrypted in it (or only a signature) */
	KEY_OPEN_DAMAGED,    /* integrity or packet failure: no text */
	KEY_OPEN_SYMMETRIC,  /* a password is asked for */
	KEY_OPEN_TOO_LARGE,  /* more text than OPENED_MAX_BYTES */
	KEY_OPEN_RESULTS,
};

enum { SIGNATURES_MAX = 8 };

/* No frame on either line is longer: a letter's bytes, or an opened text, with room around it. */
#define KEY_FRAME_MAX_BYTES (LETTER_MAX_BYTES + 64u * 1024)

struct key_opened {
	enum key_open_result result;
	/* legacy_cipher_nomdc; may also be set with KEY_OPEN_DAMAGED */
	bool not_integrity_protected;
	bool wrong_key_usage;  /* of the encryption key */
	bool to_our_key;       /* our own encryption subkey is among the recipients with status 0 */
	const char *symmetric; /* "AES256.CFB", ... as gpgme names it, may be NULL */
	size_t signature_count; /* all of them, even past SIGNATURES_MAX */
	struct key_signature signatures[SIGNATURES_MAX];
	const uint8_t *text; /* only with KEY_OPENED and after KEY_OPEN */
	size_t text_length;
};

/* Packing and reading of the larger papers; the small ones are packed where they are sent. */
void key_put_opened(struct wire_out *out, const struct key_opened *opened);
bool key_get_opened(struct wire_in *in, struct arena *arena, struct key_opened *opened);
void key_put_failure(struct wire_out *out, const struct failure *why);
/*
 * Reads a failure into *why; its code is one of the above, in static storage, or "key.unknown"
 * (RETRY).
 */
void key_get_failure(struct wire_in *in, struct arena *arena, struct failure *why);

/*
 * The HELLO: what the keyholder needs of the directory (kinds, ids, fingerprints, last days), and
 * its answer into the directory's key states. With --admin the two sealing files may be NULL.
 */
struct key_hello {
	const char *home, *own_key, *sealing_public, *sealing_secret;
	struct directory *directory; /* ids, kinds and fingerprints are used */
};
void key_put_hello(struct wire_out *out, const struct key_hello *hello);
bool key_get_hello(struct wire_in *in, struct arena *arena, struct key_hello *hello);
void key_put_states(
    struct wire_out *out, const struct directory *directory, const struct pinned_key *own);
bool key_get_states(struct wire_in *in, struct directory *directory, struct pinned_key *own);

#endif
