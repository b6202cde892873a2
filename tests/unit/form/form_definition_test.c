/* What form.yaml must be, and how a fault in it is told. */
/* SPDX-License-Identifier: MIT */
#include "reading.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/limits.h"

#define TOP                                                                                  \
	"title: Concern form for\nopening: \"Hello.\"\nend: END\nblocks: [report, concern, " \
	"child-identity, narrative, attachments, other-children, source-identity, "          \
	"confidential-address]\n"
#define SECTION "sections:\n- heading: ABOUT\n  about: report\n  fields:\n"
#define FIELD(words) "  - {name: a, label: First, kind: text, block: report" words "}\n"

static struct form *
load(const char *text, struct faults *faults)
{
	g_autofree char *folder = g_dir_make_tmp("form-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "form.yaml", NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	struct form *form = form_load(path, faults);
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_rmdir(folder), 0);
	return form;
}

static void
test_form_definition__the_smallest_form_has_one_field(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(form_freep) struct form *form = load(TOP SECTION FIELD(", synonyms: One"), faults);

	(void)state;
	assert_non_null(form);
	const struct field_list *list = form_fields(form);
	assert_int_equal(list->count, 1);
	assert_string_equal(list->fields[0].name, "a");
	assert_string_equal(list->fields[0].synonyms[0], "One");
	assert_null(list->fields[0].synonyms[1]);
	assert_string_equal(list->fields[0].section, "ABOUT");
	assert_false(list->fields[0].asked);
	assert_int_equal(list->fields[0].line, 9);
	assert_int_equal(list->group_counts[GROUP_REPORT], 1);
	assert_int_equal(list->block_count, 8);
	assert_string_equal(list->blocks[2], "child-identity");
	assert_int_equal(list->block_places[2].line, 4);
	assert_int_equal(list->block_places[2].column, 27);
	assert_true(g_str_has_suffix(list->file, ".yaml"));
}

/* Blocks that are none, or not a list, are faults beside those that are, and have no place. */
static void
test_form_definition__blocks_that_are_none_are_faults(void **state)
{
	static const char *const BLOCKS[] = {"report", "[]", "{report: x}", "[null, report]", "[{x: y}, report]",
	    "[report, ~]", "~"};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(BLOCKS); at++) {
		CLEANUP(faults_closep) struct faults *faults = faults_open();
		g_autofree char *text = g_strdup_printf("title: Concern form for\nopening: \"Hello.\"\nend: END\n"
							"blocks: %s\n" SECTION FIELD(""), BLOCKS[at]);
		assert_null(load(text, faults));
		assert_true(faults_count(faults) > 0);
	}
}

static void
test_form_definition__names_and_purposes_are_declared_and_may_be_called_otherwise(void **state)
{
	static const char *const TEXT =
	    "title: Concern form for\nopening: \"Hello.\"\nend: END\nblocks: [report, who, story, "
	    "attachments, others, told-by, hidden]\npurposes: {narrative: story, other-children: "
	    "others, source-identity: told-by, confidential-address: hidden}\nsections:\n- heading: "
	    "CHILD\n  about: child\n  fields:\n"
	    "  - {name: child.called, label: Called, kind: text, block: who, names: yes}\n"
	    "  - {name: child.surname, label: Surname, kind: text, block: who}\n"
	    "  - {name: child.school.name, label: School, kind: text, block: who, names: no}\n"
	    "  - {name: child.note, label: Note, kind: text, block: who}\n";
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(form_freep) struct form *form = load(TEXT, faults);

	(void)state;
	assert_non_null(form);
	const struct field_list *list = form_fields(form);
	assert_string_equal(list->purposes[PURPOSE_NARRATIVE], "story");
	assert_string_equal(list->purposes[PURPOSE_ATTACHMENTS], "attachments");
	assert_string_equal(list->purposes[PURPOSE_OTHER_CHILDREN], "others");
	assert_string_equal(list->purposes[PURPOSE_SOURCE], "told-by");
	assert_string_equal(list->purposes[PURPOSE_CONFIDENTIAL], "hidden");
	assert_true(list->fields[0].holds_names);
	assert_true(list->fields[1].holds_names);
	assert_false(list->fields[2].holds_names);
	assert_false(list->fields[3].holds_names);
}

