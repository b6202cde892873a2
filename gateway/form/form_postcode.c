/* Reads postcodes, whole, partial and doubted, and mends what a keyboard or a scanner mistook. */
/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "form/form_values.h"

enum { OUTWARD_MAX = 4, INWARD = 3, WHOLE_MAX = OUTWARD_MAX + INWARD };

/*
 * The outward codes there are: S and A a letter, 9 a digit, and the classes of the third and
 * fourth letter (BS 7666). Measured against every postcode of the National Statistics directory, these
 * refuse only eight districts that are no longer in use.
 */
static const char *const SHAPES[] = {"S9", "S99", "AB9", "AB99", "S9C", "AB9D"};
static const char ALONE[] = "BEGLMNSW"; /* the areas of one letter: "I9 7NB" is none */
static const char FIRST[] = "ABCDEFGHIJKLMNOPRSTUWYZ";
static const char SECOND[] = "ABCDEFGHKLMNOPQRSTUVWXY";
static const char THIRD[] = "ABCDEFGHJKPSTUW";
static const char FOURTH[] = "ABEHMNPRVWXY";
static const char INWARD_LETTER[] = "ABDEFGHJLNPQRSTUWXYZ";

static const char *
class_of(char shape)
{
	switch (shape) {
	case 'S':
		return ALONE;
	case 'A':
		return FIRST;
	case 'B':
		return SECOND;
	case 'C':
		return THIRD;
	case 'D':
		return FOURTH;
	case 'L':
		return INWARD_LETTER;
	default:
		return "0123456789";
	}
}

/* The character as its place wants it: itself, or the one it is mistaken for; 0 for neither. */
static char
fit(char one, char shape, unsigned *repairs)
{
	static const char *const MISTAKES[] = {"O0", "I1", "L1", "0O", "1I", "1L"};
	const char *class = class_of(shape);

	if (strchr(class, one))
		return one;
	/* A figure among the last two letters is no slip: "SW191A" is SW19 1A?, and not SW1 9LA. */
	if (shape == 'L')
		return 0;
	for (size_t at = 0; at < COUNT_OF(MISTAKES); at++)
		if (MISTAKES[at][0] == one && strchr(class, MISTAKES[at][1])) {
			(*repairs)++;
			return MISTAKES[at][1];
		}
	return 0;
}

/* Fits letters and digits to a shape; the number of repairs, or -1. */
static int
fit_shape(const char *letters, const char *shape, char *out)
{
	unsigned repairs = 0;

	/* A figure is no area that only lost its spelling: "19 7NB" lacks the letters before it. */
	if (shape[0] == 'S' && !g_ascii_isalpha(letters[0]))
		return -1;
	for (size_t at = 0; shape[at]; at++) {
		out[at] = fit(letters[at], shape[at], &repairs);
		if (!out[at])
			return -1;
	}
	out[strlen(shape)] = 0;
	return (int)repairs;
}

/* The outward code with the fewest repairs; false where none fits or two fit as well. */
static bool
fit_outward(const char *letters, size_t length, char *out, unsigned *repairs)
{
	int best = -1;
	bool is_tie = false;
	char tried[OUTWARD_MAX + 1];

	for (size_t at = 0; at < COUNT_OF(SHAPES); at++) {
		int found =
		    strlen(SHAPES[at]) == length ? fit_shape(letters, SHAPES[at], tried) : -1;
		if (found < 0 || (best >= 0 && found > best))
			continue;
		is_tie = best == found && strcmp(tried, out) != 0;
		best = found;
		memcpy(out, tried, sizeof tried);
	}
	*repairs = best > 0 ? (unsigned)best : 0;
	return best >= 0 && !is_tie;
}

/* "SW19 1AA" out of SW191AA. */
static bool
fit_whole(const char *letters, size_t length, struct value *out)
{
	char outward[OUTWARD_MAX + 1] = "", inward[INWARD + 1];
	unsigned repairs;

	if (length < 2 + INWARD || length > WHOLE_MAX ||
	    !fit_outward(letters, length - INWARD, outward, &repairs))
		return false;
	int more = fit_shape(letters + length - INWARD, "9LL", inward);
	if (more < 0)
		return false;
	(void)g_snprintf(out->postcode, sizeof out->postcode, "%s %s", outward, inward);
	out->is_full_postcode = true;
	out->is_estimated = repairs + (unsigned)more > 0;
	return true;
}

