/* Draws rules and lays out every concern that they can tell apart. */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "drawn_choices.h"

const char *const DRAWN_IDS[DRAWN_AGENCIES] = {"hub", "edt", "phoenix", "sutton"};
const unsigned DRAWN_ENTRIES[DRAWN_AGENCIES] = {1, 3, 4, 5};

static struct drawn_field fields[] = {
    {.name = "level_of_need",
	.tests = {"level_of_need: 3", "level_of_need: {is_not: 2}", "level_of_need: {at_least: 3}",
	    "level_of_need: {any_of: [1, 4]}", "level_of_need: {none_of: [1, 2], at_most: 3}",
	    "level_of_need: {any_of: [1, 4, 1], at_least: 3}"},
	.known = "level_of_need: {is_known: no}",
	.answers = {"", "-", "1", "2", "3", "4"}, .exact = "nyyyyy"},
    {.name = "immediate_danger",
	.tests = {"immediate_danger: yes", "immediate_danger: no", "immediate_danger: {is_not: yes}"},
	.known = "immediate_danger: {is_known: yes}",
	.answers = {"", "-", "yes", "no"}, .exact = "nyyy"},
    {.name = "earlier_reports",
	.tests = {"earlier_reports: {from: 2, under: 5}", "earlier_reports: {at_least: 5}",
	    "earlier_reports: {is_not: 3}"},
	.answers = {"", "-", "0", "2", "3", "4", "5", "9"}, .exact = "nyyyyyyy"},
    {.name = "narrative",
	.tests = {"narrative: {mentions: [knife]}", "narrative: {includes: gun}",
	    "narrative: {any_of: [knife]}", "narrative: {mentions: [knife, gun]}",
	    "narrative: {none_of: [gun]}", "narrative: {mentions: [knife, a knife]}",
	    "narrative: {any_of: [knife, gun, knife], includes: gun}"},
	.answers = {"", "-", "knife", "gun", "a knife", "a gun", "a knife, a gun", "a walk",
	    "the knife", "the knife, a gun"},
	.exact = "nyyyyyyyyy"},
    {.name = "child.birth",
	.tests = {"child.age: {from: 9, under: 18}", "child.age: {under: 9}", "child.unborn: yes",
	    "child.age: {at_least: 18}", "child.age: {from: 9}"},
	.answers = {"", "-", "unborn", "@9+", "@9", "@18+", "@18", "@25", "@30", "@9..@9+",
	    "@18..@18+", "@18..@9", "@18..@9+"},
	.exact = "nyyyyyyyynnnn"},
    {.name = "incident.at",
	.tests = {"incident.at: {within: 7 days}", "incident.at: {within: 2 weeks}"},
	.known = "incident.at: {is_known: yes}",
	.answers = {"", "-", "&0", "&-7", "&-8", "&-14", "&-15", "&7", "&8", "&15", "&-8..&-7",
	    "&-15..&-14", "&-20..&0"},
	.exact = "nyyyyyyyyynnn", .late = "nnnnnnnyyynnn"},
    {.name = "child.home.postcode",
	.tests = {"child.home.area: Merton", "child.home.area: {any_of: [Merton, Sutton]}",
	    "child.home.area: {is_not: outside}", "child.home.postcode: {within: SW19}",
	    "child.home.postcode: SW19 1AA", "child.home.postcode: {within: [SW19, CR4]}",
	    "child.home.area: {none_of: [Merton, Croydon]}"},
	.answers = {"", "-", "SW19 1AA", "SW19 1AB", "SW19 2AA", "CR4 1AA", "CR4 1AB", "SM1 1AA", "CR0 1AA",
	    "M1 1AA", "SW19", "SW19 9ZZ", "CR4", "CR4 9ZZ", "CR0", "CR0 9ZZ", "SM1", "SM1 9ZZ"},
	.exact = "nyyyyyyyyynnnnnnnn"},
    {.name = "child.concerns",
	.tests = {"child.concerns: {any_of: [neglect]}", "child.concerns: {all_of: [neglect, self-harm]}",
	    "child.concerns: {none_of: [self-harm]}",
	    "child.concerns: {includes: self-harm, none_of: [neglect]}",
	    "child.concerns: {any_of: [neglect, self-harm, neglect]}"},
	.answers = {"", "-", "neglect", "self-harm", "neglect self-harm", "child-drugs", "~neglect",
	    "~self-harm", "~neglect self-harm", "~child-drugs"},
	.exact = "nyyyyynnnn"},
    {.name = "involved_adults.harmer", .is_adult = true,
	.tests = {"involved_adults.harmer: yes", "involved_adults.harmer: no",
	    "involved_adults.harmer: {is_not: yes}"},
	.answers = {"nobody", "", "-", "yes", "no", "|-", "|yes", "|no", "-|yes", "-|no", "yes|no", "|-|yes",
	    "|-|no", "|yes|no", "-|yes|no", "|-|yes|no"},
	.exact = "ynyyynnnyyynnnyn"},
    {.name = "involved_adults.works_for", .is_adult = true,
	.tests = {"involved_adults.works_for: {includes: this-agency}",
	    "involved_adults.works_for: {includes: tesco}", "involved_adults.works_for: {mentions: [tesco, phoenix]}",
	    "involved_adults.works_for: {mentions: [this-agency, tesco]}"},},
    {.name = "involved_adults.birth", .is_adult = true,
	.tests = {"involved_adults.age: {under: 18}", "involved_adults.age: {at_least: 18}"},
	.answers = {"nobody", "", "-", "@18", "@18+", "@30", "@18|@18+", "@30|@18+", "@30|@18", "|@18",
	    "@18..@18+", "@18..@18+|@18+", "@18..@18+|@30"},
	.exact = "ynyyyyyyynnnn"},
    {.name = "child.died"}, {.name = "reported_at"},
    {.name = "child.needs"}, {.name = "child.orders"},
    {.name = "involved_adults.needs", .is_adult = true},
    {.name = "involved_adults.orders", .is_adult = true},
};

