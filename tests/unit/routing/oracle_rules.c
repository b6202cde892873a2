/* Draws whole files of rules, and spells them. */
/* SPDX-License-Identifier: MIT */
#include "oracle.h"

static const char *const MODES[] = {"send", "propose", "watch"};
static const char *const COLOURS[] = {"none", "blue", "green", "amber", "red"};
static const char *const SEND_DOUBTS[] = {"wait", "send", "skip"}, *const NEVER_DOUBTS[] = {"wait", "send"},
				 *const HOLD_DOUBTS[] = {"wait", "pass"};

static int
make_rules(GRand *rand, struct made_rule *rules, int least, int doubts, bool may_ask_works)
{
	int count = g_rand_int_range(rand, least, RULES);

	for (int at = 0; at < count; at++) {
		rules[at].when.count = 0;
		if (g_rand_int_range(rand, 0, 8))
			(void)grow(rand, &rules[at].when, 3, may_ask_works);
		rules[at].agencies = (unsigned)g_rand_int_range(rand, 1, 1 << AGENCIES);
		rules[at].doubt = g_rand_int_range(rand, 0, doubts);
		rules[at].mode = g_rand_int_range(rand, 0, 5) ? 0 : g_rand_int_range(rand, 0, 3);
		rules[at].set = g_rand_int_range(rand, 1, 5);
		rules[at].floor = g_rand_int_range(rand, 0, 5);
	}
	return count;
}

/* Then it is another question for each agency. */
static bool
asks_works(const struct tree *tree)
{
	for (int at = 0; at < tree->count; at++)
		if (tree->nodes[at].what == ASK_WORKS)
			return true;
	return false;
}

void
make(GRand *rand, struct made *made)
{
	memset(made, 0, sizeof *made);
	made->mode = g_rand_int_range(rand, 0, 6) ? 0 : g_rand_int_range(rand, 0, 3);
	made->keep = g_rand_int_range(rand, 0, 4); /* bits: blue, green */
	made->to = (unsigned)g_rand_int_range(rand, 1, 1 << AGENCIES);
	made->out_of_hours = (unsigned)g_rand_int_range(rand, 0, 1 << AGENCIES);
	made->if_forbidden = (unsigned)g_rand_int_range(rand, 0, 1 << AGENCIES);
	made->urgencies = make_rules(rand, made->urgency, 1, 1, false);
	made->sends = make_rules(rand, made->send, 0, 3, false);
	made->nevers = make_rules(rand, made->never, 0, 2, true);
	made->holds = make_rules(rand, made->hold, 0, 2, true);
	for (int at = 0; at < made->nevers; at++)
		if (!asks_works(&made->never[at].when) && g_rand_int_range(rand, 0, 3) == 0) {
			made->never[at].is_excuse = true;
			made->never[at].agencies = (1 << AGENCIES) - 1;
		}
	for (int at = 0; at < made->urgencies; at++) {
		if (!made->urgency[at].when.count)
			(void)grow(rand, &made->urgency[at].when, 2, false);
		made->urgency[at].floor = MIN(made->urgency[at].floor, made->urgency[at].set);
	}
	made->urgency[made->urgencies - 1].when.count = 0;
}

static void
spell_agencies(GString *yaml, const char *key, unsigned agencies)
{
	g_string_append_printf(yaml, ", %s: [", key);
	for (unsigned at = 0, some = 0; at < AGENCIES; at++)
		if (agencies >> at & 1)
			g_string_append_printf(yaml, "%s%s", some++ ? ", " : "", IDS[at]);
	g_string_append_c(yaml, ']');
}

static void
spell_rules(GString *yaml, const char *list, const struct made_rule *rules, int count,
    const char *key, const char *const *doubts)
{
	g_string_append_printf(yaml, "%s:%s\n", list, count ? "" : " []");
	for (int at = 0; at < count; at++) {
		g_string_append_printf(yaml, "  - {id: %s-%d, why: W", list, at);
		if (rules[at].is_excuse)
			g_string_append(yaml, ", not_to: this-agency, needs_nobody: yes");
		else if (key)
			spell_agencies(yaml, key, rules[at].agencies);
		else
			g_string_append_printf(yaml, ", set: %s", COLOURS[rules[at].set]);
		if (doubts)
			g_string_append_printf(yaml, ", in_doubt: %s", doubts[rules[at].doubt]);
		else if (rules[at].floor)
			g_string_append_printf(yaml, ", in_doubt: %s", COLOURS[rules[at].floor]);
		if (strcmp(list, "send") == 0)
			g_string_append_printf(yaml, ", mode: %s", MODES[rules[at].mode]);
		if (rules[at].when.count) {
			g_string_append(yaml, ", when: ");
			spell(&rules[at].when, 0, yaml);
		}
		g_string_append(yaml, "}\n");
	}
}

char *
spell_file(const struct made *made)
{
	GString *yaml = g_string_new(NULL);

	g_string_append_printf(yaml, "mode: %s\nkeep: [%s%s%s]\n", MODES[made->mode],
	    made->keep & 1 ? "blue" : "", made->keep == 3 ? ", " : "", made->keep & 2 ? "green" : "");
	g_string_append(yaml, "red: {alarm: phone");
	spell_agencies(yaml, "to", made->to);
	if (made->out_of_hours)
		spell_agencies(yaml, "out_of_hours", made->out_of_hours);
	if (made->if_forbidden)
		spell_agencies(yaml, "if_forbidden", made->if_forbidden);
	g_string_append(yaml, "}\n");
	spell_rules(yaml, "urgency", made->urgency, made->urgencies, NULL, NULL);
	spell_rules(yaml, "send", made->send, made->sends, "to", SEND_DOUBTS);
	spell_rules(yaml, "never", made->never, made->nevers, "not_to", NEVER_DOUBTS);
	spell_rules(yaml, "hold", made->hold, made->holds, "only", HOLD_DOUBTS);
	return g_string_free(yaml, FALSE);
}
