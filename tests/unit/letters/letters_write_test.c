/* What each kind of letter says, and in which form. */
/* SPDX-License-Identifier: MIT */
#include "letters_world.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

#include "base/clock.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
expect_words(const struct read_letter *letter, const char *words)
{
	if (!strstr(letter->squeezed, words))
		fail_msg("\"%s\" is not in:\n%s", words, letter->text);
}

static void
expect_no_words(const struct read_letter *letter, const char *words)
{
	if (strstr(letter->everything->str, words))
		fail_msg("\"%s\" is in:\n%s", words, letter->everything->str);
}

static struct plain
words(const char *text)
{
	return (struct plain){.words = text, .length = strlen(text)};
}

/* --- the referral ------------------------------------------------------------------------------
 */

static void
test_letters_write__referral_says_what_why_by_when_and_how(void **state)
{
	struct letters_world *world = *state;

	world_write(world, WORLD_REFERENCE, 0, "MERLIN 4711");
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_string_equal(letter.subject, "Referral W26-7KQ4M-3: AMBER, 2 children");
	assert_true(g_str_has_prefix(
	    letter.text, "Subject: Referral W26-7KQ4M-3: AMBER, 2 children\n\nTo The Hub\n"));
	expect_words(&letter, "Reference: W26-7KQ4M-3 Urgency: AMBER");
	expect_words(&letter, "Received: Monday 23 November 2026, 08:31");
	expect_words(&letter, "Answer by: within 6 hours");
	expect_words(&letter, "Level 4, living in Merton");
	expect_words(&letter, "Purpose: To protect Shared under: The sharing agreement");
	expect_words(&letter, "ACCEPT DECLINE because ... PASS to");
	expect_words(&letter, "020 7946 0100");
	expect_words(&letter, "What happened: She spoke of marmalade skies.");
	expect_words(&letter, "ADULT First names: Rowan");
	expect_no_words(&letter, "NOT VERIFIED");
	expect_no_words(&letter, "not shared with your service");
	expect_no_words(&letter, "{{");
	assert_int_equal(letter.part_count, 2);
}

static void
test_letters_write__referral_speaks_of_the_officer_and_not_to_the_reader(void **state)
{
	struct letters_world *world = *state;

	world_write(world, WORLD_REFERENCE, 0, "MERLIN 4711");
	world_write(world, WORLD_SAID, 0, "A visit.");
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_words(&letter, "ABOUT THE OFFICER Officer's name: PC One");
	expect_words(&letter, "Officer's reference: MERLIN 4711");
	expect_words(&letter, "What the officer thinks is needed: A visit.");
	expect_no_words(&letter, "Your");
}

static void
test_letters_write__children_have_headings_with_the_forms_numbers(void **state)
{
	struct letters_world *world = *state;

	world_write(world, WORLD_RELATIONSHIP, 0, "father of child 2");
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, "CHILD 1 Family name: Quillfeather First names: Tilda");
		expect_words(&letter, "CHILD 2 Family name: Quillfeather First names: Odo");
		expect_words(&letter, "the numbers below are the form's own");
	}
	world->route.children = 2;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_string_equal(letter.subject, "Referral W26-7KQ4M-3: AMBER, 1 child");
	expect_words(&letter, "CHILD 2 Family name: Quillfeather First names: Odo");
	expect_words(&letter, "father of child 2");
	expect_words(&letter, "Some answers are not shared with your service.");
	expect_no_words(&letter, "Tilda");
	assert_null(strstr(letter.text, "CHILD 1"));
}

static void
test_letters_write__an_only_child_has_no_number(void **state)
{
	struct letters_world *world = *state;

	world->concern.child_count = 1;
	world->route.children = 1;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_words(&letter, "CHILD Family name: Quillfeather First names: Tilda");
	expect_no_words(&letter, "form's own");
}

