/* What the entity of a letter looks like. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

static struct arena *arena;

static void
unrefp(void *object)
{
	g_clear_object((GObject **)object);
}

static int
begin(void **state)
{
	(void)state;
	arena = arena_open(64u * 1024 * 1024);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_close(arena);
	return 0;
}

static struct plain
words(const char *text)
{
	return plain_copy(arena, text, strlen(text));
}

static struct mime_letter
letter(void)
{
	return (struct mime_letter){
	    .from_name = "Wimbledon public protection desk",
	    .from_address = "desk@wandle.example",
	    .to_name = "Merton MASH",
	    .to_address = "mash@merton.example",
	    .subject = words("Referral W26-7KQ4M-3"),
	    .outer_subject = "Secure referral W26-7KQ4M-3",
	    .message_id = "<0123456789abcdef@wandle.example>",
	    .date = 1795254900,
	    .text = words("One\nTwo\n"),
	};
}

/* Parses the entity with GMime alone: none of our own reading is used. */
static GMimeObject *
parse(struct plain entity)
{
	CLEANUP(unrefp) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(entity.words, entity.length);
	CLEANUP(unrefp) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeObject *object = g_mime_parser_construct_part(parser, NULL);

	assert_non_null(object);
	return object;
}

static const char *
content(GMimeObject *object, size_t *length)
{
	CLEANUP(unrefp) GMimeStream *stream = g_mime_stream_mem_new();

	(void)g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(object)), stream);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	*length = bytes->len;
	return arena_textn(arena, (const char *)bytes->data, bytes->len);
}

static void
test_mime_write__headers_stand_inside(void **state)
{
	static const struct {
		const char *name, *value;
	} HEADERS[] = {
	    {"From", "Wimbledon public protection desk <desk@wandle.example>"},
	    {"To", "Merton MASH <mash@merton.example>"},
	    {"Subject", "Referral W26-7KQ4M-3"},
	    {"Date", "Sat, 21 Nov 2026 09:55:00 +0000"},
	    {"Message-ID", "<0123456789abcdef@wandle.example>"},
	    {"Auto-Submitted", "auto-generated"},
	};
	struct mime_letter one = letter();
	CLEANUP(unrefp) GMimeObject *object = parse(mime_write_letter(&one, arena));

	(void)state;
	for (size_t at = 0; at < COUNT_OF(HEADERS); at++) {
		const char *value = g_mime_object_get_header(object, HEADERS[at].name);
		char unquoted[200];
		size_t to = 0;
		assert_non_null(value);
		for (; *value; value++)
			if (*value != '"')
				unquoted[to++] = *value;
		unquoted[to] = 0;
		assert_string_equal(unquoted, HEADERS[at].value);
	}
	assert_string_equal(g_mime_object_get_content_type_parameter(object, "hp"), "cipher");
	assert_string_equal(
	    g_mime_object_get_content_type_parameter(object, "protected-headers"), "v1");
}

static void
test_mime_write__hp_outer_names_each_outer_header(void **state)
{
	static const char *const OUTER[] = {"From: desk@wandle.example", "To: mash@merton.example",
	    "Subject: Secure referral W26-7KQ4M-3", "Date: Sat, 21 Nov 2026 09:55:00 +0000",
	    "Message-ID: <0123456789abcdef@wandle.example>", "Auto-Submitted: auto-generated"};
	struct mime_letter one = letter();
	struct plain entity = mime_write_letter(&one, arena);

	(void)state;
	for (size_t at = 0; at < COUNT_OF(OUTER); at++)
		assert_non_null(
		    strstr(entity.words, arena_print(arena, "\r\nHP-Outer: %s\r\n", OUTER[at])));
}

