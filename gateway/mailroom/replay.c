/* Hands stored cases to children, one each, and reads what two sets of rules make of them. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/replay.h"

#include <string.h>
#include <unistd.h>

#include "mailroom/job_talk.h"
#include "openpgp/openpgp.h"

bool
replay_open(const struct equipment *active, const struct equipment *fresh, struct replay *out,
    struct failure *why)
{
	struct pinned_key own = {0};

	*out = (struct replay){
	    .sets = {*active, *fresh}, .nursery = {.line = -1}, .keyholder = {.control = -1}};
	keyholder_start_agent(active->settings);
	return openpgp_prepare(why) &&
	    keyholder_start(
		active->settings, false, active->directory, &own, &out->keyholder, why) &&
	    nursery_open(
		&out->sets.active, replay_child, &out->keyholder.control, 1, &out->nursery, why);
}

void
replay_close(struct replay *replay)
{
	nursery_close(&replay->nursery);
	keyholder_end(&replay->keyholder);
}

static const char *const *
get_blocks(struct wire_in *in, const struct field_list *fields, struct arena *arena)
{
	uint32_t count = wire_get_below(in, FIELDS_MAX);
	const char **blocks = arena_take_many(arena, count + 1, sizeof *blocks);

	for (uint32_t at = 0; at < count; at++) {
		uint32_t number = wire_get_below(in, (uint32_t)fields->block_count);
		blocks[at] = in->broken ? NULL : fields->blocks[number];
	}
	return blocks;
}

static void
get_view(
    struct wire_in *in, const struct equipment *set, struct arena *arena, struct replay_view *view)
{
	view->has_concern = wire_get_below(in, 2);
	if (!view->has_concern)
		return;
	view->urgency = wire_get_below(in, URGENCY_RED + 1);
	view->nobody = wire_get_below(in, 2);
	view->nobody_children = (uint64_t)wire_get_i64(in);
	view->child_count = wire_get_below(in, CHILDREN_MAX + 1);
	view->route_count = wire_get_below(in, AGENCIES_MAX + 1);
	for (size_t at = 0; at < view->route_count && !in->broken; at++) {
		struct replay_route *route = &view->routes[at];
		uint32_t entry = wire_get_below(in, (uint32_t)set->directory->count);
		route->agency = set->directory->entries[entry].id;
		route->fate = wire_get_below(in, ROUTE_WATCHED + 1);
		route->children = (uint64_t)wire_get_i64(in);
		route->waiting = (uint64_t)wire_get_i64(in);
		uint64_t told = replay_told(route->children, route->waiting);
		for (size_t child = 0; child < CHILDREN_MAX; child++)
			if (told >> child & 1)
				route->blocks[child] =
				    get_blocks(in, form_fields(set->form), arena);
	}
}

static bool
talk(const struct replay *replay, const struct decided_case *stored, int line, struct arena *arena,
    struct replayed *out, bool *is_readable, struct failure *why)
{
	CLEANUP(wire_done) struct wire_out order = {0};
	int64_t deadline = wire_deadline(JOB_MAX_SECONDS);
	struct wire_in answer;
	uint32_t kind;

	job_put_sealed(&order, &stored->sealed);
	wire_put_i64(&order, stored->received_at);
	wire_put_i64(&order, stored->decided_at);
	if (!wire_send(line, REPLAY_ORDER, &order, deadline, why) ||
	    !wire_receive(line, arena, JOB_TALK_MAX_BYTES, deadline, &kind, &answer, why))
		return false;
	if (kind == REPLAY_UNREADABLE && job_get_failure(&answer, arena, why))
		return why->remedy == REMEDY_DESK;
	get_view(&answer, &replay->sets.active, arena, &out->active);
	get_view(&answer, &replay->sets.fresh, arena, &out->fresh);
	*is_readable = kind == REPLAY_VIEWS && wire_is_whole(&answer);
	return *is_readable || fail(why, REMEDY_RETRY, "wire.broken", "the child's answer is none");
}

bool
replay_case(struct replay *replay, const struct decided_case *stored, struct arena *arena,
    struct replayed *out, bool *is_readable, struct failure *why)
{
	struct failure ending;
	int line, status;

	*is_readable = false;
	memset(out, 0, sizeof *out);
	if (!stored->has_sealed)
		return true;
	if (!nursery_start_job(&replay->nursery, &replay->keyholder, &line, why))
		return false;
	bool told = talk(replay, stored, line, arena, out, is_readable, why);
	(void)close(line);
	if (!nursery_end_child(&replay->nursery, &status, &ending) ||
	    !keyholder_await(&replay->keyholder, 5, &ending)) {
		*why = told ? ending : *why;
		return false;
	}
	return told;
}