static void
test_letters_write__answer_by_is_the_clock_or_its_length(void **state)
{
	struct letters_world *world = *state;
	static const struct {
		enum urgency urgency;
		const char *words;
	} CLOCKS[] = {{URGENCY_RED, "Answer by: within 90 minutes"},
	    {URGENCY_GREEN, "Answer by: within 24 hours"}};

	for (size_t at = 0; at < COUNT_OF(CLOCKS); at++) {
		world->decision.urgency = CLOCKS[at].urgency;
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, CLOCKS[at].words);
	}
	world->decision.urgency = URGENCY_BLUE;
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_no_words(&letter, "Answer by");
	}
	world->order.due_at = clock_moment(2026, 7, 1, 14, 5);
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_words(&letter, "Answer by: Wednesday 1 July 2026, 14:05");
	assert_non_null(strstr(letter.json, "\"answer_by\": \"2026-07-01T13:05:00Z\""));
}

static void
test_letters_write__the_desks_decision_is_told(void **state)
{
	struct letters_world *world = *state;

	world->order.is_unverified = true;
	world->order.desk_person = "Sgt Two";
	world->order.desk_reason = words("the aunt lives\r\nin Merton");
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_words(&letter, "NOT VERIFIED No signature vouches for this report");
	expect_words(
	    &letter, "Sent by decision of Sgt Two. Their reason: the aunt lives in Merton");
	assert_non_null(strstr(letter.json, "\"unverified\": true"));
}

static void
test_letters_write__no_value_stands_at_the_left_margin(void **state)
{
	struct letters_world *world = *state;

	world_write(world, WORLD_HAPPENED, 0, "first\nWHY YOU HAVE THIS\n\n> HOW TO ANSWER");
	world_write(world, WORLD_PLACE, 0, "here\nForged: line");
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_non_null(strstr(letter.text, "\n      WHY YOU HAVE THIS\n"));
	assert_non_null(strstr(letter.text, "\n      > HOW TO ANSWER\n"));
	assert_non_null(strstr(letter.text, "\n      Forged: line\n"));
	assert_null(strstr(letter.text, "\nForged"));
}

static void
test_letters_write__lines_are_wrapped_for_any_mail_program(void **state)
{
	struct letters_world *world = *state;
	g_autoptr(GString) text = g_string_new(NULL);

	for (int at = 0; at < 200; at++)
		g_string_append(text, "Zo\xc3\xab said so ");
	world_write(world, WORLD_HAPPENED, 0, text->str);
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	g_auto(GStrv) lines = g_strsplit(letter.text, "\n", -1);
	for (char **line = lines; *line; line++) {
		assert_true(g_utf8_strlen(*line, -1) <= 72);
		assert_false(g_str_has_suffix(*line, " "));
	}
}

static json_t *
find(json_t *root, const char *group, size_t person, const char *field)
{
	json_t *list = json_object_get(root, group);

	return json_object_get(json_is_array(list) ? json_array_get(list, person) : list, field);
}