static const struct faulty {
	const char *text, *words; /* a part of one of the faults */
} FAULTY[] = {
    {"", "\"title\" is missing"},
    {"- a\n", "form: expected a map"},
    {TOP "sections: []\n", "no field at all"},
    {TOP "sections: x\n", "expected a list"},
    {"tilte: x\n", "did you mean \"title\"?"},
    {TOP SECTION "  - {label: First, kind: text, block: report}\n", "\"name\" is missing"},
    {TOP SECTION "  - {name: a, kind: text, block: report}\n", "\"label\" is missing"},
    {TOP SECTION "  - {name: a, label: First, block: report}\n", "\"kind\" is missing"},
    {TOP SECTION "  - {name: a, label: First, kind: text}\n", "\"block\" is missing"},
    {TOP SECTION "  - {name: a, label: First, kind: txt, block: report}\n",
	"did you mean \"text\"?"},
    {TOP SECTION "  - {name: a, label: First, kind: text, block: reprot}\n",
	"did you mean \"report\"?"},
    {TOP SECTION "  - {name: a b, label: First, kind: text, block: report}\n", "small letters"},
    {TOP SECTION "  - {name: child.a, label: First, kind: text, block: report}\n",
	"belongs in a section about child"},
    {TOP "sections:\n- heading: CHILD\n  about: child\n  fields:\n" FIELD(""),
	"must begin with \"child.\""},
    {TOP "sections:\n- heading: ADULT\n  about: adult\n  fields:\n" FIELD(""),
	"about an adult, so it must begin with \"involved_adults.\""},
    {TOP SECTION FIELD("") FIELD(""), "already the name of the field in line 9"},
    {TOP SECTION FIELD("") "  - {name: b, label: first!, kind: text, block: report}\n",
	"already stands for the field in line 9"},
    {TOP SECTION "  - {name: a, label: \"Fir:st\", kind: text, block: report}\n",
	"no colon, bracket or bar"},
    {TOP SECTION "  - {name: a, label: \"...\", kind: text, block: report}\n",
	"no letter or digit"},
    {TOP SECTION FIELD(", help: \"a (b)\""), "no bracket"},
    {TOP SECTION FIELD(", asked: maybe"), "expected yes or no"},
    {TOP SECTION FIELD(", asekd: yes"), "did you mean \"asked\"?"},
    {TOP SECTION FIELD(", synonyms: {a: b}"), "expected a list"},
    {TOP SECTION FIELD(", choices: [{name: x, label: y}]"), "of the kind text has none"},
    {TOP SECTION FIELD(", choices_shown: below"), "expected one of here, end, no"},
    {TOP SECTION "  - x\n", "field: expected a map"},
    {TOP SECTION "  - {name: a, label: First, kind: choice, block: report}\n",
	"\"choices\" is missing"},
    {TOP SECTION "  - {name: a, label: First, kind: choice, block: report, choices: []}\n",
	"from 1 to 128"},
#define CHOICES(list)                                                                          \
	TOP SECTION "  - {name: a, label: First, kind: choice, block: report, choices: [" list \
		    "]}\n"
    {CHOICES("{name: x}"), "\"label\" is missing"},
    {CHOICES("y"), "choice: expected a map"},
    {CHOICES("{name: x, label: y, alnoe: yes}"), "did you mean \"alone\"?"},
    {CHOICES("{name: x, label: \"y, z\"}"), "no comma or semicolon"},
    {CHOICES("{name: x, label: y, synonyms: [\"a;b\"]}"), "no comma or semicolon"},
    {CHOICES("{name: x, label: y}, {name: x, label: z}"), "already the name of a choice"},
    {CHOICES("{name: x, label: y}, {name: z, label: Y}"), "already stands for the choice \"x\""},
    {CHOICES("{name: x, label: y, code: \"!\"}"), "no letter or digit"},
    {TOP "sections:\n- heading: FIRST\n  about: report\n  copies: 2\n  fields:\n" FIELD(""),
	"repeats"},
    {TOP "sections:\n- heading: FIRST\n  about: everybody\n  fields:\n" FIELD(""),
	"expected one of report"},
    {TOP "sections:\n- x\n", "section: expected a map"},
    {TOP "sections:\n- heading: FIRST\n  about: report\n  fields: x\n", "fields: expected a list"},
    {TOP "sections:\n- heading: First!\n  about: report\n  fields:\n" FIELD(""),
	"also the label of a field"},
    {TOP SECTION FIELD("") "- heading: about!\n  about: report\n  fields: []\n",
	"stands for two sections"},
    {TOP "sections:\n- heading: CHILD\n  about: child\n  copies: 9\n  fields: []\n", "from 1 to 6"},
    {TOP "sections:\n- {heading: A, about: child, fields: []}\n- {heading: B, about: child, "
	 "fields: []}\n",
	"a second section about child"},
    {"title: Concern form for\nopening: \"a line of the opening that is longer than seventy-two "
     "characters, so it breaks\"\nend: END\nblocks: [report]\n" SECTION FIELD(""),
	"longer than 72"},
#define BLOCKS(list, purposes)                                                               \
	"title: Concern form for\nopening: \"Hello.\"\nend: END\nblocks: [report, " list "]\n" \
	purposes SECTION FIELD("")
    {BLOCKS("narrative, attachments, other-children, source-identity, hidden", ""),
	"none is \"confidential-address\": say which block is that under purposes"},
    {BLOCKS("narrative, attachments, other-children, told-by, confidential-address", ""),
	"none is \"source-identity\""},
    {BLOCKS("narrative, attachments, other-children, source-identity, hidden",
	 "purposes: {confidential-address: hiden}\n"),
	"did you mean \"hidden\"?"},
    {BLOCKS("narrative, attachments, other-children, source-identity, hidden",
	 "purposes: {confidential-address: source-identity}\n"),
	"is source-identity and confidential-address: each needs a block of its own"},
    {TOP "purposes: {refuge: report}\n" SECTION FIELD(""), "unknown key \"refuge\""},
    {TOP "purposes: [report]\n" SECTION FIELD(""), "purposes: expected a map"},
    {TOP SECTION FIELD(", names: perhaps"), "expected yes or no"},
    {TOP SECTION "  - {name: a, label: First, kind: date, block: report, names: yes}\n",
	"only a field of the kind text holds names"},
    {TOP "sections:\n- heading: CHILD\n  about: child\n  fields:\n"
	 "  - {name: child.a, label: First, kind: text, block: report}\n",
	"no field about a child says names: yes"},
    {TOP "sections:\n- heading: CHILD\n  about: child\n  fields:\n"
	 "  - {name: child.name, label: First, kind: text, block: report, names: no}\n",
	"no field about a child says names: yes"},
};