static void
test_mime_write__text_comes_back_as_it_was(void **state)
{
	static const struct {
		const char *in, *out;
	} TEXTS[] = {
	    {"", ""},
	    {"One\nTwo\n", "One\r\nTwo\r\n"},
	    {"One\r\nTwo", "One\r\nTwo"},
	    {"trailing \nand tab\t\n", "trailing \r\nand tab\t\r\n"},
	    {"a = b, \x01 Ma\xc3\xafgread \xe2\x80\x94", "a = b, \x01 Ma\xc3\xafgread \xe2\x80\x94"},
	    {"--=_boundary\n.\nFrom here", "--=_boundary\r\n.\r\nFrom here"},
	    {"old mac\rlines", "old mac\r\nlines"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(TEXTS); at++) {
		struct mime_letter one = letter();
		size_t length;
		one.text = words(TEXTS[at].in);
		CLEANUP(unrefp) GMimeObject *object = parse(mime_write_letter(&one, arena));
		GMimeObject *part = g_mime_multipart_get_part(GMIME_MULTIPART(object), 0);
		assert_string_equal(content(part, &length), TEXTS[at].out);
		assert_string_equal(
		    g_mime_object_get_content_type_parameter(part, "charset"), "utf-8");
	}
}

static void
test_mime_write__is_seven_bit_crlf_with_short_lines(void **state)
{
	char long_line[5000];
	uint8_t bytes[1000];
	struct mime_letter one = letter();

	(void)state;
	memset(long_line, 'x', sizeof long_line - 1);
	long_line[sizeof long_line - 1] = 0;
	for (size_t at = 0; at < sizeof bytes; at++)
		bytes[at] = (uint8_t)at;
	struct mime_attachment part = {"application/pdf", words("a.pdf"), bytes, sizeof bytes};
	one.text = plain_copy(arena, long_line, sizeof long_line - 1);
	one.subject = plain_copy(arena, long_line, sizeof long_line - 1);
	one.to_name = "\xd8\xa3\xd8\xad\xd9\x85\xd8\xaf \xc5\x81ukasz Zo\xc3\xab";
	one.parts = &part;
	one.part_count = 1;
	struct plain entity = mime_write_letter(&one, arena);
	size_t column = 0;
	for (size_t at = 0; at < entity.length; at++) {
		assert_in_range((unsigned char)entity.words[at], 10, 126);
		column = entity.words[at] == '\n' ? 0 : column + 1;
		assert_true(column <= 78);
		if (entity.words[at] == '\n')
			assert_int_equal(entity.words[at - 1], '\r');
		if (entity.words[at] == '\r')
			assert_int_equal(entity.words[at + 1], '\n');
	}
	assert_int_equal(column, 0);
}

static void
test_mime_write__names_and_subjects_keep_their_letters(void **state)
{
	static const char *const WORDS[] = {"Ma\xc3\xafgread \xc3\x93 S\xc3\xba", "\xd8\xa3\xd8\xad\xd9\x85\xd8\xaf",
	    "\xc5\x81ukasz, \"the\" \\ <x@y>", "plain =?utf-8?B?eA==?= words",
	    ("\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3"
	     "\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3\xce\xa3 and so on and so on and so on")};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(WORDS); at++) {
		struct mime_letter one = letter();
		one.subject = words(WORDS[at]);
		one.to_name = WORDS[at];
		CLEANUP(unrefp) GMimeObject *object = parse(mime_write_letter(&one, arena));
		assert_string_equal(g_mime_object_get_header(object, "Subject"), WORDS[at]);
		CLEANUP(unrefp) InternetAddressList *list =
		    internet_address_list_parse(NULL, g_mime_header_get_raw_value(
			g_mime_header_list_get_header(g_mime_object_get_header_list(object), "To")));
		assert_int_equal(internet_address_list_length(list), 1);
		InternetAddress *to = internet_address_list_get_address(list, 0);
		assert_string_equal(internet_address_get_name(to), WORDS[at]);
		assert_string_equal(
		    internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(to)), "mash@merton.example");
	}
}

static void
test_mime_write__no_value_makes_a_header_of_its_own(void **state)
{
	struct mime_letter one = letter();

	(void)state;
	one.subject = words("a\r\nBcc: x@evil.example\n\nbody");
	one.to_name = "b\r\nBcc: x@evil.example";
	one.from_name = "c\nBcc: \xc3\xa9";
	struct plain entity = mime_write_letter(&one, arena);
	CLEANUP(unrefp) GMimeObject *object = parse(entity);
	assert_null(g_mime_object_get_header(object, "Bcc"));
	assert_string_equal(g_mime_object_get_header(object, "Subject"), "a  Bcc: x@evil.example  body");
}

static void
test_mime_write__broken_utf8_is_never_written(void **state)
{
	struct mime_letter one = letter();
	char many[700];

	(void)state;
	memset(many, 'x', sizeof many);
	for (size_t at = 1; at + 1 < sizeof many; at += 2)
		memcpy(many + at, "\xc3\xa9", 2);
	one.subject = plain_copy(arena, many, sizeof many - 1);
	one.to_name = "a\xff\xc3";
	CLEANUP(unrefp) GMimeObject *object = parse(mime_write_letter(&one, arena));
	const char *subject = g_mime_object_get_header(object, "Subject");
	assert_true(g_utf8_validate(subject, -1, NULL));
	assert_int_equal(strlen(subject), HEADER_VALUE_MAX_BYTES - 1);
	assert_non_null(strstr(g_mime_object_get_header(object, "To"), "a??"));
}

