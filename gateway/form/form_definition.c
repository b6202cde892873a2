/* Loads form.yaml and owns what comes of it. */
/* SPDX-License-Identifier: MIT */
#include "form/form_definition.h"

#include <string.h>

#include "base/arena.h"
#include "form/form_blank.h"

/* The arrays of FIELDS_MAX fields with CHOICES_MAX choices and as many synonyms. */
enum { DEFINITION_MAX_BYTES = 64 * 1024 * 1024 };

static void
free_extras(struct form *form)
{
	for (size_t at = 0; at < form->list.count; at++) {
		if (form->extras[at].words)
			g_hash_table_unref(form->extras[at].words);
		if (form->extras[at].bags)
			g_hash_table_unref(form->extras[at].bags);
	}
}

void
form_definition_free(struct form *form)
{
	if (!form)
		return;
	free_extras(form);
	g_clear_pointer(&form->labels, g_hash_table_unref);
	g_clear_pointer(&form->headings, g_hash_table_unref);
	g_clear_pointer(&form->beginnings, g_hash_table_unref);
	g_free(form->boilerplate);
	g_free(form->end_key);
	arena_close(form->arena);
	yaml_free(form->document);
	g_free(form);
}

const char *const *
form_texts(struct form *form, const struct yaml_node *node, const char *what, struct faults *faults)
{
	if (!node)
		return NULL;
	bool is_one = node->kind == YAML_TEXT;
	if (!is_one && !yaml_is_list(node, what, faults))
		return NULL;
	size_t count = is_one ? 1 : node->count, used = 0;
	const char **texts = arena_take_many(form->arena, count + 1, sizeof *texts);
	for (size_t at = 0; at < count; at++)
		if (yaml_text(is_one ? node : &node->items[at], what, &texts[used], faults))
			used++;
	return texts;
}

void
form_check_width(const struct yaml_node *node, const char *text, struct faults *faults)
{
	for (const char *at = text; *at;) {
		size_t length = strcspn(at, "\n");
		if (g_utf8_strlen(at, (gssize)length) > BLANK_WIDTH)
			yaml_fault(
			    faults, node, "a line here is longer than %d characters", BLANK_WIDTH);
		at += length + (at[length] == '\n');
	}
}

/* One block needs no list. */
static void
read_blocks(struct form *form, const struct yaml_node *node, struct faults *faults)
{
	struct field_list *list = &form->list;
	const struct yaml_node *items = node && node->kind == YAML_LIST ? node->items : node;

	list->blocks = form_texts(form, node, "blocks", faults);
	if (!list->blocks)
		return;
	size_t count = items == node ? 1 : node->count;
	struct block_place *places = arena_take_many(form->arena, count, sizeof *places);
	for (size_t at = 0; at < count && list->blocks[list->block_count]; at++)
		if (list->blocks[list->block_count] == items[at].text)
			places[list->block_count++] =
			    (struct block_place){items[at].line, items[at].column};
	list->block_places = places;
}

static void
read_top(struct form *form, const struct yaml_node *root, struct faults *faults)
{
	static const char *const KEYS[] = {
	    "title", "opening", "end", "blocks", "purposes", "sections"};
	const char *what = "form";

	if (!yaml_is_map(root, what, faults))
		return;
	yaml_only_keys(root, what, KEYS, COUNT_OF(KEYS), faults);
	form->list.file = root->file;
	(void)yaml_text(yaml_need(root, what, "title", faults), "title", &form->title, faults);
	const struct yaml_node *opening = yaml_need(root, what, "opening", faults);
	if (yaml_text(opening, "opening", &form->opening, faults))
		form_check_width(opening, form->opening, faults);
	(void)yaml_text(yaml_need(root, what, "end", faults), "end", &form->end, faults);
	const struct yaml_node *blocks = yaml_need(root, what, "blocks", faults);
	read_blocks(form, blocks, faults);
	form_purposes_load(form, root, faults);
	form_sections_load(form, root, faults);
	form_names_check(form, root, faults);
}

struct form *
form_definition_load(const char *path, struct faults *faults)
{
	size_t before = faults_count(faults);
	struct yaml_document *document = yaml_load(path, faults);

	if (!document)
		return NULL;
	struct form *form = g_new0(struct form, 1);
	form->document = document;
	form->arena = arena_open(DEFINITION_MAX_BYTES);
	read_top(form, yaml_root(document), faults);
	if (faults_count(faults) == before)
		form_words_build(form, faults);
	if (faults_count(faults) == before)
		return form;
	form_definition_free(form);
	return NULL;
}
