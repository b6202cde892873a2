/* The keys of wandle.yaml and what they mean. */
/* SPDX-License-Identifier: MIT */
#ifndef SETUP_WANDLE_YAML_H
#define SETUP_WANDLE_YAML_H

#include "papers/settings.h"
#include "setup/setup_reading.h"

/* Reads every key into *settings, whose `file` is set already. All faults go to reading->faults. */
void wandle_yaml_read(
    const struct reading *reading, const struct yaml_node *root, struct settings *settings);

#endif
