/* Names and numbers of characters in HTML. */
/* SPDX-License-Identifier: MIT */
#include "mime/html_entity.h"

#include <glib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 8, DIGITS_MAX = 7 };

/* HTML's names of U+00A0 to U+00FF, in that order. */
static const char LATIN[96][NAME_MAX_BYTES] = {"nbsp", "iexcl", "cent", "pound", "curren", "yen",
    "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy", "reg", "macr", "deg", "plusmn",
    "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14",
    "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig",
    "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH",
    "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute",
    "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml",
    "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash",
    "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml"};

static const struct {
	char name[NAME_MAX_BYTES];
	gunichar letter;
} OTHERS[] = {
    {"amp", '&'},
    {"lt", '<'},
    {"gt", '>'},
    {"quot", '"'},
    {"apos", '\''},
    {"lsquo", 0x2018},
    {"rsquo", 0x2019},
    {"sbquo", 0x201a},
    {"ldquo", 0x201c},
    {"rdquo", 0x201d},
    {"bdquo", 0x201e},
    {"ndash", 0x2013},
    {"mdash", 0x2014},
    {"hellip", 0x2026},
    {"bull", 0x2022},
    {"euro", 0x20ac},
    {"trade", 0x2122},
    {"ensp", 0x2002},
    {"emsp", 0x2003},
    {"thinsp", 0x2009},
    {"zwnj", 0x200c},
    {"zwj", 0x200d},
    {"OElig", 0x152},
    {"oelig", 0x153},
    {"Scaron", 0x160},
    {"scaron", 0x161},
    {"Yuml", 0x178},
    {"prime", 0x2032},
    {"minus", 0x2212},
    {"check", 0x2713},
};

/* What &#128; to &#159; mean, by long habit windows-1252; 0 where that has nothing. */
static const gunichar HABIT[32] = {0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,
    0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
    0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178};

static gunichar
find_letter(const char *name, size_t length)
{
	char word[NAME_MAX_BYTES] = {0};

	if (!length || length >= NAME_MAX_BYTES)
		return 0;
	memcpy(word, name, length);
	for (size_t at = 0; at < COUNT_OF(OTHERS); at++)
		if (strcmp(word, OTHERS[at].name) == 0)
			return OTHERS[at].letter;
	for (size_t at = 0; at < COUNT_OF(LATIN); at++)
		if (strcmp(word, LATIN[at]) == 0)
			return 0xa0 + (gunichar)at;
	return 0;
}

/* A number that is no character becomes U+FFFD, as in browsers. */
static gunichar
sound_letter(gunichar number)
{
	if (number >= 0x80 && number < 0xa0)
		number = HABIT[number - 0x80];
	if (number == '\t' || number == '\n')
		return ' ';
	if (number < 32 || number == 127 || !g_unichar_validate(number))
		return 0xfffd;
	return number;
}

/* "#233" or "#xE9"; *used is how many bytes it takes. */
static gunichar
read_number(const char *text, size_t length, size_t *used)
{
	size_t at = 1;
	bool is_hex = length > 1 && (text[1] == 'x' || text[1] == 'X');
	gunichar number = 0;

	at += is_hex;
	size_t first = at;
	for (; at < length && at - first < DIGITS_MAX; at++) {
		int digit = is_hex ? g_ascii_xdigit_value(text[at]) : g_ascii_digit_value(text[at]);
		if (digit < 0)
			break;
		number = number * (is_hex ? 16 : 10) + (gunichar)digit;
	}
	*used = at;
	return at == first ? 0 : sound_letter(number);
}

size_t
html_entity_read(const char *text, size_t length, char out[4], size_t *out_length)
{
	size_t used = 0;
	char utf8[6];
	gunichar letter;

	if (length < 3 || text[0] != '&')
		return 0;
	text++;
	length--;
	if (text[0] == '#') {
		letter = read_number(text, length, &used);
	} else {
		while (used < length && used < NAME_MAX_BYTES && g_ascii_isalnum(text[used]))
			used++;
		letter = find_letter(text, used);
	}
	if (!letter)
		return 0;
	*out_length = (size_t)g_unichar_to_utf8(letter, utf8);
	memcpy(out, utf8, *out_length);
	return 1 + used + (used < length && text[used] == ';');
}
