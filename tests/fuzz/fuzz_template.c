/* Any template is filled or refused, and any words in a blank stay in their place. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "letters/clean_words.h"
#include "letters/template.h"
#include "letters/withheld.h"

enum { ARENA_BYTES = 256 << 20, FILLED_MAX_BYTES = 1 << 20 };

static const struct blank INSIDE[] = {{.name = "item", .kind = BLANK_TEXT, .number = 0}};
static const struct blank BLANKS[] = {
    {.name = "words", .kind = BLANK_TEXT, .number = 0},
    {.name = "yes", .kind = BLANK_TRUTH, .number = 1},
    {.name = "list", .kind = BLANK_LIST, .number = 2, .inside = INSIDE, .inside_count = 1},
};

static struct template *
parse(const char *bytes, size_t length)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	struct template *template =
	    template_parse("fuzz", bytes, length, BLANKS, COUNT_OF(BLANKS), faults);

	if (!template != (faults_count(faults) > 0))
		abort();
	return template;
}

/* Nothing that a value says begins further left than its blank did. */
static void
check_margin(struct plain filled)
{
	bool at_start = true;

	for (size_t at = 0; at < filled.length; at++) {
		if (at_start && filled.words[at] != ' ' && filled.words[at] != '\n')
			abort();
		at_start = filled.words[at] == '\n';
	}
}

static void
try_as_words(struct plain words, struct arena *arena)
{
	static const char TEXT[] = "  {{words}}\n  Label: {{words}}\n";
	CLEANUP(template_freep) struct template *template = parse(TEXT, sizeof TEXT - 1);
	struct plain clean = clean_words(words, arena), filled;
	const struct fill fills[] = {{.text = clean}, {.is_true = true}, {.row_count = 0}};
	struct failure why;

	if (!template_fill(template, fills, FILLED_MAX_BYTES, arena, &filled, &why))
		return;
	check_margin(filled);
	struct plain wrapped = wrap_words(filled, arena);
	check_margin(wrapped);
	struct withheld *withheld = withheld_new(arena);
	struct plain name = {.words = "Zo\xc3\xab O'Brien", .length = 12};
	withheld_add_names(withheld, &name, 1);
	withheld_add_source(withheld, clean);
	withheld_add_address(withheld, clean);
	/* what wrapping does to a text must not hide a name in it */
	if (withheld_is_named(withheld, filled) != withheld_is_named(withheld, wrapped) &&
	    !memchr(wrapped.words, '>', wrapped.length))
		abort();
}

static void
try_as_template(const char *bytes, size_t length, struct arena *arena)
{
	CLEANUP(template_freep) struct template *template = parse(bytes, length);
	const struct fill row[] = {{.text = {.words = "a\nb", .length = 3}}};
	const struct fill *const rows[] = {row, row};
	const struct fill fills[] = {{.text = {.words = "one\ntwo", .length = 7}}, {.is_true = true},
	    {.rows = rows, .row_count = 2}};
	struct plain filled;
	struct failure why;

	if (template && template_fill(template, fills, FILLED_MAX_BYTES, arena, &filled, &why) &&
	    (filled.length > FILLED_MAX_BYTES || strlen(filled.words) != filled.length))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(ARENA_BYTES);

	if (length > 64 * 1024)
		return 0;
	try_as_template((const char *)bytes, length, arena);
	try_as_words((struct plain){.words = (const char *)bytes, .length = length}, arena);
	return 0;
}
