/* What is shared while rules are read. */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTING_LOADING_H
#define ROUTING_LOADING_H

#include <glib.h>

#include "routing/rule.h"
#include "yaml/yaml.h"

struct loading {
	struct ruleset *rules;
	const struct directory *directory;
	const struct field_list *fields;
	struct faults *faults;
	GHashTable *ids;        /* rule id to the line it stands in */
	enum rule_list list;    /* the list that is being read */
	size_t condition_count; /* of the rule that is being read */
};

/* Reads one operator of a condition and what it compares with. */
bool test_load(struct loading *loading, const struct operand *operand, enum test_operator how,
    const struct yaml_node *node, struct test *out);

/* Reads a word for one of a field's choices; a label or a code is a fault that names the word. */
bool choice_read(const struct operand *operand, const struct yaml_node *node, struct faults *faults,
    unsigned *out);

/* Spelled as postcodes are: "SW19" by its length, "SW19 1AA". */
bool postcode_is_district(const char *text, size_t length);
bool postcode_is_full(const char *text);

/* Reads a rule's `when`: a map of fields, any, all and not; all of them must hold. */
const struct condition *condition_load(struct loading *loading, const struct yaml_node *node);

/* Reads the agencies of a directory, with their names folded. */
void agencies_load(struct loading *loading);

/*
 * Reads one agency id or a list of them, as a set by agency number. `also` is one more word that
 * may stand there (NULL for none), *has_also whether it did.
 */
bool agencies_read(struct loading *loading, const struct yaml_node *node, const char *what,
    const char *also, bool *has_also, uint64_t *out);

/* Warns of words that stand in a list of agencies, blocks or urgencies twice. */
void words_twice(struct loading *loading, const struct yaml_node *list, const char *what);

/* Reads the lists, the red list and the two keys of the whole file. */
void rules_load(struct loading *loading, const struct yaml_node *root);

/* What is wrong with rules that are each right, such as a red case for nobody. */
void rules_fit(struct loading *loading);

#endif