static struct drawn_field births = {.name = "child.birth",
    .tests = {"child.age: {from: 9, under: 18}", "child.age: {under: 9}", "child.unborn: yes",
	"child.age: {at_least: 18}", "child.birth_quality: estimated",
	"child.birth_quality: {is_not: verified}", "child.birth_quality: {any_of: [stated, disputed]}",
	"child.birth_quality: {none_of: [verified, estimated]}"},
    .known = "child.birth_quality: {is_known: yes}"};
/* To this test a report of several days is as one that names none. */
static struct drawn_field reports = {.name = "reported_at", .tests = {"reported_at: {within: 2 days}"},
    .answers = {"", "-", "2026-03-10", "2026-03-10..2026-03-14"}, .exact = "nyyn", .names_report = "nnyy",
    .is_dated = true};

static struct drawn_field *
field_of(const char *name)
{
	for (size_t at = 0; at < COUNT_OF(fields); at++)
		if (strcmp(fields[at].name, name) == 0)
			return &fields[at];
	return NULL;
}

void
drawn_open(void)
{
	static const char *const WORK[] = {"mash", "phoenix", "sutton mash", "emergency team", "tesco"};
	static char exact[66];
	struct drawn_field *field = field_of("involved_adults.works_for");
	size_t count = 0;

	field->exact = exact;
	exact[count] = 'y';
	field->answers[count++] = "nobody";
	for (unsigned set = 0; set < 1u << COUNT_OF(WORK); set++)
		for (int blank = 0; blank < 2; blank++) {
			g_autoptr(GString) all = g_string_new(NULL);
			for (unsigned at = 0; at < COUNT_OF(WORK); at++)
				if (set >> at & 1)
					g_string_append_printf(
					    all, "%s%s", all->len || blank ? "|" : "", WORK[at]);
			exact[count] = blank ? 'n' : 'y';
			field->answers[count++] =
			    drawn_keep(!set && !blank ? "somewhere" : all->str);
		}
	drawn_qualities_open(&births);
	drawn_dates_open(field_of("child.died"));
	drawn_dates_open(field_of("reported_at"));
	drawn_choices_open(field_of("child.needs"));
	drawn_choices_open(field_of("child.orders"));
	drawn_choices_open(field_of("involved_adults.needs"));
	drawn_choices_open(field_of("involved_adults.orders"));
}

static bool
speaks_of_agency(const char *test)
{
	return strstr(test, "this-agency") != NULL;
}

