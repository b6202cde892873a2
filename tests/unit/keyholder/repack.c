/* Takes a session key packet of gpg's and puts other ciphertext behind it. */
/* SPDX-License-Identifier: MIT */
#include "repack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCK = 16 };

GBytes *
join(GBytes *one, GBytes *other)
{
	GByteArray *both = g_byte_array_new();

	g_byte_array_append(both, g_bytes_get_data(one, NULL), (guint)g_bytes_get_size(one));
	g_byte_array_append(both, g_bytes_get_data(other, NULL), (guint)g_bytes_get_size(other));
	return g_byte_array_free_to_bytes(both);
}

GBytes *
with_a_turned_bit(GBytes *bytes, long from_end)
{
	gsize length;
	const guint8 *from = g_bytes_get_data(bytes, &length);
	guint8 *copy = g_memdup2(from, length);

	copy[from_end >= 0 ? (long)length - from_end : -from_end] ^= 4;
	return g_bytes_new_take(copy, length);
}

GBytes *
cut_off(GBytes *bytes, size_t count)
{
	return g_bytes_new_from_bytes(bytes, 0, g_bytes_get_size(bytes) - count);
}

GBytes *
many_bytes(size_t count)
{
	guint8 *bytes = g_malloc(count);
	guint32 state = 1;

	/* Not compressible, and the same each time. */
	for (size_t at = 0; at < count; at++) {
		state = state * 1664525 + 1013904223;
		bytes[at] = (guint8)(state >> 24);
	}
	return g_bytes_new_take(bytes, count);
}

/* AES-256 in CFB mode with whole blocks, which openssl has and which is all that OpenPGP needs. */
static GBytes *
encrypt(GBytes *plain, const char *key, const guint8 *iv)
{
	char iv_hex[2 * BLOCK + 1];
	const char *const words[] = {
	    "openssl", "enc", "-aes-256-cfb", "-nosalt", "-K", key, "-iv", iv_hex, NULL};

	hex_of(iv, BLOCK, iv_hex);
	return run_for(plain, words);
}

static char *
session_key_of(GBytes *sealed)
{
	g_autofree char *path = path_in_world("said"), *said = NULL;
	char key[65] = "";

	g_bytes_unref(
	    run_gpg(world.home, sealed, "--show-session-key", "--status-fd", "2", "-d", NULL));
	assert_true(g_file_get_contents(path, &said, NULL, NULL));
	const char *at = strstr(said, "SESSION_KEY 9:");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "SESSION_KEY 9:%64[0-9A-F]", key), 1);
	return g_strdup(key);
}

static void
put_head(GByteArray *out, guint8 tag, gsize length)
{
	const guint8 head[] = {0xc0 | tag, 255, (guint8)(length >> 24), (guint8)(length >> 16),
	    (guint8)(length >> 8), (guint8)length};

	g_byte_array_append(out, head, sizeof head);
}

/* RFC 4880 5.13: random block, its end again, packets, and their SHA-1. */
static void
put_protected(GByteArray *out, GByteArray *prefix, GBytes *packets, const char *key)
{
	static const guint8 NO_IV[BLOCK] = {0}, VERSION = 1;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 digest[20];
	gsize length = sizeof digest;

	g_byte_array_append(
	    prefix, g_bytes_get_data(packets, NULL), (guint)g_bytes_get_size(packets));
	g_byte_array_append(prefix, (const guint8 *)"\xd3\x14", 2);
	g_checksum_update(sum, prefix->data, prefix->len);
	g_checksum_get_digest(sum, digest, &length);
	g_byte_array_append(prefix, digest, sizeof digest);
	g_autoptr(GBytes) plain = g_bytes_new(prefix->data, prefix->len);
	g_autoptr(GBytes) sealed = encrypt(plain, key, NO_IV);
	put_head(out, 18, g_bytes_get_size(sealed) + 1);
	g_byte_array_append(out, &VERSION, 1);
	g_byte_array_append(out, g_bytes_get_data(sealed, NULL), (guint)g_bytes_get_size(sealed));
}

/* RFC 4880 5.7: the same without a sum, begun again behind the random block. */
static void
put_unprotected(GByteArray *out, GByteArray *prefix, GBytes *packets, const char *key)
{
	static const guint8 NO_IV[BLOCK] = {0};
	g_autoptr(GBytes) first = g_bytes_new(prefix->data, prefix->len);
	g_autoptr(GBytes) sealed_first = encrypt(first, key, NO_IV);
	const guint8 *iv = (const guint8 *)g_bytes_get_data(sealed_first, NULL) + 2;
	g_autoptr(GBytes) sealed = encrypt(packets, key, iv);

	put_head(out, 9, BLOCK + 2 + g_bytes_get_size(sealed));
	g_byte_array_append(out, g_bytes_get_data(sealed_first, NULL), BLOCK + 2);
	g_byte_array_append(out, g_bytes_get_data(sealed, NULL), (guint)g_bytes_get_size(sealed));
}

GBytes *
repack(GBytes *packets, bool is_protected)
{
	g_autoptr(GBytes) word = bytes_of("x");
	g_autoptr(GBytes) model = run_gpg(
	    world.others, word, "--cipher-algo", "AES256", "-r", world.own, "--encrypt", NULL);
	g_autofree char *key = session_key_of(model);
	const guint8 *from = g_bytes_get_data(model, NULL);
	GByteArray *out = g_byte_array_new();
	g_autoptr(GByteArray) prefix = g_byte_array_new();

	/* gpg writes an old-format session key packet with one byte of length. */
	assert_int_equal(from[0], 0x84);
	g_byte_array_append(out, from, from[1] + 2u);
	g_byte_array_append(prefix, (const guint8 *)"0123456789abcdefef", BLOCK + 2);
	if (is_protected)
		put_protected(out, prefix, packets, key);
	else
		put_unprotected(out, prefix, packets, key);
	return g_byte_array_free_to_bytes(out);
}
