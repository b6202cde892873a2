/* The tables of the SQLite ledger, and how an older one is brought up to date. */
/* SPDX-License-Identifier: MIT */
#include "ledger/ledger_schema.h"

#include "base/base.h"

/*
 * Columns hold references, times, states, directory ids, rule ids, hashes, fingerprints, urgency,
 * Message-IDs of our own letters and the reply lines of servers: never a word of a mail. Words are
 * in `seal` only, each text under a key of its own, and those keys lie in `seal_key`: to take a
 * row away there is to erase the text.
 *
 * To change the schema: add a script at the end; never touch one that was released.
 */
static const char *const VERSION_1[] = {
    "CREATE TABLE seal (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  seal_id BLOB NOT NULL UNIQUE CHECK (length(seal_id) = 16),\n"
    "  bytes BLOB NOT NULL\n"
    ") STRICT;",
    "CREATE TABLE seal_key (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  seal INTEGER NOT NULL UNIQUE REFERENCES seal (id),\n"
    "  boxed_key BLOB NOT NULL CHECK (length(boxed_key) = 80)\n"
    ") STRICT;",

    /* is_filed: it need not be moved in the mailbox. reference: reserved at first claim. */
    "CREATE TABLE mail (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  account TEXT NOT NULL,\n"
    "  folder TEXT NOT NULL,\n"
    "  uid_validity INTEGER NOT NULL,\n"
    "  uid INTEGER NOT NULL,\n"
    "  size INTEGER NOT NULL,\n"
    "  arrived_at INTEGER NOT NULL,\n"
    "  taken_at INTEGER NOT NULL,\n"
    "  is_filed INTEGER NOT NULL CHECK (is_filed IN (0, 1)),\n"
    "  raw_hash BLOB CHECK (length(raw_hash) = 32),\n"
    "  seal INTEGER REFERENCES seal (id),\n"
    "  unfetched TEXT,\n"
    "  state TEXT NOT NULL CHECK (state IN ('received', 'sorted', 'held', 'set-aside')),\n"
    "  code TEXT,\n"
    "  changed_at INTEGER NOT NULL,\n"
    "  reference TEXT UNIQUE,\n"
    "  is_case INTEGER NOT NULL DEFAULT 0,\n"
    "  arrived_as TEXT,\n"
    "  signer TEXT,\n"
    "  fingerprint TEXT,\n"
    "  payload_hash BLOB CHECK (length(payload_hash) = 32),\n"
    "  message_id_hash BLOB CHECK (length(message_id_hash) = 32),\n"
    "  UNIQUE (account, folder, uid_validity, uid)\n"
    ") STRICT;",
    "CREATE INDEX mail_by_raw_hash ON mail (raw_hash);",
    "CREATE INDEX mail_by_payload ON mail (payload_hash);",
    "CREATE INDEX mail_by_message_id ON mail (message_id_hash);",
    "CREATE INDEX mail_by_state ON mail (state, arrived_at);",
    "CREATE INDEX mail_unfiled ON mail (account, folder, uid_validity, uid) WHERE is_filed = 0;",

    /* waits: a person must look. changes: counts every move, so that a stale outcome is seen. */
    "CREATE TABLE cases (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  reference TEXT NOT NULL UNIQUE,\n"
    "  mail INTEGER NOT NULL UNIQUE REFERENCES mail (id),\n"
    "  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),\n"
    "  code TEXT,\n"
    "  changed_at INTEGER NOT NULL,\n"
    "  opened_at INTEGER NOT NULL,\n"
    "  urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 4),\n"
    "  rules_hash TEXT,\n"
    "  waits INTEGER NOT NULL DEFAULT 0,\n"
    "  changes INTEGER NOT NULL DEFAULT 0\n"
    ") STRICT;",
    "CREATE INDEX cases_waiting ON cases (waits, opened_at);",

    "CREATE TABLE referral (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  case_id INTEGER NOT NULL REFERENCES cases (id),\n"
    "  agency TEXT NOT NULL,\n"
    "  state TEXT NOT NULL CHECK (state IN ('held', 'ready', 'sent', 'acknowledged', 'declined',\n"
    "    'bounced', 'overdue', 'closed')),\n"
    "  code TEXT,\n"
    "  changed_at INTEGER NOT NULL,\n"
    "  rules TEXT NOT NULL,\n"
    "  children INTEGER NOT NULL,\n"
    "  UNIQUE (case_id, agency)\n"
    ") STRICT;",
    "CREATE INDEX referral_by_state ON referral (state, changed_at);",

    /* free_at: from when it may be claimed; empty once it is sent or failed. */
    "CREATE TABLE letter (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  mail INTEGER NOT NULL REFERENCES mail (id),\n"
    "  case_id INTEGER REFERENCES cases (id),\n"
    "  referral INTEGER REFERENCES referral (id),\n"
    "  reference TEXT NOT NULL,\n"
    "  kind TEXT NOT NULL,\n"
    "  to_kind TEXT NOT NULL,\n"
    "  to_id TEXT NOT NULL,\n"
    "  address TEXT NOT NULL,\n"
    "  message_id TEXT NOT NULL UNIQUE,\n"
    "  urgency INTEGER NOT NULL,\n"
    "  state TEXT NOT NULL CHECK (state IN ('ready', 'sending', 'sent', 'waiting', 'failed')),\n"
    "  code TEXT,\n"
    "  changed_at INTEGER NOT NULL,\n"
    "  reply TEXT,\n"
    "  queue_id TEXT,\n"
    "  attempts INTEGER NOT NULL DEFAULT 0,\n"
    "  resent INTEGER NOT NULL DEFAULT 0,\n"
    "  ready_at INTEGER NOT NULL,\n"
    "  sent_at INTEGER NOT NULL DEFAULT 0,\n"
    "  free_at INTEGER,\n"
    "  owner TEXT\n"
    ") STRICT;",
    "CREATE INDEX letter_due ON letter (free_at) WHERE free_at IS NOT NULL;",
    "CREATE INDEX letter_by_state ON letter (state, ready_at);",
    "CREATE INDEX letter_by_mail ON letter (mail);",
    "CREATE INDEX letter_by_referral ON letter (referral);",
    "CREATE TABLE letter_bytes (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  letter INTEGER NOT NULL UNIQUE REFERENCES letter (id),\n"
    "  bytes BLOB NOT NULL\n"
    ") STRICT;",

    "CREATE TABLE decision (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  case_id INTEGER NOT NULL REFERENCES cases (id),\n"
    "  mail INTEGER REFERENCES mail (id),\n"
    "  action TEXT NOT NULL CHECK (action IN ('send', 'not', 'close')),\n"
    "  agency TEXT,\n"
    "  made_by TEXT NOT NULL,\n"
    "  made_at INTEGER NOT NULL,\n"
    "  seal INTEGER REFERENCES seal (id),\n"
    "  done_at INTEGER NOT NULL DEFAULT 0,\n"
    "  code TEXT\n"
    ") STRICT;",
    "CREATE INDEX decision_by_case ON decision (case_id);",

    "CREATE TABLE record (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  mail INTEGER NOT NULL REFERENCES mail (id),\n"
    "  at INTEGER NOT NULL,\n"
    "  rules_hash TEXT,\n"
    "  json TEXT,\n"
    "  seal INTEGER REFERENCES seal (id)\n"
    ") STRICT;",
    "CREATE INDEX record_by_mail ON record (mail);",

    "CREATE TABLE event (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  mail INTEGER NOT NULL REFERENCES mail (id),\n"
    "  at INTEGER NOT NULL,\n"
    "  what TEXT NOT NULL,\n"
    "  code TEXT\n"
    ") STRICT;",
    "CREATE INDEX event_by_mail ON event (mail);",

    /*
     * Work that is still to do. kind: 1 a decision, 2 a notice, 3 a mail, which is also their
     * order. subject: the decision's, letter's or mail's id. mark: what the past was at the claim.
     */
    "CREATE TABLE job (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  kind INTEGER NOT NULL CHECK (kind IN (1, 2, 3)),\n"
    "  subject INTEGER NOT NULL,\n"
    "  mail INTEGER NOT NULL REFERENCES mail (id),\n"
    "  made_at INTEGER NOT NULL,\n"
    "  free_at INTEGER NOT NULL,\n"
    "  owner TEXT,\n"
    "  attempts INTEGER NOT NULL DEFAULT 0,\n"
    "  mark INTEGER NOT NULL DEFAULT 0,\n"
    "  UNIQUE (kind, subject)\n"
    ") STRICT;",
    "CREATE INDEX job_due ON job (kind, made_at, id, free_at);",

    "CREATE TABLE rules (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  hash TEXT NOT NULL UNIQUE\n"
    ") STRICT;",
    "CREATE TABLE rule_file (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  rules INTEGER NOT NULL REFERENCES rules (id),\n"
    "  name TEXT NOT NULL,\n"
    "  bytes BLOB NOT NULL,\n"
    "  UNIQUE (rules, name)\n"
    ") STRICT;",
    "CREATE TABLE activation (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  rules INTEGER NOT NULL REFERENCES rules (id),\n"
    "  at INTEGER NOT NULL,\n"
    "  made_by TEXT NOT NULL\n"
    ") STRICT;",

    "CREATE TABLE duty (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  name TEXT NOT NULL UNIQUE,\n"
    "  seen_at INTEGER NOT NULL,\n"
    "  worked_at INTEGER NOT NULL,\n"
    "  hindrance TEXT\n"
    ") STRICT;",
    NULL,
};

