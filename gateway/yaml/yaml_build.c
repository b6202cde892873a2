/* Builds the tree event by event and refuses all that YAML can do and a reader cannot see. */
/* SPDX-License-Identifier: MIT */
#include "yaml/yaml_build.h"

#include <glib.h>
#include <string.h>
#include <yaml.h>

#include "base/limits.h"
#include "yaml/yaml_problem.h"

enum {
	BUILD_FAULTS_MAX = 50,   /* more would not be read */
	NODES_MAX = 1000 * 1000, /* ten thousand rules have half of it */
};

struct builder {
	yaml_parser_t parser;
	const char *name;
	struct arena *arena;
	struct faults *faults;
	size_t nodes, found;
	bool is_broken; /* no more events can be had */
};

static void
end_builder(struct builder *builder)
{
	yaml_parser_delete(&builder->parser);
}

static struct yaml_node
place(const struct builder *builder, yaml_mark_t mark)
{
	return (struct yaml_node){.file = builder->name,
	    .line = (unsigned)mark.line + 1,
	    .column = (unsigned)mark.column + 1,
	    .text = ""};
}

static void add_fault(struct builder *builder, yaml_mark_t mark, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
add_fault(struct builder *builder, yaml_mark_t mark, const char *format, ...)
{
	va_list words;

	va_start(words, format);
	g_autofree char *text = g_strdup_vprintf(format, words);
	va_end(words);
	faults_add(builder->faults, builder->name, (unsigned)mark.line + 1,
	    (unsigned)mark.column + 1, "%s", text);
	if (++builder->found >= BUILD_FAULTS_MAX)
		builder->is_broken = true;
}

/* The next event, or false when the file is broken here; the caller deletes the event. */
static bool
next_event(struct builder *builder, yaml_event_t *event)
{
	yaml_parser_t *parser = &builder->parser;

	memset(event, 0, sizeof *event);
	if (builder->is_broken)
		return false;
	if (yaml_parser_parse(parser, event))
		return true;
	bool at_start = false;
	const char *words = yaml_problem_words(parser->context, parser->problem, &at_start);
	add_fault(builder, at_start ? parser->context_mark : parser->problem_mark, "%s", words);
	builder->is_broken = true;
	return false;
}

static void
refuse_extras(struct builder *builder, yaml_mark_t mark, const void *anchor, const void *tag)
{
	if (anchor)
		add_fault(builder, mark,
		    "an anchor (&): write the value out at each place, "
		    "or put a text that begins with & in quotes");
	if (tag)
		add_fault(builder, mark,
		    "a tag (!): every value is plain text here; "
		    "put a text that begins with ! in quotes");
}

static void
read_text(struct builder *builder, const yaml_event_t *event, struct yaml_node *node)
{
	const char *words = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;

	refuse_extras(
	    builder, event->start_mark, event->data.scalar.anchor, event->data.scalar.tag);
	for (size_t at = 0; at < length; at++)
		if ((unsigned char)words[at] < ' ' && words[at] != '\n' && words[at] != '\t') {
			add_fault(builder, event->start_mark,
			    "a control character (\\x%02X) in a text", (unsigned)words[at]);
			break;
		}
	node->kind = YAML_TEXT;
	node->is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (length)
		node->text = arena_textn(builder->arena, words, length);
}

/* Moves a finished collection out of its growing array. */
static struct yaml_node *
keep_nodes(struct builder *builder, const GArray *nodes)
{
	struct yaml_node *kept = arena_take_many(builder->arena, nodes->len, sizeof *kept);

	if (nodes->len)
		memcpy(kept, nodes->data, nodes->len * sizeof *kept);
	return kept;
}

static bool build_node(
    struct builder *builder, const yaml_event_t *event, unsigned depth, struct yaml_node *out);

static bool
build_list(struct builder *builder, unsigned depth, struct yaml_node *node)
{
	g_autoptr(GArray) items = g_array_new(FALSE, TRUE, sizeof(struct yaml_node));
	CLEANUP(yaml_event_delete) yaml_event_t event;

	node->kind = YAML_LIST;
	while (next_event(builder, &event) && event.type != YAML_SEQUENCE_END_EVENT) {
		struct yaml_node item;
		if (!build_node(builder, &event, depth, &item))
			return false;
		g_array_append_val(items, item);
		yaml_event_delete(&event);
	}
	node->items = keep_nodes(builder, items);
	node->count = items->len;
	return !builder->is_broken;
}

/* A key is a text, stands once, and is no merge key. */
static void
check_key(struct builder *builder, GHashTable *seen, const yaml_event_t *event,
    const struct yaml_node *key)
{
	if (key->kind != YAML_TEXT) {
		add_fault(builder, event->start_mark,
		    "a key must be one word or text; "
		    "a text that begins with [ or { goes in quotes");
		return;
	}
	if (!key->is_quoted && strcmp(key->text, "<<") == 0)
		add_fault(builder, event->start_mark,
		    "a merge key (<<): write the keys out at each place");
	if (!key->is_quoted && !*key->text)
		add_fault(builder, event->start_mark, "a colon without a key before it");
	unsigned first = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key->text));
	if (first && *key->text)
		add_fault(builder, event->start_mark,
		    "\"%s\" stands here a second time; "
		    "the first is in line %u",
		    key->text, first);
	else
		g_hash_table_insert(seen, (void *)key->text, GUINT_TO_POINTER(key->line));
}

