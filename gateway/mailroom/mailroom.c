/* The loop over three duties, and what commands ask of the mailroom. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/mailroom.h"

#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/pulse.h"
#include "inbox/inbox.h"
#include "mailroom/alarm.h"
#include "mailroom/confine.h"
#include "mailroom/keyholder_line.h"
#include "mailroom/supervisor.h"
#include "openpgp/openpgp.h"
#include "outbox/outbox.h"

/* Letters that nobody activated work, but only as long as nobody edits them. */
static void
tell_of_letters(const struct settings *settings)
{
	g_autofree char *active = equipment_active_folder(settings);
	g_autofree char *letters = rule_set_letters(settings, active);

	if (!letters)
		log_line(LOG_LEVEL_WARNING,
		    "no letters were activated with the rules, so that those in %s are used as they "
		    "are now: run `wandle rules activate`",
		    settings->templates);
}

int
mailroom_run(const char *settings_path, bool once, const bool wanted[DUTIES])
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct supervisor_orders orders = {.settings_path = settings_path, .once = once};
	struct equipment equipment;

	memcpy(orders.wanted, wanted, sizeof orders.wanted);
	confine_process();
	int ended = EX_CONFIG;
	if (equipment_open(settings_path, NULL, faults, &equipment)) {
		tell_of_letters(equipment.settings);
		ended = supervise(&orders, equipment.settings);
	} else
		faults_print(faults, stderr);
	equipment_close(&equipment);
	return ended;
}

int
mailroom_do_duty(enum duty duty, const struct duty_orders *orders)
{
	/* A supervisor that is killed leaves no duty behind: the next one starts its own. */
	if (orders->supervisor &&
	    (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != orders->supervisor))
		return EX_TEMPFAIL;
	if (orders->pulse)
		pulse_begin(orders->pulse);
	switch (duty) {
	case DUTY_RECEIVE:
		return receive_run(orders);
	case DUTY_SORT:
		return sort_run(orders);
	case DUTY_DELIVER:
		return deliver_run(orders);
	case DUTIES:
		break;
	}
	return EX_USAGE;
}

static bool
probe_inbox(const struct settings *settings, struct failure *why)
{
	CLEANUP(inbox_closep) struct inbox *inbox = NULL;
	char *password = NULL;

	if (!setup_secret(&settings->mailbox.server.password, &password, why))
		return false;
	bool opened = inbox_open(settings, password, &inbox, why);
	setup_forget_secret(password);
	return opened;
}

static bool
probe_outbox(const struct settings *settings, struct failure *why)
{
	char *password = NULL;

	if (!setup_secret(&settings->submission.server.password, &password, why))
		return false;
	CLEANUP(outbox_closep) struct outbox *outbox = outbox_open(settings, password);
	setup_forget_secret(password);
	return outbox_probe(outbox, why);
}

static bool
say(FILE *out, const char *what, const char *url, bool went_well, const struct failure *why)
{
	if (went_well)
		fprintf(out, "ok      %s %s\n", what, url);
	else
		fprintf(out, "FAILED  %s %s: %s (%s)\n", what, url, why->reason, why->code);
	return went_well;
}

bool
mailroom_check_online(const struct settings *settings, FILE *out)
{
	struct failure why = {0};
	bool all =
	    say(out, "mailbox", settings->mailbox.server.url, probe_inbox(settings, &why), &why);

	return say(out, "submission", settings->submission.server.url, probe_outbox(settings, &why),
		   &why) &&
	    all;
}

bool
mailroom_reconcile(const struct equipment *equipment, struct ledger *ledger,
    struct reconciliation *out, struct failure *why)
{
	struct reconciler reconciler = {.settings = equipment->settings,
	    .sealing_public = equipment->sealing_public,
	    .ledger = ledger};

	bool went = reconcile_now(&reconciler, out, why);
	alarm_finish(ledger, equipment->settings);
	return went;
}

bool
mailroom_look_up_keys(const struct settings *settings, struct directory *directory,
    struct pinned_key *own, struct failure *why)
{
	struct keyholder keyholder = {.control = -1};

	keyholder_start_agent(settings);
	if (!keyholder_start(settings, false, directory, own, &keyholder, why))
		return false;
	keyholder_end(&keyholder);
	return true;
}

bool
mailroom_add_key(const struct settings *settings, struct directory *directory, const uint8_t *bytes,
    size_t length, const char *fingerprint, struct arena *arena, const char **note,
    struct failure *why)
{
	struct keyholder keyholder = {.control = -1};
	struct pinned_key own = {0};

	keyholder_start_agent(settings);
	if (!keyholder_start(settings, true, directory, &own, &keyholder, why))
		return false;
	bool added = keyholder_add_key(&keyholder, bytes, length, fingerprint, arena, note, why);
	keyholder_end(&keyholder);
	return added;
}

bool
mailroom_unseal(const struct settings *settings, struct directory *directory,
    const struct sealed_bytes *sealed, struct arena *arena, struct plain *out, struct failure *why)
{
	struct keyholder keyholder = {.control = -1};
	struct openpgp openpgp = {.settings = settings, .directory = directory};
	const uint8_t *bytes;
	size_t length;

	if (!keyholder_start_serving(settings, directory, &keyholder, &openpgp.line, why))
		return false;
	bool opened = openpgp_unbox(&openpgp, sealed, arena, &bytes, &length, why);
	(void)close(openpgp.line);
	keyholder_end(&keyholder);
	if (opened)
		*out = (struct plain){.words = (const char *)bytes, .length = length};
	return opened;
}

bool
mailroom_back_up_keys(const struct settings *settings, struct arena *arena, const char **armor,
    size_t *length, struct failure *why)
{
	struct keyholder keyholder = {.control = -1};
	struct directory nobody = {0};
	struct pinned_key own = {0};

	keyholder_start_agent(settings);
	if (!keyholder_start(settings, true, &nobody, &own, &keyholder, why))
		return false;
	bool sealed =
	    keyholder_back_up(&keyholder, settings->recovery.key, arena, armor, length, why);
	keyholder_end(&keyholder);
	return sealed;
}

bool
mailroom_restore_keys(const struct settings *settings, struct failure *why)
{
	return keyholder_restore(settings, why);
}