static void
test_mime_write__attachments_come_back_byte_for_byte(void **state)
{
	uint8_t bytes[57 * 3 + 5];
	struct mime_letter one = letter();

	(void)state;
	for (size_t at = 0; at < sizeof bytes; at++)
		bytes[at] = (uint8_t)(at * 7);
	for (size_t size = 0; size <= sizeof bytes; size += 19) {
		struct mime_attachment parts[] = {{"application/json", words("referral.json"), bytes, size},
		    {"message/rfc822", words("untouched.eml"), bytes, sizeof bytes}};
		size_t length;
		one.parts = parts;
		one.part_count = COUNT_OF(parts);
		CLEANUP(unrefp) GMimeObject *object = parse(mime_write_letter(&one, arena));
		assert_int_equal(g_mime_multipart_get_count(GMIME_MULTIPART(object)), 3);
		GMimeObject *json = g_mime_multipart_get_part(GMIME_MULTIPART(object), 1);
		assert_memory_equal(content(json, &length), bytes, size);
		assert_int_equal(length, size);
		assert_string_equal(g_mime_object_get_disposition(json), "attachment");
		assert_string_equal(g_mime_part_get_filename(GMIME_PART(json)), "referral.json");
		GMimeObject *mail = g_mime_multipart_get_part(GMIME_MULTIPART(object), 2);
		assert_true(g_mime_content_type_is_type(
		    g_mime_object_get_content_type(mail), "application", "octet-stream"));
	}
}

static void
test_mime_header__file_names_are_cleaned(void **state)
{
	static const struct {
		const char *in, *out;
	} NAMES[] = {
	    {"form.pdf", "form.pdf"},
	    {"", "attachment"},
	    {"../../etc/passwd", "etc-passwd"},
	    {"..\\..\\x\r\n.exe", "x--.exe"},
	    {"Ma\xc3\xafgread \xc3\x93 S\xc3\xba.docx", "Maigread-O-Su.docx"},
	    {"\xff\xfe.txt", "txt"},
	    {"\"quoted\"; x=y.png", "quoted---x-y.png"},
	    {"0123456789012345678901234567890123456789012345678901234567890123456789.pdf",
		"01234567890123456789012345678901234567890123456789012345.pdf"},
	    {"0123456789.0123456789012345678901234567890123456789012345678901234567890123456789",
		"0123456789.0123456789012345678901234567890123456789012345678"},
	    {"\xe5\x85\x92\xe7\xab\xa5", "attachment"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(NAMES); at++) {
		char out[MIME_NAME_MAX_BYTES + 1];
		mime_header_file_name(words(NAMES[at].in), out);
		if (at == 5)
			assert_null(strpbrk(out, "\xff\xfe/\\"));
		else
			assert_string_equal(out, NAMES[at].out);
	}
}

static void
test_mime_header__only_plain_types_are_written(void **state)
{
	static const struct {
		const char *in, *out;
	} TYPES[] = {
	    {"application/pdf", "application/pdf"},
	    {"application/vnd.ms-excel", "application/vnd.ms-excel"},
	    {NULL, "application/octet-stream"},
	    {"pdf", "application/octet-stream"},
	    {"a/", "application/octet-stream"},
	    {"/b", "application/octet-stream"},
	    {"a/b; x", "application/octet-stream"},
	    {"a/b\r\nBcc: x", "application/octet-stream"},
	    {"Message/rfc822", "application/octet-stream"},
	    {"multipart/mixed", "application/octet-stream"},
	};

	(void)state;
	for (size_t at = 0; at < COUNT_OF(TYPES); at++)
		assert_string_equal(mime_header_type(TYPES[at].in), TYPES[at].out);
}

static void
test_mime_write__boundaries_differ(void **state)
{
	struct mime_letter one = letter();
	struct plain first = mime_write_letter(&one, arena), second = mime_write_letter(&one, arena);

	(void)state;
	assert_int_equal(first.length, second.length);
	assert_memory_not_equal(first.words, second.words, first.length);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_mime_write__headers_stand_inside, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_write__hp_outer_names_each_outer_header, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_write__text_comes_back_as_it_was, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_write__is_seven_bit_crlf_with_short_lines, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_write__names_and_subjects_keep_their_letters, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_write__no_value_makes_a_header_of_its_own, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_write__broken_utf8_is_never_written, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_write__attachments_come_back_byte_for_byte, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_header__file_names_are_cleaned, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_header__only_plain_types_are_written, begin, end),
	    cmocka_unit_test_setup_teardown(test_mime_write__boundaries_differ, begin, end),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
