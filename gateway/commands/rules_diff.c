/* rules diff: what would go another way under other rules. */
/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sysexits.h>

#include "commands/rules_change.h"
#include "commands/rules_words.h"

enum { HASH_SHOWN = 12, CASE_ARENA_BYTES = 192 * 1024 * 1024 };

struct tally {
	size_t same, changed, unreadable;
};

static const struct replay_route *
find_route(const struct replay_view *view, const char *agency)
{
	for (size_t at = 0; at < view->route_count; at++)
		if (strcmp(view->routes[at].agency, agency) == 0)
			return &view->routes[at];
	return NULL;
}

static void
append_children(GString *text, const char *before, uint64_t children)
{
	for (unsigned at = 0; children && at < CHILDREN_MAX; at++)
		if (children >> at & 1) {
			g_string_append_printf(text, "%s%u", before, at + 1);
			before = ",";
		}
}

/* "send child 1,2, waits 3"; "-" for none. */
static char *
route_words(const struct replay_view *view, const struct replay_route *route)
{
	GString *text = g_string_new(route ? route_fate_name(route->fate) : "-");

	if (route && view->child_count > 1) {
		append_children(text, " child ", route->children);
		append_children(text, ", waits ", route->waiting);
	}
	return g_string_free(text, FALSE);
}

/* "yes", "no", or which of several children. */
static char *
nobody_words(const struct replay_view *view)
{
	GString *text = g_string_new(NULL);

	if (view->child_count > 1)
		append_children(text, "child ", view->nobody_children);
	if (!text->len)
		g_string_append(text, view->nobody ? "yes" : "no");
	return g_string_free(text, FALSE);
}

/* " +home -source": what stands in one list and not in the other. */
static char *
changed_words(const char *const *from, const char *const *to)
{
	GString *text = g_string_new(NULL);

	for (const char *const *at = to; *at; at++)
		if (!g_strv_contains(from, *at))
			g_string_append_printf(text, " +%s", *at);
	for (const char *const *at = from; *at; at++)
		if (!g_strv_contains(to, *at))
			g_string_append_printf(text, " -%s", *at);
	return g_string_free(text, FALSE);
}

/*
 * What an agency that may get a letter about a child under both would be told of it besides, or no
 * more: "; told +home -source", and of several children "; told child 1 +home, child 2 -source".
 */
static char *
disclosure_words(
    const struct replay_view *view, const struct replay_route *from, const struct replay_route *to)
{
	GString *text = g_string_new(NULL);
	bool both = from && to && from->fate < ROUTE_FORBIDDEN && to->fate < ROUTE_FORBIDDEN;

	for (unsigned child = 0; both && child < CHILDREN_MAX; child++) {
		if (!from->blocks[child] || !to->blocks[child])
			continue;
		g_autofree char *changed = changed_words(from->blocks[child], to->blocks[child]);
		if (!*changed)
			continue;
		g_string_append(text, text->len ? "," : "; told");
		if (view->child_count > 1)
			g_string_append_printf(text, " child %u", child + 1);
		g_string_append(text, changed);
	}
	return g_string_free(text, FALSE);
}

/* The lines of one case; the first of them names it. */
struct lines {
	const struct decided_case *stored;
	size_t count;
};

static void
add_line(struct lines *lines, const char *what, const char *from, const char *to)
{
	char at[20];

	printf("%-14s %-16s  %-18s %s -> %s\n", lines->count ? "" : lines->stored->reference.text,
	    lines->count ? "" : words_time(lines->stored->received_at, at), what, from, to);
	lines->count++;
}

static void
compare_agency(struct lines *lines, const struct replayed *both, const char *agency)
{
	const struct replay_route *from = find_route(&both->active, agency);
	const struct replay_route *to = find_route(&both->fresh, agency);
	g_autofree char *from_words = route_words(&both->active, from);
	g_autofree char *to_words = route_words(&both->fresh, to);
	g_autofree char *disclosed = disclosure_words(&both->fresh, from, to);

	if (strcmp(from_words, to_words) == 0 && !*disclosed)
		return;
	g_autofree char *whole = g_strconcat(to_words, disclosed, NULL);
	add_line(lines, agency, from_words, whole);
}