static void
test_form_definition__every_fault_has_its_place_and_the_near_word(void **state)
{
	(void)state;
	for (size_t at = 0; at < COUNT_OF(FAULTY); at++) {
		CLEANUP(faults_closep) struct faults *faults = faults_open();
		CLEANUP(form_freep) struct form *form = load(FAULTY[at].text, faults);
		bool found = false;
		for (size_t fault = 0; fault < faults_total(faults); fault++) {
			found = found || strstr(faults_at(faults, fault)->text, FAULTY[at].words);
			assert_true(faults_at(faults, fault)->line > 0);
			assert_true(g_str_has_suffix(faults_at(faults, fault)->file, "/form.yaml"));
		}
		if (form || !found)
			fail_msg("%s\nhas not: %s, but %s", FAULTY[at].text, FAULTY[at].words,
			    faults_total(faults) ? faults_at(faults, 0)->text : "nothing");
	}
}

static void
test_form_definition__all_faults_are_told_at_once(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	assert_null(load(TOP SECTION
	    "  - {name: A, label: \"x:\", kind: nothing, block: none, wrong: yes}\n",
	    faults));
	assert_int_equal(faults_count(faults), 5);
}

static void
test_form_definition__more_fields_than_there_is_room_for_are_refused(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autoptr(GString) text = g_string_new(TOP SECTION);

	(void)state;
	for (int at = 0; at <= FIELDS_MAX; at++)
		g_string_append_printf(
		    text, "  - {name: f%d, label: Field %d, kind: text, block: report}\n", at, at);
	assert_null(load(text->str, faults));
	assert_non_null(strstr(faults_at(faults, 0)->text, "more than 160 fields"));
	assert_int_equal(faults_at(faults, 0)->line, 9 + FIELDS_MAX);
}

static void
test_form_definition__a_file_that_cannot_be_read_is_a_fault(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();

	(void)state;
	assert_null(form_load("/nowhere/form.yaml", faults));
	assert_int_equal(faults_count(faults), 1);
	form_free(NULL);
}

