/* YAML to a tree that knows file, line and column. */
/* SPDX-License-Identifier: MIT */
#ifndef YAML_YAML_H
#define YAML_YAML_H

#include "base/faults.h"

/*
 * A strict subset of YAML 1.1: one document, UTF-8, no tabs for indenting, no invisible
 * characters, no anchors, aliases, tags or merge keys, no duplicate keys, no key without a value
 * inside { }, at most YAML_MAX_DEPTH deep and YAML_MAX_BYTES long. Every scalar is a text, so NO,
 * 0800 and 09:00 stay what they look like; whether it was quoted is kept.
 */
enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	const char *file;
	unsigned line, column;   /* from 1 */
	const char *text;        /* YAML_TEXT */
	bool is_quoted;          /* YAML_TEXT: in quotes or a block scalar */
	struct yaml_node *items; /* YAML_LIST, and the values of a YAML_MAP */
	struct yaml_node *keys;  /* YAML_MAP: texts, in the file's order */
	size_t count;
};

struct yaml_document;

/* NULL on a fault, which is in *faults. An empty file is an empty map. */
struct yaml_document *yaml_load(const char *path, struct faults *faults);
/* The same from memory; `name` stands for the file in faults. */
struct yaml_document *yaml_parse(
    const char *name, const char *bytes, size_t length, struct faults *faults);
void yaml_free(struct yaml_document *document); /* accepts NULL */
void yaml_freep(struct yaml_document **document);
const struct yaml_node *yaml_root(const struct yaml_document *document);

/* The value of a key, NULL when absent. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* A fault at a node. */
void yaml_fault(struct faults *faults, const struct yaml_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Readers that add a fault and return false when the node is not of the kind: `what` names the
 * value in the fault ("port"). A text's bytes live as long as the document. A node of NULL is
 * false without a fault, so that what yaml_get() and yaml_need() give can be handed on as it is.
 */
bool yaml_is_map(const struct yaml_node *node, const char *what, struct faults *faults);
bool yaml_is_list(const struct yaml_node *node, const char *what, struct faults *faults);
/* A key with nothing behind it, or null or ~, is a fault; an empty text in quotes is none. */
bool yaml_text(
    const struct yaml_node *node, const char *what, const char **out, struct faults *faults);
/* Decimal digits with an optional minus and no leading zeros, from low to high. */
bool yaml_number(const struct yaml_node *node, const char *what, int64_t low, int64_t high,
    int64_t *out, struct faults *faults);
/* yes, no, true, false in any case; unquoted or quoted. */
bool yaml_yes_no(const struct yaml_node *node, const char *what, bool *out, struct faults *faults);
/* One of the words; *out is its number. The fault suggests the near word. */
bool yaml_word(const struct yaml_node *node, const char *what, const char *const *words,
    size_t count, unsigned *out, struct faults *faults);

/* A fault for every key of the map that is not among the allowed words, with the near word. */
void yaml_only_keys(const struct yaml_node *map, const char *what, const char *const *allowed,
    size_t count, struct faults *faults);
/* The value of a key that must be there, or NULL and a fault. */
const struct yaml_node *yaml_need(
    const struct yaml_node *map, const char *what, const char *key, struct faults *faults);

#endif
