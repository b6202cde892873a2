/* Whom we write to and whom we believe: addresses and pinned keys, from our own files only. */
/* SPDX-License-Identifier: MIT */
#ifndef PAPERS_DIRECTORY_H
#define PAPERS_DIRECTORY_H

#include "base/limits.h"
#include "papers/papers.h"

enum entry_kind { ENTRY_OFFICER, ENTRY_AGENCY, ENTRY_DESK };

/* What became of a pinned key, as the keyholder found it at its start. */
enum key_state {
	KEY_NOT_LOOKED_UP,
	KEY_USABLE,
	KEY_MISSING,
	KEY_EXPIRED,
	KEY_REVOKED,
	KEY_UNCERTIFIED,
	KEY_UNSUITABLE
};
const char *key_state_name(enum key_state state);

enum { SUBKEYS_MAX = 4 };

struct pinned_key {
	char fingerprint[FINGERPRINT_BYTES]; /* of the primary key */
	const char *owner;                   /* the person, may be NULL */
	int32_t until_day;                   /* last day we accept it, INT32_MAX for ever */
	enum key_state state;
	int64_t expires_at;                   /* of the key itself, 0 never */
	uint64_t encryption_ids[SUBKEYS_MAX]; /* key ids that a letter to it may name */
	size_t encryption_id_count;
};

/* One time of the week when an agency reads its mail. */
struct working_hours {
	uint16_t opens[8], closes[8]; /* minutes of the day by weekday 1..7; both 0: closed */
	bool is_always_open;
	bool closed_on_bank_holidays;
};

struct entry {
	const char *id;      /* "merton-mash": what rules, ledger and logs call it */
	const char *name;    /* "Merton MASH" */
	const char *address; /* plain, lower case */
	enum entry_kind kind;
	struct pinned_key keys[KEYS_PER_ENTRY_MAX];
	size_t key_count;
	const char *file; /* the YAML file it stands in */
	unsigned line, column;
	/* Agencies only: */
	const char *telephone;
	const char *about;         /* one line: what it does and for whom */
	const char *purpose;       /* what the sharing is for */
	const char *agreement;     /* the information sharing agreement it rests on */
	const char *const *blocks; /* disclosure blocks it receives, NULL-terminated */
	const char *const
	    *also_called; /* names of it as an employer, for works_for, NULL-terminated */
	const char *const *never_with; /* ids of agencies that must not have the same child,
					* NULL-terminated; NULL: none */
	const char *out_of_hours;      /* id of the agency that answers when it is closed, NULL */
	struct working_hours hours;
	/* by enum urgency: when it should have acknowledged; 0 no clock */
	int32_t clock_minutes[5];
	/* Desk only: */
	bool gets_reviews; /* review letters go to this entry */
	bool may_decide;   /* signed replies of this entry are decisions */
	bool may_approve;  /* their signature lets others activate rules */
	bool administers;  /* told by letter of rule files with faults; gets digests */
	const char *user;  /* login name at the server, NULL; never NULL where may_approve */
};

struct directory {
	struct entry *entries;
	size_t count;
};

/* The entry of this id (and kind), or NULL. */
const struct entry *directory_find(
    const struct directory *directory, enum entry_kind kind, const char *id);
/* The entry and key with this primary fingerprint, or NULL; key_out may be NULL. */
const struct entry *directory_by_key(
    const struct directory *directory, const char *fingerprint, const struct pinned_key **key_out);
/* The officer or desk entry with this address (compared without case), or NULL. */
const struct entry *directory_by_address(const struct directory *directory, const char *address);
/* True when some key of the entry is usable on this day. */
bool entry_is_reachable(const struct entry *entry, int32_t today);

#endif
