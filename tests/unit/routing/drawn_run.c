/* Decides every concern of a drawn domain, and keeps what should be found and what was. */
/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "drawn_run.h"

unsigned
agency_number(const char *id)
{
	for (unsigned at = 0; at < DRAWN_AGENCIES; at++)
		if (strcmp(DRAWN_IDS[at], id) == 0)
			return at;
	fail_msg("no agency %s", id);
	return 0;
}

const struct drawn_rule *
rule_of(const struct drawn_set *set, const char *id)
{
	for (size_t at = 0; at < set->rule_count; at++)
		if (strcmp(set->rules[at].id, id) == 0)
			return &set->rules[at];
	return NULL;
}

unsigned
shown_by(const struct route *route, unsigned child)
{
	const char *const *blocks = route->child_blocks ? route->child_blocks[child] : NULL;
	unsigned shown = 0;

	for (const char *const *at = blocks; at && *at; at++)
		shown |= strcmp(*at, "report") == 0 ? 1 : 2;
	return blocks ? shown : 7;
}

static void
note_seen(const struct drawn_set *set, const struct decision *decision, struct ending *out)
{
	bool forbidden[DRAWN_AGENCIES] = {false};

	for (size_t at = 0; at < decision->seen_count; at++) {
		const struct rule_seen *seen = &decision->seen[at];
		const struct drawn_rule *rule = rule_of(set, seen->rule);
		if (strcmp(seen->list, "red") == 0)
			out->red[agency_number(seen->agency)] = true;
		if (strcmp(seen->list, "never") != 0)
			continue;
		unsigned agency = agency_number(seen->agency);
		forbidden[agency] = forbidden[agency] || seen->answer == ANSWER_YES;
		out->doubted[agency] = out->doubted[agency] ||
		    (seen->answer == ANSWER_CANNOT_TELL && rule && rule->waits);
	}
	for (unsigned at = 0; at < DRAWN_AGENCIES; at++) {
		out->doubted[at] = out->doubted[at] && !forbidden[at];
		out->red_in_doubt = out->red_in_doubt || (out->red[at] && out->doubted[at]);
	}
}

static const struct decision *
decide_taken(struct run *run, const struct place *place, const struct place *sibling)
{
	struct small_world *world = run->world;
	struct routing_moment moment = {world->concern.reported_at, world->is_open};
	struct arena *own = world->arena;

	/* What is decided is forgotten when the next is. */
	arena_close(run->passing);
	run->passing = world->arena = arena_open(16 * 1024 * 1024);
	take_place(world, run->set, place);
	if (sibling)
		take_sibling(world, run->set, sibling);
	routing_decide(world->routing, &world->concern, &moment, world->arena, &world->decision);
	world->arena = own;
	return &world->decision;
}

const struct decision *
decide_place(struct run *run, const struct place *place)
{
	return decide_taken(run, place, NULL);
}

const struct decision *
decide_pair(struct run *run, const struct place *one, const struct place *other)
{
	return decide_taken(run, one, other);
}

size_t
place_of(const struct run *run, const struct place *place)
{
	for (size_t at = 0; at < run->count; at++)
		if (memcmp(&run->places[at], place, sizeof *place) == 0)
			return at;
	return run->count;
}

/* --- a rule alone ---------------------------------------------------------------------------- */

uint16_t
told_of(const struct decision *decision, const char *rule)
{
	uint16_t told = 0;

	for (size_t seen = 0; seen < decision->seen_count; seen++) {
		const struct rule_seen *line = &decision->seen[seen];
		unsigned agency = line->agency ? agency_number(line->agency) + 1 : 0;
		if (strcmp(line->rule, rule) == 0)
			told |= (uint16_t)(line->answer << 2 * agency);
	}
	return told;
}

uint16_t *
tell_alone(struct run *run, const char *yaml, const char *rule)
{
	uint16_t *told = g_new0(uint16_t, run->count);

	load(run->world, yaml);
	for (size_t at = 0; at < run->count; at++) {
		/* Who is closed matters to no rule, and such places follow on the one where nobody is. */
		if (run->places[at].closed) {
			told[at] = told[at - 1];
			continue;
		}
		told[at] = told_of(decide_place(run, &run->places[at]), rule);
	}
	return told;
}

