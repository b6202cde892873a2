/* digest: what the next digest letter would tell now. */
/* SPDX-License-Identifier: MIT */
#include <sysexits.h>

#include "base/clock.h"
#include "commands/commands.h"
#include "commands/words.h"

static void
print_digest(const struct digest *digest)
{
	char since[CLOCK_WORDS_BYTES], until[CLOCK_WORDS_BYTES];

	printf("from %s until %s\n",
	    digest->since ? words_time(digest->since, since) : "the beginning",
	    words_time(digest->until, until));
	for (unsigned part = 0; part < DIGEST_PARTS; part++) {
		printf("%s\n", digest_part_name((enum digest_part)part));
		for (size_t at = 0; at < digest->parts[part].count; at++)
			printf("    %s\n", digest->parts[part].lines[at]);
		if (!digest->parts[part].count)
			printf("    none\n");
	}
}

static int
tell(const struct equipment *equipment)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)64 * 1024 * 1024);
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	struct digest_span span = {.until = clock_now()};
	struct digest digest;
	struct failure why = {0};

	if (!ledger_open(equipment->settings->ledger.path, &ledger, &why) ||
	    !ledger_digest_since(ledger, span.until, &span.since, &why) ||
	    !digest_tell(ledger, equipment, &span, arena, &digest, &why))
		return words_fail("reading the ledger", &why);
	print_digest(&digest);
	return EX_OK;
}

int
digest_command(int argc, char **argv, const char *config)
{
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	struct equipment equipment;
	int status;

	if (!words_parse(&argc, &argv, "digest",
		"What the next digest letter would tell if it were written now: what came and went since\n"
		"the last one, what waits, and how often the desk agreed with rules that propose.\n"
		"Sends nothing.",
		entries, &status))
		return status;
	if (!words_at_most(argc, argv, 1))
		return EX_USAGE;
	if (!words_open(config, NULL, &equipment))
		return EX_CONFIG;
	status = tell(&equipment);
	equipment_close(&equipment);
	return status;
}
