/* Whatever the form and the rules: no agency's letter has a value that was not disclosed to it. */
/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <string.h>

#include "base/clock.h"
#include "form/form.h"
#include "letters/letters.h"
#include "letters_told.h"
#include "mime/mime_read.h"
#include "papers/settings.h"
#include "routing/routing.h"

/* cmocka calls a macro fail, so it comes last */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/*
 * Forms of the shipped fields are filled with words that occur once, agencies and rules are drawn,
 * the real rules decide and the real writer writes. Which child's which field may go where is worked
 * out a second time here, from what was drawn and by simpler means. Every letter is taken apart, and
 * each word that may not be in it is looked for in headers, file names and parts.
 */
enum { CASES = 1000, AGENCIES = 4, RULES_MOST = 5 };

/* Drawn: one send rule, and when it holds. */
struct drawn_rule {
	enum { ALWAYS, OF_SEX, OF_CONCERN, OF_LEVEL, WHENS } when;
	unsigned value;            /* of sex, concern or level */
	uint64_t to;               /* by agency */
	const char *const *blocks; /* disclose, or NULL */
	bool is_proposed;
};

struct drawn {
	struct told told;
	struct entry agencies[AGENCIES];
	struct drawn_rule rules[RULES_MOST];
	unsigned rule_count, level;
	unsigned sex[CHILDREN_MAX], concern[CHILDREN_MAX];
	int never_sex, never_agency; /* -1: no such rule */
	bool is_held;                /* a hold rule that always says yes */
	struct concern concern_read;
	struct decision decision;
	struct opened_mail mail;
};

static const char *const SEXES[] = {"F", "M"}, *const SEX_WORDS[] = {"female", "male"};
static const char *const CONCERNS[] = {"neglect", "gangs", "self-harm"};

static struct form *form;
static struct letters *letters;
static struct settings settings = {
    .identity = {
	.address = "referrals@desk.example", .name = "The desk", .telephone = "020 7946 0100"}};
static char *folder, *routing_path, *areas_path;

/* --- drawing ------------------------------------------------------------------------------------ */

static bool
is_kept_close(const char *block)
{
	static const char *const CLOSE[] = {"source-identity", "confidential-address",
	    "intelligence", "attachments", "other-children", NULL};

	return g_strv_contains(CLOSE, block);
}

/* Some of these blocks; those that few should have less often. */
static const char *const *
draw_blocks(struct told *told, const char *const *of, size_t count, int chance)
{
	const char **blocks = arena_take_many(told->arena, count + 1, sizeof *blocks);
	size_t used = 0;

	for (size_t at = 0; at < count; at++)
		if (told_draw(told, 100) < (unsigned)(is_kept_close(of[at]) ? chance / 4 : chance))
			blocks[used++] = of[at];
	return blocks;
}

static void
draw_agencies(struct drawn *drawn)
{
	static const char *const IDS[AGENCIES] = {"alpha", "beta", "gamma", "delta"};
	const struct field_list *fields = form_fields(form);

	for (unsigned at = 0; at < AGENCIES; at++)
		drawn->agencies[at] = (struct entry){.kind = ENTRY_AGENCY,
		    .id = IDS[at],
		    .name = IDS[at],
		    .address = "agency@agency.example",
		    .telephone = "020 7946 0111",
		    .hours.is_always_open = true,
		    .blocks = draw_blocks(&drawn->told, fields->blocks, fields->block_count,
			told_draw(&drawn->told, 2) ? 90 : 50)};
}

/* A rule may narrow, never widen: so only what each of its agencies has anyway. */
static const char *const *
draw_disclose(struct drawn *drawn, uint64_t to)
{
	const char *shared[64];
	size_t count = 0;

	for (const char *const *at = form_fields(form)->blocks; *at; at++) {
		bool all = true;
		for (unsigned agency = 0; agency < AGENCIES; agency++)
			all = all &&
			    (!(to >> agency & 1) ||
				g_strv_contains(drawn->agencies[agency].blocks, *at));
		if (all)
			shared[count++] = *at;
	}
	const char *const *blocks = draw_blocks(&drawn->told, shared, count, 60);
	return *blocks ? blocks : NULL;
}