/* True when anything would go another way; says what. */
static bool
compare_views(const struct decided_case *stored, const struct replayed *both)
{
	struct lines lines = {.stored = stored};
	const struct replay_view *from = &both->active, *to = &both->fresh;

	if (from->has_concern != to->has_concern)
		add_line(&lines, "the form", from->has_concern ? "read" : "not read",
		    to->has_concern ? "read" : "not read");
	if (from->urgency != to->urgency)
		add_line(&lines, "urgency", urgency_name(from->urgency), urgency_name(to->urgency));
	g_autofree char *from_nobody = nobody_words(from);
	g_autofree char *to_nobody = nobody_words(to);
	if (strcmp(from_nobody, to_nobody) != 0)
		add_line(&lines, "nobody gets", from_nobody, to_nobody);
	for (size_t at = 0; at < from->route_count; at++)
		compare_agency(&lines, both, from->routes[at].agency);
	for (size_t at = 0; at < to->route_count; at++)
		if (!find_route(from, to->routes[at].agency))
			compare_agency(&lines, both, to->routes[at].agency);
	return lines.count > 0;
}

static bool
replay_next(struct replay *replay, struct ledger *ledger, int64_t *after, bool *found,
    struct tally *tally, struct failure *why)
{
	CLEANUP(arena_closep) struct arena *arena = arena_open(CASE_ARENA_BYTES);
	struct replayed *both = arena_take(arena, sizeof *both);
	struct decided_case stored;
	bool is_readable;

	if (!ledger_next_decided(ledger, *after, arena, &stored, found, why))
		return false;
	if (!*found)
		return true;
	*after = stored.number;
	if (!replay_case(replay, &stored, arena, both, &is_readable, why))
		return fail_while(why, "case %s", stored.reference.text);
	if (!is_readable || (!both->active.has_concern && !both->fresh.has_concern))
		tally->unreadable++;
	else if (compare_views(&stored, both))
		tally->changed++;
	else
		tally->same++;
	return true;
}

static bool
replay_all(const struct rules_change *change, struct replay *replay, struct tally *tally,
    struct failure *why)
{
	CLEANUP(ledger_closep) struct ledger *ledger = NULL;
	int64_t after = 0;
	bool found = true;

	if (!ledger_open(change->settings->ledger.path, &ledger, why))
		return false;
	while (found)
		if (!replay_next(replay, ledger, &after, &found, tally, why))
			return false;
	return true;
}

int
rules_print_diff(const struct rules_change *change)
{
	struct replay replay;
	struct tally tally = {0};
	struct failure why = {0};

	if (!change->has_active) {
		printf("no rules decide that these could be compared with\n");
		return EX_OK;
	}
	printf("from %.*s to %.*s\n", HASH_SHOWN, change->active.rules_hash, HASH_SHOWN,
	    change->fresh.rules_hash);
	bool went = replay_open(&change->active, &change->fresh, &replay, &why) &&
	    replay_all(change, &replay, &tally, &why);
	replay_close(&replay);
	if (!went)
		return words_fail("deciding stored cases again", &why);
	printf("stored cases decided again: %zu would go another way, %zu the same", tally.changed,
	    tally.same);
	printf(tally.unreadable ? "; %zu hold no concern that can be read (any more)\n" : "\n",
	    tally.unreadable);
	rules_print_comparison(change);
	return EX_OK;
}

int
rules_diff(int argc, char **argv, const char *config)
{
	const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
	struct rules_change change;
	int status;

	if (!words_parse(&argc, &argv, "rules diff [NEW]",
		"Decides every stored case again under the rules that decide now and under NEW (a folder,\n"
		"or the hash of a kept set), as of the moment it came, and says what would go another way.\n"
		"Then compares the two for every concern there can be, with an example of each difference,\n"
		"or says that they are equivalent. Nothing is sent.",
		entries, &status))
		return status;
	if (rules_change_open(config, argc > 1 ? argv[1] : NULL, &change, &status))
		status = rules_print_diff(&change);
	rules_change_close(&change);
	return status;
}
