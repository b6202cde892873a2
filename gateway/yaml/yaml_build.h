/* The events of libyaml made into one tree. */
/* SPDX-License-Identifier: MIT */
#ifndef YAML_YAML_BUILD_H
#define YAML_YAML_BUILD_H

#include "base/arena.h"
#include "yaml/yaml.h"

/*
 * Builds the tree of clean bytes (yaml_source_is_clean) in the arena; name lives as long. False
 * when there was a fault; as many faults as can be told are in *faults.
 */
bool yaml_build(const char *name, const char *bytes, size_t length, struct arena *arena,
    struct yaml_node *root, struct faults *faults);

/* Bytes of arena that no tree of a clean source can exceed. */
#define YAML_TREE_MAX_BYTES (512u * 1024 * 1024)

#endif
