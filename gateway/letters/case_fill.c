/* Fills the blanks of the letters to officer and desk. */
/* SPDX-License-Identifier: MIT */
#include "letters/case_fill.h"

#include <string.h>

static const char *
number_words(size_t at, struct arena *arena)
{
	return arena_print(arena, "%zu", at + 1);
}

static void
fill_faults(const struct letter_order *order, struct fill *fills, struct arena *arena)
{
	const struct form_faults *faults = order->form_faults;
	struct fill_rows rows = fill_rows_begin(faults ? faults->count : 0, FAULT_BLANKS, arena);

	for (size_t at = 0; at < rows.room; at++) {
		struct fill *row = fill_rows_add(&rows);
		fill_ours(row, FAULT_NUMBER, number_words(at, arena));
		fill_words(row, FAULT_WORDS, faults->faults[at].text, arena);
	}
	fill_rows_end(&rows, fills, BLANK_FAULTS);
}

/* --- to the officer: who has it, in words that say nothing of an agency's inside ----------------
 */

static const char *
waiting_reason(const struct route *route)
{
	const char *code = route->code ? route->code : "";

	if (strcmp(code, "route.cannot-tell") == 0)
		return "the form leaves open what decides whether they should have it";
	if (route->fate == ROUTE_PROPOSED)
		return "a person at the desk confirms each of these";
	return "a person at the desk looks at it first";
}

static bool
is_waiting(const struct route *route)
{
	return route->fate == ROUTE_WAIT || route->fate == ROUTE_PROPOSED ||
	    route->waiting_children;
}

/* What is forbidden is not told: it would say that somebody of the case works there. */
void
officer_fill(const struct letter_order *order, struct fill *fills, struct arena *arena)
{
	const struct decision *decision = order->decision;
	size_t count = decision ? decision->route_count : 0;
	struct fill_rows sent = fill_rows_begin(count, SENT_BLANKS, arena);
	struct fill_rows waiting = fill_rows_begin(count, WAITING_BLANKS, arena);

	for (size_t at = 0; at < count; at++) {
		const struct route *route = &decision->routes[at];
		if (route->fate == ROUTE_SEND)
			fill_ours(fill_rows_add(&sent), SENT_AGENCY, route->agency->name);
		if (!is_waiting(route))
			continue;
		struct fill *row = fill_rows_add(&waiting);
		fill_ours(row, WAITING_AGENCY, route->agency->name);
		fill_ours(row, WAITING_REASON, waiting_reason(route));
	}
	fill_rows_end(&sent, fills, BLANK_SENT);
	fill_rows_end(&waiting, fills, BLANK_WAITING);
	fill_faults(order, fills, arena);
}

/* --- to the desk
 * ------------------------------------------------------------------------------------ */

static void
fill_points(const struct letter_order *order, struct fill *fills, struct arena *arena)
{
	struct fill_rows rows = fill_rows_begin(order->point_count, POINT_BLANKS, arena);

	for (size_t at = 0; at < order->point_count; at++) {
		struct fill *row = fill_rows_add(&rows);
		fill_ours(row, POINT_NUMBER, number_words(at, arena));
		fill_ours(row, POINT_CODE, order->points[at].code);
		fill_ours(row, POINT_WORDS, order->points[at].text);
	}
	fill_rows_end(&rows, fills, BLANK_POINTS);
}

static const char *
fate_words(const struct route *route)
{
	switch (route->fate) {
	case ROUTE_SEND:
		return "has been sent";
	case ROUTE_WAIT:
		return "waits for you";
	case ROUTE_PROPOSED:
		return "is proposed: confirm it or not";
	case ROUTE_FORBIDDEN:
		return "is forbidden by the rules";
	case ROUTE_WATCHED:
		return "would be sent: the rule only watches";
	}
	return "";
}

