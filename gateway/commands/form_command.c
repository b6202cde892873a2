/* form: the form as officers get it, and what is read from a filled one. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/limits.h"
#include "commands/commands.h"
#include "commands/words.h"

static const char *
known_word(enum known known)
{
	static const char *const WORDS[] = {
	    "blank", "not known", "refused", "not applicable", "unclear", "given"};

	return (size_t)known < COUNT_OF(WORDS) ? WORDS[known] : "unclear";
}

/* One field of a person or of the report, when there is something in it. */
static void
print_value(
    const struct concern *concern, const struct field *field, size_t person, struct arena *arena)
{
	const struct value *value = concern_value(concern, field, person);

	if (value->known == KNOWN_BLANK)
		return;
	struct plain words = value_words(concern, field, value, arena);
	printf("  %-34s %-15s %.*s\n", field->name, known_word(value->known), (int)words.length,
	    words.words);
}

static void
print_group(
    const struct concern *concern, enum field_group group, size_t person, struct arena *arena)
{
	for (size_t at = 0; at < concern->form->count; at++)
		if (concern->form->fields[at].group == group)
			print_value(concern, &concern->form->fields[at], person, arena);
}

static void
print_concern(const struct concern *concern, const struct form_faults *faults, struct arena *arena)
{
	printf("report%s\n", concern->names_desk ? ", made out to this desk" : "");
	print_group(concern, GROUP_REPORT, 0, arena);
	for (size_t child = 0; child < concern->child_count; child++) {
		printf("child %u\n", concern_number(concern, GROUP_CHILD, child));
		print_group(concern, GROUP_CHILD, child, arena);
	}
	for (size_t adult = 0; adult < concern->adult_count; adult++) {
		printf("adult %u\n", concern_number(concern, GROUP_ADULT, adult));
		print_group(concern, GROUP_ADULT, adult, arena);
	}
	for (size_t at = 0; at < faults->count; at++)
		printf("%s%s: %s\n", faults->faults[at].code,
		    faults->faults[at].asks_only ? " (asked for only)" : "",
		    faults->faults[at].text.words);
}

static int
read_form(const struct equipment *equipment, const char *path)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open((size_t)128 * 1024 * 1024);
	struct concern *concern = arena_take(arena, sizeof *concern);
	struct form_faults faults = {0};
	size_t length;

	g_autofree char *text = words_read(path, FORM_MAX_BYTES, &length);
	if (!text)
		return EX_NOINPUT;
	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		fprintf(stderr, "wandle: %s is not UTF-8\n", path);
		return EX_DATAERR;
	}
	bool is_form = form_read(equipment->form, plain_copy(arena, text, length),
	    equipment->settings->identity.address, clock_now(), arena, concern, &faults);
	if (is_form)
		print_concern(concern, &faults, arena);
	else
		fprintf(stderr, "wandle: there is no concern form in this text\n");
	return is_form ? EX_OK : EX_DATAERR;
}

static int
print_blank(const struct equipment *equipment)
{
	const struct settings *settings = equipment->settings;
	g_autofree char *blank =
	    form_blank(equipment->form, settings->identity.name, settings->identity.address);

	return fputs(blank, stdout) == EOF ? EX_IOERR : EX_OK;
}

int
form_command(int argc, char **argv, const char *config)
{
	static const char *const WORDS[] = {"blank", "read"};
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	struct equipment equipment;
	int status;

	if (!words_parse(&argc, &argv, "form blank | form read FILE",
		"blank  prints the form as officers get it, made out to this desk\n"
		"read   says what is read from a filled one (- for standard input), and every fault",
		entries, &status))
		return status;
	bool blank = argc >= 2 && strcmp(argv[1], "blank") == 0;
	if (!words_at_most(argc, argv, blank ? 2 : 3))
		return EX_USAGE;
	if (!blank && (argc < 2 || strcmp(argv[1], "read") != 0))
		return words_unknown("form", argc < 2 ? NULL : argv[1], WORDS, COUNT_OF(WORDS));
	if (!blank && argc != 3) {
		fprintf(stderr, "wandle form read: one file, please\n");
		return EX_USAGE;
	}
	CLEANUP(setup_freep) struct setup *setup = words_setup(config);
	if (!setup || !words_open_to_decide(config, setup_settings(setup)->rules, &equipment))
		return EX_CONFIG;
	status = blank ? print_blank(&equipment) : read_form(&equipment, argv[2]);
	equipment_close(&equipment);
	return status;
}
