/* Cleans and encodes header values, names and types. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_header.h"

#include <glib.h>
#include <sodium.h>
#include <string.h>

enum {
	WORD_IN_BYTES =
	    36, /* makes 60 characters: under the 75 of RFC 2047 2, "Subject: " in front */
	ASCII_LINE_MAX = 60,
	EXTENSION_MAX = 8,
	TYPE_MAX = 100,
};
static const char OTHER_TYPE[] = "application/octet-stream";

static bool
is_short_ascii(const char *words)
{
	size_t length = strlen(words);

	for (size_t at = 0; at < length; at++)
		if (words[at] < 32 || words[at] > 126)
			return false;
	return length <= ASCII_LINE_MAX && !strstr(words, "=?");
}

/* Valid UTF-8, no control characters, no leading or trailing space, of bounded length. */
static char *
clean_value(struct plain words, struct arena *arena)
{
	size_t length =
	    words.length < HEADER_VALUE_MAX_BYTES ? words.length : HEADER_VALUE_MAX_BYTES;
	char *text = arena_textn(arena, words.words, length);
	const char *end;

	for (size_t at = 0; at < length; at++)
		if ((unsigned char)text[at] < 32 || text[at] == 127)
			text[at] = ' ';
	while (!g_utf8_validate(text, (gssize)length, &end)) {
		size_t valid = (size_t)(end - text);
		/* a character cut in two by the ceiling goes, a wrong byte within becomes '?' */
		if (length - valid < 4 && words.length > length)
			length = valid;
		else
			text[valid] = '?';
	}
	text[length] = 0;
	return g_strstrip(text);
}

static bool
starts_character(char one)
{
	return ((unsigned char)one & 0xc0) != 0x80;
}

/*
 * How much goes into the next encoded word: whole characters only (RFC 2047 5), and where that
 * can be, without base64 padding, behind which GMime's readers forget the words that follow.
 */
static size_t
word_length(const char *text)
{
	size_t whole = strnlen(text, WORD_IN_BYTES), padded = 0;

	if (!text[whole])
		return whole;
	for (size_t at = whole; at; at--) {
		if (!starts_character(text[at]))
			continue;
		if (at % 3 == 0)
			return at;
		if (!padded)
			padded = at;
	}
	return padded;
}

static const char *
encode(const char *text, struct arena *arena)
{
	char word[WORD_IN_BYTES * 2];
	const char *out = "";

	while (*text) {
		size_t length = word_length(text);
		(void)sodium_bin2base64(word, sizeof word, (const uint8_t *)text, length,
		    sodium_base64_VARIANT_ORIGINAL);
		out = arena_print(arena, "%s%s=?utf-8?B?%s?=", out, *out ? "\r\n " : "", word);
		text += length;
	}
	return out;
}

const char *
mime_header_text(struct plain words, struct arena *arena)
{
	const char *text = clean_value(words, arena);

	return is_short_ascii(text) ? text : encode(text, arena);
}

/* RFC 5322 3.2.4 */
static const char *
quote(const char *text, struct arena *arena)
{
	char *quoted = arena_take(arena, strlen(text) * 2 + 3), *to = quoted;

	*to++ = '"';
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '"';
	return quoted;
}

const char *
mime_header_mailbox(const char *name, const char *address, struct arena *arena)
{
	struct plain words = {.words = name, .length = name ? strlen(name) : 0};

	if (plain_is_empty(words))
		return address;
	const char *text = clean_value(words, arena);
	if (is_short_ascii(text))
		return arena_print(arena, "%s <%s>", quote(text, arena), address);
	return arena_print(arena, "%s\r\n <%s>", encode(text, arena), address);
}

static char
clean_name_byte(char one)
{
	return g_ascii_isalnum(one) || one == '.' || one == '_' ? one : '-';
}

/* Where the extension begins, dot included; the end where there is none to keep. */
static size_t
extension_at(const char *name, size_t length)
{
	const char *dot = strrchr(name, '.');

	return dot && length - (size_t)(dot - name) <= EXTENSION_MAX ? (size_t)(dot - name)
								     : length;
}

void
mime_header_file_name(struct plain name, char out[MIME_NAME_MAX_BYTES + 1])
{
	g_autofree char *valid = g_utf8_make_valid(name.words, (gssize)name.length);
	g_autofree char *ascii = g_str_to_ascii(valid, "C");
	char *start = ascii;

	for (char *at = ascii; *at; at++)
		*at = clean_name_byte(*at);
	start += strspn(start, ".-_");
	size_t length = strlen(start), extension = extension_at(start, length);
	size_t tail = length - extension;
	size_t head =
	    extension < MIME_NAME_MAX_BYTES - tail ? extension : MIME_NAME_MAX_BYTES - tail;
	memcpy(out, start, head);
	memcpy(out + head, start + extension, tail);
	out[head + tail] = 0;
	if (!*out)
		(void)g_strlcpy(out, "attachment", MIME_NAME_MAX_BYTES + 1);
}

static bool
is_token(const char *text, size_t length)
{
	for (size_t at = 0; at < length; at++)
		if (!g_ascii_isalnum(text[at]) && !strchr("!#$&^_.+-", text[at]))
			return false;
	return length > 0;
}

const char *
mime_header_type(const char *type)
{
	const char *slash = type ? strchr(type, '/') : NULL;

	if (!slash || strlen(type) > TYPE_MAX || !is_token(type, (size_t)(slash - type)) ||
	    !is_token(slash + 1, strlen(slash + 1)))
		return OTHER_TYPE;
	if (g_ascii_strncasecmp(type, "message/", 8) == 0 ||
	    g_ascii_strncasecmp(type, "multipart/", 10) == 0)
		return OTHER_TYPE;
	return type;
}