/* "SW19", and the district of "SW19 1" and "SW19 1A". */
static bool
fit_district(const char *letters, size_t length, struct value *out)
{
	char outward[OUTWARD_MAX + 1] = "";
	unsigned repairs;

	if (length < 2 || length > OUTWARD_MAX || !fit_outward(letters, length, outward, &repairs))
		return false;
	(void)g_snprintf(out->postcode, sizeof out->postcode, "%s", outward);
	out->is_estimated = repairs > 0;
	return true;
}

/* Capital letters and digits of the answer, each word's length kept; false when there is more. */
struct letters {
	char all[64];
	size_t length, words, word_lengths[16];
};

static bool
collect(struct plain text, struct letters *out)
{
	bool was_space = true;

	for (size_t at = 0; at < text.length; at++) {
		char one = g_ascii_toupper(text.words[at]);
		if (!g_ascii_isalnum(one)) {
			was_space = was_space || one == ' ' || one == ',' || one == '\n';
			continue;
		}
		if (was_space && out->words == COUNT_OF(out->word_lengths))
			return false;
		if (was_space)
			out->words++;
		was_space = false;
		if (out->length == sizeof out->all)
			return false;
		out->all[out->length++] = one;
		out->word_lengths[out->words - 1]++;
	}
	return true;
}

/* "SW19 (Wimbledon)": a district that needs no mending, and words without a figure behind it. */
static bool
read_named_district(const struct letters *letters, struct value *out)
{
	for (size_t at = letters->word_lengths[0]; at < letters->length; at++)
		if (g_ascii_isdigit(letters->all[at]))
			return false;
	bool is_read =
	    fit_district(letters->all, letters->word_lengths[0], out) && !out->is_estimated;
	if (!is_read)
		out->postcode[0] = 0;
	return is_read;
}

/* A district with a piece of the rest behind it: "SW19 1", "SW19 ??". */
static bool
read_partial(const struct letters *letters, struct value *out)
{
	if (letters->words == 1)
		return fit_district(letters->all, letters->length, out);
	return letters->words == 2 && letters->word_lengths[1] < INWARD &&
	    g_ascii_isdigit(letters->all[letters->word_lengths[0]]) &&
	    fit_district(letters->all, letters->word_lengths[0], out);
}

/*
 * All of the answer as one postcode. Where it was written in two words or more, a space in the
 * wrong place may have shifted it, so then nothing is mended but within the two halves.
 */
static bool
read_whole(const struct letters *letters, struct value *out)
{
	bool is_parted =
	    letters->words == 1 || (letters->words == 2 && letters->word_lengths[1] == INWARD);

	if (letters->words == 2 && letters->word_lengths[1] < INWARD)
		return false;
	if (!fit_whole(letters->all, letters->length, out))
		return false;
	if (is_parted || !out->is_estimated)
		return true;
	*out = (struct value){.known = out->known, .text = out->text};
	return false;
}

/* The one postcode among the words of an address; false where there is none, or two. */
static bool
read_among_words(const struct letters *letters, struct value *out)
{
	const char *at = letters->all;
	size_t before = 0, found = 0;
	struct value tried = *out;

	for (size_t word = 0; word < letters->words; word++) {
		size_t length = letters->word_lengths[word];
		found += (length == INWARD && fit_whole(at - before, before + length, &tried)) ||
		    (length >= 2 + INWARD && fit_whole(at, length, &tried));
		at += length;
		before = length;
	}
	if (found == 1)
		*out = tried;
	return found == 1;
}

/* A run of letters and digits, capital; of a longer one so much that it fits nothing. */
struct run {
	char letters[2 * (WHOLE_MAX + 1)];
	size_t length;
};

static struct run
next_run(struct plain text, size_t *at)
{
	struct run run = {.length = 0};

	while (*at < text.length && !g_ascii_isalnum(text.words[*at]))
		(*at)++;
	for (; *at < text.length && g_ascii_isalnum(text.words[*at]); (*at)++)
		if (run.length <= WHOLE_MAX)
			run.letters[run.length++] = g_ascii_toupper(text.words[*at]);
	return run;
}

