/* Converts text to UTF-8 with converters that were opened early. */
/* SPDX-License-Identifier: MIT */
#include "mime/mime_charset.h"

#include <glib.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

static const iconv_t CLOSED = (iconv_t)-1;
static const char REPLACEMENT[] = "\xef\xbf\xbd";

/* Names by which mail programs call a set, to the name iconv knows it by. */
static const struct {
	const char *name, *means;
} ALIASES[] = {
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"l1", "windows-1252"},
    {"cp1252", "windows-1252"},
    {"cp-1252", "windows-1252"},
    {"x-cp1252", "windows-1252"},
    {"windows1252", "windows-1252"},
    {"cp1250", "windows-1250"},
    {"cp1251", "windows-1251"},
    {"latin2", "iso-8859-2"},
    {"iso8859-2", "iso-8859-2"},
    {"latin9", "iso-8859-15"},
    {"iso8859-15", "iso-8859-15"},
    {"latin-9", "iso-8859-15"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"sjis", "shift_jis"},
    {"x-sjis", "shift_jis"},
    {"ks_c_5601-1987", "euc-kr"},
    {"x-mac-roman", "macintosh"},
    {"unicode", "utf-16"},
    {"ucs-2", "utf-16"},
    {"utf16", "utf-16"},
};

static struct {
	const char *name;
	iconv_t converter;
} sets[] = {
    {"windows-1252", NULL},
    {"windows-1250", NULL},
    {"windows-1251", NULL},
    {"windows-1253", NULL},
    {"windows-1254", NULL},
    {"windows-1255", NULL},
    {"windows-1256", NULL},
    {"windows-1257", NULL},
    {"windows-1258", NULL},
    {"iso-8859-1", NULL},
    {"iso-8859-2", NULL},
    {"iso-8859-3", NULL},
    {"iso-8859-4", NULL},
    {"iso-8859-5", NULL},
    {"iso-8859-6", NULL},
    {"iso-8859-7", NULL},
    {"iso-8859-8", NULL},
    {"iso-8859-9", NULL},
    {"iso-8859-10", NULL},
    {"iso-8859-13", NULL},
    {"iso-8859-14", NULL},
    {"iso-8859-15", NULL},
    {"iso-8859-16", NULL},
    {"koi8-r", NULL},
    {"koi8-u", NULL},
    {"utf-16", NULL},
    {"utf-16le", NULL},
    {"utf-16be", NULL},
    {"gb18030", NULL},
    {"big5", NULL},
    {"shift_jis", NULL},
    {"iso-2022-jp", NULL},
    {"euc-jp", NULL},
    {"euc-kr", NULL},
    {"macintosh", NULL},
};

bool
mime_open_charsets(void)
{
	for (size_t at = 0; at < COUNT_OF(sets); at++) {
		if (!sets[at].converter)
			sets[at].converter = iconv_open("UTF-8", sets[at].name);
		if (sets[at].converter == CLOSED) {
			sets[at].converter = NULL;
			return false;
		}
	}
	return true;
}

static const char *
iconv_name(const char *charset)
{
	for (size_t at = 0; at < COUNT_OF(ALIASES); at++)
		if (strcasecmp(charset, ALIASES[at].name) == 0)
			return ALIASES[at].means;
	return charset;
}

static iconv_t
find_converter(const char *charset)
{
	const char *name = iconv_name(charset);

	for (size_t at = 0; at < COUNT_OF(sets); at++)
		if (sets[at].converter && strcasecmp(name, sets[at].name) == 0)
			return sets[at].converter;
	return CLOSED;
}

/* Room for the worst of all sets: three bytes of UTF-8 for each that came, and a little for a
 * shift. */
static char *
take_room(size_t length, struct arena *arena)
{
	return arena_take(arena, length * 3 + 16);
}

static char *
replace(char *to, bool *lost)
{
	memcpy(to, REPLACEMENT, strlen(REPLACEMENT));
	*lost = true;
	return to + strlen(REPLACEMENT);
}

static struct plain
convert(iconv_t converter, const uint8_t *bytes, size_t length, struct arena *arena, bool *lost)
{
	char *start = take_room(length, arena), *to = start, *from = (char *)(uintptr_t)bytes;
	size_t left = length, room = length * 3 + 15;

	(void)iconv(converter, NULL, NULL, NULL, NULL);
	while (left && room >= strlen(REPLACEMENT)) {
		if (iconv(converter, &from, &left, &to, &room) != (size_t)-1)
			break;
		if (room < strlen(REPLACEMENT) || !left)
			break;
		to = replace(to, lost);
		room -= strlen(REPLACEMENT);
		from++;
		left--;
	}
	(void)iconv(converter, NULL, NULL, &to, &room);
	return (struct plain){.words = start, .length = (size_t)(to - start)};
}

/* Keeps what is UTF-8; without a set to go by, every other byte above 127 is lost. */
static struct plain
keep_utf8(const uint8_t *bytes, size_t length, bool is_known, struct arena *arena, bool *lost)
{
	char *start = take_room(length, arena), *to = start;
	const char *from = (const char *)bytes, *stop = from + length, *end;

	while (from < stop) {
		if (is_known) {
			(void)g_utf8_validate(from, stop - from, &end);
		} else {
			for (end = from; end < stop && (unsigned char)*end < 128; end++)
				;
		}
		memcpy(to, from, (size_t)(end - from));
		to += end - from;
		from = end;
		if (from == stop)
			break;
		to = replace(to, lost);
		from++;
	}
	return (struct plain){.words = start, .length = (size_t)(to - start)};
}

static bool
is_ascii_name(const char *charset)
{
	return !charset || !*charset || strcasecmp(charset, "us-ascii") == 0 ||
	    strcasecmp(charset, "ascii") == 0 || strcasecmp(charset, "ansi_x3.4-1968") == 0;
}

/* Not left to iconv, which keeps the order of bytes it once saw. Without a mark: RFC 2781 4.3. */
static struct plain
convert_utf16(const uint8_t *bytes, size_t length, struct arena *arena, bool *lost)
{
	bool is_little = length >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe;
	bool is_big = length >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff;
	size_t mark = is_little || is_big ? 2 : 0;

	return mime_to_utf8(
	    bytes + mark, length - mark, is_little ? "utf-16le" : "utf-16be", arena, lost);
}

struct plain
mime_to_utf8(
    const uint8_t *bytes, size_t length, const char *charset, struct arena *arena, bool *lost)
{
	bool is_utf8 = g_utf8_validate((const char *)bytes, (gssize)length, NULL);

	if (is_ascii_name(charset))
		charset = is_utf8 ? "utf-8" : "windows-1252";
	if (strcasecmp(charset, "utf-8") == 0 || strcasecmp(charset, "utf8") == 0)
		return keep_utf8(bytes, length, true, arena, lost);
	if (strcasecmp(iconv_name(charset), "utf-16") == 0)
		return convert_utf16(bytes, length, arena, lost);
	iconv_t converter = find_converter(charset);
	if (converter == CLOSED)
		return keep_utf8(bytes, length, false, arena, lost);
	return convert(converter, bytes, length, arena, lost);
}
