/* The grammar of armored letters: what is let through, and what never is. */
/* SPDX-License-Identifier: MIT */
#include "papers/armor.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char BEGIN[] = "-----BEGIN PGP MESSAGE-----";
static const char END[] = "-----END PGP MESSAGE-----";

/* The textbook form of RFC 4880 6.1, bit by bit: another way than the code under test. */
static uint32_t
checksum_of(const GByteArray *bytes)
{
	uint32_t checksum = 0xb704ce;

	for (guint at = 0; at < bytes->len; at++) {
		checksum ^= (uint32_t)bytes->data[at] << 16;
		for (int bit = 0; bit < 8; bit++) {
			checksum <<= 1;
			if (checksum & 0x1000000)
				checksum ^= 0x1864cfb;
		}
	}
	return checksum & 0xffffff;
}

static GString *
armor_with(const GByteArray *bytes, const char *line_end, size_t width)
{
	g_autofree char *base64 = g_base64_encode(bytes->data, bytes->len);
	uint32_t checksum = checksum_of(bytes);
	guchar sum[3] = {(guchar)(checksum >> 16), (guchar)(checksum >> 8), (guchar)checksum};
	g_autofree char *sum64 = g_base64_encode(sum, 3);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "%s%s%s", BEGIN, line_end, line_end);
	for (size_t at = 0; at < strlen(base64); at += width)
		g_string_append_printf(text, "%.*s%s", (int)width, base64 + at, line_end);
	g_string_append_printf(text, "=%s%s%s%s", sum64, line_end, END, line_end);
	return text;
}

static void
put(GByteArray *bytes, const char *hex)
{
	for (; *hex; hex += 2) {
		guint8 byte =
		    (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
		g_byte_array_append(bytes, &byte, 1);
	}
}

static void
put_zeros(GByteArray *bytes, guint count)
{
	while (count--)
		put(bytes, "00");
}

/* A session key packet of version 3 for this key id, old format with a two byte length. */
static const char TO_ONE[] = "85000c03"
			     "1122334455667788"
			     "120001";
static const char TO_TWO[] = "c10c03"
			     "99aabbccddeeff00"
			     "120001";
/* Tag 18, 30 bytes, version 1. */
static const char PROTECTED[] = "d21e01"
				"000000000000000000000000000000"
				"0000000000000000000000000000";

static bool
reads(const GByteArray *bytes, struct armor_keys *keys, struct failure *why)
{
	g_autoptr(GString) text = armor_with(bytes, "\n", 64);

	return armor_read(text->str, text->len, keys, why);
}

static GByteArray *
whole(void)
{
	GByteArray *bytes = g_byte_array_new();

	put(bytes, TO_ONE);
	put(bytes, TO_TWO);
	put(bytes, PROTECTED);
	return bytes;
}

static void
test_armor_read__gives_the_key_ids_in_order(void **state)
{
	g_autoptr(GByteArray) bytes = whole();
	struct armor_keys keys;
	struct failure why;

	(void)state;
	assert_true(reads(bytes, &keys, &why));
	assert_int_equal(keys.count, 2);
	assert_true(keys.ids[0] == 0x1122334455667788);
	assert_true(keys.ids[1] == 0x99aabbccddeeff00);
}

static void
test_armor_read__takes_either_line_end_and_any_width_up_to_76(void **state)
{
	g_autoptr(GByteArray) bytes = whole();
	struct armor_keys keys;
	struct failure why;

	(void)state;
	for (size_t width = 1; width <= 76; width++) {
		g_autoptr(GString) unix_text = armor_with(bytes, "\n", width);
		g_autoptr(GString) mail_text = armor_with(bytes, "\r\n", width);
		assert_true(armor_read(unix_text->str, unix_text->len, &keys, &why));
		assert_true(armor_read(mail_text->str, mail_text->len, &keys, &why));
		/* The last line end may be missing. */
		assert_true(armor_read(unix_text->str, unix_text->len - 1, &keys, &why));
	}
	g_autoptr(GString) wide = armor_with(bytes, "\n", 77);
	assert_false(armor_read(wide->str, wide->len, &keys, &why));
	assert_string_equal(why.code, "armor.grammar");
}

static void
test_armor_read__walks_partial_lengths_to_their_end(void **state)
{
	static const struct {
		const char *heads[4]; /* of each part; the last is the final one */
		guint parts[4];
		bool fits;
	} CASES[] = {
	    {{"d2e9", "20"}, {512, 32}, true}, {{"d2e9", "e1", "00"}, {512, 2, 0}, true},
	    {{"d2e9", "c000"}, {512, 192}, true}, {{"d2e9", "ff00000100"}, {512, 256}, true},
	    {{"d2e8", "20"}, {256, 32}, false}, /* the first part is too short */
	    {{"d2e9", "20"}, {512, 31}, false}, /* one byte is missing */
	    {{"d2e9", "20"}, {512, 33}, false}, /* one byte too many */
	    {{"d2e9"}, {512}, false},		/* no final part */
	    {{"d2ff00000200"}, {512}, true}, {{"d200"}, {0}, false}, /* not even a version */
	};
	struct armor_keys keys;
	struct failure why;

	(void)state;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		put(bytes, TO_ONE);
		for (int part = 0; part < 4 && CASES[at].heads[part]; part++) {
			put(bytes, CASES[at].heads[part]);
			if (part == 0 && CASES[at].parts[0])
				put(bytes, "01");
			put_zeros(bytes, CASES[at].parts[part] - (part == 0 && CASES[at].parts[0]));
		}
		if (reads(bytes, &keys, &why) != CASES[at].fits)
			fail_msg("case %zu", at);
		if (!CASES[at].fits)
			assert_string_equal(why.code, "armor.packets");
	}
}

