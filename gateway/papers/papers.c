/* References, fingerprints and the names of small words. */
/* SPDX-License-Identifier: MIT */
#include "papers/papers.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* Crockford base32: no I, L, O, U. The check character comes from the same alphabet. */
static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/*
 * A weighted sum modulo 31 over prefix, year and random part finds every single wrong character and
 * every swap.
 */
static char
check_character(const char *text)
{
	unsigned sum = 0, weight = 1;

	for (; *text; text++) {
		if (*text == '-')
			continue;
		const char *at = strchr(ALPHABET, *text);
		unsigned digit = at ? (unsigned)(at - ALPHABET) : (unsigned)(*text - 'A') + 32;
		weight = weight % 30 + 1;
		sum = (sum + weight * digit) % 31;
	}
	return ALPHABET[sum];
}

struct reference
reference_new(const char *prefix, int year)
{
	struct reference reference = {0};
	char random[6] = {0};

	for (int at = 0; at < 5; at++)
		random[at] = ALPHABET[randombytes_uniform(32)];
	char body[12];
	(void)snprintf(body, sizeof body, "%.3s%02u-%s", prefix, (unsigned)year % 100u, random);
	(void)snprintf(reference.text, sizeof reference.text, "%s-%c", body, check_character(body));
	return reference;
}

static char
fold(char one)
{
	if (one >= 'a' && one <= 'z')
		one = (char)(one - 'a' + 'A');
	return one;
}

static char
fold_digit(char one)
{
	one = fold(one);
	if (one == 'O')
		return '0';
	return one == 'I' || one == 'L' ? '1' : one;
}

static bool
is_word(char one)
{
	return (one >= '0' && one <= '9') || (fold(one) >= 'A' && fold(one) <= 'Z');
}

/* Reads one reference at the start of text; the prefix has `head` letters. */
static bool
read_reference(
    const char *text, size_t length, const char *prefix, size_t head, struct reference *out)
{
	static const char SHAPE[] = "dd-xxxxx-x";
	char spelled[sizeof out->text] = {0};

	if (length < head + 10 || (length > head + 10 && is_word(text[head + 10])))
		return false;
	for (size_t at = 0; at < head; at++)
		if (fold(text[at]) != prefix[at])
			return false;
		else
			spelled[at] = prefix[at];
	for (size_t at = 0; at < 10; at++) {
		char one = SHAPE[at] == '-' ? text[head + at] : fold_digit(text[head + at]);
		bool fits = SHAPE[at] == '-' ? one == '-'
		    : SHAPE[at] == 'd'       ? one >= '0' && one <= '9'
					     : one && strchr(ALPHABET, one);
		if (!fits)
			return false;
		spelled[head + at] = one;
	}
	char check = spelled[head + 9];
	spelled[head + 8] = 0;
	if (check_character(spelled) != check)
		return false;
	(void)snprintf(out->text, sizeof out->text, "%.*s-%c", (int)head + 8, spelled, check);
	return true;
}

bool
reference_find(const char *text, size_t length, const char *prefix, struct reference *out)
{
	size_t head = strlen(prefix);

	if (!head || head > 3)
		return false;
	for (size_t at = 0; at + head + 10 <= length; at++)
		if ((at == 0 || !is_word(text[at - 1])) &&
		    read_reference(text + at, length - at, prefix, head, out))
			return true;
	return false;
}

bool
reference_is_valid(const char *text)
{
	struct reference found;
	char prefix[4] = {0};
	size_t head = 0;

	while (head < 3 && text[head] >= 'A' && text[head] <= 'Z') {
		prefix[head] = text[head];
		head++;
	}
	return head && read_reference(text, strlen(text), prefix, head, &found) &&
	    strcmp(found.text, text) == 0;
}

static const char *const URGENCIES[] = {"none", "blue", "green", "amber", "red"};

const char *
urgency_name(enum urgency urgency)
{
	return (size_t)urgency < COUNT_OF(URGENCIES) ? URGENCIES[urgency] : "none";
}

bool
urgency_of(const char *name, enum urgency *out)
{
	for (size_t at = 0; at < COUNT_OF(URGENCIES); at++)
		if (strcmp(name, URGENCIES[at]) == 0) {
			*out = (enum urgency)at;
			return true;
		}
	return false;
}

void
hex_of(const void *bytes, size_t length, char *out)
{
	(void)sodium_bin2hex(out, 2 * length + 1, bytes, length);
}

bool
fingerprint_clean(const char *text, char out[FINGERPRINT_BYTES])
{
	size_t length = 0;

	for (; *text; text++) {
		char one = fold(*text);
		if (one == ' ')
			continue;
		if (length == 40 || !((one >= '0' && one <= '9') || (one >= 'A' && one <= 'F')))
			return false;
		out[length++] = one;
	}
	out[length] = 0;
	return length == 40;
}

bool
address_is_plain(const char *text)
{
	const char *at = strchr(text, '@');
	size_t length = strlen(text);

	if (!at || at == text || at - text > 64 || length > 254 || !at[1] || strchr(at + 1, '@'))
		return false;
	static const char LOCAL[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
	size_t local = (size_t)(at - text);
	size_t domain = strspn(at + 1, LOCAL) + local + 1;
	if (strspn(text, LOCAL) != local || domain != length || strpbrk(at + 1, "_+"))
		return false;
	return text[0] != '.' && at[-1] != '.' && at[1] != '.' && at[1] != '-' &&
	    text[length - 1] != '.' && !strstr(text, "..");
}