/* The words that rules and letters are written in. */
static void
test_form_definition__the_shipped_form_has_the_fields_that_rules_go_by(void **state)
{
	static const struct {
		const char *name;
		enum field_kind kind;
		enum field_group group;
		const char *block;
	} FIELDS[] = {
	    {"immediate_danger", FIELD_YES_NO, GROUP_REPORT, "concern"},
	    {"level_of_need", FIELD_CHOICE, GROUP_REPORT, "concern"},
	    {"nature", FIELD_CHOICE, GROUP_REPORT, "report"},
	    {"reported_at", FIELD_MOMENT, GROUP_REPORT, "report"},
	    {"form_ref", FIELD_TEXT, GROUP_REPORT, "report"},
	    {"agreement", FIELD_CHOICE, GROUP_REPORT, "agreement"},
	    {"override_reason", FIELD_CHOICE, GROUP_REPORT, "agreement"},
	    {"incident.postcode", FIELD_POSTCODE, GROUP_REPORT, "narrative"},
	    {"what_happened", FIELD_LONG_TEXT, GROUP_REPORT, "narrative"},
	    {"source.identity", FIELD_TEXT, GROUP_REPORT, "source-identity"},
	    {"intelligence", FIELD_LONG_TEXT, GROUP_REPORT, "intelligence"},
	    {"child.family_name", FIELD_TEXT, GROUP_CHILD, "child-identity"},
	    {"child.birth", FIELD_BIRTH, GROUP_CHILD, "child-identity"},
	    {"child.sex", FIELD_CHOICE, GROUP_CHILD, "child-identity"},
	    {"child.home.postcode", FIELD_POSTCODE, GROUP_CHILD, "child-address"},
	    {"child.confidential_address", FIELD_TEXT, GROUP_CHILD, "confidential-address"},
	    {"child.now.postcode", FIELD_POSTCODE, GROUP_CHILD, "child-whereabouts"},
	    {"child.school.postcode", FIELD_POSTCODE, GROUP_CHILD, "school"},
	    {"child.placing_authority", FIELD_TEXT, GROUP_CHILD, "legal-status"},
	    {"child.social_worker", FIELD_TEXT, GROUP_CHILD, "legal-status"},
	    {"child.concerns", FIELD_CHOICES, GROUP_CHILD, "concern"},
	    {"involved_adults.works_for", FIELD_TEXT, GROUP_ADULT, "adult-contact"},
	    {"involved_adults.relationship", FIELD_TEXT, GROUP_ADULT, "family"},
	};
	static const char *const CODES[][2] = {{"child-drugs", "2A"}, {"parent-drugs", "2B"},
	    {"other-drugs", "2C"}, {"child-alcohol", "1A"}, {"domestic-abuse-child", "3A"},
	    {"missing", "10A"}, {"neglect", "16A"}, {"criminal-exploitation", "24A"},
	    {"fgm", "22A"}};
	struct reading *reading = *state;
	const struct field_list *list = form_fields(reading->form);

	for (size_t at = 0; at < COUNT_OF(FIELDS); at++) {
		const struct field *field = field_find(list, FIELDS[at].name);
		if (!field || field->kind != FIELDS[at].kind || field->group != FIELDS[at].group)
			fail_msg("%s", FIELDS[at].name);
		assert_string_equal(field->block, FIELDS[at].block);
	}
	const struct field *concerns = field_find(list, "child.concerns");
	for (size_t at = 0; at < COUNT_OF(CODES); at++) {
		int choice = choice_find(concerns, CODES[at][0]);
		assert_true(choice >= 0);
		assert_string_equal(concerns->choices[choice].code, CODES[at][1]);
	}
	assert_int_equal(list->block_count, 19);
}

