/* No letter to an agency has anywhere in it what that agency may not have. */
/* SPDX-License-Identifier: MIT */
#include "letters_world.h"

#include <string.h>

#include "base/clock.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct plain
words(const char *text)
{
	return (struct plain){.words = text, .length = strlen(text)};
}

/* --- one rule at a time ------------------------------------------------------------------------
 */

static bool
try_to_write(struct letters_world *world, struct failure *why)
{
	struct letter letter;

	return letters_write(world->letters, &world->order, world->arena, &letter, why);
}

static void
expect_withheld(struct letters_world *world, const char *reason)
{
	struct failure why = {0};

	assert_false(try_to_write(world, &why));
	assert_string_equal(why.code, "letter.withheld");
	assert_int_equal(why.remedy, REMEDY_DESK);
	if (!strstr(why.reason, reason))
		fail_msg("the reason is: %s", why.reason);
}

static void
expect_absent(const struct read_letter *letter, const char *text)
{
	if (strcasestr(letter->everything->str, text))
		fail_msg("\"%s\" is in:\n%s", text, letter->everything->str);
}

/* What a block is called is the site's own: its purpose is what counts. */
static void
test_letters_disclosure__blocks_may_be_called_otherwise(void **state)
{
	struct letters_world *world = *state;
	struct field fields[WORLD_FIELDS];
	struct field_list form = *world->concern.form;

	for (size_t at = 0; at < WORLD_FIELDS; at++) {
		fields[at] = form.fields[at];
		if (strcmp(fields[at].block, "confidential-address") == 0)
			fields[at].block = "hidden";
		else if (strcmp(fields[at].block, "source-identity") == 0)
			fields[at].block = "told-by";
		else if (strcmp(fields[at].block, "child-identity") == 0)
			fields[at].block = "identity";
	}
	form.fields = fields;
	form.purposes[PURPOSE_CONFIDENTIAL] = "hidden";
	form.purposes[PURPOSE_SOURCE] = "told-by";
	world->concern.form = &form;
	world_write(world, WORLD_REFUGE, 0, "14 Rose Lane, smi iab");
	world_write(world, WORLD_SOURCE, 0, "Al Prosser next door");
	world_write(world, WORLD_GIVEN_NAMES, 1, "Tom");
	world_write(world, WORLD_HAPPENED, 0, "now at SM1 1AB");
	expect_withheld(world, "what_happened");
	world_write(world, WORLD_HAPPENED, 0, "Al told me");
	expect_withheld(world, "what_happened");
	world_write(world, WORLD_HAPPENED, 0, "Tom cried");
	expect_withheld(world, "what_happened");
}

static void
test_letters_discloses__the_agencys_blocks_narrowed_by_the_routes(void **state)
{
	static const char *const NARROW[] = {"school", "intelligence", NULL};
	struct letters_world *world = *state;

	assert_true(letters_discloses(&world->route, world_field(WORLD_SCHOOL)));
	assert_true(letters_discloses(&world->route, world_field(WORLD_HAPPENED)));
	assert_false(letters_discloses(&world->route, world_field(WORLD_INTELLIGENCE)));
	world->route.blocks = NARROW;
	assert_true(letters_discloses(&world->route, world_field(WORLD_SCHOOL)));
	assert_false(letters_discloses(&world->route, world_field(WORLD_HAPPENED)));
	/* a rule may narrow, never widen */
	assert_false(letters_discloses(&world->route, world_field(WORLD_INTELLIGENCE)));
	world->agency.blocks = NULL;
	assert_false(letters_discloses(&world->route, world_field(WORLD_SCHOOL)));
}

static void
test_letters_write__free_text_that_names_another_child_waits(void **state)
{
	struct letters_world *world = *state;

	world->route.children = 1;
	world_write(world, WORLD_HAPPENED, 0,
	    "Tilda Quillfeather and \xc3\x93"
	    "do's friend ran.");
	expect_withheld(world, "what_happened names what hub may not have");
	world->order.without_free_text = true;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_non_null(strstr(letter.squeezed, "FREE TEXT LEFT OUT The officer's own words"));
	assert_non_null(strstr(letter.json, "\"free_text_left_out\": true"));
	assert_non_null(strstr(letter.squeezed, "Tilda"));
	expect_absent(&letter, "friend ran");
	expect_absent(&letter, "What happened:");
}