/* The postcode that a run is, with the run before it where that makes more; false for none. */
static bool
read_run(const struct run *before, const struct run *run, bool *takes_before, struct value *out)
{
	struct run both = *before;

	memcpy(both.letters + both.length, run->letters, run->length);
	both.length += run->length;
	*takes_before = run->length == INWARD && fit_whole(both.letters, both.length, out);
	if (*takes_before || fit_whole(run->letters, run->length, out) ||
	    (fit_district(run->letters, run->length, out) && !out->is_estimated))
		return true;
	/* "sw 19": letters and figures with a space between */
	return before->length && g_ascii_isalpha(both.letters[before->length - 1]) && run->length &&
	    g_ascii_isdigit(run->letters[0]) && fit_district(both.letters, both.length, out) &&
	    !out->is_estimated;
}

/* What may be meant where it is not clear which: "SW19/SW20", "sw 19", "Wimbledon SW19". */
void
value_keep_postcodes(struct value *out)
{
	struct run before = {.length = 0};
	size_t count = 0;
	bool was_read = false;

	for (size_t at = 0; at < out->text.length;) {
		struct run run = next_run(out->text, &at);
		struct value tried = {.known = KNOWN_GIVEN};
		bool takes_before, is_read = read_run(&before, &run, &takes_before, &tried);
		count -= is_read && takes_before && was_read;
		if (is_read && count == POSTCODES_MAYBE)
			return;
		if (is_read)
			memcpy(
			    out->maybe_postcodes[count++], tried.postcode, sizeof tried.postcode);
		was_read = is_read;
		before = run;
	}
}

/* "SW19 ??" and "SW19 1A?": the sign stands for what is missing, and takes nothing back. */
static bool
stands_for_missing(const struct letters *letters, struct plain text)
{
	const char *sign = memchr(text.words, '?', text.length);

	if (letters->words > 1)
		return g_ascii_isdigit(letters->all[letters->word_lengths[0]]);
	return sign && sign > text.words && sign[-1] == ' ';
}

/* Something beside the postcode takes it back, or leaves it open. */
static bool
is_doubted(const struct letters *letters, const struct value *value)
{
	struct plain text = value->text;

	for (size_t at = 0; at < text.length;) {
		struct run run = next_run(text, &at);
		if (run.length >= 4 && memcmp(run.letters, "ZZ99", 4) == 0)
			return true;
	}
	if (has_question_mark(text) &&
	    (value->is_full_postcode || !stands_for_missing(letters, text)))
		return true;
	return says_doubt(text);
}

static bool
says_no_fixed_abode(struct plain text)
{
	static const char *const WORDS[] = {"no fixed abode", "nfa", "homeless", "no fixed address",
	    "of no fixed abode", "rough sleeping", "sleeping rough"};
	struct fold words;

	fold_words(text.words, text.length, &words);
	for (size_t at = 0; at < COUNT_OF(WORDS); at++)
		if (strcmp(words.key, WORDS[at]) == 0)
			return true;
	return false;
}

/*
 * ZZ99 codes of the NHS look like postcodes and are none: 3VZ says no fixed abode, 3WZ not
 * known, the others a country at most.
 */
static bool
read_pseudo(const struct letters *letters, struct value *out)
{
	if (letters->length != WHOLE_MAX || memcmp(letters->all, "ZZ99", 4) != 0)
		return false;
	out->no_fixed_abode = memcmp(letters->all, "ZZ993VZ", WHOLE_MAX) == 0;
	if (!out->no_fixed_abode)
		out->known = KNOWN_UNKNOWN;
	return true;
}

bool
value_read_postcode(const struct value_reading *reading, struct value *out, struct trouble *trouble)
{
	struct letters letters = {0};

	if (says_no_fixed_abode(out->text)) {
		out->no_fixed_abode = true;
		return true;
	}
	bool is_collected = collect(out->text, &letters);
	if (is_collected && read_pseudo(&letters, out))
		return true;
	if (!is_collected ||
	    !(read_whole(&letters, out) || read_partial(&letters, out) ||
		read_among_words(&letters, out) || read_named_district(&letters, out))) {
		value_keep_postcodes(out);
		return value_trouble(reading, trouble, "form.unclear-postcode",
		    "%s is not a postcode that we can read. Please write it like SW19 1AA, or SW19 "
		    "if that is all you have, or no fixed abode.",
		    quote_answer(out->text, reading->arena));
	}
	out->is_doubted = is_doubted(&letters, out);
	out->is_estimated = out->is_estimated || out->is_doubted;
	return true;
}