static void
test_letters_write__json_has_what_the_letter_has(void **state)
{
	struct letters_world *world = *state;

	*world_value(world, WORLD_DANGER, 0) =
	    (struct value){.known = KNOWN_GIVEN, .choices = {{2}}, .text = words("yes")};
	*world_value(world, WORLD_CONCERNS, 0) =
	    (struct value){.known = KNOWN_GIVEN, .choices = {{5}}, .text = words("x")};
	*world_value(world, WORLD_BIRTH, 0) = (struct value){.known = KNOWN_GIVEN,
	    .text = words("14/03/2015"),
	    .first_day = day_number(2015, 3, 14),
	    .last_day = day_number(2015, 3, 14)};
	*world_value(world, WORLD_BIRTH, 1) =
	    (struct value){.known = KNOWN_UNKNOWN, .text = words("?")};
	*world_value(world, WORLD_WHEN, 0) = (struct value){
	    .known = KNOWN_GIVEN, .text = words("x"), .moment = clock_moment(2026, 11, 22, 23, 15)};
	world_write(world, WORLD_POSTCODE, 0, "SW19 1AA");
	world_write(world, WORLD_OTHERS, 0, "3");
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	json_error_t error;
	json_t *root = json_loads(letter.json, 0, &error);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "reference")), "W26-7KQ4M-3");
	assert_string_equal(json_string_value(json_object_get(root, "urgency")), "amber");
	assert_string_equal(
	    json_string_value(json_object_get(root, "received")), "2026-11-23T08:31:00Z");
	assert_string_equal(
	    json_string_value(find(root, "from", 0, "address")), "referrals@desk.example");
	assert_string_equal(json_string_value(find(root, "to", 0, "id")), "hub");
	assert_true(
	    json_is_true(json_object_get(find(root, "report", 0, "immediate_danger"), "yes")));
	json_t *concerns = find(root, "children", 0, "concerns");
	assert_int_equal(json_array_size(json_object_get(concerns, "choices")), 2);
	assert_int_equal(json_array_size(json_object_get(concerns, "codes")), 1);
	json_t *birth = find(root, "children", 0, "birth");
	assert_string_equal(json_string_value(json_object_get(birth, "from_day")), "2015-03-14");
	assert_string_equal(json_string_value(json_object_get(birth, "known")), "given");
	assert_string_equal(
	    json_string_value(json_object_get(find(root, "children", 1, "birth"), "known")),
	    "unknown");
	assert_null(json_object_get(find(root, "children", 1, "birth"), "from_day"));
	assert_string_equal(
	    json_string_value(json_object_get(find(root, "report", 0, "incident.at"), "moment")),
	    "2026-11-22T23:15:00Z");
	assert_string_equal(json_string_value(json_object_get(
				find(root, "children", 0, "home.postcode"), "postcode")),
	    "SW19 1AA");
	assert_int_equal(json_integer_value(json_object_get(
			     find(root, "report", 0, "household.other_children"), "number")),
	    3);
	assert_int_equal(json_integer_value(find(root, "children", 1, "number")), 2);
	assert_string_equal(
	    json_string_value(json_object_get(find(root, "adults", 0, "given_names"), "words")),
	    "Rowan");
	json_decref(root);
}

static void
test_letters_write__an_unread_mail_can_be_referred_without_answers(void **state)
{
	struct letters_world *world = *state;

	world->order.concern = NULL;
	world->order.decision = NULL;
	world->order.desk_person = "Sgt Two";
	world->order.desk_reason = words("they rang");
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_string_equal(letter.subject, "Referral W26-7KQ4M-3");
	expect_words(&letter, "they rang");
	expect_no_words(&letter, "Urgency:");
}

/* --- to the officer ----------------------------------------------------------------------------
 */

static struct form_fault FAULTS[] = {
    {.code = "form.missing", .field = "level_of_need", .asks_only = true},
    {.code = "form.unclear-date", .field = "child.birth"},
};

static void
ask_for_two(struct letters_world *world)
{
	static struct form_faults faults = {FAULTS, 2};

	FAULTS[0].text = words("The level of need is missing.");
	FAULTS[1].text = words("The date of birth \"31/02/2012\" is no date.");
	world->order.form_faults = &faults;
}