static void
test_armor_read__demands_the_packets_of_an_encrypted_message(void **state)
{
	static const char *const CASES[] = {
	    "", /* nothing */
	    "d21e01"
	    "0000000000000000000000000000000000000000000000000000000000", /* no recipient */
	    "85000c03"
	    "1122334455667788"
	    "120001", /* no ciphertext */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "a401000000", /* tag 9: not protected */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "c901"
	    "00", /* the same, new format */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "d202"
	    "0200", /* version 2 */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "d40401090200", /* tag 20 */
	    "85000c04"
	    "1122334455667788"
	    "120001"
	    "d2020100", /* session key of version 4 */
	    "87"
	    "03"
	    "1122334455667788"
	    "120001"
	    "d2020100", /* indeterminate length */
	    "c1e903"
	    "1122334455667788"
	    "120001"
	    "d2020100", /* session key in parts */
	    "850009"
	    "03"
	    "1122334455667788"
	    "d2020100", /* too short for one */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "c304"
	    "04090308"
	    "d2020100", /* a password */
	    "cb02"
	    "6200", /* a literal */
	    "05000c03"
	    "1122334455667788"
	    "120001"
	    "d2020100", /* no packet at all */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "d2020100"
	    "d2020100", /* two ciphertexts */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "d2020100"
	    "00", /* something behind */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "d2c1", /* half a length */
	    "85000c03"
	    "1122334455667788"
	    "120001"
	    "d2ff000000", /* half a length */
	    "c1ff0000100103"
	    "1122334455667788"
	    "120001"
	    "d2020100", /* longer than any key */
	};
	struct armor_keys keys;
	struct failure why;

	(void)state;
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		put(bytes, CASES[at]);
		if (reads(bytes, &keys, &why))
			fail_msg("case %zu was let through", at);
		assert_string_equal(why.code, "armor.packets");
		assert_int_equal(why.remedy, REMEDY_DESK);
	}
}

static void
test_armor_read__names_at_most_sixteen_recipients(void **state)
{
	struct armor_keys keys;
	struct failure why;

	(void)state;
	for (int count = ARMOR_RECIPIENTS_MAX; count <= ARMOR_RECIPIENTS_MAX + 1; count++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		for (int at = 0; at < count; at++)
			put(bytes, TO_ONE);
		put(bytes, PROTECTED);
		assert_int_equal(reads(bytes, &keys, &why), count == ARMOR_RECIPIENTS_MAX);
	}
}