static void
draw_test(GRand *rand, struct drawn_set *set, bool may_name_agency, GString *out)
{
	size_t at = (size_t)g_rand_int_range(rand, 0, (int)set->field_count), count = 0;
	const struct drawn_field *field = set->fields[at];

	while (field->tests[count])
		count++;
	const char *test = field->tests[g_rand_int_range(rand, 0, (int)count)];
	if (field->known && !g_rand_int_range(rand, 0, 6))
		test = field->known;
	if (speaks_of_agency(test) && !may_name_agency)
		test = "involved_adults.works_for: {includes: tesco}";
	set->in_doubt[at] = set->in_doubt[at] || test != field->known;
	g_string_append_printf(out, "{%s}", test);
}

static void
draw_tree(GRand *rand, struct drawn_set *set, int depth, bool may_name_agency, GString *out)
{
	int kind = depth ? g_rand_int_range(rand, 0, 5) : 0;

	if (kind < 2) {
		draw_test(rand, set, may_name_agency, out);
		return;
	}
	g_string_append(out, kind == 2 ? "{not: " : kind == 3 ? "{all: [" : "{any: [");
	draw_tree(rand, set, depth - 1, may_name_agency, out);
	if (kind != 2) {
		g_string_append(out, ", ");
		draw_tree(rand, set, depth - 1, may_name_agency, out);
		g_string_append_c(out, ']');
	}
	g_string_append_c(out, '}');
}

static char *
ids_of(unsigned agencies)
{
	GString *ids = g_string_new("[");

	for (unsigned at = 0; at < DRAWN_AGENCIES; at++)
		if (agencies >> at & 1)
			g_string_append_printf(ids, "%s%s", ids->len > 1 ? ", " : "", DRAWN_IDS[at]);
	g_string_append_c(ids, ']');
	return g_string_free(ids, FALSE);
}

static unsigned
some_agencies(GRand *rand)
{
	return g_rand_boolean(rand) ? 1u << g_rand_int_range(rand, 0, DRAWN_AGENCIES)
				    : (unsigned)g_rand_int_range(rand, 1, 1 << DRAWN_AGENCIES);
}

static void
draw_head(GRand *rand, struct drawn_rule *rule)
{
	static const char *const COLOURS[] = {"blue", "green", "amber", "red", "red"};
	static const char *const DOUBTS[4][3] = {
	    {NULL}, {"wait", "send", "skip"}, {"wait", "send", "wait"}, {"wait", "pass", "pass"}};
	static const char *const MODES[] = {"send", "send", "send", "propose", "watch"};
	static const char *const BLOCKS[] = {"", "", "", ", disclose: [report]", ", disclose: [concern]"};
	g_autofree char *ids = NULL;

	rule->agencies = some_agencies(rand);
	if (rule->list == 2 && g_rand_boolean(rand))
		rule->agencies = (1 << DRAWN_AGENCIES) - 1;
	ids = ids_of(rule->agencies);
	const char *doubt = DOUBTS[rule->list][g_rand_int_range(rand, 0, 3)];
	rule->waits = doubt && strcmp(doubt, "wait") == 0;
	if (rule->list == 0) {
		int set = g_rand_int_range(rand, 0, 5), floor = g_rand_int_range(rand, -2, MIN(set, 3) + 1);
		rule->head = g_strdup_printf("set: %s%s%s", COLOURS[set], floor < 0 ? "" : ", in_doubt: ",
		    floor < 0 ? "" : COLOURS[floor]);
	} else if (rule->list == 1) {
		const char *mode = MODES[g_rand_int_range(rand, 0, 5)];
		rule->watches = strcmp(mode, "watch") == 0;
		rule->head = g_strdup_printf("to: %s, in_doubt: %s, mode: %s%s", ids, doubt, mode,
		    BLOCKS[g_rand_int_range(rand, 0, 5)]);
	} else
		rule->head = g_strdup_printf(
		    "%s: %s, in_doubt: %s", rule->list == 2 ? "not_to" : "only", ids, doubt);
	if (rule->list == 2 && !g_rand_int_range(rand, 0, 3)) {
		rule->needs_nobody = true;
		rule->agencies = (1 << DRAWN_AGENCIES) - 1;
		g_free(rule->head);
		rule->head =
		    g_strdup_printf("not_to: this-agency, needs_nobody: yes, in_doubt: %s", doubt);
	}
}

static void
draw_rule(GRand *rand, struct drawn_set *set, unsigned list, bool is_always)
{
	struct drawn_rule *rule = &set->rules[set->rule_count];
	g_autoptr(GString) when = g_string_new(NULL);

	*rule = (struct drawn_rule){.list = list, .id = g_strdup_printf("r%zu", set->rule_count)};
	set->rule_count++;
	draw_head(rand, rule);
	if (is_always || !g_rand_int_range(rand, 0, 12))
		return;
	draw_tree(rand, set, 2, list >= 2 && !rule->needs_nobody, when);
	rule->when = g_strdup(when->str);
}

