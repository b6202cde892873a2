/* Reads one stored concern and decides it under two sets of rules. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/log.h"
#include "mailroom/confine.h"
#include "mailroom/job_talk.h"
#include "mailroom/record.h"
#include "mailroom/replay.h"
#include "openpgp/openpgp.h"

static const size_t WORK_MAX_BYTES = (size_t)CHILD_MEMORY_MAX_BYTES / 2;

/* A stored case on its way. */
struct stored {
	struct arena *arena;
	struct plain form;
	int64_t form_date, decided_at;
};

/* What the agency would be told of a child: what the route is narrowed to, or else its own, by number.
 */
static void
put_blocks(struct wire_out *out, const struct field_list *fields, const struct route *route,
    unsigned child, struct arena *arena)
{
	const char *const *blocks = route_blocks(route, (uint64_t)1 << child, arena);
	uint32_t count = 0;

	blocks = blocks ? blocks : route->agency->blocks;
	for (const char *const *at = blocks; at && *at; at++)
		count++;
	wire_put_u32(out, count);
	for (uint32_t at = 0; at < count; at++) {
		uint32_t number = 0;
		while (
		    number < fields->block_count && strcmp(fields->blocks[number], blocks[at]) != 0)
			number++;
		wire_put_u32(out, number);
	}
}

/* Numbers only: no word of a case can be among them. */
static void
put_view(struct wire_out *out, const struct equipment *set, const struct stored *stored)
{
	struct concern *concern = arena_take(stored->arena, sizeof *concern);
	struct decision *decision = arena_take(stored->arena, sizeof *decision);
	struct form_faults faults = {0};
	struct routing_moment moment = equipment_moment(set, stored->decided_at, stored->arena);

	bool is_read = form_read(set->form, stored->form, set->settings->identity.address,
	    stored->form_date, stored->arena, concern, &faults);
	wire_put_u32(out, is_read);
	if (!is_read)
		return;
	routing_decide(set->routing, concern, &moment, stored->arena, decision);
	wire_put_u32(out, decision->urgency);
	wire_put_u32(out, decision->nobody);
	wire_put_i64(out, (int64_t)decision->nobody_children);
	wire_put_u32(out, (uint32_t)concern->child_count);
	wire_put_u32(out, (uint32_t)decision->route_count);
	for (size_t at = 0; at < decision->route_count; at++) {
		const struct route *route = &decision->routes[at];
		wire_put_u32(out, (uint32_t)(route->agency - set->directory->entries));
		wire_put_u32(out, route->fate);
		wire_put_i64(out, (int64_t)route->children);
		wire_put_i64(out, (int64_t)route->waiting_children);
		uint64_t told = replay_told(route->children, route->waiting_children);
		for (unsigned child = 0; child < CHILDREN_MAX; child++)
			if (told >> child & 1)
				put_blocks(
				    out, form_fields(set->form), route, child, stored->arena);
	}
}

static bool
take_order(const struct openpgp *openpgp, int line, struct stored *stored, struct failure *why)
{
	struct sealed_bytes sealed;
	struct wire_in order;
	uint32_t kind;
	const uint8_t *record;
	size_t length;

	if (!wire_receive(line, stored->arena, JOB_TALK_MAX_BYTES, wire_deadline(JOB_MAX_SECONDS),
		&kind, &order, why))
		return false;
	job_get_sealed(&order, stored->arena, JOB_TALK_MAX_BYTES, &sealed);
	stored->form_date = wire_get_i64(&order);
	stored->decided_at = wire_get_i64(&order);
	if (kind != REPLAY_ORDER || !wire_is_whole(&order))
		return fail(why, REMEDY_RETRY, "wire.broken", "the order is not one");
	if (!openpgp_unbox(openpgp, &sealed, stored->arena, &record, &length, why))
		return false;
	return record_form(record, length, stored->arena, &stored->form, &stored->form_date) ||
	    fail(why, REMEDY_DESK, "replay.no-concern", "there is no concern in the record");
}

void
replay_child(const struct equipment *sets, int order_line, int key_line)
{
	const struct replay_sets *both = (const struct replay_sets *)(const void *)sets;
	CLEANUP(arena_closep) struct arena *arena = arena_open(WORK_MAX_BYTES);
	CLEANUP(wire_done) struct wire_out answer = {0};
	struct openpgp openpgp = {.line = key_line,
	    .settings = both->active.settings,
	    .directory = both->active.directory};
	struct stored stored = {.arena = arena};
	struct failure why, lost;

	bool is_read = confine_child(&why) && take_order(&openpgp, order_line, &stored, &why);
	if (is_read) {
		put_view(&answer, &both->active, &stored);
		put_view(&answer, &both->fresh, &stored);
	} else
		job_put_failure(&answer, &why);
	if (!wire_send(order_line, is_read ? REPLAY_VIEWS : REPLAY_UNREADABLE, &answer,
		wire_deadline(JOB_MAX_SECONDS), &lost))
		log_failure(LOG_LEVEL_WARNING, "telling the command", &lost);
}
