/* Reads one given answer: by its kind, as a state, or worked back from an age or an area. */
/* SPDX-License-Identifier: MIT */
#include "routing/given_value.h"

#include <string.h>

#include "base/clock.h"
#include "routing/fact.h"
#include "routing/loading.h"

enum {
	OLDEST_YEARS = 120,  /* of somebody who is only said to be born */
	AGE_MAX_YEARS = 150, /* as conditions have it */
	HALF_A_YEAR = 183,   /* since the birthday of somebody of a certain age */
	DUE_IN_DAYS = 90,    /* an unborn child's due date, where none is given */
	SPELLED_MAX_BYTES = 64,
};

static struct plain
spelled(const struct giving *giving, const char *text)
{
	return plain_copy(giving->arena, text, strlen(text));
}

/* Of "a to b" the halves; of other texts twice the whole. */
struct halves {
	char first[SPELLED_MAX_BYTES], last[SPELLED_MAX_BYTES];
};

static void
halve(const char *text, struct halves *out)
{
	const char *to = strstr(text, " to ");
	size_t length = to ? (size_t)(to - text) : strlen(text);

	(void)g_snprintf(out->first, sizeof out->first, "%.*s", (int)MIN(length, 60), text);
	(void)g_strlcpy(out->last, to ? to + 4 : out->first, sizeof out->last);
}

/* --- states -------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	enum known known;
} STATES[] = {{"unknown", KNOWN_UNKNOWN}, {"not known", KNOWN_UNKNOWN}, {"refused", KNOWN_REFUSED},
    {"not applicable", KNOWN_NOT_APPLICABLE}, {"blank", KNOWN_BLANK}, {"unclear", KNOWN_UNCLEAR}};

static bool
is_state(const struct yaml_node *node, enum known *out)
{
	for (size_t at = 0; node->kind == YAML_TEXT && !node->is_quoted && at < COUNT_OF(STATES);
	     at++)
		if (strcmp(node->text, STATES[at].word) == 0) {
			*out = STATES[at].known;
			return true;
		}
	return false;
}

static void
set_state(const struct giving *giving, enum known known, const char *word, struct value *out)
{
	*out = (struct value){.known = known, .text = spelled(giving, "")};
	if (known == KNOWN_UNCLEAR)
		out->text = spelled(giving, "???");
	else if (known != KNOWN_BLANK)
		out->text = spelled(giving, word);
}

/* {state: refused}: the state, also where a choice has that name. */
static bool
read_state_map(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, struct value *out)
{
	static const char *const KEYS[] = {"state"};
	const struct yaml_node *state = yaml_need(node, operand->name, "state", giving->faults);
	const char *words[COUNT_OF(STATES)];
	unsigned number;

	yaml_only_keys(node, operand->name, KEYS, COUNT_OF(KEYS), giving->faults);
	for (size_t at = 0; at < COUNT_OF(STATES); at++)
		words[at] = STATES[at].word;
	if (!state || !yaml_word(state, "state", words, COUNT_OF(words), &number, giving->faults))
		return false;
	set_state(giving, STATES[number].known, STATES[number].word, out);
	return true;
}

/* --- days ------------------------------------------------------------------------------------ */

bool
given_moment(const char *text, int64_t *moment, int32_t *day, bool *has_time)
{
	int year, month, number, hour = 0, minute = 0;
	char date[11];

	(void)g_strlcpy(date, text, sizeof date);
	if (!day_read(date, day))
		return false;
	*has_time = text[10] != 0;
	day_civil(*day, &year, &month, &number);
	if (*has_time) {
		const char *time = text + 10;
		if (strlen(time) != 6 || time[0] != ' ' || time[3] != ':' ||
		    strspn(time + 1, "0123456789") != 2 || strspn(time + 4, "0123456789") != 2)
			return false;
		hour = (time[1] - '0') * 10 + time[2] - '0';
		minute = (time[4] - '0') * 10 + time[5] - '0';
	}
	*moment = clock_moment(year, month, number, hour, minute);
	return hour < 24 && minute < 60;
}

static bool
fault_value(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, const char *wanted)
{
	yaml_fault(giving->faults, node, "%s: expected %s, here stands \"%s\"", operand->name,
	    wanted, node->text);
	return false;
}

static bool
read_span(const char *text, struct value *out)
{
	struct halves halves;

	halve(text, &halves);
	return day_read(halves.first, &out->first_day) && day_read(halves.last, &out->last_day) &&
	    out->first_day <= out->last_day;
}

static bool
read_unborn(const struct giving *giving, const char *text, struct value *out)
{
	static const char UNBORN[] = "unborn";

	if (strncmp(text, UNBORN, strlen(UNBORN)) != 0)
		return false;
	text += strlen(UNBORN);
	out->is_unborn = true;
	out->first_day = out->last_day = giving->today + DUE_IN_DAYS;
	return !*text || (*text == ' ' && read_span(text + 1, out));
}

static bool
read_day(const struct giving *giving, const struct operand *operand, const struct yaml_node *node,
    struct value *out)
{
	bool has_time = false;