void
judge_alone(struct run *run, size_t rule)
{
	static const int RANK[] = {[ANSWER_NO] = 0, [ANSWER_CANNOT_TELL] = 1, [ANSWER_YES] = 2};
	g_autofree char *yaml = drawn_alone(run->set, rule);

	run->told[rule] = tell_alone(run, yaml, run->set->rules[rule].id);
	run->says[rule] = g_new(enum answer, run->count);
	run->dead[rule] = true;
	for (size_t at = 0; at < run->count; at++) {
		enum answer best = ANSWER_NO;
		for (unsigned agency = 0; agency <= DRAWN_AGENCIES; agency++) {
			enum answer answer = run->told[rule][at] >> 2 * agency & 3;
			best = RANK[answer] > RANK[best] ? answer : best;
		}
		run->says[rule][at] = best;
		run->dead[rule] = run->dead[rule] && best != ANSWER_YES;
	}
}

void
end_of(const struct drawn_set *set, const struct decision *decision, struct ending *out)
{
	static const unsigned FATES[] = {[ROUTE_SEND] = F_SEND, [ROUTE_WAIT] = F_WAIT,
	    [ROUTE_PROPOSED] = F_PROPOSED, [ROUTE_FORBIDDEN] = F_FORBIDDEN, [ROUTE_WATCHED] = F_WATCHED};

	*out = (struct ending){.urgency = decision->child_urgency[0]};
	for (size_t at = 0; at < decision->route_count; at++) {
		const struct route *route = &decision->routes[at];
		unsigned agency = agency_number(route->agency->id), fate = FATES[route->fate];
		out->fates[agency] = fate;
		out->best = MAX(out->best, fate);
		out->shows[agency] = fate >= F_WAIT ? shown_by(route, 0) : 0;
	}
	note_seen(set, decision, out);
}

struct ending *
end_all(struct run *run, size_t without)
{
	g_autofree char *yaml = drawn_yaml(run->set, without);
	struct ending *endings = g_new0(struct ending, run->count);

	load(run->world, yaml);
	for (size_t at = 0; at < run->count; at++)
		end_of(run->set, decide_place(run, &run->places[at]), &endings[at]);
	return endings;
}

void
want(struct run *run, const char *format, ...)
{
	va_list words;

	va_start(words, format);
	g_hash_table_add(run->wanted, g_strdup_vprintf(format, words));
	va_end(words);
}

bool
is_kept(const struct drawn_set *set, enum urgency urgency)
{
	return urgency == URGENCY_BLUE ? set->keeps & 1 : urgency == URGENCY_GREEN && set->keeps & 2;
}

static bool
has_all(GHashTable *one, GHashTable *other, const char *what)
{
	GHashTableIter iter;
	void *key;
	bool all = true;

	g_hash_table_iter_init(&iter, one);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (!g_hash_table_contains(other, key)) {
			fprintf(stderr, "%s: %s\n", what, (char *)key);
			all = false;
		}
	return all;
}

unsigned
number_of(const char *name, unsigned otherwise)
{
	const char *text = g_getenv(name);

	return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

bool
is_same_found(const struct run *run)
{
	bool same = has_all(run->wanted, run->found, "missed");

	return has_all(run->found, run->wanted, "false") && same;
}

void
open_run(struct run *run)
{
	run->wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	run->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
forget_alone(struct run *run)
{
	for (size_t rule = 0; rule < DRAWN_RULES; rule++) {
		g_free(run->says[rule]);
		g_free(run->told[rule]);
		g_free(run->to_all[rule]);
	}
	arena_close(run->passing);
}

void
close_run(struct run *run)
{
	forget_alone(run);
	g_free(run->endings);
	g_free(run->places);
	g_hash_table_unref(run->wanted);
	g_hash_table_unref(run->found);
}
