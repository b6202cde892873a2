/* Reads routing.yaml: the lists of rules, the red list and what holds for the whole file. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/loading.h"

enum { ID_MAX_BYTES = 48, WHY_MAX_BYTES = 300 };

static const char *const LIST_KEYS[LISTS] = {"urgency", "send", "never", "hold"};
static const char *const MODE_NAMES[MODES] = {"send", "propose", "watch"};
static const char *const URGENCY_NAMES[] = {"blue", "green", "amber", "red"};

static const char *const RULE_KEYS[LISTS][8] = {
    {"id", "why", "when", "in_doubt", "set", NULL},
    {"id", "why", "when", "in_doubt", "mode", "to", "disclose", NULL},
    {"id", "why", "when", "in_doubt", "not_to", "needs_nobody", NULL},
    {"id", "why", "when", "in_doubt", "only", NULL},
};

/* By list: what in_doubt may be, the first where it is left out. */
static const struct {
	const char *words[4];
	enum doubt doubts[4];
} DOUBT_WORDS[LISTS] = {
    [LIST_SEND] = {{"wait", "send", "skip"}, {DOUBT_WAIT, DOUBT_SEND, DOUBT_SKIP}},
    [LIST_NEVER] = {{"wait", "send"}, {DOUBT_WAIT, DOUBT_SEND}},
    [LIST_HOLD] = {{"wait", "pass"}, {DOUBT_WAIT, DOUBT_PASS}},
};

const char *
rule_list_name(enum rule_list list)
{
	return LIST_KEYS[list];
}

const char *
rule_mode_name(enum rule_mode mode)
{
	return MODE_NAMES[mode];
}

