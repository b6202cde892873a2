/* Gathers what was decided for each child into one route an agency. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "routing/decide.h"

/* More than these would not be read, and the ledger keeps them. */
enum { NAMED_RULES_MAX = 16 };

/* One agency on its way to a route. */
struct gathering {
	const struct deciding *deciding;
	const struct rule_agency *agency;
	const struct cell *cells; /* by slot */
	const struct wish *wishes;
	uint64_t slots[ROUTE_FATES]; /* by fate, a bit a slot */
	enum route_fate fate;
};

static void
add_slot(uint64_t *slots, unsigned slot)
{
	*slots |= (uint64_t)1 << slot;
}

static bool
has_slot(uint64_t slots, unsigned slot)
{
	return slots >> slot & 1;
}

/* A wish counts that is its child's strongest, where that child shares the route's fate. */
static bool
counts(const struct gathering *gathering, const struct wish *wish)
{
	return has_slot(gathering->slots[gathering->fate], wish->slot) &&
	    wish->fate == gathering->cells[wish->slot].wanted;
}

/* Texts joined without repeating one. */
struct joined {
	const char *texts[NAMED_RULES_MAX];
	size_t count, left_out;
};

static void
join(struct joined *joined, const char *text)
{
	for (size_t at = 0; at < joined->count; at++)
		if (strcmp(joined->texts[at], text) == 0)
			return;
	if (joined->count < NAMED_RULES_MAX)
		joined->texts[joined->count++] = text;
	else
		joined->left_out++;
}

static const char *
joined_text(const struct joined *joined, const char *between, struct arena *arena)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t at = 0; at < joined->count; at++)
		g_string_append_printf(text, "%s%s", at ? between : "", joined->texts[at]);
	if (joined->left_out)
		g_string_append_printf(text, "%sand more", between);
	return arena_text(arena, text->str);
}

/* Whether an objection is one that made the route what it is. */
static bool
objects(const struct gathering *gathering, const struct objection *objection)
{
	if (gathering->fate == ROUTE_FORBIDDEN)
		return !objection->question;
	return gathering->fate == ROUTE_WAIT && objection->question;
}

static void
name_rules(const struct gathering *gathering, struct route *route)
{
	struct arena *arena = gathering->deciding->arena;
	struct joined ids = {.count = 0}, whys = {.count = 0}, against = {.count = 0};

	for (const struct wish *wish = gathering->wishes; wish; wish = wish->next)
		if (counts(gathering, wish)) {
			join(&ids, wish->rule ? wish->rule->id : "red");
			join(&whys,
			    wish->rule ? wish->rule->why : gathering->deciding->rules->red.why);
		}
	for (unsigned slot = 0; slot < gathering->deciding->slots; slot++) {
		if (!has_slot(gathering->slots[gathering->fate], slot))
			continue;
		for (const struct objection *at = gathering->cells[slot].objections; at;
		     at = at->next)
			if (objects(gathering, at)) {
				join(&ids, at->rule->id);
				join(&against, at->rule->why);
			}
	}
	route->rules = joined_text(&ids, ", ", arena);
	/* A letter that the desk lets go says why the agency has it, not why it waited. */
	route->why = joined_text(route->fate == ROUTE_FORBIDDEN ? &against : &whys, "; ", arena);
}

/* The never rules that keep these children from an agency that has others. */
static const char *
forbidden_by(const struct gathering *gathering, uint64_t children)
{
	struct joined ids = {.count = 0};

	for (unsigned slot = 0; slot < gathering->deciding->slots; slot++)
		for (const struct objection *at = gathering->cells[slot].objections; at;
		     at = at->next)
			if (has_slot(children, slot) && !at->question)
				join(&ids, at->rule->id);
	return joined_text(&ids, ", ", gathering->deciding->arena);
}