static void
fill_routes(const struct letter_order *order, struct fill *fills, struct arena *arena)
{
	const struct decision *decision = order->decision;
	size_t count = decision ? decision->route_count : 0;
	struct fill_rows rows = fill_rows_begin(count, ROUTE_BLANKS, arena);

	for (size_t at = 0; at < count; at++) {
		const struct route *route = &decision->routes[at];
		struct fill *row = fill_rows_add(&rows);
		fill_ours(row, ROUTE_AGENCY, route->agency->name);
		fill_ours(row, ROUTE_ID, route->agency->id);
		fill_ours(row, ROUTE_FATE, fate_words(route));
		fill_ours(row, ROUTE_RULES, route->rules);
		fill_ours(row, ROUTE_WHY, route->why);
		fill_ours(row, ROUTE_QUESTION, route->question);
		fill_ours(
		    row, ROUTE_CHILDREN, children_words(order->concern, route->children, arena));
		fill_ours(row, ROUTE_WAITING_CHILDREN,
		    children_words(order->concern, route->waiting_children, arena));
		if (route->forbidden_children)
			fill_ours(row, ROUTE_FORBIDDEN_CHILDREN,
			    arena_print(arena, "%s (%s)",
				children_words(order->concern, route->forbidden_children, arena),
				route->forbidden_by));
	}
	fill_rows_end(&rows, fills, BLANK_ROUTES);
}

/* Every agency there is, or those of the decision where the directory is not at hand. */
static void
fill_sendable(const struct letter_order *order, struct fill *fills, struct arena *arena)
{
	size_t known = order->directory ? order->directory->count : 0;
	size_t routed = order->decision ? order->decision->route_count : 0;
	struct fill_rows rows = fill_rows_begin(known + routed, SENDABLE_BLANKS, arena);

	for (size_t at = 0; at < (known ? known : routed); at++) {
		const struct entry *entry =
		    known ? &order->directory->entries[at] : order->decision->routes[at].agency;
		if (entry->kind != ENTRY_AGENCY)
			continue;
		struct fill *row = fill_rows_add(&rows);
		fill_ours(row, SENDABLE_ID, entry->id);
		fill_ours(row, SENDABLE_NAME, entry->name);
	}
	fill_rows_end(&rows, fills, BLANK_SENDABLE);
}

static void
fill_mail(const struct letter_order *order, struct fill *fills, struct arena *arena)
{
	const struct opened_mail *mail = order->mail;
	struct fill_rows files = fill_rows_begin(ATTACHMENTS_MAX, FILE_BLANKS, arena);

	fills[BLANK_IS_UNTOUCHED].is_true = order->untouched != NULL;
	if (mail) {
		fill_ours(fills, BLANK_SIGNER, mail->signer ? mail->signer->name : NULL);
		fill_words(fills, BLANK_SAYS_FROM, mail->outer_from, arena);
		if (mail->has_text)
			fill_words(fills, BLANK_TEXT_AS_SENT, mail->text, arena);
		for (size_t at = 0; at < mail->attachment_count; at++)
			fill_words(
			    fill_rows_add(&files), FILE_NAME, mail->attachments[at].name, arena);
	}
	fill_rows_end(&files, fills, BLANK_FILES);
}

void
desk_fill(const struct letter_order *order, struct fill *fills, struct arena *arena)
{
	fill_points(order, fills, arena);
	fill_faults(order, fills, arena);
	fill_routes(order, fills, arena);
	fill_sendable(order, fills, arena);
	fill_mail(order, fills, arena);
}

void
digest_fill(const struct digest *digest, struct fill *fills, struct arena *arena)
{
	fill_ours(fills, BLANK_SINCE, moment_words(digest->since, arena));
	fill_ours(fills, BLANK_UNTIL, moment_words(digest->until, arena));
	for (unsigned part = 0; part < DIGEST_PARTS; part++) {
		const struct digest_lines *lines = &digest->parts[part];
		struct fill_rows rows = fill_rows_begin(lines->count, LINE_BLANKS, arena);
		for (size_t at = 0; at < lines->count; at++)
			fill_ours(fill_rows_add(&rows), LINE_WORDS, lines->lines[at]);
		fill_rows_end(&rows, fills, BLANK_DIGEST + part);
	}
}
