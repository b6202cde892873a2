/* Tries every set of choices, and every company of adults with such sets. */
/* SPDX-License-Identifier: MIT */
#include "drawn_choices.h"

/* A test of choices: any of these, all of these, none of these; 0 where it does not say. */
struct set_test {
	unsigned any, all, none;
};

enum { NO, CANNOT_TELL, YES, SET_TESTS = 6, ALL_TESTS };

const char *
drawn_keep(const char *text)
{
	static GStringChunk *kept;

	if (!kept)
		kept = g_string_chunk_new(4096);
	return g_string_chunk_insert_const(kept, text);
}

/* What one person, or several, answer: how each test takes it, and what is open of it. */
struct said {
	int takes[ALL_TESTS]; /* the last: the test without the word that is left out */
	bool is_exact, has_blank, is_nobody;
	const char *words;
};

/* By bit: the last one stands alone. */
static const char *const NEEDS[] = {"hearing", "sight", "speech", "none"};
static const char *const ORDERS[] = {
    "o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11", "none"};
enum { NEED_NONE = 1 << 3, ORDER_NONE = 1 << 12 };

static const struct set_test OF_NEEDS[SET_TESTS] = {{.any = 3}, {.all = 5}, {.none = NEED_NONE | 2},
    {.any = NEED_NONE}, {.any = 4, .none = 1}, {.all = NEED_NONE | 2}};
static const struct set_test OF_ORDERS[SET_TESTS] = {{.any = 0x1ff}, {.all = 0x900}, {.any = 0xe00},
    {.none = ORDER_NONE | 0x600}, {.any = ORDER_NONE | 1}, {.any = 0x0f0, .none = 0x00f}};

struct drawing {
	const char *const *names;
	size_t count; /* of those that do not stand alone */
	struct set_test tests[ALL_TESTS];
	GArray *said; /* struct said */
	bool is_fine; /* keeps each set by itself, so that each word of a list is told apart */
};

static int
judge(const struct set_test *test, unsigned set, bool is_unclear)
{
	int lack = is_unclear ? CANNOT_TELL : NO, answer = YES;

	if (test->any)
		answer = MIN(answer, test->any & set ? YES : lack);
	if (test->all)
		answer = MIN(answer, (test->all & set) == test->all ? YES : lack);
	if (test->none)
		answer = MIN(answer, test->none & set ? NO : YES - lack);
	return answer;
}

/* Keeps the first of those that are taken alike; of a few all. */
static bool
is_new(const struct drawing *drawing, const struct said *said)
{
	for (size_t at = 0; !drawing->is_fine && at < drawing->said->len; at++) {
		const struct said *other = &g_array_index(drawing->said, struct said, at);
		if (memcmp(other->takes, said->takes, sizeof said->takes) == 0 &&
		    other->is_exact == said->is_exact && other->has_blank == said->has_blank &&
		    other->is_nobody == said->is_nobody)
			return false;
	}
	return true;
}

static void
keep(struct drawing *drawing, const struct said *said)
{
	if (is_new(drawing, said))
		g_array_append_vals(drawing->said, said, 1);
}

static void
say_set(struct drawing *drawing, unsigned set, bool is_unclear)
{
	struct said said = {.is_exact = !is_unclear};
	g_autoptr(GString) words = g_string_new(is_unclear ? "~" : "");

	for (size_t at = 0; at <= drawing->count; at++)
		if (set >> at & 1)
			g_string_append_printf(
			    words, "%s%s", words->len > is_unclear ? " " : "", drawing->names[at]);
	for (size_t at = 0; at < ALL_TESTS; at++)
		said.takes[at] = judge(&drawing->tests[at], set, is_unclear);
	said.words = drawn_keep(words->str);
	keep(drawing, &said);
}

static void
say_state(struct drawing *drawing, const char *words, bool is_blank)
{
	struct said said = {.is_exact = !is_blank, .has_blank = is_blank, .words = words};

	for (size_t at = 0; at < ALL_TESTS; at++) {
		const struct set_test *test = &drawing->tests[at];
		said.takes[at] = is_blank ? CANNOT_TELL : test->any || test->all ? NO : YES;
	}
	keep(drawing, &said);
}

static void
say_all_sets(struct drawing *drawing)
{
	say_state(drawing, "", true);
	say_state(drawing, "-", false);
	say_set(drawing, 1u << drawing->count, false);
	for (unsigned set = 1; set < 1u << drawing->count; set++) {
		say_set(drawing, set, false);
		say_set(drawing, set, true);
	}
}

/* Two companies as one; blanks come first, and a blank alone is no more than one. */
static void
join(struct drawing *drawing, size_t left, size_t right)
{
	const struct said *one = &g_array_index(drawing->said, struct said, left);
	const struct said *other = &g_array_index(drawing->said, struct said, right);
	struct said both = {.is_exact = one->is_exact && other->is_exact,
	    .has_blank = one->has_blank || other->has_blank};

	if (one->has_blank && other->has_blank)
		return;
	for (size_t at = 0; at < ALL_TESTS; at++)
		both.takes[at] = MAX(one->takes[at], other->takes[at]);
	if (!is_new(drawing, &both))
		return;
	const struct said *first = other->has_blank ? other : one, *last = other->has_blank ? one : other;
	g_autofree char *words = g_strdup_printf("%s|%s", first->words, last->words);
	both.words = drawn_keep(words);
	keep(drawing, &both);
}