static void
draw_rules(struct drawn *drawn)
{
	struct told *told = &drawn->told;

	drawn->rule_count = 1 + told_draw(told, RULES_MOST);
	for (unsigned at = 0; at < drawn->rule_count; at++) {
		struct drawn_rule *rule = &drawn->rules[at];
		*rule = (struct drawn_rule){.when = told_draw(told, WHENS),
		    .to = 1 + told_draw(told, (1 << AGENCIES) - 1),
		    .is_proposed = !told_draw(told, 4)};
		rule->value = rule->when == OF_LEVEL
		    ? 1 + told_draw(told, 4)
		    : told_draw(told, rule->when == OF_SEX ? 2 : 3);
		if (told_draw(told, 2))
			rule->blocks = draw_disclose(drawn, rule->to);
	}
	drawn->never_sex = told_draw(told, 3) ? -1 : (int)told_draw(told, 2);
	drawn->never_agency = (int)told_draw(told, AGENCIES);
	drawn->is_held = !told_draw(told, 4);
}

static void
print_list(GString *yaml, const char *key, const char *const *words)
{
	g_string_append_printf(yaml, "    %s: [", key);
	for (size_t at = 0; words[at]; at++)
		g_string_append_printf(yaml, "%s%s", at ? ", " : "", words[at]);
	g_string_append(yaml, "]\n");
}

static void
print_rule(GString *yaml, const struct drawn *drawn, unsigned number)
{
	static const char *const WHENS_YAML[WHENS] = {"", "    when: {child.sex: %s}\n",
	    "    when: {child.concerns: {includes: %s}}\n", "    when: {level_of_need: %s}\n"};
	static const char *const LEVELS[] = {"", "1", "2", "3", "4"};
	const struct drawn_rule *rule = &drawn->rules[number];
	const char *to[AGENCIES + 1] = {0};
	size_t count = 0;

	for (unsigned at = 0; at < AGENCIES; at++)
		if (rule->to >> at & 1)
			to[count++] = drawn->agencies[at].id;
	g_string_append_printf(yaml, "  - id: rule-%u\n    why: Because\n", number);
	if (rule->when == OF_SEX)
		g_string_append_printf(yaml, WHENS_YAML[1], SEX_WORDS[rule->value]);
	else if (rule->when == OF_CONCERN)
		g_string_append_printf(yaml, WHENS_YAML[2], CONCERNS[rule->value]);
	else if (rule->when == OF_LEVEL)
		g_string_append_printf(yaml, WHENS_YAML[3], LEVELS[rule->value]);
	print_list(yaml, "to", to);
	if (rule->blocks)
		print_list(yaml, "disclose", rule->blocks);
	if (rule->is_proposed)
		g_string_append(yaml, "    mode: propose\n");
}

static struct routing *
load_rules(struct drawn *drawn, const struct directory *directory)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autoptr(GString) yaml =
	    g_string_new("urgency:\n  - {id: worst, set: red, when: {level_of_need: 4}}\n"
			 "  - {id: otherwise, set: green}\nred: {to: [alpha]}\nsend:\n");

	for (unsigned at = 0; at < drawn->rule_count; at++)
		print_rule(yaml, drawn, at);
	if (drawn->never_sex >= 0)
		g_string_append_printf(yaml,
		    "never:\n  - {id: no, when: {child.sex: %s}, not_to: %s}\n",
		    SEX_WORDS[drawn->never_sex], drawn->agencies[drawn->never_agency].id);
	if (drawn->is_held)
		g_string_append(yaml, "hold:\n  - {id: wait, why: Wait}\n");
	assert_true(g_file_set_contents(routing_path, yaml->str, -1, NULL));
	struct routing *routing =
	    routing_load(routing_path, areas_path, form_fields(form), directory, faults);
	if (!routing)
		faults_print(faults, stderr);
	assert_non_null(routing);
	return routing;
}

/* --- what may go, worked out again ---------------------------------------------------------------- */

static bool
holds_for(const struct drawn *drawn, const struct drawn_rule *rule, unsigned child)
{
	switch (rule->when) {
	case OF_SEX:
		return drawn->sex[child] == rule->value;
	case OF_CONCERN:
		return drawn->concern[child] == rule->value;
	case OF_LEVEL:
		return drawn->level == rule->value;
	default:
		return true;
	}
}

