/* Encrypted messages around packets of our choice, as no honest program makes them. */
/* SPDX-License-Identifier: MIT */
#ifndef TESTS_REPACK_H
#define TESTS_REPACK_H

#include "key_world.h"

/* Encrypts these packets to the gateway: integrity-protected (tag 18), or not (tag 9). */
GBytes *repack(GBytes *packets, bool is_protected);
GBytes *join(GBytes *one, GBytes *other);
/* The bytes with one bit turned, so many bytes from the end (or, when negative, from the start). */
GBytes *with_a_turned_bit(GBytes *bytes, long from_end);
GBytes *cut_off(GBytes *bytes, size_t count);
GBytes *many_bytes(size_t count);

#endif
