/* Opens a YAML document and looks up its keys. */
/* SPDX-License-Identifier: MIT */
#include "yaml/yaml.h"

#include <glib.h>
#include <string.h>

#include "base/arena.h"
#include "yaml/yaml_build.h"
#include "yaml/yaml_source.h"

struct yaml_document {
	struct arena *arena;
	struct yaml_node root;
};

struct yaml_document *
yaml_load(const char *path, struct faults *faults)
{
	size_t length;
	g_autofree char *bytes = yaml_source_read(path, &length, faults);

	return bytes ? yaml_parse(path, bytes, length, faults) : NULL;
}

struct yaml_document *
yaml_parse(const char *name, const char *bytes, size_t length, struct faults *faults)
{
	CLEANUP(yaml_freep) struct yaml_document *document = NULL;

	/* Some editors begin a file with a byte order mark; it means nothing in UTF-8. */
	if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		bytes += 3;
		length -= 3;
	}
	if (!yaml_source_is_clean(name, bytes, length, faults))
		return NULL;
	document = g_new0(struct yaml_document, 1);
	document->arena = arena_open(YAML_TREE_MAX_BYTES);
	const char *kept = arena_text(document->arena, name);
	if (!yaml_build(kept, bytes, length, document->arena, &document->root, faults))
		return NULL;
	return TAKE(document);
}

void
yaml_free(struct yaml_document *document)
{
	if (!document)
		return;
	arena_close(document->arena);
	g_free(document);
}

void
yaml_freep(struct yaml_document **document)
{
	yaml_free(*document);
	*document = NULL;
}

const struct yaml_node *
yaml_root(const struct yaml_document *document)
{
	return &document->root;
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (size_t at = 0; at < map->count; at++)
		if (strcmp(map->keys[at].text, key) == 0)
			return &map->items[at];
	return NULL;
}