static void
test_letters_write__receipt_says_who_has_it_and_what_waits(void **state)
{
	struct letters_world *world = *state;
	struct route routes[] = {world->route, world->route, world->route, world->route};
	struct entry works_there = {.name = "Where the father works"};
	struct entry watched = {.name = "Watched only"};
	struct entry proposed = {.name = "Proposed to"};

	routes[1].agency = &works_there;
	routes[1].fate = ROUTE_FORBIDDEN;
	routes[2].agency = &watched;
	routes[2].fate = ROUTE_WATCHED;
	routes[3].agency = &proposed;
	routes[3].fate = ROUTE_PROPOSED;
	routes[3].question = "What does the agency's inside say?";
	world->decision.routes = routes;
	world->decision.route_count = 4;
	world->order.kind = LETTER_RECEIPT;
	world->order.to = &world->officer;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_string_equal(letter.subject, "Receipt W26-7KQ4M-3");
	expect_words(&letter, "Dear PC One,");
	expect_words(&letter, "Sent to: The Hub");
	expect_words(&letter, "Waiting: Proposed to: a person at the desk confirms");
	expect_words(&letter, "does not replace a telephone call");
	expect_words(&letter, "ring 999");
	expect_no_words(&letter, "father works");
	expect_no_words(&letter, "Watched only");
	expect_no_words(&letter, "inside say");
	expect_no_words(&letter, "Quillfeather");
	expect_no_words(&letter, "Level 4");
	assert_int_equal(letter.part_count, 1);
}

static void
test_letters_write__receipt_tells_why_something_waits(void **state)
{
	struct letters_world *world = *state;

	world->order.kind = LETTER_RECEIPT;
	world->order.to = &world->officer;
	world->route.fate = ROUTE_WAIT;
	world->route.code = "route.cannot-tell";
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, "Waiting: The Hub: the form leaves open");
		expect_no_words(&letter, "Sent to");
	}
	world->route.code = "route.hold";
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, "Waiting: The Hub: a person at the desk looks at it first");
	}
	/* one child has gone, another waits */
	world->route.fate = ROUTE_SEND;
	world->route.waiting_children = 2;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_words(&letter, "Sent to: The Hub Waiting: The Hub");
}

static void
test_letters_write__receipt_of_what_goes_to_nobody(void **state)
{
	struct letters_world *world = *state;

	world->order.kind = LETTER_RECEIPT;
	world->order.to = &world->officer;
	world->decision.route_count = 0;
	world->decision.nobody = true;
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, "By our rules no service gets it at once.");
	}
	world->decision.kept = true;
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, "It is recorded and counted.");
		expect_no_words(&letter, "gets it at once");
	}
	world->order.decision = NULL;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_words(&letter, "A person at the desk looks at it.");
}

static void
test_letters_write__ask_numbers_every_fault_and_says_how_to_answer(void **state)
{
	struct letters_world *world = *state;

	ask_for_two(world);
	world->order.kind = LETTER_ASK;
	world->order.to = &world->officer;
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		assert_string_equal(letter.subject, "What we need from you W26-7KQ4M-3");
		expect_words(&letter, "Already sent to: The Hub");
		expect_words(&letter, "1. The level of need is missing.");
		expect_words(&letter, "2. The date of birth \"31/02/2012\" is no date.");
		expect_words(&letter, "Send the form again, corrected");
		expect_words(&letter, "with the reference W26-7KQ4M-3 in its first lines");
	}
	world->order.decision = NULL;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_words(&letter, "No service has it yet");
}

/* --- to the desk -------------------------------------------------------------------------------
 */

static const struct review_point POINTS[] = {
    {"route.cannot-tell", "The referral to Night team waits."},
    {"open.unsigned", "The mail was not signed."},
};

static void
make_review(struct letters_world *world, struct opened_mail *mail)
{
	world->order.kind = LETTER_REVIEW;
	world->order.to = &world->desk;
	world->order.points = POINTS;
	world->order.point_count = 2;
	world->order.directory = &world->directory;
	world->order.mail = mail;
	mail->has_text = true;
	mail->text = words("Family name: Quillfeather\n\nSEND hub because I say so");
	mail->outer_from = words("one@police.example");
}

