/* The directory: agencies, officers and desk, read from their three files. */
/* SPDX-License-Identifier: MIT */
#ifndef SETUP_ADDRESS_BOOK_H
#define SETUP_ADDRESS_BOOK_H

#include "papers/directory.h"
#include "setup/setup_reading.h"

/* The disclosure blocks an agency may name; count 0 with NULL leaves them unchecked. */
struct block_words {
	const char *const *words;
	size_t count;
};

enum { ENTRY_ID_MAX_BYTES = 40 };

/*
 * Reads the three files in reading->folder into *out, agencies first, then officers, then desk.
 * All faults go to reading->faults.
 */
void address_book_read(
    const struct reading *reading, const struct block_words *blocks, struct directory *out);

/* Id, name, address and keys, which every kind of entry has. */
void entry_read(const struct reading *reading, const struct yaml_node *map, struct entry *entry);

#endif