/* backed_up_at: of a restore, when the backup was taken that it came from. */
static const char *const VERSION_2[] = {
    "CREATE TABLE keeping (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  what TEXT NOT NULL CHECK (what IN ('backup', 'restore')),\n"
    "  at INTEGER NOT NULL,\n"
    "  backed_up_at INTEGER NOT NULL\n"
    ") STRICT;",
    NULL,
};

/*
 * Reconciliation: where each mail of the Handled folder was seen to lie (mail empty: too large to
 * be looked at), and what did not agree the last time.
 */
static const char *const VERSION_3[] = {
    "ALTER TABLE mail ADD COLUMN outer_id_hash BLOB;",
    "CREATE INDEX mail_by_outer_id ON mail (outer_id_hash);",
    "ALTER TABLE mail ADD COLUMN is_found INTEGER NOT NULL DEFAULT 0;",
    "CREATE TABLE sighting (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  account TEXT NOT NULL,\n"
    "  folder TEXT NOT NULL,\n"
    "  uid_validity INTEGER NOT NULL,\n"
    "  uid INTEGER NOT NULL,\n"
    "  mail INTEGER REFERENCES mail (id),\n"
    "  UNIQUE (account, folder, uid_validity, uid)\n"
    ") STRICT;",
    "CREATE TABLE difference (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  kind TEXT NOT NULL,\n"
    "  subject INTEGER NOT NULL,\n"
    "  at INTEGER NOT NULL,\n"
    "  seen INTEGER NOT NULL,\n"
    "  UNIQUE (kind, subject)\n"
    ") STRICT;",
    NULL,
};