/* Each change to a good armor must be refused as grammar; FROM is replaced by TO once. */
static void
test_armor_read__refuses_every_break_of_the_grammar(void **state)
{
	static const struct {
		const char *from, *to;
	} CASES[] = {
	    {"-----BEGIN", "----BEGIN"},
	    {"-----BEGIN", " -----BEGIN"},
	    {"-----BEGIN", "Dear MASH\n-----BEGIN"},
	    {"BEGIN PGP MESSAGE", "BEGIN PGP MESSAGE "},
	    {"BEGIN PGP MESSAGE", "BEGIN PGP PUBLIC KEY BLOCK"},
	    {"-----\n\n", "-----\n"},
	    {"-----\n\n", "-----\nComment: in the clear\n\n"},
	    {"-----\n\n", "-----\nVersion: 1\n\n"},
	    {"-----\n\n", "-----\n \n"},
	    {"-----\n\n", "-----\n\n\n"},
	    {"hQAM", "hQA M"},
	    {"hQAM", "hQ\nAM="},
	    {"hQAM", "hQ==AM"},
	    {"hQAM", "=QAM"},
	    {"hQAM", "hQ-M"},
	    {"AAAA", "AA\rAA"},
	    {"AAAA", "AA\n\nAA"},
	    {"A==\n", "B==\n"},
	    {"A==\n", "A=\n"},
	    {"-----END PGP MESSAGE-----\n", ""},
	    {"-----END PGP MESSAGE-----\n", "-----END PGP MESSAGE-----\n\n"},
	    {"-----END PGP MESSAGE-----\n", "-----END PGP MESSAGE-----\nRegards"},
	    {"-----END PGP MESSAGE-----\n", "-----END PGP MESSAGE----- \n"},
	    {"-----END PGP MESSAGE-----\n", "-----END PGP SIGNATURE-----\n"},
	    {"\n=", "\n=*"},
	    {"\n=", "\n=AAAA\n="},
	    {"\n=", "\n=AAAA\n-----END PGP MESSAGE-----\n"},
	    {"\n=", "="},
	};
	/* As many zeros that the base64 ends in "A==". */
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct armor_keys keys;
	struct failure why;

	(void)state;
	put(bytes, TO_ONE);
	put(bytes, "d22001");
	put_zeros(bytes, 31);
	g_autoptr(GString) good = armor_with(bytes, "\n", 20);
	assert_int_equal(bytes->len % 3, 1);
	assert_true(armor_read(good->str, good->len, &keys, &why));
	for (size_t at = 0; at < COUNT_OF(CASES); at++) {
		g_autoptr(GString) bad = g_string_new_len(good->str, (gssize)good->len);
		assert_int_equal(g_string_replace(bad, CASES[at].from, CASES[at].to, 1), 1);
		if (armor_read(bad->str, bad->len, &keys, &why))
			fail_msg("case %zu was let through", at);
		assert_int_equal(why.remedy, REMEDY_DESK);
	}
}

static void
test_armor_read__a_wrong_checksum_is_refused_and_none_is_allowed(void **state)
{
	g_autoptr(GByteArray) bytes = whole();
	g_autoptr(GString) text = armor_with(bytes, "\n", 64);
	struct armor_keys keys;
	struct failure why;
	char *checksum = strstr(text->str, "\n=") + 2;

	(void)state;
	checksum[0] = checksum[0] == 'A' ? 'B' : 'A';
	assert_false(armor_read(text->str, text->len, &keys, &why));
	assert_string_equal(why.code, "armor.grammar");
	(void)g_string_erase(text, checksum - 1 - text->str, 6);
	assert_true(armor_read(text->str, text->len, &keys, &why));
}

static void
test_armor_read__every_cut_is_refused(void **state)
{
	g_autoptr(GByteArray) bytes = whole();
	g_autoptr(GString) text = armor_with(bytes, "\r\n", 64);
	struct armor_keys keys = {.count = 7};
	struct failure why;

	(void)state;
	for (size_t length = 0; length < text->len - 2; length++)
		assert_false(armor_read(text->str, length, &keys, &why));
	assert_int_equal(keys.count, 7);
}

static void
test_armor_keys_within__is_a_subset_and_not_empty(void **state)
{
	static const uint64_t ALLOWED[] = {1, 2, 3};
	const struct armor_keys none = {.count = 0}, two = {.ids = {3, 1}, .count = 2},
				other = {.ids = {1, 4}, .count = 2};

	(void)state;
	assert_false(armor_keys_within(&none, ALLOWED, 3));
	assert_true(armor_keys_within(&two, ALLOWED, 3));
	assert_false(armor_keys_within(&other, ALLOWED, 3));
	assert_false(armor_keys_within(&two, ALLOWED, 2));
	assert_false(armor_keys_within(&two, NULL, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_armor_read__gives_the_key_ids_in_order),
	    cmocka_unit_test(test_armor_read__takes_either_line_end_and_any_width_up_to_76),
	    cmocka_unit_test(test_armor_read__walks_partial_lengths_to_their_end),
	    cmocka_unit_test(test_armor_read__demands_the_packets_of_an_encrypted_message),
	    cmocka_unit_test(test_armor_read__names_at_most_sixteen_recipients),
	    cmocka_unit_test(test_armor_read__refuses_every_break_of_the_grammar),
	    cmocka_unit_test(test_armor_read__a_wrong_checksum_is_refused_and_none_is_allowed),
	    cmocka_unit_test(test_armor_read__every_cut_is_refused),
	    cmocka_unit_test(test_armor_keys_within__is_a_subset_and_not_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