/* The questions of one child, for wishes that wait and for what stands against them. */
static void
ask_slot(const struct gathering *gathering, unsigned slot, struct joined *questions)
{
	const struct cell *cell = &gathering->cells[slot];
	bool is_proposed = has_slot(gathering->slots[ROUTE_PROPOSED], slot);
	struct arena *arena = gathering->deciding->arena;

	for (const struct wish *wish = gathering->wishes; wish; wish = wish->next) {
		if (wish->slot != slot || wish->fate != cell->wanted)
			continue;
		if (wish->fate == ROUTE_WAIT)
			join(questions, wish->question);
		else if (is_proposed)
			join(questions,
			    arena_print(arena, "Shall it go to %s? %s.",
				gathering->agency->entry->name,
				wish->rule ? wish->rule->why
					   : gathering->deciding->rules->red.why));
	}
	for (const struct objection *at = cell->objections; at; at = at->next)
		if (at->question)
			join(questions, at->question);
}

/* What would settle the children that wait; said of each child where there are several. */
static const char *
ask(const struct gathering *gathering, uint64_t waiting)
{
	g_autoptr(GString) question = g_string_new(NULL);

	for (unsigned slot = 0; slot < gathering->deciding->slots; slot++) {
		struct joined questions = {.count = 0};
		if (!has_slot(waiting, slot))
			continue;
		ask_slot(gathering, slot, &questions);
		if (question->len)
			g_string_append_c(question, ' ');
		if (gathering->deciding->slots > 1)
			g_string_append_printf(question,
			    "Child %u: ", gathering->deciding->decision->child_numbers[slot]);
		g_string_append(question, joined_text(&questions, " ", gathering->deciding->arena));
	}
	return arena_text(gathering->deciding->arena, question->str);
}

static const char *
code_of(const struct gathering *gathering)
{
	bool is_red = false, is_held = false, is_doubted = false;

	for (unsigned slot = 0; slot < gathering->deciding->slots; slot++)
		if (has_slot(gathering->slots[gathering->fate], slot)) {
			const struct cell *cell = &gathering->cells[slot];
			is_red |= cell->is_red;
			is_held |= cell->is_held && !cell->is_red;
			is_doubted |= cell->is_doubted || cell->wanted == ROUTE_WAIT;
		}
	switch (gathering->fate) {
	case ROUTE_SEND:
		return is_red ? "route.red" : "route.rule";
	case ROUTE_PROPOSED:
		return "route.propose";
	case ROUTE_WAIT:
		return is_held && !is_doubted ? "route.hold" : "route.cannot-tell";
	case ROUTE_FORBIDDEN:
		return "route.never";
	default:
		return "route.watch";
	}
}

/* The blocks that a child's rules name together; NULL as soon as one of them names none. */
static const char *const *
narrow(const struct gathering *gathering, unsigned slot)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	bool is_wanted = false;

	for (const struct wish *wish = gathering->wishes; wish; wish = wish->next) {
		if (wish->slot != slot || wish->fate != gathering->cells[slot].wanted)
			continue;
		if (!wish->rule || !wish->rule->blocks)
			return NULL;
		is_wanted = true;
		for (const char *const *at = wish->rule->blocks; *at; at++)
			if (!g_ptr_array_find_with_equal_func(all, *at, g_str_equal, NULL))
				g_ptr_array_add(all, (void *)*at);
	}
	const char **kept = arena_take_many(gathering->deciding->arena, all->len + 1, sizeof *kept);
	if (all->len)
		memcpy(kept, all->pdata, all->len * sizeof *kept);
	return is_wanted ? kept : NULL;
}

static void
narrow_route(const struct gathering *gathering, struct route *route)
{
	struct arena *arena = gathering->deciding->arena;
	const char *const **blocks = arena_take_many(arena, CHILDREN_MAX, sizeof *blocks);

	for (unsigned slot = 0; slot < gathering->deciding->slots; slot++)
		blocks[slot] = narrow(gathering, slot);
	route->child_blocks = blocks;
	route->blocks = route_blocks(route, route->children, arena);
}

/* The strongest fate of the children; forbidden only where every child that is wanted there is. */
static enum route_fate
strongest(const uint64_t slots[ROUTE_FATES])
{
	enum route_fate fate = ROUTE_WATCHED;

	for (unsigned at = 0; at < ROUTE_FATES; at++)
		if (slots[at] && fate_is_stronger(at, fate))
			fate = at;
	return fate;
}