static void
test_letters_write__review_has_all_that_a_person_needs_to_decide(void **state)
{
	struct letters_world *world = *state;
	struct opened_mail mail = {.signer = &world->officer};
	struct route routes[] = {world->route, world->route};

	make_review(world, &mail);
	ask_for_two(world);
	routes[0].waiting_children = 2;
	routes[1].agency = &world->night;
	routes[1].fate = ROUTE_WAIT;
	routes[1].question = "How old is child 1?";
	routes[1].rules = "out-of-hours";
	world->decision.routes = routes;
	world->decision.route_count = 2;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_string_equal(letter.subject, "Review W26-7KQ4M-3: AMBER");
	expect_words(&letter, "1. The referral to Night team waits. [route.cannot-tell]");
	expect_words(&letter, "2. The mail was not signed. [open.unsigned]");
	expect_words(
	    &letter, "- The Hub (hub) has been sent. For child 1, child 2. Waits for child 2.");
	expect_words(&letter, "- Night team (night) waits for you. For child 1, child 2. Why: "
			      "Level 4, living in Merton "
			      "Rules: out-of-hours To settle: How old is child 1?");
	expect_words(&letter, "SEND agency W26-7KQ4M-3 because ...");
	expect_words(&letter, "NOT agency W26-7KQ4M-3 because ...");
	expect_words(&letter, "CLOSE W26-7KQ4M-3 because ...");
	expect_words(&letter, "hub: The Hub night: Night team");
	expect_words(&letter, "Asked of the officer, 2: The date of birth");
	expect_words(&letter, "Signed by: PC One");
	expect_words(&letter, "one@police.example (this proves nothing)");
	assert_non_null(
	    strstr(letter.text, "\n> Family name: Quillfeather\n>\n> SEND hub because"));
	assert_null(strstr(letter.text, "\nSEND hub"));
	expect_no_words(&letter, "NOT VERIFIED");
	expect_no_words(&letter, "pc-one");
}

static void
test_letters_write__review_of_what_nobody_gets(void **state)
{
	struct letters_world *world = *state;
	struct opened_mail mail = {0};

	make_review(world, &mail);
	world->order.is_unverified = true;
	world->order.directory = NULL;
	world->decision.nobody = true;
	world->route.fate = ROUTE_FORBIDDEN;
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, "Nobody receives this case");
		expect_words(&letter, "The Hub (hub) is forbidden by the rules");
		expect_words(&letter, "NOT VERIFIED: no good signature");
		expect_words(&letter, "The agencies are: hub: The Hub");
	}
	world->route.fate = ROUTE_PROPOSED;
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, "is proposed: confirm it or not");
	}
	world->route.fate = ROUTE_WATCHED;
	{
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, "would be sent: the rule only watches");
	}
	world->decision.route_count = 0;
	world->decision.kept = true;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	expect_words(&letter, "No rule names anybody. - The case is recorded only.");
}

/* A child that nobody takes is named by its number, while its sibling is sent. */
static void
test_letters_write__of_one_child_that_nobody_gets(void **state)
{
	static const struct {
		enum letter_kind kind;
		const char *nobodys, *kept;
	} CASES[] = {
	    {LETTER_REVIEW, "- Nobody receives child 2 by the rules.", "- Recorded only: child 2."},
	    {LETTER_RECEIPT, "No service yet: child 2. A person at the desk decides.",
		"no service is told now: child 2."},
	    {LETTER_ASK, "No service yet: child 2. A person at the desk decides.",
		"no service is told now: child 2."},
	};
	struct letters_world *world = *state;
	struct opened_mail mail = {0};

	make_review(world, &mail);
	world->route.fate = ROUTE_SEND;
	world->route.children = 1;
	world->route.forbidden_children = 2;
	world->route.forbidden_by = "no-hub";
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		world->order.kind = CASES[at].kind;
		world->decision.nobody = true;
		world->decision.nobody_children = 2;
		world->decision.kept_children = 0;
		{
			CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
			expect_words(&letter, CASES[at].nobodys);
			expect_no_words(&letter, "gets it at once");
			expect_no_words(&letter, "receives this case");
			if (CASES[at].kind == LETTER_REVIEW)
				expect_words(&letter, "Forbidden for child 2 (no-hub).");
			else
				expect_no_words(&letter, "no-hub");
		}
		world->decision.nobody = false;
		world->decision.nobody_children = 0;
		world->decision.kept_children = 2;
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		expect_words(&letter, CASES[at].kept);
		expect_no_words(&letter, "Nobody receives");
	}
}