static void
test_letters_write__one_line_that_names_another_child_waits_too(void **state)
{
	struct letters_world *world = *state;

	world->route.children = 1;
	world_write(world, WORLD_RELATIONSHIP, 0, "father of Odo");
	expect_withheld(world, "involved_adults.relationship names");
	world->order.without_free_text = true;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_absent(&letter, "father of");
	expect_absent(&letter, "marmalade");
	assert_non_null(strstr(letter.squeezed, "ADULT First names: Rowan"));
}

static void
test_letters_write__whatever_stands_as_written_is_searched(void **state)
{
	static const struct {
		enum world_field field;
		struct value value;
	} CASES[] = {
	    {WORLD_BIRTH, {.known = KNOWN_UNCLEAR}},
	    {WORLD_CONCERNS, {.known = KNOWN_UNCLEAR}},
	    {WORLD_DANGER, {.known = KNOWN_GIVEN, .choices = {{2}}}},
	    {WORLD_WHEN, {.known = KNOWN_GIVEN, .is_estimated = true}},
	    {WORLD_TELEPHONE, {.known = KNOWN_GIVEN}},
	};
	struct letters_world *world = *state;

	world->route.children = 1;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		struct value *value = world_value(world, CASES[at].field, 0);
		*value = CASES[at].value;
		value->text = words("yes, and Odo as well");
		expect_withheld(world, world_field(CASES[at].field)->name);
		value->known = KNOWN_BLANK;
	}
}

/* A date in May and a choice say nothing of a child that is called so. */
static void
test_letters_write__words_of_ours_are_not_searched(void **state)
{
	struct letters_world *world = *state;

	world->route.children = 1;
	world_write(world, WORLD_GIVEN_NAMES, 1, "May Neglect");
	*world_value(world, WORLD_BIRTH, 0) = (struct value){.known = KNOWN_GIVEN,
	    .first_day = day_number(2015, 5, 14), .last_day = day_number(2015, 5, 14)};
	*world_value(world, WORLD_CONCERNS, 0) =
	    (struct value){.known = KNOWN_GIVEN, .choices = {{2}}};
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_non_null(strstr(letter.squeezed, "14 May 2015"));
	assert_non_null(strstr(letter.squeezed, "Concerns: neglect"));
}

static void
test_letters_write__a_name_that_siblings_share_holds_nothing(void **state)
{
	struct letters_world *world = *state;

	world->route.children = 1;
	world_write(world, WORLD_HAPPENED, 0, "The Quillfeather home was cold. Tilda said so.");
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_non_null(strstr(letter.squeezed, "The Quillfeather home was cold."));
	assert_null(strstr(letter.squeezed, "LEFT OUT"));
}

static void
test_letters_write__refuge_source_and_siblings_numbers_hold_the_free_text(void **state)
{
	static const struct {
		enum world_field field;
		size_t person;
		const char *value, *text;
	} CASES[] = {
	    {WORLD_REFUGE, 0, "Primrose House, 9 Tern Walk", "moved to primrose house"},
	    {WORLD_REFUGE_POSTCODE, 0, "SW19 9ZZ", "near sw199zz"},
	    {WORLD_SOURCE, 0, "Mrs Prosser, 07700 900123", "as PROSSER told"},
	    {WORLD_SOURCE, 0, "Mrs Prosser, 07700 900123", "call 07700 900 123"},
	    {WORLD_POSTCODE, 1, "SM1 1EA", "he lives at SM1 1EA"},
	    {WORLD_TELEPHONE, 1, "07700 900456", "rang +447700900456"},
	    {WORLD_OTHER_NAMES, 0, "Hugo and Ines", "Hugo slept"},
	};

	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		void *own = NULL;
		assert_int_equal(letters_world_begin(&own), 0);
		struct letters_world *world = own;
		world->route.children = 1;
		world_write(world, CASES[at].field, CASES[at].person, CASES[at].value);
		world_write(world, WORLD_HAPPENED, 0, CASES[at].text);
		expect_withheld(world, "what_happened names");
		(void)letters_world_end(&own);
	}
	(void)state;
}

