/* Walks an armored OpenPGP message once, byte by byte, without a copy of it. */
/* SPDX-License-Identifier: MIT */
#include "papers/armor.h"

#include <string.h>

enum {
	ARMOR_LINE_MAX = 76,          /* RFC 4880 6.3 */
	SESSION_KEY_MAX_BYTES = 4096, /* RSA with 16384 bits would be 2061 */
	FIRST_PART_MIN_BYTES = 512,   /* RFC 4880 4.2.2.4 */
	TAG_SESSION_KEY = 1,
	TAG_PROTECTED = 18,
};

static const char BEGIN_LINE[] = "-----BEGIN PGP MESSAGE-----";
static const char END_LINE[] = "-----END PGP MESSAGE-----";

/* Where the walk stands: the text still to come, and the base64 group that is being given out. */
struct walk {
	const char *at, *end;
	size_t column; /* characters of base64 in this line so far */
	uint8_t group[3];
	unsigned used, held; /* bytes of the group given out, and in it */
	bool is_padded;      /* the last group had '=': no more may follow */
	bool is_over;        /* no more base64 */
	bool is_broken;      /* grammar */
	uint32_t checksum;
};

/* One line without its LF or CRLF; false at the end of the text. */
static bool
take_line(struct walk *walk, const char **line, size_t *length)
{
	if (walk->at == walk->end)
		return false;
	const char *stop = memchr(walk->at, '\n', (size_t)(walk->end - walk->at));
	*line = walk->at;
	*length = (size_t)((stop ? stop : walk->end) - walk->at);
	walk->at = stop ? stop + 1 : walk->end;
	if (*length && (*line)[*length - 1] == '\r')
		(*length)--;
	return true;
}

static bool
line_is(const char *line, size_t length, const char *word)
{
	return length == strlen(word) && memcmp(line, word, length) == 0;
}

/* No armor headers: they travel in the clear, and nothing need be said there. */
static bool
read_head(struct walk *walk)
{
	const char *line;
	size_t length;

	return take_line(walk, &line, &length) && line_is(line, length, BEGIN_LINE) &&
	    take_line(walk, &line, &length) && length == 0;
}

static int
digit_of(char one)
{
	if (one >= 'A' && one <= 'Z')
		return one - 'A';
	if (one >= 'a' && one <= 'z')
		return one - 'a' + 26;
	if (one >= '0' && one <= '9')
		return one - '0' + 52;
	return one == '+' ? 62 : one == '/' ? 63 : -1;
}

/* Steps over one line end; false where there is none. */
static bool
skip_line_end(struct walk *walk)
{
	size_t left = (size_t)(walk->end - walk->at);
	size_t width = left >= 2 && walk->at[0] == '\r' && walk->at[1] == '\n' ? 2
	    : left && walk->at[0] == '\n'                                      ? 1
									       : 0;

	walk->at += width;
	walk->column = 0;
	return width > 0;
}

/* The next base64 character or '='; 0 at a checksum, the END line or the end. */
static char
next_character(struct walk *walk, bool inside_group)
{
	if (walk->at < walk->end && (*walk->at == '\r' || *walk->at == '\n') && walk->column > 0 &&
	    !skip_line_end(walk))
		return 0;
	if (walk->at == walk->end)
		return 0;
	if (walk->column == ARMOR_LINE_MAX) {
		walk->is_broken = true;
		return 0;
	}
	/* A '=' in front of a line is the checksum, unless it pads a group that is open. */
	if (*walk->at == '-' || (*walk->at == '=' && !inside_group))
		return 0;
	walk->column++;
	return *walk->at++;
}

/* Reads four characters into the group; RFC 4648 4, with the bits behind the padding zero. */
static void
read_group(struct walk *walk)
{
	uint32_t bits = 0;
	unsigned digits = 0, pads = 0;

	for (unsigned at = 0; at < 4; at++) {
		char one = next_character(walk, digits > 1);
		if (at == 0 && one == 0) {
			walk->is_over = true;
			return;
		}
		int digit = digit_of(one);
		if (one == '=' && digits > 1)
			pads++;
		else if (digit >= 0 && !pads)
			digits++;
		else
			walk->is_broken = true;
		bits = bits << 6 | (digit >= 0 ? (uint32_t)digit : 0);
	}
	walk->held = digits ? digits - 1 : 0;
	walk->used = 0;
	for (unsigned at = 0; at < 3; at++)
		walk->group[at] = (uint8_t)(bits >> (16 - 8 * at));
	for (unsigned at = walk->held; at < 3; at++)
		if (walk->group[at])
			walk->is_broken = true;
	walk->is_padded = pads > 0;
}

/* CRC-24 of RFC 4880 6.1, four bits a step. */
static uint32_t
checksum_add(uint32_t checksum, uint8_t byte)
{
	static const uint32_t STEPS[16] = {0x000000, 0x864cfb, 0x8ad50d, 0x0c99f6, 0x93e6e1,
	    0x15aa1a, 0x1933ec, 0x9f7f17, 0xa18139, 0x27cdc2, 0x2b5434, 0xad18cf, 0x3267d8,
	    0xb42b23, 0xb8b2d5, 0x3efe2e};

	checksum ^= (uint32_t)byte << 16;
	checksum = (checksum << 4) ^ STEPS[checksum >> 20 & 15];
	checksum = (checksum << 4) ^ STEPS[checksum >> 20 & 15];
	return checksum & 0xffffff;
}

/* The next byte of the packets; false where they end, or where the grammar is broken. */
static bool
take_byte(struct walk *walk, uint8_t *byte)
{
	if (walk->used == walk->held && !walk->is_over && !walk->is_broken) {
		if (walk->is_padded)
			walk->is_over = true;
		else
			read_group(walk);
	}
	if (walk->is_over || walk->is_broken || walk->used == walk->held)
		return false;
	*byte = walk->group[walk->used++];
	walk->checksum = checksum_add(walk->checksum, *byte);
	return true;
}