static void
join_all(struct drawing *drawing)
{
	for (size_t one = 0; one < drawing->said->len; one++)
		for (size_t other = 0; other < one; other++)
			join(drawing, one, other);
	struct said nobody = {.is_exact = true, .is_nobody = true, .words = "nobody"};
	g_array_append_val(drawing->said, nobody);
}

static const char *
set_words(const struct drawing *drawing, const char *word, unsigned set, const char *before)
{
	GString *words = g_string_new(NULL);

	for (size_t at = 0; at <= drawing->count; at++)
		if (set >> at & 1)
			g_string_append_printf(words, "%s%s", words->len ? ", " : "", drawing->names[at]);
	g_autofree char *list = g_string_free(words, FALSE);
	g_autofree char *all = set ? g_strdup_printf("%s%s: [%s]", before, word, list) : g_strdup("");
	return drawn_keep(all);
}

static void
write_tests(const struct drawing *drawing, struct drawn_field *field)
{
	for (size_t at = 0; at < SET_TESTS; at++) {
		const struct set_test *test = &drawing->tests[at];
		g_autofree char *all = g_strdup_printf("%s: {%s%s%s}", field->name,
		    set_words(drawing, "any_of", test->any, ""),
		    set_words(drawing, "all_of", test->all, test->any ? ", " : ""),
		    set_words(drawing, "none_of", test->none, test->any || test->all ? ", " : ""));
		field->tests[at] = drawn_keep(all);
	}
}

static struct drawing
drawing_of(const struct drawn_field *field, GArray *said)
{
	bool is_needs = g_str_has_suffix(field->name, ".needs");
	struct drawing drawing = {.names = is_needs ? NEEDS : ORDERS,
	    .count = (is_needs ? COUNT_OF(NEEDS) : COUNT_OF(ORDERS)) - 1,
	    .said = said,
	    .is_fine = is_needs && !field->is_adult};

	memcpy(drawing.tests, is_needs ? OF_NEEDS : OF_ORDERS, sizeof OF_NEEDS);
	return drawing;
}

static void
say_all(struct drawing *drawing, const struct drawn_field *field)
{
	say_all_sets(drawing);
	if (field->is_adult)
		join_all(drawing);
}

void
drawn_choices_open(struct drawn_field *field)
{
	g_autoptr(GArray) said = g_array_new(FALSE, TRUE, sizeof(struct said));
	g_autoptr(GString) exact = g_string_new(NULL);
	struct drawing drawing = drawing_of(field, said);

	write_tests(&drawing, field);
	say_all(&drawing, field);
	assert_true(said->len <= ANSWERS_MAX);
	for (size_t at = 0; at < said->len; at++) {
		const struct said *one = &g_array_index(said, struct said, at);
		field->answers[at] = one->words;
		g_string_append_c(exact, one->is_exact ? 'y' : 'n');
	}
	field->is_coarse = !drawing.is_fine;
	field->exact = drawn_keep(exact->str);
}

/* --- a list without one of its words --------------------------------------------------------- */

/* The test of the field that stands at this place, without the word of its list that begins so. */
static struct set_test
without_word(const struct drawing *drawing, const struct drawn_field *field, const char *test,
    size_t list, const char *word, size_t *number)
{
	size_t at = 0, bit = 0;

	while (!g_str_has_prefix(test, field->tests[at]))
		at++;
	while (strcmp(drawing->names[bit], word) != 0)
		bit++;
	struct set_test without = drawing->tests[at];
	g_autofree char *before = g_strndup(test, list);
	unsigned *changed = g_str_has_suffix(before, "any_of: [") ? &without.any
	    : g_str_has_suffix(before, "all_of: [")		  ? &without.all
								  : &without.none;
	assert_true(*changed >> bit & 1);
	*changed &= ~(1u << bit);
	*number = at;
	return without;
}

const struct drawn_field *
drawn_choices_told(const struct drawn_field *field, const char *test, size_t list, const char *word)
{
	static GHashTable *known;
	g_autofree char *key = g_strdup_printf("%.*s %zu %s", (int)strcspn(test, "}"), test, list, word);

	known = known ? known : g_hash_table_new(g_str_hash, g_str_equal);
	struct drawn_field *told = g_hash_table_lookup(known, key);
	if (told)
		return told;
	g_autoptr(GArray) said = g_array_new(FALSE, TRUE, sizeof(struct said));
	struct drawing drawing = drawing_of(field, said);
	g_autoptr(GString) exact = g_string_new(NULL);
	size_t number;
	drawing.tests[SET_TESTS] = without_word(&drawing, field, test, list, word, &number);
	say_all(&drawing, field);
	told = g_new0(struct drawn_field, 1);
	*told = (struct drawn_field){.name = field->name, .is_adult = field->is_adult};
	for (size_t at = 0; at < said->len; at++) {
		const struct said *one = &g_array_index(said, struct said, at);
		if (one->takes[number] == one->takes[SET_TESTS])
			continue;
		assert_true(exact->len < ANSWERS_MAX);
		told->answers[exact->len] = one->words;
		g_string_append_c(exact, one->is_exact ? 'y' : 'n');
	}
	told->exact = drawn_keep(exact->str);
	g_hash_table_insert(known, (void *)(uintptr_t)drawn_keep(key), told);
	return told;
}