static void
test_letters_write__what_an_agency_may_have_holds_nothing(void **state)
{
	static const char *const ALL[] = {"report", "reporter", "child-identity", "child-address",
	    "family", "narrative", "source-identity", "confidential-address", "other-children",
	    NULL};
	struct letters_world *world = *state;

	world->agency.blocks = ALL;
	world->route.children = 1;
	world_write(world, WORLD_REFUGE, 0, "Primrose House");
	world_write(world, WORLD_SOURCE, 0, "Mrs Prosser");
	world_write(world, WORLD_HAPPENED, 0, "Odo moved to Primrose House, said Prosser.");
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_non_null(
	    strstr(letter.squeezed, "CHILD 2 Family name: Quillfeather First names: Odo"));
	assert_non_null(strstr(letter.squeezed, "Odo moved to Primrose House, said Prosser."));
}

static void
test_letters_write__the_desks_reason_is_searched_too(void **state)
{
	struct letters_world *world = *state;

	world->route.children = 1;
	world->order.desk_reason = words("Odo's aunt agrees");
	expect_withheld(world, "the desk's reason");
	world->order.without_free_text = true;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_non_null(strstr(letter.squeezed, "Their reason is left out here"));
	expect_absent(&letter, "aunt");
}

static void
test_letters_write__files_go_only_where_nothing_is_kept_back(void **state)
{
	struct letters_world *world = *state;
	struct opened_mail mail = {.attachment_count = 2};

	mail.attachments[0] = (struct attachment){.name = words("Odo_Smith.jpg"),
	    .type = "image/jpeg",
	    .bytes = (const uint8_t *)"picture",
	    .length = 7};
	mail.attachments[1] = (struct attachment){
	    .name = words("x"), .type = "x/odo", .bytes = (const uint8_t *)"unknown", .length = 7};
	world->order.mail = &mail;
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		assert_int_equal(letter.part_count, 4);
		assert_string_equal(letter.names[2], "attachment-1.jpg");
		assert_string_equal(letter.names[3], "attachment-2.bin");
		assert_non_null(strstr(letter.everything->str, "\npicture\n"));
		assert_non_null(strstr(letter.squeezed, "Attached: attachment-1.jpg"));
		expect_absent(&letter, "Odo_Smith");
	}
	/* a child of the form goes elsewhere, an answer is kept back, or free text is left out */
	for (int at = 0; at < 3; at++) {
		world->route.children = at == 0 ? 1 : 3;
		world_write(world, WORLD_INTELLIGENCE, 0, "kept back");
		if (at != 1)
			world_value(world, WORLD_INTELLIGENCE, 0)->known = KNOWN_REFUSED;
		world->order.without_free_text = at == 2;
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		assert_int_equal(letter.part_count, 2);
		expect_absent(&letter, "picture");
		assert_non_null(strstr(letter.squeezed, "which cannot be passed on unread"));
	}
}

/* --- any rule with any other: random cases, judged a second time by simpler means --------------
 */

enum { RANDOM_CASES = 400 };

static const char *const BLOCKS[] = {"report", "reporter", "child-identity", "child-address",
    "child-whereabouts", "school", "health", "background", "legal-status", "family",
    "adult-contact", "concern", "narrative", "agreement", "source-identity", "confidential-address",
    "intelligence", "attachments", "other-children"};

/* A value that occurs nowhere else, and whether it may be in the letter. */
struct canary {
	enum world_field field;
	size_t person;
	const char *words;
	bool may_go;
};