	if (operand->field->kind == FIELD_BIRTH && read_unborn(giving, node->text, out))
		return true;
	if (operand->field->kind == FIELD_MOMENT &&
	    given_moment(node->text, &out->moment, &out->first_day, &has_time) && has_time) {
		out->last_day = out->first_day;
		return true;
	}
	out->moment = 0;
	if (!read_span(node->text, out))
		return fault_value(giving, operand, node,
		    operand->field->kind == FIELD_BIRTH
			? "a day as 2014-03-29, \"2014-01-01 to 2014-12-31\" or unborn"
			: "a day as 2026-03-29, or \"2026-03-01 to 2026-03-29\"");
	out->is_estimated = operand->field->kind == FIELD_BIRTH && out->first_day != out->last_day;
	return true;
}

/* --- the other kinds ------------------------------------------------------------------------- */

/* What the form would refuse is no concern. */
static bool
check_alone(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *list, const struct value *value)
{
	for (unsigned at = 0; list->count > 1 && at < operand->field->choice_count; at++)
		if (operand->field->choices[at].is_alone && choice_set_has(&value->choices, at)) {
			yaml_fault(giving->faults, list, "%s: \"%s\" stands beside no other choice",
			    operand->name, operand->field->choices[at].name);
			return false;
		}
	return true;
}

static bool
read_choices(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, struct value *out)
{
	bool is_list = node->kind == YAML_LIST;
	const struct yaml_node *items = is_list ? node->items : node;
	size_t count = is_list ? node->count : 1;
	g_autoptr(GString) words = g_string_new(NULL);
	enum known state;
	unsigned number;

	if (is_list && (operand->kind != OPERAND_CHOICES || !count)) {
		yaml_fault(giving->faults, node,
		    count ? "%s has one choice, not a list"
			  : "%s: the list is empty; where there is none write \"not applicable\"",
		    operand->name);
		return false;
	}
	for (size_t at = 0; at < count; at++) {
		const char *word;
		if (!yaml_text(&items[at], operand->name, &word, giving->faults))
			return false;
		g_string_append_printf(words, "%s%s", at ? ", " : "", word);
		if (is_list && choice_find(operand->field, word) < 0 &&
		    is_state(&items[at], &state) && state == KNOWN_UNCLEAR)
			out->known = KNOWN_UNCLEAR;
		else if (choice_read(operand, &items[at], giving->faults, &number))
			choice_set_add(&out->choices, number);
		else
			return false;
	}
	out->text = spelled(giving, words->str);
	return !is_list || check_alone(giving, operand, node, out);
}

static bool
read_postcode(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, struct value *out)
{
	static const char REPAIRED[] = " repaired";
	g_autofree char *postcode = g_strdup(node->text);

	out->no_fixed_abode = strcmp(postcode, "no fixed abode") == 0;
	if (out->no_fixed_abode)
		return true;
	out->is_estimated = g_str_has_suffix(postcode, REPAIRED);
	if (out->is_estimated)
		postcode[strlen(postcode) - strlen(REPAIRED)] = 0;
	out->is_full_postcode = postcode_is_full(postcode);
	if (!out->is_full_postcode && !postcode_is_district(postcode, strlen(postcode)))
		return fault_value(giving, operand, node,
		    "a postcode as SW19 1AA, a district as SW19, or \"no fixed abode\"");
	(void)g_strlcpy(out->postcode, postcode, sizeof out->postcode);
	return true;
}

static bool
read_kind(const struct giving *giving, const struct operand *operand, const struct yaml_node *node,
    struct value *out)
{
	bool truth;

	switch (operand->kind) {
	case OPERAND_YES_NO:
		if (!yaml_yes_no(node, operand->name, &truth, giving->faults))
			return false;
		choice_set_add(&out->choices, truth);
		return true;
	case OPERAND_COUNT:
		return yaml_number(
		    node, operand->name, INT32_MIN, INT32_MAX, &out->number, giving->faults);
	case OPERAND_DAY:
		return read_day(giving, operand, node, out);
	case OPERAND_POSTCODE:
		return read_postcode(giving, operand, node, out);
	default:
		return true;
	}
}

bool
given_value_read(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, struct value *out)
{
	const char *text = "";
	enum known state;

	*out = (struct value){.text = spelled(giving, "")};
	if (node->kind == YAML_MAP)
		return read_state_map(giving, operand, node, out);
	if (is_state(node, &state) && choice_find(operand->field, node->text) < 0) {
		set_state(giving, state, node->text, out);
		return true;
	}
	out->known = KNOWN_GIVEN;
	if (operand->kind == OPERAND_CHOICE || operand->kind == OPERAND_CHOICES)
		return read_choices(giving, operand, node, out);
	if (!yaml_text(node, operand->name, &text, giving->faults))
		return false;
	out->text = spelled(giving, text);
	return read_kind(giving, operand, node, out);
}

/* --- worked back from what rules ask about ---------------------------------------------------- */

