/* One agency of agencies.yaml. */
/* SPDX-License-Identifier: MIT */
#ifndef SETUP_AGENCY_YAML_H
#define SETUP_AGENCY_YAML_H

#include "setup/address_book.h"

/* Reads what only agencies have; id, name, address and keys are read already. */
void agency_read(const struct reading *reading, const struct yaml_node *map,
    const struct block_words *blocks, struct entry *entry);

#endif
