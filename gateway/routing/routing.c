/* Rules to routes, each with its reason. */
/* SPDX-License-Identifier: MIT */
#include "routing/routing.h"

#include "routing/checking.h"
#include "routing/decide.h"
#include "routing/loading.h"
#include "routing/outline.h"
#include "routing/rule_test_load.h"
#include "routing/rule_vocabulary.h"
#include "routing/vocabulary.h"

/* What rules may take in memory: the largest file of rules that YAML lets in needs a third. */
#define RULES_MAX_BYTES ((size_t)512 * 1024 * 1024)

struct routing {
	struct ruleset rules;
};

static void
load_rules(struct routing *routing, const char *path, const struct field_list *fields,
    const struct directory *directory, struct faults *faults)
{
	CLEANUP(yaml_freep) struct yaml_document *document = yaml_load(path, faults);
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
	struct loading loading = {.rules = &routing->rules,
	    .directory = directory,
	    .fields = fields,
	    .faults = faults,
	    .ids = ids};

	if (!document)
		return;
	routing->rules.arena = arena_open(RULES_MAX_BYTES);
	routing->rules.file = arena_text(routing->rules.arena, path);
	routing->rules.fields = fields;
	if (fields)
		routing->rules.vocabulary = vocabulary_open(fields, routing->rules.arena);
	agencies_load(&loading);
	rules_load(&loading, yaml_root(document));
	if (fields)
		rules_fit(&loading);
}

struct routing *
routing_load(const char *routing_path, const char *areas_path, const struct field_list *fields,
    const struct directory *directory, struct faults *faults)
{
	CLEANUP(routing_freep) struct routing *routing = g_new0(struct routing, 1);
	size_t before = faults_count(faults);

	routing->rules.areas = area_load(areas_path, faults);
	load_rules(routing, routing_path, fields, directory, faults);
	return fields && faults_count(faults) == before ? TAKE(routing) : NULL;
}

void
routing_free(struct routing *routing)
{
	if (!routing)
		return;
	area_free(routing->rules.areas);
	vocabulary_free(routing->rules.vocabulary);
	arena_close(routing->rules.arena);
	g_free(routing);
}

void
routing_freep(struct routing **routing)
{
	routing_free(*routing);
	*routing = NULL;
}

void
routing_decide(const struct routing *routing, const struct concern *concern,
    const struct routing_moment *moment, struct arena *arena, struct decision *out)
{
	decision_make(&routing->rules, concern, moment->is_open, arena, out);
}

void
routing_judge_unasked(const struct routing *routing, const struct concern *concern,
    struct arena *arena, struct decision *decision)
{
	decision_judge_unasked(&routing->rules, concern, arena, decision);
}

uint64_t
routing_forbids(const struct routing *routing, const struct concern *concern,
    const struct entry *agency, struct arena *arena, const char **by)
{
	return decision_forbids(&routing->rules, concern, agency, arena, by);
}

const char *
routing_area(const struct routing *routing, const struct value *postcode)
{
	size_t count;
	int area = area_of(routing->rules.areas, postcode, NULL);

	return area < 0 ? NULL : area_names(routing->rules.areas, &count)[area];
}

void
routing_outline(const struct routing *routing, struct arena *arena, struct rules_outline *out)
{
	outline_make(&routing->rules, arena, out);
}

bool
routing_vocabulary(const char *routing_path, const char *areas_path,
    const struct field_list *fields, struct arena *arena, struct rule_vocabulary *out,
    struct faults *faults)
{
	return vocabulary_list(routing_path, areas_path, fields, arena, out, faults);
}

bool
routing_load_tests(const struct routing *routing, const char *path, struct arena *arena,
    struct rule_tests *out, struct faults *faults)
{
	return rule_tests_load(&routing->rules, path, arena, out, faults);
}

void
routing_check(
    const struct routing *routing, int64_t now, struct arena *arena, struct rule_findings *out)
{
	findings_find(&routing->rules, now, arena, out);
}

void
routing_compare(const struct routing *active, const struct routing *fresh, int64_t now,
    struct arena *arena, struct rule_differences *out)
{
	rules_compare(&active->rules, &fresh->rules, now, arena, out);
}