static void
draw_top(GRand *rand, struct drawn_set *set)
{
	static const char *const MODES[] = {"send", "send", "send", "send", "propose", "watch"};
	const char *mode = MODES[g_rand_int_range(rand, 0, 6)];
	g_autofree char *to = NULL, *later = NULL, *else_to = NULL;
	unsigned out_of_hours = (unsigned)g_rand_int_range(rand, 0, 1 << DRAWN_AGENCIES);
	unsigned if_forbidden = (unsigned)g_rand_int_range(rand, 0, 4);

	set->keeps = (unsigned)g_rand_int_range(rand, 0, 4);
	set->watches = strcmp(mode, "watch") == 0;
	set->has_red = true;
	set->red_to = some_agencies(rand);
	set->names_desk = g_rand_int_range(rand, 0, 4) > 0;
	to = ids_of(set->red_to);
	later = ids_of(out_of_hours);
	else_to = ids_of(if_forbidden);
	if (set->names_desk) {
		else_to[strlen(else_to) - 1] = 0;
		char *with_desk = g_strconcat(else_to, if_forbidden ? ", desk]" : "desk]", NULL);
		g_free(else_to);
		else_to = with_desk;
	}
	set->top = g_strdup_printf("mode: %s\nkeep: [%s%s%s]\nred: {to: %s%s%s%s%s}\n", mode,
	    set->keeps & 1 ? "blue" : "", set->keeps == 3 ? ", " : "", set->keeps & 2 ? "green" : "", to,
	    out_of_hours ? ", out_of_hours: " : "", out_of_hours ? later : "",
	    set->names_desk || if_forbidden ? ", if_forbidden: " : "",
	    set->names_desk || if_forbidden ? else_to : "");
}

/* Combined answers of all fields of a set; a field of few answers has its place beside any. */
enum { DOMAIN_MAX = 240, FEW_ANSWERS = 4 };

static void
draw_fields(GRand *rand, struct drawn_set *out)
{
	size_t domain = out->field_count ? strlen(out->fields[0]->exact) : 1;
	size_t most = MAX(DOMAIN_MAX, domain * FEW_ANSWERS);

	for (int tries = 0; tries < 6 && out->field_count < DRAWN_FIELDS; tries++) {
		const struct drawn_field *field = &fields[g_rand_int_range(rand, 0, COUNT_OF(fields))];
		size_t count = strlen(field->exact);
		bool is_new = true;
		for (size_t at = 0; at < out->field_count; at++)
			is_new = is_new && strcmp(out->fields[at]->name, field->name) != 0 &&
			    !(out->fields[at]->is_adult && field->is_adult);
		if (!is_new || domain * count > most)
			continue;
		domain *= count;
		out->fields[out->field_count++] = field;
	}
}

static void
draw_rules(GRand *rand, struct drawn_set *out)
{
	draw_top(rand, out);
	for (int at = g_rand_int_range(rand, 0, 3); at > 0; at--)
		draw_rule(rand, out, 0, false);
	/* An urgency rule without conditions may only be the last. */
	for (size_t at = 0; at < out->rule_count; at++)
		if (!out->rules[at].when) {
			g_autoptr(GString) when = g_string_new(NULL);
			draw_test(rand, out, false, when);
			out->rules[at].when = g_strdup(when->str);
		}
	draw_rule(rand, out, 0, true);
	for (int at = g_rand_int_range(rand, 1, 4); at > 0; at--)
		draw_rule(rand, out, 1, false);
	for (int at = g_rand_int_range(rand, 0, 3); at > 0; at--)
		draw_rule(rand, out, 2, false);
	for (int at = g_rand_int_range(rand, 0, 2); at > 0; at--)
		draw_rule(rand, out, 3, false);
}

void
draw_set(GRand *rand, struct drawn_set *out)
{
	memset(out, 0, sizeof *out);
	draw_fields(rand, out);
	draw_rules(rand, out);
}

void
draw_set_of_births(GRand *rand, struct drawn_set *out)
{
	memset(out, 0, sizeof *out);
	out->fields[out->field_count++] = &births;
	draw_fields(rand, out);
	draw_rules(rand, out);
}