static bool
take_number(struct walk *walk, unsigned width, uint32_t *number)
{
	uint8_t byte;

	*number = 0;
	for (unsigned at = 0; at < width; at++) {
		if (!take_byte(walk, &byte))
			return false;
		*number = *number << 8 | byte;
	}
	return true;
}

static bool
skip_bytes(struct walk *walk, uint32_t count)
{
	uint8_t byte;

	while (count--)
		if (!take_byte(walk, &byte))
			return false;
	return true;
}

/* RFC 4880 4.2.2: a new-format length; *is_part for one that another follows. */
static bool
take_length(struct walk *walk, uint32_t *length, bool *is_part)
{
	uint8_t first, second;

	*is_part = false;
	if (!take_byte(walk, &first))
		return false;
	if (first == 255)
		return take_number(walk, 4, length);
	if (first < 192) {
		*length = first;
		return true;
	}
	if (first >= 224) {
		*is_part = true;
		*length = (uint32_t)1 << (first & 31);
		return true;
	}
	if (!take_byte(walk, &second))
		return false;
	*length = (((uint32_t)first - 192) << 8) + second + 192;
	return true;
}

/* RFC 4880 4.2: a packet's tag and length, old format or new. */
static bool
take_packet_head(struct walk *walk, uint8_t *tag, uint32_t *length, bool *is_part)
{
	uint8_t head;

	*is_part = false;
	if (!take_byte(walk, &head) || !(head & 0x80))
		return false;
	if (head & 0x40) {
		*tag = head & 0x3f;
		return take_length(walk, length, is_part);
	}
	*tag = head >> 2 & 15;
	/* Length type 3, "until the end", is never right for what we take in the old format. */
	return (head & 3) != 3 && take_number(walk, 1u << (head & 3), length);
}

/* RFC 4880 5.1: version 3, key id, algorithm, and numbers we have no use for. */
static bool
take_session_key(struct walk *walk, uint32_t length, struct armor_keys *keys)
{
	uint32_t version, high, low;

	if (length < 10 || length > SESSION_KEY_MAX_BYTES || keys->count == ARMOR_RECIPIENTS_MAX ||
	    !take_number(walk, 1, &version) || version != 3 || !take_number(walk, 4, &high) ||
	    !take_number(walk, 4, &low))
		return false;
	keys->ids[keys->count++] = (uint64_t)high << 32 | low;
	return skip_bytes(walk, length - 9);
}

/* RFC 4880 5.13: version 1, then ciphertext in one piece or in parts, the last of them whole. */
static bool
take_protected(struct walk *walk, uint32_t length, bool is_part)
{
	uint32_t version;

	if (length < 1 || (is_part && length < FIRST_PART_MIN_BYTES) ||
	    !take_number(walk, 1, &version) || version != 1)
		return false;
	length--;
	while (is_part)
		if (!skip_bytes(walk, length) || !take_length(walk, &length, &is_part))
			return false;
	return skip_bytes(walk, length);
}

static bool
read_packets(struct walk *walk, struct armor_keys *keys)
{
	uint32_t length;
	uint8_t tag, beyond;
	bool is_part;

	for (;;) {
		if (!take_packet_head(walk, &tag, &length, &is_part))
			return false;
		if (tag == TAG_SESSION_KEY && !is_part && take_session_key(walk, length, keys))
			continue;
		return tag == TAG_PROTECTED && keys->count &&
		    take_protected(walk, length, is_part) && !take_byte(walk, &beyond);
	}
}

/* The checksum, where there is one, and the END line: nothing else may stand behind the base64. */
static bool
read_tail(struct walk *walk)
{
	const char *line;
	size_t length;

	if (walk->column > 0 && !skip_line_end(walk))
		return false;
	if (!take_line(walk, &line, &length))
		return false;
	if (length == 5 && line[0] == '=') {
		uint32_t checksum = 0;
		for (int at = 1; at < 5; at++) {
			int digit = digit_of(line[at]);
			if (digit < 0)
				return false;
			checksum = checksum << 6 | (uint32_t)digit;
		}
		if (checksum != walk->checksum || !take_line(walk, &line, &length))
			return false;
	}
	return line_is(line, length, END_LINE) && walk->at == walk->end;
}

bool
armor_read(const char *text, size_t length, struct armor_keys *out, struct failure *why)
{
	struct walk walk = {.at = text, .end = text + length, .checksum = 0xb704ce};
	struct armor_keys keys = {0};

	if (!read_head(&walk))
		return fail(
		    why, REMEDY_DESK, "armor.grammar", "it does not begin as an armored message");
	bool packets_fit = read_packets(&walk, &keys);
	if (walk.is_broken)
		return fail(why, REMEDY_DESK, "armor.grammar", "the base64 in it is broken");
	if (!packets_fit)
		return fail(why, REMEDY_DESK, "armor.packets",
		    "its packets are not those of one encrypted, integrity-protected message");
	if (!read_tail(&walk))
		return fail(why, REMEDY_DESK, "armor.grammar",
		    "the armor ends wrongly, or its checksum does not fit");
	*out = keys;
	return true;
}

bool
armor_keys_within(const struct armor_keys *keys, const uint64_t *allowed, size_t allowed_count)
{
	for (size_t at = 0; at < keys->count; at++) {
		bool is_allowed = false;
		for (size_t other = 0; other < allowed_count; other++)
			is_allowed = is_allowed || keys->ids[at] == allowed[other];
		if (!is_allowed)
			return false;
	}
	return keys->count > 0;
}
