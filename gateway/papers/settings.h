/* What the operator wrote in wandle.yaml, as plain values. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_SETTINGS_H
#define PAPERS_SETTINGS_H

#include "papers/papers.h"

/* Where a secret comes from; exactly one of the two, or neither where none is needed. */
struct secret_source {
	const char *credential;     /* systemd credential name, or path of a file of mode 0600 */
	const char *const *command; /* argv, no shell, NULL-terminated; first line of its output */
};

struct server {
	const char *url;  /* imaps://, imap://, smtps://, smtp:// with host and port */
	const char *user; /* NULL: no login */
	struct secret_source password;
	const char *ca_file; /* NULL: the system's */
	/* no TLS at all; accepted only for 127.0.0.0/8, ::1 and localhost */
	bool plain_on_loopback;
};

/* Shapes of mail that a site may switch off; the standard one is always on. */
enum mail_shape {
	SHAPE_NONE,        /* no ciphertext found */
	SHAPE_PGP_MIME,    /* RFC 3156, one pass or nested signature */
	SHAPE_MIXED_UP,    /* as Exchange rewrites it */
	SHAPE_ATTACHED,    /* wrapped in message/rfc822 */
	SHAPE_LIST_FOOTER, /* multipart/mixed around it, with a footer */
	SHAPE_INLINE,      /* armor in text/plain */
	SHAPE_INLINE_HTML, /* armor in text/html */
	SHAPES,
};
const char *mail_shape_name(enum mail_shape shape); /* "pgp-mime", "mixed-up", ... */

/* Beside the weekdays: when digests are written. */
enum { DIGEST_NEVER = 0, DIGEST_EACH_DAY = 8 };

struct settings {
	const char *file; /* the wandle.yaml it came from */
	struct {
		const char *address; /* the gateway's own */
		const char *name;    /* "Wimbledon public protection desk" */
		const char *telephone;
		char key[FINGERPRINT_BYTES]; /* the gateway's own OpenPGP key */
		const char *case_prefix;     /* "W" */
	} identity;
	struct {
		struct server server;
		const char *folder;  /* INBOX */
		const char *handled; /* Handled */
		unsigned poll_seconds;
		unsigned timeout_seconds; /* for connecting, and for each command; 0: 60 */
		uint64_t max_bytes; /* a larger mail stays where it is, and the desk is told */
	} mailbox;
	struct {
		struct server server;
		/* for a reply, and five times that after the dot; 0: 60 */
		unsigned timeout_seconds;
	} submission;
	struct {
		const char *path;           /* the SQLite file */
		const char *sealing_key;    /* file with the secret half, for the keyholder alone */
		const char *sealing_public; /* file with the public half */
		const char *active_rules;   /* folder that `rules activate` fills */
	} ledger;
	struct {
		const char *home; /* GNUPGHOME, at most 80 bytes */
		bool accepts[SHAPES];
		unsigned signature_max_age_days;
	} openpgp;
	/* Who can bring the gateway's keys back, and their OpenPGP key; holder NULL: nobody. */
	struct {
		const char *holder;
		char key[FINGERPRINT_BYTES];
	} recovery;
	const char *rules;             /* folder with form.yaml, routing.yaml, ... */
	const char *templates;         /* folder with the letters */
	const char *keyholder_program; /* path of wandle-keyholder */
	unsigned sort_workers;
	bool second_person; /* rules are activated only with another person's signature */
	struct {
		unsigned first_pause_seconds, longest_pause_seconds;
		unsigned red_deadline_minutes, deadline_minutes; /* then the desk is told */
	} retry;
	/* When the digest letter is written: on this weekday (1 Monday .. 7 Sunday), in London. */
	struct {
		unsigned day, minute; /* of the day */
	} digest;
	const char *const *alarm_command; /* argv, NULL-terminated; NULL: none */
};

#endif