/* What forms of the kind ask, wherever they are used; each may be left blank. */
static void
test_form_definition__the_shipped_form_has_what_concern_forms_ask(void **state)
{
	static const char *const NAMES[] = {"form_ref", "amends", "nature", "reported_at", "linked_refs",
	    "telephoned", "protective_marking", "incident.at", "incident.address", "incident.postcode",
	    "reporter.name", "reporter.role", "reporter.team", "reporter.telephone", "reporter.email",
	    "reporter.supervisor", "source.kind", "source.anonymous", "source.identity", "child.role",
	    "child.family_name", "child.given_names", "child.known_as", "child.former_names", "child.birth",
	    "child.birth_quality", "child.date_of_death", "child.sex", "child.gender_identity",
	    "child.ethnicity", "child.language", "child.interpreter", "child.communication_needs",
	    "child.religion", "child.nationality", "child.disability", "child.nhs_number", "child.upn",
	    "child.home.address", "child.home.postcode", "child.confidential_address",
	    "child.now.whereabouts", "child.now.postcode", "child.telephone", "child.safe_to_contact",
	    "child.school.name", "child.school.postcode", "child.gp", "child.legal_status",
	    "child.placing_authority", "child.social_worker", "child.seen", "child.seen_alone",
	    "child.concerns", "involved_adults.family_name", "involved_adults.given_names",
	    "involved_adults.birth", "involved_adults.relationship",
	    "involved_adults.parental_responsibility", "involved_adults.lives_with_child",
	    "involved_adults.telephone", "involved_adults.safe_to_contact", "involved_adults.aware",
	    "involved_adults.alleged_harmer", "involved_adults.position_of_trust",
	    "involved_adults.works_for", "involved_adults.language", "involved_adults.risks",
	    "immediate_danger", "actions_taken", "level_of_need", "abuse_category", "outcomes_not_met",
	    "dash_grade", "what_happened", "child_words", "injuries", "history", "strengths",
	    "what_is_wanted", "parents_informed", "parents_not_informed_why", "agreement", "agreement_by",
	    "agreement_covers", "override_reason", "lawful_basis", "attachments"};
	struct reading *reading = *state;

	for (size_t at = 0; at < COUNT_OF(NAMES); at++)
		if (!field_find(form_fields(reading->form), NAMES[at]))
			fail_msg("%s", NAMES[at]);
}

/* The Department for Education's factors of an assessment; 18A and 19A have been withdrawn. */
static void
test_form_definition__the_shipped_concerns_have_every_code_once(void **state)
{
	static const char *const CODES[] = {"1A", "1B", "1C", "2A", "2B", "2C", "3A", "3B", "3C", "4A",
	    "4B", "4C", "5A", "5B", "5C", "6A", "6B", "6C", "7A", "8B", "8C", "8D", "8E", "8F", "9A", "10A",
	    "11A", "12A", "13A", "14A", "15A", "16A", "17A", "18B", "18C", "19B", "19C", "20", "21", "22A",
	    "23A", "24A"};
	struct reading *reading = *state;
	const struct field *concerns = field_find(form_fields(reading->form), "child.concerns");
	size_t coded = 0;

	for (size_t choice = 0; choice < concerns->choice_count; choice++)
		coded += concerns->choices[choice].code != NULL;
	for (size_t at = 0; at < COUNT_OF(CODES); at++) {
		size_t times = 0;
		for (size_t choice = 0; choice < concerns->choice_count; choice++)
			times += !g_strcmp0(concerns->choices[choice].code, CODES[at]);
		if (times != 1)
			fail_msg("%s: %zu times", CODES[at], times);
	}
	assert_int_equal(coded, COUNT_OF(CODES));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_form_definition__the_smallest_form_has_one_field),
	    cmocka_unit_test(test_form_definition__blocks_that_are_none_are_faults),
	    cmocka_unit_test(
		test_form_definition__names_and_purposes_are_declared_and_may_be_called_otherwise),
	    cmocka_unit_test(test_form_definition__every_fault_has_its_place_and_the_near_word),
	    cmocka_unit_test(test_form_definition__all_faults_are_told_at_once),
	    cmocka_unit_test(test_form_definition__more_fields_than_there_is_room_for_are_refused),
	    cmocka_unit_test(test_form_definition__a_file_that_cannot_be_read_is_a_fault),
	    cmocka_unit_test_setup_teardown(
		test_form_definition__the_shipped_form_has_the_fields_that_rules_go_by,
		reading_open, reading_close),
	    cmocka_unit_test_setup_teardown(
		test_form_definition__the_shipped_form_has_what_concern_forms_ask, reading_open,
		reading_close),
	    cmocka_unit_test_setup_teardown(
		test_form_definition__the_shipped_concerns_have_every_code_once, reading_open,
		reading_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