/*
 * A change of rules is begun before the switch and done after it, so that a kill between the two
 * is seen. trial: what a rule that proposes or only watches asked for, and what the desk made of
 * it. rules_fault: what is wrong with rules on the disk; mail is the notice to ourselves that
 * makes sort write to the administrators. Its words are of rule files, never of a mail.
 */
static const char *const VERSION_4[] = {
    "ALTER TABLE activation ADD COLUMN instead_of TEXT;",
    "ALTER TABLE activation ADD COLUMN approved_by TEXT;",
    "ALTER TABLE activation ADD COLUMN approved_key TEXT;",
    "ALTER TABLE activation ADD COLUMN done_at INTEGER NOT NULL DEFAULT 0;",
    "UPDATE activation SET done_at = at;",
    "CREATE TABLE trial (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  case_id INTEGER NOT NULL REFERENCES cases (id),\n"
    "  rule TEXT NOT NULL,\n"
    "  agency TEXT NOT NULL,\n"
    "  mode TEXT NOT NULL CHECK (mode IN ('propose', 'watch')),\n"
    "  rules_hash TEXT NOT NULL,\n"
    "  at INTEGER NOT NULL,\n"
    "  answer TEXT CHECK (answer IN ('agreed', 'declined', 'closed')),\n"
    "  answered_at INTEGER NOT NULL DEFAULT 0,\n"
    "  UNIQUE (case_id, rule, agency)\n"
    ") STRICT;",
    "CREATE INDEX trial_by_rule ON trial (rule, mode);",
    "CREATE TABLE rules_fault (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  which TEXT NOT NULL CHECK (which IN ('edited', 'active')),\n"
    "  found_at INTEGER NOT NULL,\n"
    "  gone_at INTEGER NOT NULL DEFAULT 0,\n"
    "  digest BLOB NOT NULL CHECK (length(digest) = 32),\n"
    "  faults INTEGER NOT NULL,\n"
    "  words TEXT NOT NULL,\n"
    "  mail INTEGER REFERENCES mail (id)\n"
    ") STRICT;",
    "CREATE INDEX rules_fault_by_mail ON rules_fault (mail);",
    NULL,
};

/*
 * digest: what a letter told, or is to tell, from `since` until just before `until`; mail is the note
 * to ourselves that has sort write it. The first row is where telling begins, and has none.
 */
static const char *const VERSION_5[] = {
    "CREATE TABLE digest (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  since INTEGER NOT NULL,\n"
    "  until INTEGER NOT NULL,\n"
    "  mail INTEGER REFERENCES mail (id)\n"
    ") STRICT;",
    "CREATE INDEX digest_by_mail ON digest (mail);",
    "CREATE INDEX letter_by_reader ON letter (kind, to_id, sent_at);",
    NULL,
};

/*
 * resumed_at: when the duty last went on after a time in which it could not work; 0: never. alarm:
 * what is still to be told by the alarm command; reference "-": of no case. No number comes again.
 */
static const char *const VERSION_6[] = {
    "ALTER TABLE duty ADD COLUMN resumed_at INTEGER NOT NULL DEFAULT 0;",
    "CREATE TABLE alarm (\n"
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "  code TEXT NOT NULL,\n"
    "  reference TEXT NOT NULL,\n"
    "  at INTEGER NOT NULL,\n"
    "  UNIQUE (code, reference)\n"
    ") STRICT;",
    NULL,
};

/* despite_errors: that the rules were activated whatever the check had against them. */
static const char *const VERSION_7[] = {
    "ALTER TABLE activation ADD COLUMN despite_errors INTEGER NOT NULL DEFAULT 0;",
    NULL,
};

const char *const *const LEDGER_SCRIPTS[] = {
    VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6, VERSION_7};
const size_t LEDGER_VERSION = COUNT_OF(LEDGER_SCRIPTS);
