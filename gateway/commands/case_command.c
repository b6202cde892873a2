/* case: what waits for a person, and letting one go on, with a reason. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "commands/commands.h"
#include "commands/words.h"

enum { PAGE_ROWS = 1000, REASON_MAX_BYTES = 4096 };

static void
print_rows(const struct case_row *rows, size_t count)
{
	char at[20];

	for (size_t row = 0; row < count; row++)
		printf("%-14s %-16s %-7s %-7s %zu of %-4zu %s\n", rows[row].reference.text,
		    words_time(rows[row].received_at, at), urgency_name(rows[row].urgency),
		    rows[row].state, rows[row].referrals_held, rows[row].referrals, rows[row].code);
}

/* A page at a time, so that however many there are, each is shown. */
static int
list_cases(struct ledger *ledger, bool all)
{
	int64_t before = 0;
	size_t count = PAGE_ROWS;

	for (bool is_first = true; count == PAGE_ROWS; is_first = false) {
		CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)64 * 1024 * 1024);
		struct failure why = {0};
		struct case_row *rows;
		if (!ledger_cases(ledger, !all, before, PAGE_ROWS, arena, &rows, &count, &why))
			return words_fail("reading the ledger", &why);
		if (is_first && !count)
			printf(all ? "no cases\n" : "nothing waits for a person\n");
		else if (is_first)
			printf("%-14s %-16s %-7s %-7s %-9s %s\n", "case", "received", "urgency",
			    "state", "held", "why");
		print_rows(rows, count);
		before = count ? rows[count - 1].number : 0;
	}
	return EX_OK;
}

static void
print_case(const struct case_file *file)
{
	char at[20];

	printf("case      %s\nstate     %s (mail %s, %s)\nurgency   %s\n", file->row.reference.text,
	    file->row.state, file->row.mail_state, file->row.code, urgency_name(file->row.urgency));
	printf("received  %s\n", words_time(file->row.received_at, at));
	printf("shape     %s\nsigner    %s\nrules     %s\n",
	    file->arrived_as ? file->arrived_as : "-", file->signer ? file->signer : "-",
	    file->row.rules_hash ? file->row.rules_hash : "-");
	for (size_t row = 0; row < file->referral_count; row++)
		printf("referral  %-24s %-12s %s (%s)\n", file->referrals[row].agency,
		    file->referrals[row].state, file->referrals[row].code,
		    file->referrals[row].rules);
	for (size_t row = 0; row < file->letter_count; row++) {
		const struct letter_row *letter = &file->letters[row];
		printf("letter    %-9s to %-20s %-8s tries %u%s %s\n", letter->kind, letter->to,
		    letter->state, letter->attempts, letter->resent ? ", maybe twice" : "",
		    letter->reply ? letter->reply : "");
	}
	for (size_t row = 0; row < file->event_count; row++)
		printf("%s  %s\n", words_time(file->events[row].at, at), file->events[row].what);
	if (file->record)
		printf("record    %s\n", file->record);
}

static int
show_case(struct ledger *ledger, const char *reference)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)64 * 1024 * 1024);
	struct case_file file = {0};
	struct failure why = {0};
	bool found;

	if (!ledger_case(ledger, reference, arena, &file, &found, &why))
		return words_fail("reading the ledger", &why);
	if (!found) {
		fprintf(stderr, "wandle: there is no case %s\n", reference);
		return EX_DATAERR;
	}
	print_case(&file);
	return EX_OK;
}

struct release {
	char *send, *not_to;
	gboolean close;
};

static void
say_unknown_agency(const struct directory *directory, const char *word)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();

	for (size_t at = 0; at < directory->count; at++)
		if (directory->entries[at].kind == ENTRY_AGENCY)
			g_ptr_array_add(ids, (void *)(uintptr_t)directory->entries[at].id);
	const char *near = near_word(word, (const char *const *)ids->pdata, ids->len);
	fprintf(stderr, "wandle: there is no agency `%s` in the directory", word);
	fprintf(stderr, near ? "; did you mean `%s`?\n" : "\n", near);
}

/*
 * The decision as the options have it; the reason comes from standard input and is sealed at once.
 */