struct random_case {
	struct letters_world *world;
	GRand *random;
	unsigned number; /* of the next canary */
	struct canary canaries[600];
	size_t count;
	bool names_secret; /* a free text that goes names what must not be named */
	const char *said;  /* how it does */
	struct opened_mail mail;
};

/* Letters only, so that it is one word in any text: "Qab..." with the number in base 20. */
static const char *
canary_words(struct random_case *random, enum field_kind kind)
{
	struct arena *arena = random->world->arena;
	unsigned number = random->number++;
	char word[8] = "Quaaaa";

	for (unsigned digit = number, at = 5; at >= 2; at--, digit /= 20)
		word[at] = "bcdfghjklmnpqrstvwxz"[digit % 20];
	switch (kind) {
	case FIELD_POSTCODE:
		return arena_print(arena, "%c%c%u %uQZ", 'A' + number / 900 % 20,
		    'A' + number / 90 % 10, number / 10 % 9 + 1, number % 10);
	case FIELD_TELEPHONE:
		return arena_print(arena, "07%03u 9%05u", number * 7 % 1000, number * 131 % 100000);
	case FIELD_EMAIL:
		return arena_print(arena, "%s@%s.example", word, word + 2);
	case FIELD_COUNT:
		return arena_print(arena, "%u", 7000000 + number);
	case FIELD_LONG_TEXT:
		return arena_print(arena,
		    "%s was seen.\nIt went on, and %sby ran on for more than "
		    "one line of text, so that it must be wrapped.",
		    word, word);
	default:
		return g_rand_int_range(random->random, 0, 3)
			   ? arena_text(arena, word)
			   : arena_print(arena, "%s van der %scke", word, word);
	}
}

static bool
has_word(const char *const *list, const char *word)
{
	return list && g_strv_contains(list, word);
}

static bool
block_goes(const struct random_case *random, const char *block)
{
	const struct letters_world *world = random->world;

	return has_word(world->agency.blocks, block) &&
	       (!world->route.blocks || has_word(world->route.blocks, block));
}

static bool
may_go(const struct random_case *random, const struct field *field, size_t person)
{
	bool child_goes = field->group != GROUP_CHILD ||
			  (random->world->route.children & (1u << person)) ||
			  block_goes(random, "other-children");

	return child_goes && block_goes(random, field->block);
}

static const char *const *
random_blocks(struct random_case *random, int chance)
{
	const char **blocks =
	    arena_take_many(random->world->arena, COUNT_OF(BLOCKS) + 1, sizeof *blocks);
	size_t count = 0;

	for (size_t at = 0; at < COUNT_OF(BLOCKS); at++)
		if (g_rand_int_range(random->random, 0, 100) < chance)
			blocks[count++] = BLOCKS[at];
	return blocks;
}

static void
write_canary(struct random_case *random, enum world_field number, size_t person)
{
	const struct field *field = world_field(number);
	struct letters_world *world = random->world;
	struct value *value = world_value(world, number, person);
	const char *canary = canary_words(random, field->kind);

	if (field->choice_count || field->kind == FIELD_YES_NO || field->kind == FIELD_MOMENT)
		return;
	world_write(world, number, person, canary);
	if (field->kind == FIELD_BIRTH) {
		value->first_day = value->last_day =
		    day_number(1990, 1, 1) + (int)random->number * 3;
		int year, month, day;
		day_civil(value->first_day, &year, &month, &day);
		canary = arena_print(world->arena, "\"%04d-%02d-%02d\"", year, month, day);
	}
	random->canaries[random->count++] = (struct canary){.field = number,
	    .person = person,
	    .words = canary,
	    .may_go = may_go(random, field, person)};
}

/* A text, postcode, telephone number or mail address that the agency may not have. */
static bool
is_secret(const struct canary *canary)
{
	enum field_kind kind = world_field(canary->field)->kind;

	return !canary->may_go && (kind == FIELD_TEXT || kind == FIELD_POSTCODE ||
				      kind == FIELD_TELEPHONE || kind == FIELD_EMAIL);
}