/* What becomes of a child at an agency, and whether its own rules give a block there. */
struct lot {
	enum { NOTHING, WAITS, GOES } fate;
	bool is_red, is_sent; /* by a rule that sends, and not only proposes */
};

static struct lot
lot_of(const struct drawn *drawn, unsigned agency, unsigned child)
{
	struct lot lot = {.is_red = drawn->level == 4 && agency == 0};
	bool is_wanted = lot.is_red;

	for (unsigned at = 0; at < drawn->rule_count; at++)
		if (drawn->rules[at].to >> agency & 1 &&
		    holds_for(drawn, &drawn->rules[at], child)) {
			is_wanted = true;
			lot.is_sent = lot.is_sent || !drawn->rules[at].is_proposed;
		}
	lot.is_sent = lot.is_sent || lot.is_red;
	bool is_forbidden =
	    drawn->never_sex == (int)drawn->sex[child] && drawn->never_agency == (int)agency;
	if (is_wanted && !is_forbidden)
		lot.fate = lot.is_sent && (lot.is_red || !drawn->is_held) ? GOES : WAITS;
	return lot;
}

/* Whether a child's own rules give a block: the strongest of them, and one that narrows nothing gives all. */
static bool
rules_give(const struct drawn *drawn, unsigned agency, unsigned child, const char *block)
{
	struct lot lot = lot_of(drawn, agency, child);

	if (lot.is_red)
		return true;
	for (unsigned at = 0; at < drawn->rule_count; at++) {
		const struct drawn_rule *rule = &drawn->rules[at];
		if (rule->to >> agency & 1 && holds_for(drawn, rule, child) &&
		    rule->is_proposed != lot.is_sent &&
		    (!rule->blocks || g_strv_contains(rule->blocks, block)))
			return true;
	}
	return false;
}

struct addressee {
	const struct drawn *drawn;
	unsigned agency;
	uint64_t children;
};

static bool
gives(const struct addressee *to, const char *block)
{
	for (unsigned child = 0; child < to->drawn->told.children; child++)
		if (to->children >> child & 1 && rules_give(to->drawn, to->agency, child, block))
			return g_strv_contains(to->drawn->agencies[to->agency].blocks, block);
	return false;
}

static bool
may_go(const void *whom, const struct field *field, unsigned person)
{
	const struct addressee *to = whom;

	if (field->group != GROUP_CHILD)
		return gives(to, field->block);
	if (!(to->children >> person & 1))
		return gives(to, field->block) && gives(to, "other-children");
	return g_strv_contains(to->drawn->agencies[to->agency].blocks, field->block) &&
	    rules_give(to->drawn, to->agency, person, field->block);
}

/* --- writing and looking ---------------------------------------------------------------------------- */

static struct letter_order
order_of(struct drawn *drawn, const struct route *route)
{
	return (struct letter_order){.kind = LETTER_REFERRAL,
	    .to = route->agency,
	    .settings = &settings,
	    .reference = "W26-7KQ4M-3",
	    .message_id = "<0123@desk.example>",
	    .now = clock_moment(2026, 3, 10, 12, 0),
	    .received_at = clock_moment(2026, 3, 10, 11, 0),
	    .concern = &drawn->concern_read,
	    .decision = &drawn->decision,
	    .route = route,
	    .mail = &drawn->mail};
}

/* Writes as the mailroom does: where free text names what may not go, without any of it. */
static struct plain
write_letter(struct drawn *drawn, const struct route *route, const char **waits)
{
	struct letter_order order = order_of(drawn, route);
	struct letter letter;
	struct failure why = {0};

	*waits = NULL;
	if (!letters_write(letters, &order, drawn->told.arena, &letter, &why)) {
		*waits = arena_text(drawn->told.arena, why.reason);
		assert_string_equal(why.code, "letter.withheld");
		order.without_free_text = true;
		if (!letters_write(letters, &order, drawn->told.arena, &letter, &why))
			fail_msg("%s: %s", why.code, why.reason);
	}
	return letter.entity;
}