static void
test_letters_write__review_attaches_files_and_the_untouched_mail(void **state)
{
	struct letters_world *world = *state;
	struct opened_mail mail = {.attachment_count = 1};
	static const uint8_t RAW[] = "From: a\r\n\r\n\xff";

	make_review(world, &mail);
	mail.has_text = false;
	mail.attachments[0] = (struct attachment){
	    .name = words("Smith J.pdf"), .type = "application/pdf", .bytes = RAW, .length = 5};
	world->order.untouched = RAW;
	world->order.untouched_length = sizeof RAW - 1;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_int_equal(letter.part_count, 3);
	assert_string_equal(letter.names[1], "Smith-J.pdf");
	assert_string_equal(letter.names[2], "mail-as-it-came.eml");
	expect_words(&letter, "attached untouched as mail-as-it-came.eml");
	expect_words(&letter, "Attached, as sent: Smith J.pdf");
	expect_no_words(&letter, "AS IT WAS OPENED");
}

static void
test_letters_write__notice_has_its_points_and_no_more(void **state)
{
	struct letters_world *world = *state;
	struct opened_mail mail = {0};

	make_review(world, &mail);
	world->order.kind = LETTER_NOTICE;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_string_equal(letter.subject, "Notice W26-7KQ4M-3");
	expect_words(&letter, "2. The mail was not signed. [open.unsigned]");
	expect_no_words(&letter, "Quillfeather");
	assert_int_equal(letter.part_count, 1);
}

static void
test_letters_write__digest_has_the_lines_of_its_parts_and_no_case(void **state)
{
	struct letters_world *world = *state;
	static const char *trials[] = {"proposes phoenix: young",
	    "    under the rules of now, since 2026-11-02 09:00: proposed 30; the desk agreed 28, "
	    "declined 1, closed the case 0, has not answered 1"};
	static const char *mails[] = {"12 mails received: 12 sorted"};
	const struct digest digest = {.since = 1794729600, /* Sunday 15 November 2026, 08:00 */
	    .until = 1795334400,
	    .parts = {[DIGEST_MAILS] = {mails, 1}, [DIGEST_TRIALS] = {trials, 2}}};
	struct opened_mail mail = {0};

	make_review(world, &mail);
	world->order.kind = LETTER_DIGEST;
	world->order.digest = &digest;
	CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
	assert_string_equal(letter.subject, "Digest W26-7KQ4M-3");
	assert_int_equal(letter.part_count, 1);
	expect_words(&letter, "From Sunday 15 November 2026, 08:00");
	expect_words(&letter, "until Sunday 22 November 2026, 08:00");
	expect_words(&letter, "Mails 12 mails received: 12 sorted");
	expect_words(&letter, "proposes phoenix: young under the rules of now, since 2026-11-02 09:00:");
	expect_words(&letter, "the desk agreed 28, declined 1, closed the case 0, has not answered 1");
	expect_words(&letter, "Waits at the desk now nothing");
	expect_words(&letter, "Referrals sent none");
	expect_no_words(&letter, "every rule sends");
	expect_no_words(&letter, "Quillfeather");
}

/* --- size, and loading -------------------------------------------------------------------------
 */

static void
test_letters_write__a_letter_that_is_too_large_fails(void **state)
{
	struct letters_world *world = *state;
	struct opened_mail mail = {0};
	struct letter letter;
	struct failure why;
	size_t many = 9u << 20, most = 41u << 20;
	g_autofree char *text = g_strnfill(many, 'x');
	g_autofree uint8_t *bytes = g_malloc0(most);

	make_review(world, &mail);
	mail.text = (struct plain){.words = text, .length = many};
	assert_false(letters_write(world->letters, &world->order, world->arena, &letter, &why));
	assert_string_equal(why.code, "letter.too-large");
	mail.has_text = false;
	world->order.untouched = bytes;
	world->order.untouched_length = most;
	assert_false(letters_write(world->letters, &world->order, world->arena, &letter, &why));
	assert_string_equal(why.code, "letter.too-large");
	assert_int_equal(why.remedy, REMEDY_DESK);
}