/* The day of this many years before; 28 February where there is no 29th. */
static int32_t
years_before(int32_t today, int years)
{
	int year, month, day;

	day_civil(today, &year, &month, &day);
	while (!day_is_valid(year - years, month, day))
		day--;
	return day_number(year - years, month, day);
}

/* The first and last day of birth of somebody who is from `low` to `high` years old. */
static void
set_age(const struct giving *giving, int low, int high, struct value *out)
{
	*out = (struct value){.known = KNOWN_GIVEN, .text = spelled(giving, "")};
	if (low == high) {
		out->first_day = years_before(giving->today - HALF_A_YEAR, low);
		out->last_day = out->first_day;
		return;
	}
	out->first_day = years_before(giving->today, high + 1) + 1;
	out->last_day = years_before(giving->today, low);
	out->is_estimated = true;
}

static void
set_unborn(const struct giving *giving, struct value *out)
{
	*out = (struct value){.known = KNOWN_GIVEN, .text = spelled(giving, "unborn")};
	(void)read_unborn(giving, "unborn", out);
}

static bool
read_years(const char *text, int *out)
{
	size_t digits = strspn(text, "0123456789");

	*out = digits <= 3 ? (int)g_ascii_strtoll(text, NULL, 10) : AGE_MAX_YEARS + 1;
	return digits && !text[digits] && *out <= AGE_MAX_YEARS;
}

static bool
fault_differs(
    const struct giving *giving, const struct operand *operand, const struct yaml_node *node)
{
	yaml_fault(giving->faults, node, "%s: \"%s\" does not agree with %s", operand->name,
	    node->text, operand->field->name);
	return false;
}

static bool
read_age(const struct giving *giving, const struct operand *operand, const struct yaml_node *node,
    bool has_value, struct value *out)
{
	bool is_unborn = strcmp(node->text, "unborn") == 0;
	struct halves halves;
	int low = -1, high = -1;

	halve(node->text, &halves);
	if (!is_unborn &&
	    (!read_years(halves.first, &low) || !read_years(halves.last, &high) || low > high))
		return fault_value(
		    giving, operand, node, "an age as 12, or \"9 to 11\", or unborn");
	if (has_value) {
		bool is_born = out->known == KNOWN_GIVEN && !out->is_unborn;
		bool agrees = is_unborn ? out->known == KNOWN_GIVEN && out->is_unborn
					: is_born && age_on(out->last_day, giving->today) == low &&
			age_on(out->first_day, giving->today) == high;
		return agrees || fault_differs(giving, operand, node);
	}
	if (is_unborn)
		set_unborn(giving, out);
	else
		set_age(giving, low, high, out);
	return true;
}

/* Of a child that is born no more may be known. */
static bool
read_is_unborn(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, bool has_value, struct value *out)
{
	bool is_unborn;

	if (!yaml_yes_no(node, operand->name, &is_unborn, giving->faults))
		return false;
	if (has_value && out->known == KNOWN_GIVEN)
		return out->is_unborn == is_unborn || fault_differs(giving, operand, node);
	if (has_value && is_unborn)
		return fault_differs(giving, operand, node);
	if (is_unborn)
		set_unborn(giving, out);
	else
		set_age(giving, 0, OLDEST_YEARS, out);
	return true;
}

static bool
read_area(const struct giving *giving, const struct operand *operand, const struct yaml_node *node,
    bool has_value, struct value *out)
{
	size_t count;
	const char *const *names = area_names(giving->rules->areas, &count);
	unsigned number;

	if (!yaml_word(node, operand->name, names, count, &number, giving->faults))
		return false;
	if (has_value)
		return area_of(giving->rules->areas, out, NULL) == (int)number ||
		    fault_differs(giving, operand, node);
	*out = (struct value){.known = KNOWN_GIVEN, .is_full_postcode = true};
	if (!area_example(giving->rules->areas, number, out->postcode)) {
		yaml_fault(giving->faults, node,
		    "%s: the table of postcodes has every district, so nothing is outside",
		    operand->name);
		return false;
	}
	out->text = spelled(giving, out->postcode);
	return true;
}

bool
given_derived_read(const struct giving *giving, const struct operand *operand,
    const struct yaml_node *node, bool has_value, struct value *out)
{
	struct value state;
	const char *text;

	if (node->kind == YAML_MAP || is_state(node, &state.known)) {
		if (!given_value_read(giving, operand, node, &state))
			return false;
		if (has_value && out->known != state.known)
			return operand->kind == OPERAND_AREA || state.known != KNOWN_UNKNOWN ||
			    fault_differs(giving, operand, node);
		*out = has_value ? *out : state;
		return true;
	}
	if (!yaml_text(node, operand->name, &text, giving->faults))
		return false;
	switch (operand->kind) {
	case OPERAND_AGE:
		return read_age(giving, operand, node, has_value, out);
	case OPERAND_UNBORN:
		return read_is_unborn(giving, operand, node, has_value, out);
	default:
		return read_area(giving, operand, node, has_value, out);
	}
}