static void
mark_wishes(const struct gathering *gathering)
{
	for (const struct wish *wish = gathering->wishes; wish; wish = wish->next) {
		const struct cell *cell = &gathering->cells[wish->slot];
		g_array_index(gathering->deciding->seen, struct rule_seen, wish->seen).decided |=
		    wish->fate == cell->wanted && wish->fate != ROUTE_WATCHED;
	}
}

static void
gather_agency(struct deciding *deciding, unsigned agency, struct route *route)
{
	struct gathering gathering = {.deciding = deciding,
	    .agency = &deciding->rules->agencies[agency],
	    .cells = deciding->cells[agency],
	    .wishes = deciding->wishes[agency]};
	bool has_children = deciding->concern->child_count > 0;

	for (unsigned slot = 0; slot < deciding->slots; slot++)
		if (gathering.cells[slot].is_wanted)
			add_slot(
			    &gathering.slots[cell_fate(deciding, &gathering.cells[slot])], slot);
	gathering.fate = strongest(gathering.slots);
	uint64_t waiting = gathering.slots[ROUTE_WAIT] | gathering.slots[ROUTE_PROPOSED];
	*route = (struct route){
	    .agency = gathering.agency->entry, .fate = gathering.fate, .code = code_of(&gathering)};
	name_rules(&gathering, route);
	if (has_children) {
		route->children = gathering.slots[gathering.fate];
		route->waiting_children = waiting & ~route->children;
		route->forbidden_children = gathering.slots[ROUTE_FORBIDDEN] & ~route->children;
	}
	if (route->forbidden_children)
		route->forbidden_by = forbidden_by(&gathering, route->forbidden_children);
	if (waiting)
		route->question = ask(&gathering, waiting);
	narrow_route(&gathering, route);
	mark_wishes(&gathering);
}

/* Whether the desk is asked because of this wish, or it was only watched. */
static bool
is_trial(const struct deciding *deciding, const struct cell *cells, const struct wish *wish)
{
	const struct cell *cell = &cells[wish->slot];

	if (wish->fate == ROUTE_WATCHED)
		return true;
	return wish->fate == ROUTE_PROPOSED && cell->wanted == ROUTE_PROPOSED &&
	    cell_fate(deciding, cell) == ROUTE_PROPOSED;
}

/* Notes what rules on trial asked for, once for each rule and agency. */
static void
note_trials(struct deciding *deciding, unsigned agency, GArray *trials)
{
	guint first = trials->len;

	for (const struct wish *wish = deciding->wishes[agency]; wish; wish = wish->next) {
		struct rule_trial trial = {.rule = wish->rule ? wish->rule->id : "red",
		    .agency = deciding->rules->agencies[agency].entry,
		    .is_watch = wish->fate == ROUTE_WATCHED};
		bool is_noted = !is_trial(deciding, deciding->cells[agency], wish);
		for (guint at = first; at < trials->len; at++)
			is_noted = is_noted ||
			    g_array_index(trials, struct rule_trial, at).rule == trial.rule;
		if (!is_noted)
			g_array_append_val(trials, trial);
	}
}

static void
gather_trials(struct deciding *deciding)
{
	g_autoptr(GArray) trials = g_array_new(FALSE, FALSE, sizeof(struct rule_trial));

	for (unsigned agency = 0; agency < deciding->rules->agency_count; agency++)
		note_trials(deciding, agency, trials);
	struct rule_trial *kept = arena_take_many(deciding->arena, trials->len, sizeof *kept);
	if (trials->len)
		memcpy(kept, trials->data, trials->len * sizeof *kept);
	deciding->decision->trials = kept;
	deciding->decision->trial_count = trials->len;
}

void
routes_gather(struct deciding *deciding)
{
	struct decision *decision = deciding->decision;

	decision->routes = arena_take_many(
	    deciding->arena, deciding->rules->agency_count, sizeof *decision->routes);
	for (unsigned agency = 0; agency < deciding->rules->agency_count; agency++)
		if (deciding->wishes[agency])
			gather_agency(deciding, agency, &decision->routes[decision->route_count++]);
	fates_settle(deciding);
	gather_trials(deciding);
}
