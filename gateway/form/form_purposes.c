/* Which blocks and fields of the form disclosure goes by, whatever they are called. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "form/form_definition.h"

/* The word for each purpose, and the block that has it where form.yaml names none. */
static const char *const PURPOSES[BLOCK_PURPOSES] = {
    [PURPOSE_NARRATIVE] = "narrative",
    [PURPOSE_ATTACHMENTS] = "attachments",
    [PURPOSE_OTHER_CHILDREN] = "other-children",
    [PURPOSE_SOURCE] = "source-identity",
    [PURPOSE_CONFIDENTIAL] = "confidential-address",
};

static void
read_purpose(struct form *form, const struct yaml_node *root, const struct yaml_node *map,
    enum block_purpose purpose, struct faults *faults)
{
	const struct yaml_node *named = map ? yaml_get(map, PURPOSES[purpose]) : NULL;
	struct field_list *list = &form->list;
	unsigned number;

	if (named) {
		if (yaml_word(
			named, PURPOSES[purpose], list->blocks, list->block_count, &number, faults))
			list->purposes[purpose] = list->blocks[number];
	} else {
		for (size_t at = 0; at < list->block_count; at++)
			if (strcmp(list->blocks[at], PURPOSES[purpose]) == 0)
				list->purposes[purpose] = list->blocks[at];
		if (!list->purposes[purpose])
			yaml_fault(faults, yaml_get(root, "blocks"),
			    "blocks: none is \"%s\": say which block is that under purposes",
			    PURPOSES[purpose]);
	}
	for (size_t at = 0; list->purposes[purpose] && at < (size_t)purpose; at++)
		if (list->purposes[at] && strcmp(list->purposes[at], list->purposes[purpose]) == 0)
			yaml_fault(faults, named ? named : map,
			    "purposes: \"%s\" is %s and %s: each needs a block of its own",
			    list->purposes[at], PURPOSES[at], PURPOSES[purpose]);
}

void
form_purposes_load(struct form *form, const struct yaml_node *root, struct faults *faults)
{
	const struct yaml_node *map = yaml_get(root, "purposes");

	if (!form->list.blocks || (map && !yaml_is_map(map, "purposes", faults)))
		return;
	if (map)
		yaml_only_keys(map, "purposes", PURPOSES, COUNT_OF(PURPOSES), faults);
	for (enum block_purpose purpose = 0; purpose < BLOCK_PURPOSES; purpose++)
		read_purpose(form, root, map, purpose, faults);
}

void
form_names_load(const struct yaml_node *node, struct field *field, struct faults *faults)
{
	if (node && field->kind != FIELD_TEXT)
		yaml_fault(faults, node, "names: only a field of the kind text holds names");
	field->holds_names = field->kind == FIELD_TEXT &&
	    (strstr(field->name, "name") || strstr(field->name, "known_as"));
	(void)yaml_yes_no(node, "names", &field->holds_names, faults);
}

void
form_names_check(const struct form *form, const struct yaml_node *root, struct faults *faults)
{
	size_t children = 0, names = 0;

	for (size_t at = 0; at < form->list.count; at++)
		if (form->fields[at].group == GROUP_CHILD) {
			children++;
			names += form->fields[at].holds_names;
		}
	if (children && !names)
		yaml_fault(faults, yaml_get(root, "sections"),
		    "sections: no field about a child says names: yes, so that a letter could name "
		    "a sibling");
}
