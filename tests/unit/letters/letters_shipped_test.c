/* The shipped form, agencies and templates, held to the promise of disclosure. */
/* SPDX-License-Identifier: MIT */
#include "letters_world.h"

#include <string.h>

#include "form/form.h"
#include "setup/setup.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The shipped form filled with a word of its own in every answer, for two children and an adult. */
struct shipped {
	struct letters_world *world;
	struct form *form;
	struct address_book *book;
};

static char *
path_of(const char *name)
{
	const char *source = g_getenv("WANDLE_SOURCE");

	return g_build_filename(source ? source : ".", "rules", name, NULL);
}

static void
make_room(struct letters_world *world, const struct field_list *form)
{
	struct concern *concern = &world->concern;

	*concern = (struct concern){.form = form, .child_count = 2, .adult_count = 1};
	concern->values = arena_take_many(
	    world->arena, form->group_counts[GROUP_REPORT], sizeof *concern->values);
	for (size_t child = 0; child < concern->child_count; child++)
		concern->children[child].values = arena_take_many(
		    world->arena, form->group_counts[GROUP_CHILD], sizeof(struct value));
	concern->adults[0].values =
	    arena_take_many(world->arena, form->group_counts[GROUP_ADULT], sizeof(struct value));
}

static struct value *
value_of(struct letters_world *world, const struct field *field, size_t person)
{
	struct value *values = field->group == GROUP_CHILD ? world->concern.children[person].values :
	    field->group == GROUP_ADULT                    ? world->concern.adults[person].values :
							     world->concern.values;

	return &values[field->index];
}

static void
write_words(struct letters_world *world, const struct field *field, size_t person, const char *text)
{
	*value_of(world, field, person) = (struct value){
	    .known = KNOWN_UNCLEAR, .text = plain_copy(world->arena, text, strlen(text))};
}

/* A word that no other answer has: letters only, so that it is one word. */
static const char *
word_of(struct letters_world *world, const struct field *field, size_t person)
{
	const struct field *first = world->concern.form->fields;
	unsigned number = (unsigned)(field - first);

	return arena_print(world->arena, "Qu%c%c%c%czi", 'a' + (int)person, 'a' + number / 20 % 20,
	    'a' + number % 20, 'k' + (int)field->group);
}

static size_t
persons_of(const struct field *field)
{
	return field->group == GROUP_CHILD ? 2 : 1;
}

static int
begin(void **state)
{
	struct shipped *shipped = g_new0(struct shipped, 1);
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *form_path = path_of("form.yaml"), *folder = path_of("");
	void *own = NULL;

	assert_int_equal(letters_world_begin(&own), 0);
	shipped->world = own;
	shipped->form = form_load(form_path, faults);
	faults_print(faults, stderr);
	assert_non_null(shipped->form);
	const struct field_list *fields = form_fields(shipped->form);
	shipped->book =
	    setup_load_directory(folder, fields->blocks, fields->block_count, faults);
	faults_print(faults, stderr);
	assert_non_null(shipped->book);
	make_room(shipped->world, fields);
	*state = shipped;
	return 0;
}

static int
end(void **state)
{
	struct shipped *shipped = *state;
	void *own = shipped->world;

	(void)letters_world_end(&own);
	setup_free_directory(shipped->book);
	form_free(shipped->form);
	g_free(shipped);
	return 0;
}

/* Turns the world's order into a referral of child 1 to this agency. */
static void
refer_to(struct letters_world *world, const struct entry *agency)
{
	world->route = (struct route){.agency = agency, .children = 1, .fate = ROUTE_SEND, .why = "why"};
	world->order.to = agency;
}

static bool
receives(const struct entry *agency, const char *block)
{
	return g_strv_contains(agency->blocks, block);
}

static void
test_letters_shipped__each_agency_gets_its_blocks_of_its_children(void **state)
{
	struct shipped *shipped = *state;
	struct letters_world *world = shipped->world;
	const struct field_list *form = form_fields(shipped->form);
	const struct directory *directory = setup_directory(shipped->book);

	for (size_t at = 0; at < form->count; at++)
		for (size_t person = 0; person < persons_of(&form->fields[at]); person++)
			write_words(world, &form->fields[at], person,
			    word_of(world, &form->fields[at], person));
	for (size_t number = 0; number < directory->count; number++) {
		const struct entry *agency = &directory->entries[number];
		if (agency->kind != ENTRY_AGENCY)
			continue;
		refer_to(world, agency);
		CLEANUP(read_letter_done) struct read_letter letter = world_letter(world);
		for (size_t at = 0; at < form->count; at++)
			for (size_t person = 0; person < persons_of(&form->fields[at]); person++) {
				const struct field *field = &form->fields[at];
				const char *word = word_of(world, field, person);
				bool goes = receives(agency, field->block) &&
				    (field->group != GROUP_CHILD || person == 0);
				if (!strstr(letter.everything->str, word) == goes)
					fail_msg("%s and %s", agency->id, field->name);
			}
	}
}

/* If a field for names came to be called otherwise, a sibling would be named to strangers. */
static void
test_letters_shipped__every_name_of_a_sibling_is_known_as_one(void **state)
{
	static const char *const NAMES[] = {"child.family_name", "child.given_names",
	    "child.known_as", "child.former_names"};
	struct shipped *shipped = *state;
	struct letters_world *world = shipped->world;
	const struct field_list *form = form_fields(shipped->form);
	const struct field *text = field_find(form, "what_happened");
	size_t checked = 0;

	refer_to(world, directory_find(setup_directory(shipped->book), ENTRY_AGENCY, "merton-mash"));
	write_words(world, text, 0, "and then Quizzical came");
	for (size_t at = 0; at < COUNT_OF(NAMES); at++) {
		const struct field *field = field_find(form, NAMES[at]);
		struct letter letter;
		struct failure why;
		assert_non_null(field);
		write_words(world, field, 1, "Quizzical");
		assert_false(
		    letters_write(world->letters, &world->order, world->arena, &letter, &why));
		assert_string_equal(why.code, "letter.withheld");
		*value_of(world, field, 1) = (struct value){0};
	}
	/* and those are all: every text of the block child-identity that could be a name */
	for (size_t at = 0; at < form->count; at++)
		checked += strcmp(form->fields[at].block, "child-identity") == 0 &&
		    form->fields[at].kind == FIELD_TEXT;
	/* beside the names only gender_identity and description */
	assert_int_equal(checked, COUNT_OF(NAMES) + 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_letters_shipped__each_agency_gets_its_blocks_of_its_children, begin, end),
	    cmocka_unit_test_setup_teardown(
		test_letters_shipped__every_name_of_a_sibling_is_known_as_one, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