void
draw_set_of_reports(GRand *rand, struct drawn_set *out)
{
	memset(out, 0, sizeof *out);
	out->fields[out->field_count++] = &reports;
	out->fields[out->field_count++] = field_of(g_rand_boolean(rand) ? "incident.at" : "child.died");
	draw_fields(rand, out);
	draw_rules(rand, out);
}

bool
drawn_is_dated(const struct drawn_set *set)
{
	for (size_t at = 0; at < set->field_count; at++)
		if (set->fields[at]->is_dated)
			return true;
	return false;
}

void
draw_set_like(GRand *rand, const struct drawn_set *other, struct drawn_set *out)
{
	memset(out, 0, sizeof *out);
	memcpy(out->fields, other->fields, sizeof out->fields);
	out->field_count = other->field_count;
	draw_rules(rand, out);
}

void
drawn_free(struct drawn_set *set)
{
	for (size_t at = 0; at < set->rule_count; at++) {
		g_free(set->rules[at].id);
		g_free(set->rules[at].head);
		g_free(set->rules[at].when);
	}
	g_free(set->top);
}

static void
spell_rule(const struct drawn_rule *rule, GString *yaml)
{
	g_string_append_printf(yaml, "  - {id: %s, why: W, %s%s%s}\n", rule->id, rule->head,
	    rule->when ? ", when: " : "", rule->when ? rule->when : "");
}

char *
drawn_yaml(const struct drawn_set *set, size_t without)
{
	static const char *const NAMES[] = {"urgency", "send", "never", "hold"};
	GString *yaml = g_string_new(set->top);

	for (unsigned list = 0; list < DRAWN_LISTS; list++) {
		gsize before = yaml->len;
		g_string_append_printf(yaml, "%s:\n", NAMES[list]);
		gsize empty = yaml->len;
		for (size_t at = 0; at < set->rule_count; at++)
			if (set->rules[at].list == list && at != without)
				spell_rule(&set->rules[at], yaml);
		if (yaml->len == empty) {
			g_string_truncate(yaml, before);
			g_string_append_printf(yaml, "%s: []\n", NAMES[list]);
		}
	}
	return g_string_free(yaml, FALSE);
}

char *
drawn_alone(const struct drawn_set *set, size_t number)
{
	const struct drawn_rule *rule = &set->rules[number];
	g_autofree char *ids = ids_of((1 << DRAWN_AGENCIES) - 1), *own = ids_of(rule->agencies);
	GString *yaml = g_string_new(URGENCY_GREEN_LIST);

	g_string_append_printf(yaml, "send:\n  - {id: all, why: W, to: %s}\n", ids);
	g_string_append_printf(yaml, "%s  - {id: %s, why: W, %s: %s%s%s}\n",
	    rule->list == 2 ? "never:\n" : rule->list == 3 ? "hold:\n" : "", rule->id,
	    rule->list == 2 ? "not_to" : rule->list == 3 ? "only" : "to", own, rule->when ? ", when: " : "",
	    rule->when ? rule->when : "");
	return g_string_free(yaml, FALSE);
}

/* --- places ---------------------------------------------------------------------------------- */

bool
drawn_is_of_child(const struct drawn_field *field)
{
	return g_str_has_prefix(field->name, "child.");
}

/* A date after the mail of a report that does not say that it is older. */
static bool
is_impossible(const struct drawn_set *set, const struct place *place)
{
	bool is_late = false, is_of_mail = false;

	for (size_t at = 0; at < set->field_count; at++) {
		const struct drawn_field *field = set->fields[at];
		unsigned answer = place->answers[at];
		is_late = is_late || (field->late && field->late[answer] == 'y');
		is_of_mail = is_of_mail || (field->names_report && field->names_report[answer] == 'n');
	}
	return is_late && (is_of_mail || place->doubted);
}