/* Now and then a free text speaks of something else in the form. */
static void
let_text_speak(struct random_case *random)
{
	static const enum world_field TEXTS[] = {WORLD_HAPPENED, WORLD_PLACE, WORLD_SAID,
	    WORLD_WHEREABOUTS, WORLD_SCHOOL, WORLD_RELATIONSHIP};
	enum world_field text = TEXTS[g_rand_int_range(random->random, 0, COUNT_OF(TEXTS))];
	size_t number = (size_t)g_rand_int_range(random->random, 0, (gint32)random->count);
	bool wants_secret = g_rand_boolean(random->random);
	while (wants_secret && number + 1 < random->count && !is_secret(&random->canaries[number]))
		number++;
	const struct canary *of = &random->canaries[number];
	const char *said = arena_print(random->world->arena, "and then (%s) was said", of->words);

	if (world_field(of->field)->kind == FIELD_LONG_TEXT ||
	    world_field(of->field)->kind == FIELD_BIRTH)
		return;
	for (size_t at = 0; at < random->count; at++) {
		struct canary *canary = &random->canaries[at];
		if (canary->field != text || canary->person != 0 || canary == of)
			continue;
		world_write(random->world, text, 0, said);
		canary->words = said;
		random->names_secret = canary->may_go && is_secret(of);
		random->said = arena_print(random->world->arena, "%s says of %s: %s",
		    world_field(text)->name, world_field(of->field)->name, said);
		/* the other value goes with the text, where the text goes */
		if (canary->may_go && !of->may_go && !is_secret(of))
			random->canaries[of - random->canaries].words = "";
	}
}

static void
make_case(struct random_case *random)
{
	struct letters_world *world = random->world;
	size_t children = (size_t)g_rand_int_range(random->random, 1, 5);
	size_t adults = (size_t)g_rand_int_range(random->random, 0, 4);

	world->agency.blocks = random_blocks(random, g_rand_boolean(random->random) ? 85 : 50);
	world->route.blocks = g_rand_boolean(random->random) ? NULL : random_blocks(random, 80);
	world->route.children = (uint64_t)g_rand_int_range(random->random, 0, 1 << children);
	world->concern.child_count = children;
	world->concern.adult_count = adults;
	for (unsigned field = 0; field < WORLD_FIELDS; field++) {
		enum field_group group = world_field(field)->group;
		size_t persons = group == GROUP_CHILD	? children
				 : group == GROUP_ADULT ? adults
							: 1;
		for (size_t person = 0; person < persons; person++) {
			*world_value(world, field, person) = (struct value){0};
			if (g_rand_int_range(random->random, 0, 10) < 8)
				write_canary(random, field, person);
		}
	}
	if (random->count && g_rand_int_range(random->random, 0, 4))
		let_text_speak(random);
	random->mail.attachment_count = 1;
	random->mail.attachments[0] = (struct attachment){.name = words("Quzattachname.pdf"),
	    .type = "application/pdf",
	    .bytes = (const uint8_t *)"Quzattachbytes",
	    .length = 14};
	world->order.mail = &random->mail;
}

static char *
squeeze(const char *text)
{
	g_autoptr(GString) squeezed = g_string_new(text);

	g_string_replace(squeezed, "\n", " ", 0);
	return g_strdup(squeezed->str);
}

static bool
stays_without_free_text(const struct random_case *random, const struct canary *canary)
{
	return canary->field == WORLD_HAPPENED || canary->field == WORLD_PLACE ||
	       canary->field == WORLD_SAID || canary->field == WORLD_INTELLIGENCE ||
	       (random->names_secret && strstr(canary->words, "and then ("));
}