/* In { } a comma ends a value, so `why: Level 3, living here` leaves a key without a value. */
static void
check_flow_value(
    struct builder *builder, const struct yaml_node *key, const struct yaml_node *value)
{
	yaml_mark_t mark = {.line = key->line - 1, .column = key->column - 1};

	if (key->kind == YAML_TEXT && value->kind == YAML_TEXT && !value->is_quoted &&
	    !*value->text)
		add_fault(builder, mark,
		    "\"%s\" has no value: inside { } a comma ends a value, "
		    "so put a text with a comma in quotes",
		    key->text);
}

static bool
build_map(struct builder *builder, bool is_flow, unsigned depth, struct yaml_node *node)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, TRUE, sizeof(struct yaml_node));
	g_autoptr(GArray) items = g_array_new(FALSE, TRUE, sizeof(struct yaml_node));
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	CLEANUP(yaml_event_delete) yaml_event_t event;

	node->kind = YAML_MAP;
	while (next_event(builder, &event) && event.type != YAML_MAPPING_END_EVENT) {
		struct yaml_node key, item;
		if (!build_node(builder, &event, depth, &key))
			return false;
		check_key(builder, seen, &event, &key);
		yaml_event_delete(&event);
		if (!next_event(builder, &event) || !build_node(builder, &event, depth, &item))
			return false;
		if (is_flow)
			check_flow_value(builder, &key, &item);
		g_array_append_val(keys, key);
		g_array_append_val(items, item);
		yaml_event_delete(&event);
	}
	node->keys = keep_nodes(builder, keys);
	node->items = keep_nodes(builder, items);
	node->count = items->len;
	return !builder->is_broken;
}

/* Depth is counted as the file goes in, since libyaml's time grows with its square. */
static bool
may_go_in(struct builder *builder, yaml_mark_t mark, unsigned depth)
{
	if (depth < YAML_MAX_DEPTH)
		return true;
	add_fault(builder, mark, "more than %u values inside one another", YAML_MAX_DEPTH);
	builder->is_broken = true;
	return false;
}

static bool
build_node(
    struct builder *builder, const yaml_event_t *event, unsigned depth, struct yaml_node *out)
{
	*out = place(builder, event->start_mark);
	if (++builder->nodes > NODES_MAX) {
		add_fault(builder, event->start_mark, "more than %u values", NODES_MAX);
		builder->is_broken = true;
		return false;
	}
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		read_text(builder, event, out);
		return true;
	case YAML_ALIAS_EVENT:
		add_fault(builder, event->start_mark,
		    "an alias (*): write the value out at each "
		    "place, or put a text that begins with * in quotes");
		return true;
	case YAML_SEQUENCE_START_EVENT:
		refuse_extras(builder, event->start_mark, event->data.sequence_start.anchor,
		    event->data.sequence_start.tag);
		return may_go_in(builder, event->start_mark, depth) &&
		    build_list(builder, depth + 1, out);
	case YAML_MAPPING_START_EVENT:
		refuse_extras(builder, event->start_mark, event->data.mapping_start.anchor,
		    event->data.mapping_start.tag);
		return may_go_in(builder, event->start_mark, depth) &&
		    build_map(builder, event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
			depth + 1, out);
	default:
		return false;
	}
}

static void
check_document_start(struct builder *builder, const yaml_event_t *event, unsigned number)
{
	if (event->data.document_start.version_directive ||
	    event->data.document_start.tag_directives.start !=
		event->data.document_start.tag_directives.end)
		add_fault(builder, event->start_mark, "a line that begins with %%: take it out");
	if (number > 1) {
		add_fault(builder, event->start_mark, "a second document (---): a file holds one");
		builder->is_broken = true;
	}
}

/* Stream and document events, and the one node between them. */
static void
build_stream(struct builder *builder, struct yaml_node *root)
{
	CLEANUP(yaml_event_delete) yaml_event_t event;
	unsigned documents = 0;
	bool is_done = false;

	while (!is_done && next_event(builder, &event)) {
		switch (event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_DOCUMENT_START_EVENT:
			check_document_start(builder, &event, ++documents);
			break;
		case YAML_STREAM_END_EVENT:
			is_done = true;
			break;
		default:
			is_done = !build_node(builder, &event, 0, root);
		}
		yaml_event_delete(&event);
	}
}

bool
yaml_build(const char *name, const char *bytes, size_t length, struct arena *arena,
    struct yaml_node *root, struct faults *faults)
{
	CLEANUP(end_builder)
	struct builder builder = {.name = name, .arena = arena, .faults = faults};

	if (!yaml_parser_initialize(&builder.parser)) {
		faults_add(faults, name, 0, 0, "cannot be read: out of memory");
		return false;
	}
	yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&builder.parser, (const unsigned char *)bytes, length);
	*root =
	    (struct yaml_node){.kind = YAML_MAP, .file = name, .line = 1, .column = 1, .text = ""};
	build_stream(&builder, root);
	/* A file of comments is one empty text for libyaml; for us it is an empty map. */
	if (root->kind == YAML_TEXT && !root->is_quoted && !*root->text)
		root->kind = YAML_MAP;
	return builder.found == 0;
}
