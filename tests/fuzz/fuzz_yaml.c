/* Any bytes give a tree or a fault, and every reader can walk the tree. */
/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdlib.h>

#include "base/limits.h"
#include "yaml/yaml.h"

static void
walk(const struct yaml_node *node, unsigned depth, struct faults *faults)
{
	static const char *const WORDS[] = {"send", "wait", "id"};
	const char *text;
	int64_t number;
	unsigned word;
	bool is_yes;

	if (depth > YAML_MAX_DEPTH || !node->line || !node->column)
		abort();
	if (faults_count(faults) < 100) {
		(void)yaml_text(node, "value", &text, faults);
		(void)yaml_number(node, "value", INT64_MIN, INT64_MAX, &number, faults);
		(void)yaml_yes_no(node, "value", &is_yes, faults);
		(void)yaml_word(node, "value", WORDS, COUNT_OF(WORDS), &word, faults);
		yaml_only_keys(node, "value", WORDS, COUNT_OF(WORDS), faults);
		(void)yaml_need(node, "value", "id", faults);
	}
	for (size_t at = 0; at < node->count; at++)
		walk(&node->items[at], depth + 1, faults);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	CLEANUP(yaml_freep)
	struct yaml_document *document = yaml_parse("fuzz", (const char *)bytes, length, faults);

	if (!document != (faults_count(faults) > 0))
		abort();
	if (document)
		walk(yaml_root(document), 0, faults);
	return 0;
}