/* One letter of a case; what it may have is worked out from the children it should be about. */
static void
check_letter(struct drawn *drawn, const struct route *route, unsigned agency, unsigned *held)
{
	struct addressee to = {drawn, agency, route->children};
	const char *waits;
	struct plain entity = write_letter(drawn, route, &waits);
	g_autofree char *seen = told_squash_letter(entity, drawn->told.arena);
	const char *leak = told_leak(&drawn->told, seen, may_go, &to);
	const char *missing = waits ? NULL : told_missing(&drawn->told, seen, may_go, &to);
	const char *planted = told_planted(&drawn->told, may_go, &to);

	*held += waits != NULL;
	if (leak)
		fail_msg("case %u, %s has %s", drawn->told.seed, route->agency->id, leak);
	if (missing)
		fail_msg("case %u, %s has not %s", drawn->told.seed, route->agency->id, missing);
	if (!waits != !planted)
		fail_msg("case %u, %s %s: %s", drawn->told.seed, route->agency->id,
		    waits ? "waits for nothing" : "should wait", waits ? waits : planted);
}

/* The positive control: one block too many, one header too many, and each must be seen. */
static void
check_control(struct drawn *drawn, const struct route *route, unsigned agency, unsigned *caught)
{
	struct addressee to = {drawn, agency, route->children};
	const struct told_value *secret = told_secret(&drawn->told, may_go, &to);
	struct entry wider = *route->agency;
	struct route wrong = *route;
	const char *waits;

	if (!secret)
		return;
	wider.blocks = form_fields(form)->blocks;
	wrong.agency = &wider;
	wrong.blocks = NULL;
	wrong.child_blocks = NULL;
	wrong.children = UINT64_MAX >> (64 - drawn->told.children);
	struct plain entity = write_letter(drawn, &wrong, &waits);
	g_autofree char *seen = told_squash_letter(entity, drawn->told.arena);
	assert_non_null(told_leak(&drawn->told, seen, may_go, &to));

	entity = write_letter(drawn, route, &waits);
	const char *headed = arena_print(drawn->told.arena, "X-Note: %s\r\n%.*s", secret->tokens[0],
	    (int)entity.length, entity.words);
	g_autofree char *in_header = told_squash_letter(
	    (struct plain){.words = headed, .length = strlen(headed)}, drawn->told.arena);
	assert_non_null(told_leak(&drawn->told, in_header, may_go, &to));
	(*caught)++;
}

/* --- cases -------------------------------------------------------------------------------------------- */

static void
draw_form(struct drawn *drawn, const struct field_list *fields)
{
	struct told *told = &drawn->told;
	struct form_faults faults = {0};

	drawn->level = 1 + told_draw(told, 4);
	told_fix(told, "level_of_need", 0, arena_print(told->arena, "%u", drawn->level));
	for (unsigned child = 0; child < told->children; child++) {
		drawn->sex[child] = told_draw(told, 2);
		drawn->concern[child] = told_draw(told, 3);
		told_fix(told, "child.sex", child, SEXES[drawn->sex[child]]);
		told_fix(told, "child.concerns", child, CONCERNS[drawn->concern[child]]);
	}
	told_fill(told, fields);
	const char *text = told_text(told, fields);
	assert_true(form_read(form, plain_copy(told->arena, text, strlen(text)), "desk@gate.test",
	    clock_moment(2026, 3, 10, 12, 0), told->arena, &drawn->concern_read, &faults));
	told_keep_what_was_read(told, &drawn->concern_read);
}

static struct drawn *
draw_case(struct arena *arena, GRand *random, unsigned seed)
{
	struct drawn *drawn = arena_take(arena, sizeof *drawn);

	drawn->told = (struct told){.arena = arena, .random = random, .seed = seed};
	drawn->told.children = 1 + told_draw(&drawn->told, 4);
	drawn->told.adults = told_draw(&drawn->told, 3);
	draw_agencies(drawn);
	draw_rules(drawn);
	draw_form(drawn, form_fields(form));
	drawn->mail.attachment_count = 1;
	drawn->mail.attachments[0] =
	    (struct attachment){.name = {.words = "Quzattachname.pdf", .length = 17},
		.type = "application/pdf",
		.bytes = (const uint8_t *)"Quzattachbytes",
		.length = 14};
	return drawn;
}