/* Ids go into the ledger in clear and into lists of ids, so they are plain words. */
static bool
is_id(const char *text)
{
	return strlen(text) <= ID_MAX_BYTES && g_ascii_isalnum(*text) &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

static void
read_id(struct loading *loading, const struct yaml_node *map, struct rule *rule)
{
	const struct yaml_node *node = yaml_need(map, "rule", "id", loading->faults);
	const char *text;

	rule->id = "";
	if (!yaml_text(node, "id", &text, loading->faults))
		return;
	rule->id = arena_text(loading->rules->arena, text);
	if (!is_id(text)) {
		yaml_fault(loading->faults, node,
		    "id: expected at most %d small letters, digits and hyphens, here stands \"%s\"",
		    ID_MAX_BYTES, text);
		return;
	}
	unsigned line = GPOINTER_TO_UINT(g_hash_table_lookup(loading->ids, rule->id));
	if (strcmp(text, "red") == 0)
		yaml_fault(loading->faults, node, "id: \"red\" is the red list's own");
	else if (line)
		yaml_fault(
		    loading->faults, node, "id: \"%s\" is already the rule in line %u", text, line);
	else
		g_hash_table_insert(loading->ids, (void *)rule->id, GUINT_TO_POINTER(node->line));
}

/* One line that stands in letters. */
static const char *
read_line(struct loading *loading, const struct yaml_node *node, const char *what)
{
	const char *text;

	if (!yaml_text(node, what, &text, loading->faults))
		return NULL;
	if (strlen(text) > WHY_MAX_BYTES || strpbrk(text, "\n\t")) {
		yaml_fault(loading->faults, node, "%s: expected one line of at most %d bytes", what,
		    WHY_MAX_BYTES);
		return NULL;
	}
	return arena_text(loading->rules->arena, text);
}

static void
read_why(struct loading *loading, const struct yaml_node *map, struct rule *rule)
{
	rule->why = read_line(loading, yaml_get(map, "why"), "why");
	if (rule->why)
		return;
	rule->why = arena_print(loading->rules->arena, "By the rule %s", rule->id);
	if (!yaml_get(map, "why") && rule->list == LIST_SEND)
		faults_warn(loading->faults, map->file, map->line, map->column,
		    "rule %s: without `why` its letters can only say \"%s\"", rule->id, rule->why);
}

static void
read_urgency(
    struct loading *loading, const struct yaml_node *node, const char *what, enum urgency *out)
{
	unsigned number;

	if (node &&
	    yaml_word(node, what, URGENCY_NAMES, COUNT_OF(URGENCY_NAMES), &number, loading->faults))
		*out = URGENCY_BLUE + number;
}

static void
read_doubt(struct loading *loading, const struct yaml_node *map, struct rule *rule)
{
	const struct yaml_node *node = yaml_get(map, "in_doubt");
	const char *const *words = DOUBT_WORDS[rule->list].words;
	unsigned number;

	if (!node)
		return;
	if (rule->list == LIST_URGENCY)
		read_urgency(loading, node, "in_doubt", &rule->floor);
	else if (yaml_word(node, "in_doubt", words, g_strv_length((char **)(uintptr_t)words),
		     &number, loading->faults))
		rule->in_doubt = DOUBT_WORDS[rule->list].doubts[number];
}

static bool
has_block(const struct entry *agency, const char *block)
{
	for (const char *const *at = agency->blocks; at && *at; at++)
		if (strcmp(*at, block) == 0)
			return true;
	return false;
}

/* A rule may narrow what an agency receives, never widen it. */
static void
check_block(struct loading *loading, const struct yaml_node *node, const struct rule *rule)
{
	const struct field_list *fields = loading->fields;
	unsigned unused;

	if (!yaml_word(
		node, "disclose", fields->blocks, fields->block_count, &unused, loading->faults))
		return;
	for (size_t at = 0; at < loading->rules->agency_count; at++) {
		const struct entry *agency = loading->rules->agencies[at].entry;
		if (rule->agencies >> at & 1 && !has_block(agency, node->text))
			yaml_fault(loading->faults, node,
			    "disclose: %s does not receive \"%s\", and a rule may narrow that, "
			    "never widen it",
			    agency->id, node->text);
	}
}

static void
read_blocks(struct loading *loading, const struct yaml_node *node, struct rule *rule)
{
	if (!node || !yaml_is_list(node, "disclose", loading->faults))
		return;
	const char **blocks =
	    arena_take_many(loading->rules->arena, node->count + 1, sizeof *blocks);
	if (!node->count)
		yaml_fault(loading->faults, node, "disclose: the list is empty");
	for (size_t at = 0; at < node->count; at++) {
		if (loading->fields)
			check_block(loading, &node->items[at], rule);
		blocks[at] = arena_text(loading->rules->arena,
		    node->items[at].kind == YAML_TEXT ? node->items[at].text : "");
	}
	words_twice(loading, node, "disclose");
	rule->blocks = blocks;
}

static void
read_send(struct loading *loading, const struct yaml_node *map, struct rule *rule)
{
	const struct yaml_node *mode = yaml_get(map, "mode");
	unsigned number = MODE_SEND;

	if (mode && yaml_word(mode, "mode", MODE_NAMES, MODES, &number, loading->faults))
		rule->mode = number;
	rule->mode = MAX(rule->mode, loading->rules->mode);
	(void)agencies_read(loading, yaml_need(map, "rule", "to", loading->faults), "to", NULL,
	    NULL, &rule->agencies);
	read_blocks(loading, yaml_get(map, "disclose"), rule);
}

/* It is said of the child, so it must be so at every agency. */
static void
read_needs_nobody(
    struct loading *loading, const struct yaml_node *node, bool each, struct rule *rule)
{
	if (!node || !yaml_yes_no(node, "needs_nobody", &rule->needs_nobody, loading->faults) ||
	    !rule->needs_nobody)
		return;
	if (!each)
		yaml_fault(loading->faults, node, "needs_nobody: expected not_to: this-agency");
	if (rule_names_agency(rule))
		yaml_fault(loading->faults, node,
		    "needs_nobody: the conditions ask about this-agency, and a child that needs "
		    "nobody needs none of them");
}

/* this-agency in not_to is each agency that is judged. */
static void
read_never(struct loading *loading, const struct yaml_node *map, struct rule *rule)
{
	bool each = false;

	(void)agencies_read(loading, yaml_need(map, "rule", "not_to", loading->faults), "not_to",
	    "this-agency", &each, &rule->agencies);
	if (each)
		rule->agencies = UINT64_MAX;
	read_needs_nobody(loading, yaml_get(map, "needs_nobody"), each, rule);
}

static void
read_hold(struct loading *loading, const struct yaml_node *map, struct rule *rule)
{
	const struct yaml_node *only = yaml_get(map, "only");

	rule->agencies = UINT64_MAX;
	if (only)
		(void)agencies_read(loading, only, "only", NULL, NULL, &rule->agencies);
}

static void
read_rule(struct loading *loading, const struct yaml_node *map, struct rule *rule)
{
	const struct yaml_node *when = yaml_get(map, "when");
	const char *const *keys = RULE_KEYS[rule->list];

	rule->line = map->line;
	rule->column = map->column;
	if (!yaml_is_map(map, "rule", loading->faults)) {
		rule->id = rule->why = "";
		return;
	}
	yaml_only_keys(map, "rule", keys, g_strv_length((char **)(uintptr_t)keys), loading->faults);
	read_id(loading, map, rule);
	read_why(loading, map, rule);
	read_doubt(loading, map, rule);
	if (when && loading->fields) {
		rule->when = condition_load(loading, when);
		rule->condition_count = loading->condition_count;
	}
	if (rule->list == LIST_URGENCY)
		read_urgency(
		    loading, yaml_need(map, "rule", "set", loading->faults), "set", &rule->set);
	else if (rule->list == LIST_SEND)
		read_send(loading, map, rule);
	else if (rule->list == LIST_NEVER)
		read_never(loading, map, rule);
	else
		read_hold(loading, map, rule);
}

static void
read_list(struct loading *loading, enum rule_list list, const struct yaml_node *node)
{
	struct rule_table *table = &loading->rules->lists[list];

	if (!node || !yaml_is_list(node, LIST_KEYS[list], loading->faults))
		return;
	if (list == LIST_URGENCY && !node->count)
		yaml_fault(loading->faults, node, "urgency: there is no rule");
	if (node->count > RULES_MAX) {
		yaml_fault(
		    loading->faults, node, "%s: more than %d rules", LIST_KEYS[list], RULES_MAX);
		return;
	}
	loading->list = list;
	table->line = node->line;
	table->column = node->column;
	table->rules = arena_take_many(loading->rules->arena, node->count, sizeof *table->rules);
	table->count = node->count;
	for (size_t at = 0; at < node->count; at++) {
		table->rules[at].list = list;
		read_rule(loading, &node->items[at], &table->rules[at]);
	}
}

static void
read_red(struct loading *loading, const struct yaml_node *node)
{
	static const char *const KEYS[] = {"to", "out_of_hours", "if_forbidden", "alarm", "why"};
	struct red_list *red = &loading->rules->red;

	red->why = "A red case goes there at once";
	if (!node || !yaml_is_map(node, "red", loading->faults))
		return;
	red->is_given = true;
	red->line = node->line;
	red->column = node->column;
	yaml_only_keys(node, "red", KEYS, COUNT_OF(KEYS), loading->faults);
	(void)agencies_read(
	    loading, yaml_need(node, "red", "to", loading->faults), "to", NULL, NULL, &red->to);
	(void)agencies_read(loading, yaml_get(node, "out_of_hours"), "out_of_hours", NULL, NULL,
	    &red->out_of_hours);
	/* The desk sees every red case that is sent to nobody, whether it stands here or not. */
	(void)agencies_read(loading, yaml_get(node, "if_forbidden"), "if_forbidden", "desk",
	    &red->names_desk, &red->if_forbidden);
	red->alarm = read_line(loading, yaml_get(node, "alarm"), "alarm");
	if (yaml_get(node, "why"))
		red->why = read_line(loading, yaml_get(node, "why"), "why");
}

/* A list of urgencies, of the first `most` there are. */
static void
read_urgencies(struct loading *loading, const struct yaml_node *node, const char *what, size_t most,
    bool out[URGENCY_RED + 1])
{
	unsigned number;

	if (!node || !yaml_is_list(node, what, loading->faults))
		return;
	for (size_t at = 0; at < node->count; at++)
		if (yaml_word(
			&node->items[at], what, URGENCY_NAMES, most, &number, loading->faults))
			out[URGENCY_BLUE + number] = true;
	words_twice(loading, node, what);
}

/* Blue and green cases may go to nobody; an amber or red one never does without a person. */
static void
read_keep(struct loading *loading, const struct yaml_node *node)
{
	bool *keeps = loading->rules->keeps;

	keeps[URGENCY_BLUE] = keeps[URGENCY_GREEN] = !node;
	read_urgencies(loading, node, "keep", 2, keeps);
}

void
rules_load(struct loading *loading, const struct yaml_node *root)
{
	static const char *const KEYS[] = {
	    "mode", "keep", "to_desk", "urgency", "red", "send", "never", "hold"};
	const struct yaml_node *mode = yaml_get(root, "mode");
	unsigned number;

	if (!yaml_is_map(root, "routing", loading->faults))
		return;
	yaml_only_keys(root, "routing", KEYS, COUNT_OF(KEYS), loading->faults);
	if (mode && yaml_word(mode, "mode", MODE_NAMES, MODES, &number, loading->faults))
		loading->rules->mode = number;
	read_keep(loading, yaml_get(root, "keep"));
	/* Not red: that somebody must have at once cannot be meant to wait. */
	read_urgencies(loading, yaml_get(root, "to_desk"), "to_desk", COUNT_OF(URGENCY_NAMES) - 1,
	    loading->rules->to_desk);
	(void)yaml_need(root, "routing", "urgency", loading->faults);
	(void)yaml_need(root, "routing", "send", loading->faults);
	for (unsigned list = 0; list < LISTS; list++)
		read_list(loading, list, yaml_get(root, LIST_KEYS[list]));
	read_red(loading, yaml_get(root, "red"));
}
