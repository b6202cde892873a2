/* The bytes of a YAML file, with what no file of ours may have in it refused. */
/* SPDX-License-Identifier: MIT */
#ifndef YAML_YAML_SOURCE_H
#define YAML_YAML_SOURCE_H

#include "base/faults.h"

/*
 * Reads a regular file of at most YAML_MAX_BYTES, newly allocated (g_free) with a NUL behind.
 * NULL and a fault otherwise.
 */
char *yaml_source_read(const char *path, size_t *length, struct faults *faults);

/*
 * False, and a fault for each place, when the bytes are too many, no UTF-8, indented by tabs, or
 * hold characters that nobody can see. libyaml would take several of these for line ends or for
 * letters of a key, so that two keys which look the same would differ.
 */
bool yaml_source_is_clean(
    const char *name, const char *bytes, size_t length, struct faults *faults);

#endif