/* Each agency's letters: what goes at once, and what the desk lets go. */
static void
check_routes(struct drawn *drawn, unsigned *letters_seen, unsigned *held, unsigned *caught)
{
	for (unsigned agency = 0; agency < AGENCIES; agency++) {
		uint64_t parts[2] = {0, 0};
		for (unsigned child = 0; child < drawn->told.children; child++) {
			struct lot lot = lot_of(drawn, agency, child);
			if (lot.fate != NOTHING)
				parts[lot.fate == WAITS] |= (uint64_t)1 << child;
		}
		const struct route *route = NULL;
		for (size_t at = 0; at < drawn->decision.route_count; at++)
			if (strcmp(drawn->decision.routes[at].agency->id,
				drawn->agencies[agency].id) == 0)
				route = &drawn->decision.routes[at];
		for (unsigned part = 0; part < 2; part++) {
			if (!parts[part])
				continue;
			assert_non_null(route);
			if (part == 0)
				assert_true(
				    route->fate == ROUTE_SEND && route->children == parts[0]);
			struct route sent = *route;
			sent.children = parts[part];
			sent.blocks = route_blocks(&sent, sent.children, drawn->told.arena);
			check_letter(drawn, &sent, agency, held);
			(*letters_seen)++;
			if (drawn->told.seed % 8 == 0)
				check_control(drawn, &sent, agency, caught);
		}
		if (route && route->fate == ROUTE_SEND)
			assert_true(parts[0] != 0);
	}
}

static void
test_letters__no_form_and_no_rules_disclose_what_is_not_named(void **state)
{
	unsigned written = 0, held = 0, caught = 0;
	const char *more = g_getenv("WANDLE_SPLIT_CASES");
	unsigned cases = more ? (unsigned)g_ascii_strtoull(more, NULL, 10) : CASES;

	(void)state;
	for (unsigned seed = 1; seed <= cases; seed++) {
		CLEANUP(arena_closep) struct arena *arena = arena_open(256 << 20);
		g_autoptr(GRand) random = g_rand_new_with_seed(seed);
		struct drawn *drawn = draw_case(arena, random, seed);
		struct directory directory = {.entries = drawn->agencies, .count = AGENCIES};
		struct routing *routing = load_rules(drawn, &directory);
		bool is_open[AGENCIES] = {true, true, true, true};
		struct routing_moment moment = {clock_moment(2026, 3, 10, 12, 0), is_open};
		routing_decide(routing, &drawn->concern_read, &moment, arena, &drawn->decision);
		check_routes(drawn, &written, &held, &caught);
		routing_free(routing);
	}
	print_message("%u cases, %u letters, %u held for their free text, %u leaks made and seen\n",
	    cases, written, held, caught);
	/* all of it happens, so that all of it is tested */
	assert_true(written > cases && held > cases / 4 && caught > cases / 10);
}

static int
open_all(void **state)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	const char *source = g_getenv("WANDLE_SOURCE");
	g_autofree char *form_path = g_build_filename(source, "rules", "form.yaml", NULL);
	g_autofree char *templates = g_build_filename(source, "templates", NULL);

	(void)state;
	assert_true(clock_open_zone() && mime_init());
	form = form_load(form_path, faults);
	letters = letters_load(templates, templates, faults);
	assert_true(form && letters);
	folder = g_dir_make_tmp("split-XXXXXX", NULL);
	routing_path = g_build_filename(folder, "routing.yaml", NULL);
	areas_path = g_build_filename(folder, "areas.csv", NULL);
	assert_true(g_file_set_contents(areas_path, "SW19 1AA,Merton\n", -1, NULL));
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	(void)g_remove(routing_path);
	(void)g_remove(areas_path);
	(void)g_rmdir(folder);
	g_free(routing_path);
	g_free(areas_path);
	g_free(folder);
	letters_free(letters);
	form_free(form);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest TESTS[] = {
	    cmocka_unit_test(test_letters__no_form_and_no_rules_disclose_what_is_not_named),
	};

	return cmocka_run_group_tests(TESTS, open_all, close_all);
}