struct place *
drawn_places(const struct drawn_set *set, unsigned also_red_to, size_t *count)
{
	GArray *places = g_array_new(FALSE, TRUE, sizeof(struct place));
	size_t all = 1, report = drawn_report_field(set), doubts = 1 + drawn_doubted_days(set);

	for (size_t at = 0; at < set->field_count; at++)
		all *= strlen(set->fields[at]->exact);
	for (size_t number = 0; number < all * 2 * doubts; number++) {
		struct place place = {
		    .has_child = number / all % 2 == 0, .doubted = (unsigned)(number / all / 2)};
		size_t rest = number % all;
		bool is_extra = false;
		for (size_t at = 0; at < set->field_count; at++) {
			place.answers[at] = (unsigned)(rest % strlen(set->fields[at]->exact));
			rest /= strlen(set->fields[at]->exact);
			is_extra = is_extra ||
			    (!place.has_child && drawn_is_of_child(set->fields[at]) && place.answers[at]);
		}
		is_extra = is_extra || is_impossible(set, &place) ||
		    (place.doubted && report < set->field_count && place.answers[report]);
		/* edt is always open */
		for (unsigned closed = 0; !is_extra && closed < 1u << DRAWN_AGENCIES; closed++) {
			place.closed = closed;
			if ((closed & (set->red_to | also_red_to) & ~2u) == closed)
				g_array_append_val(places, place);
		}
	}
	*count = places->len;
	return (struct place *)(void *)g_array_free(places, FALSE);
}

/* "@9" is born so that the ninth birthday is today, the day of the report, "@9+" so that it is
 * tomorrow, and "@9~" so that it is today of the youngest whom an estimated date may be of; "&-7" is
 * a week before today. */
static int32_t
day_of(const char *said, int32_t today)
{
	enum { GUESS_DAYS = 183 };
	char *rest;
	int32_t number = (int32_t)strtol(said + 1, &rest, 10);
	int32_t low = today - (number + 2) * 366, high = today;

	if (*said == '&')
		return today + number;
	while (low < high) {
		int32_t middle = low + (high - low + 1) / 2;
		if (age_on(middle, today) >= number)
			low = middle;
		else
			high = middle - 1;
	}
	return low + (*rest == '+') - (*rest == '~' ? GUESS_DAYS : 0);
}

static char *
day_words(const char *said, int32_t today)
{
	int year, month, day;

	day_civil(day_of(said, today), &year, &month, &day);
	return g_strdup_printf("%04d-%02d-%02d", year, month, day);
}

static void
answer_on_day(struct small_world *world, const char *name, size_t person, const char *said)
{
	struct civil civil = clock_civil(world->concern.reported_at);
	int32_t today = day_number(civil.year, civil.month, civil.day);
	const char *last = strstr(said, "..");

	const char *quality = strchr(said, ';');
	if (quality) {
		g_autofree char *birth = g_strndup(said, (size_t)(quality - said));
		answer_on_day(world, name, person, birth);
		answer(world, "child.birth_quality", person, quality + 1);
		return;
	}
	if (*said != '@' && *said != '&') {
		answer(world, name, person, said);
		return;
	}
	g_autofree char *first = day_words(said, today);
	g_autofree char *second = last ? day_words(last + 2, today) : NULL;
	g_autofree char *words = second ? g_strdup_printf("%s..%s", first, second) : g_strdup(first);
	answer(world, name, person, words);
}

static void
take_adults(struct small_world *world, const struct drawn_field *field, const char *said)
{
	g_auto(GStrv) each = g_strsplit(said, "|", -1);

	size_t count = strcmp(said, "nobody") == 0 ? 0 : MAX(g_strv_length(each), 1);

	world->concern.adult_count = 0;
	for (size_t at = 0; at < count; at++)
		answer_on_day(world, field->name, at, each[at] ? each[at] : "");
}

void
take_place(struct small_world *world, const struct drawn_set *set, const struct place *place)
{
	world->concern.child_count = world->concern.adult_count = 0;
	if (place->has_child)
		answer(world, "child.name", 0, "");
	for (size_t at = 0; at < set->field_count; at++) {
		const struct drawn_field *field = set->fields[at];
		const char *said = field->answers[place->answers[at]];
		if (field->is_adult)
			take_adults(world, field, said);
		else if (place->has_child || !drawn_is_of_child(field))
			answer_on_day(world, field->name, 0, said);
	}
	take_doubt(world, place->doubted);
	for (unsigned at = 0; at < DRAWN_AGENCIES; at++)
		world->is_open[DRAWN_ENTRIES[at]] = !(place->closed >> at & 1);
}

void
take_sibling(struct small_world *world, const struct drawn_set *set, const struct place *place)
{
	answer(world, "child.name", 1, "");
	for (size_t at = 0; at < set->field_count; at++)
		if (drawn_is_of_child(set->fields[at]))
			answer_on_day(world, set->fields[at]->name, 1,
			    set->fields[at]->answers[place->answers[at]]);
}