static int
read_decision(const struct equipment *equipment, const struct release *release,
    const char *reference, struct arena *arena, struct desk_decision *out)
{
	const char *agency = release->send ? release->send : release->not_to;
	size_t length;

	if ((release->send != NULL) + (release->not_to != NULL) + (release->close != 0) != 1) {
		fprintf(
		    stderr, "wandle case release: one of --send AGENCY, --not AGENCY, --close\n");
		return EX_USAGE;
	}
	if (agency && !directory_find(equipment->directory, ENTRY_AGENCY, agency)) {
		say_unknown_agency(equipment->directory, agency);
		return EX_USAGE;
	}
	g_autofree char *reason = words_read("-", REASON_MAX_BYTES, &length);
	if (!reason || !*g_strstrip(reason)) {
		fprintf(stderr, "wandle: write the reason on standard input; it is kept sealed\n");
		return EX_NOINPUT;
	}
	*out = (struct desk_decision){.action = release->send ? DESK_SEND
		: release->not_to                             ? DESK_NOT
							      : DESK_CLOSE,
	    .agency = agency,
	    .by = arena_print(arena, "server:%s", g_get_user_name())};
	(void)g_strlcpy(out->reference.text, reference, sizeof out->reference.text);
	seal_box_close(reason, strlen(reason), equipment->sealing_public, arena, &out->reason);
	return EX_OK;
}

static int
release_case(struct ledger *ledger, const struct equipment *equipment,
    const struct release *release, const char *reference)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)1024 * 1024);
	struct desk_decision decision;
	struct failure why = {0};
	int status = read_decision(equipment, release, reference, arena, &decision);

	if (status != EX_OK)
		return status;
	if (!ledger_add_decision(ledger, &decision, clock_now(), &why))
		return words_fail("writing the decision down", &why);
	printf("%s: written down; the gateway carries it out and tells the desk\n", reference);
	return EX_OK;
}

static int
with_ledger(int argc, char **argv, const char *config, const struct release *release, bool all)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct equipment equipment;
	struct failure why = {0};
	int status;

	if (!words_open(config, NULL, &equipment))
		return EX_CONFIG;
	if (!ledger_open(equipment.settings->ledger.path, &ledger, &why))
		status = words_fail("opening the ledger", &why);
	else if (strcmp(argv[1], "list") == 0)
		status = list_cases(ledger, all);
	else if (argc != 3 || !reference_is_valid(argv[2])) {
		if (argc == 3)
			fprintf(stderr,
			    "wandle: `%s` is no case reference: is a character wrong?\n", argv[2]);
		fprintf(stderr, "wandle case %s: one case reference, like W26-7KQ4M-K\n", argv[1]);
		status = EX_USAGE;
	} else if (strcmp(argv[1], "show") == 0)
		status = show_case(ledger, argv[2]);
	else
		status = release_case(ledger, &equipment, release, argv[2]);
	equipment_close(&equipment);
	return status;
}

int
case_command(int argc, char **argv, const char *config)
{
	static const char *const WORDS[] = {"list", "show", "release"};
	struct release release = {0};
	gboolean all = FALSE;
	int status;
	const GOptionEntry entries[] = {{"all", 0, 0, G_OPTION_ARG_NONE, &all,
					    "list: every case, not only those that wait", NULL},
	    {"send", 0, 0, G_OPTION_ARG_STRING, &release.send, "release: this agency gets it",
		"AGENCY"},
	    {"not", 0, 0, G_OPTION_ARG_STRING, &release.not_to,
		"release: this agency does not get it", "AGENCY"},
	    {"close", 0, 0, G_OPTION_ARG_NONE, &release.close,
		"release: nothing more is to be done", NULL},
	    G_OPTION_ENTRY_NULL};
	bool is_known = false;

	if (!words_parse(&argc, &argv,
		"case list [--all] | case show REF | case release REF --send AGENCY",
		"list     what waits for a person\n"
		"show     one case: its referrals, letters, and what happened\n"
		"release  decides at the server as the desk does by mail; the reason is read from\n"
		"         standard input and kept sealed",
		entries, &status))
		return status;
	if (argc > 1 && !words_at_most(argc, argv, strcmp(argv[1], "list") == 0 ? 2 : 3))
		return EX_USAGE;
	for (size_t at = 0; argc > 1 && at < COUNT_OF(WORDS); at++)
		is_known = is_known || strcmp(argv[1], WORDS[at]) == 0;
	status = is_known
	    ? with_ledger(argc, argv, config, &release, all)
	    : words_unknown("case", argc < 2 ? NULL : argv[1], WORDS, COUNT_OF(WORDS));
	g_free(release.send);
	g_free(release.not_to);
	return status;
}