static void
check_letter(const struct random_case *random, const struct read_letter *letter, unsigned seed)
{
	bool without = random->world->order.without_free_text, all_went = true;

	for (size_t at = 0; at < random->count; at++) {
		const struct canary *canary = &random->canaries[at];
		g_autofree char *value = squeeze(canary->words);
		bool expected =
		    canary->may_go && !(without && stays_without_free_text(random, canary));
		all_went = all_went && canary->may_go;
		if (*value && !strstr(letter->everything->str, value) == expected)
			fail_msg("case %u: \"%s\" of %s %s in:\n%s", seed, value,
			    world_field(canary->field)->name, expected ? "is not" : "is",
			    letter->everything->str);
	}
	bool files_go = block_goes(random, "attachments") && all_went && !without;
	if (!strstr(letter->everything->str, "Quzattachbytes") == files_go)
		fail_msg("case %u: attachments", seed);
	if (strstr(letter->everything->str, "Quzattachname"))
		fail_msg("case %u: a file name", seed);
}

/* What is told of each answer beforehand is what the letter then does. */
static void
check_told(const struct random_case *random, bool waits, unsigned seed)
{
	struct shares shares;

	letters_tell_shares(&random->world->order, random->world->arena, &shares);
	assert_int_equal(shares.waits || shares.without_free_text, waits);
	for (size_t at = 0; at < random->count; at++) {
		const struct canary *canary = &random->canaries[at];
		const struct field *field = world_field(canary->field);
		int person = field->group == GROUP_REPORT ? -1 : (int)canary->person;
		const struct share *share = NULL;
		for (size_t one = 0; one < shares.count && !share; one++)
			if (strcmp(shares.shares[one].field, field->name) == 0 &&
			    shares.shares[one].person == person)
				share = &shares.shares[one];
		assert_non_null(share);
		bool stays = share->why == SHARE_NAMES || share->why == SHARE_FREE_TEXT;
		if (stays ? !waits || !canary->may_go
			  : (share->why == SHARE_GOES) != canary->may_go)
			fail_msg("case %u: %s is told as \"%s\"", seed, field->name,
			    share_why_name(share->why));
	}
}

static void
test_letters_write__nothing_undisclosed_is_anywhere_and_all_disclosed_is(void **state)
{
	unsigned withheld = 0;

	(void)state;
	for (unsigned seed = 0; seed < RANDOM_CASES; seed++) {
		void *own = NULL;
		struct failure why = {0};
		g_autoptr(GRand) dice = g_rand_new_with_seed(seed);
		struct random_case random = {.random = dice, .number = seed * 3 % 1000};

		assert_int_equal(letters_world_begin(&own), 0);
		random.world = own;
		make_case(&random);
		bool waits = !try_to_write(random.world, &why);
		if (waits != random.names_secret)
			fail_msg("case %u: %s", seed,
			    waits ? why.reason : random.said);
		check_told(&random, waits, seed);
		random.world->order.without_free_text = waits;
		withheld += waits;
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(random.world);
		check_letter(&random, &letter, seed);
		(void)letters_world_end(&own);
	}
	/* both happen, so that both are tested */
	assert_in_range(withheld, 40, RANDOM_CASES - 200);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, letters_world_begin, letters_world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_WORLD(test_letters_disclosure__blocks_may_be_called_otherwise),
	    IN_WORLD(test_letters_discloses__the_agencys_blocks_narrowed_by_the_routes),
	    IN_WORLD(test_letters_write__free_text_that_names_another_child_waits),
	    IN_WORLD(test_letters_write__one_line_that_names_another_child_waits_too),
	    IN_WORLD(test_letters_write__whatever_stands_as_written_is_searched),
	    IN_WORLD(test_letters_write__words_of_ours_are_not_searched),
	    IN_WORLD(test_letters_write__a_name_that_siblings_share_holds_nothing),
	    cmocka_unit_test(
		test_letters_write__refuge_source_and_siblings_numbers_hold_the_free_text),
	    IN_WORLD(test_letters_write__what_an_agency_may_have_holds_nothing),
	    IN_WORLD(test_letters_write__the_desks_reason_is_searched_too),
	    IN_WORLD(test_letters_write__files_go_only_where_nothing_is_kept_back),
	    cmocka_unit_test(
		test_letters_write__nothing_undisclosed_is_anywhere_and_all_disclosed_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