static void
test_letters_load__every_template_is_needed_and_checked(void **state)
{
	static const char *const NAMES[] = {"referral", "receipt", "ask", "review", "notice", "digest"};
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *folder = g_dir_make_tmp("templates-XXXXXX", NULL);

	(void)state;
	assert_null(letters_load(folder, folder, faults));
	assert_int_equal(faults_count(faults), LETTER_KINDS);
	for (size_t at = 0; at < COUNT_OF(NAMES); at++) {
		g_autofree char *path = g_strdup_printf("%s/%s.txt", folder, NAMES[at]);
		assert_true(g_file_set_contents(path,
		    at == 1 ? "Subject: {{subject}}\n{{#parts}}{{/parts}}{{refrence}}\n"
			    : "{{subject}}",
		    -1, NULL));
	}
	CLEANUP(faults_closep) struct faults *more = faults_open();
	assert_null(letters_load(folder, folder, more));
	/* a receipt has no answers of the form, and a word is misspelled */
	assert_int_equal(faults_count(more), 2);
	assert_non_null(strstr(faults_at(more, 0)->text, "nobody fills {{parts}}"));
	assert_non_null(strstr(faults_at(more, 1)->text, "did you mean {{reference}}?"));
	assert_true(g_str_has_suffix(faults_at(more, 1)->file, "/receipt.txt"));
	for (size_t at = 0; at < COUNT_OF(NAMES); at++) {
		g_autofree char *path = g_strdup_printf("%s/%s.txt", folder, NAMES[at]);
		(void)g_remove(path);
	}
	(void)g_rmdir(folder);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, letters_world_begin, letters_world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_WORLD(test_letters_write__referral_says_what_why_by_when_and_how),
	    IN_WORLD(test_letters_write__referral_speaks_of_the_officer_and_not_to_the_reader),
	    IN_WORLD(test_letters_write__children_have_headings_with_the_forms_numbers),
	    IN_WORLD(test_letters_write__an_only_child_has_no_number),
	    IN_WORLD(test_letters_write__answer_by_is_the_clock_or_its_length),
	    IN_WORLD(test_letters_write__the_desks_decision_is_told),
	    IN_WORLD(test_letters_write__no_value_stands_at_the_left_margin),
	    IN_WORLD(test_letters_write__lines_are_wrapped_for_any_mail_program),
	    IN_WORLD(test_letters_write__json_has_what_the_letter_has),
	    IN_WORLD(test_letters_write__an_unread_mail_can_be_referred_without_answers),
	    IN_WORLD(test_letters_write__receipt_says_who_has_it_and_what_waits),
	    IN_WORLD(test_letters_write__receipt_tells_why_something_waits),
	    IN_WORLD(test_letters_write__receipt_of_what_goes_to_nobody),
	    IN_WORLD(test_letters_write__ask_numbers_every_fault_and_says_how_to_answer),
	    IN_WORLD(test_letters_write__review_has_all_that_a_person_needs_to_decide),
	    IN_WORLD(test_letters_write__review_of_what_nobody_gets),
	    IN_WORLD(test_letters_write__of_one_child_that_nobody_gets),
	    IN_WORLD(test_letters_write__review_attaches_files_and_the_untouched_mail),
	    IN_WORLD(test_letters_write__notice_has_its_points_and_no_more),
	    IN_WORLD(test_letters_write__digest_has_the_lines_of_its_parts_and_no_case),
	    IN_WORLD(test_letters_write__a_letter_that_is_too_large_fails),
	    cmocka_unit_test(test_letters_load__every_template_is_needed_and_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
