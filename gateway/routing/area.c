/* Full postcodes in a sorted table, eight bytes each, and the area each lies in. */
/* SPDX-License-Identifier: MIT */
#include "routing/area.h"

#include <glib.h>
#include <string.h>

enum {
	AREA_FILE_MAX_BYTES = 64 * 1024 * 1024, /* all postcodes of the country are 55 MB */
	AREA_FAULTS_MAX = 20, /* of one table: a wrong file has a fault on each line */
	AREA_NAME_MAX_BYTES = 80,
	OUTWARD_LETTERS = 4,
	INWARD_LETTERS = 3,
	LETTER_BITS = 6,
	AREA_BITS = 16,
	INWARD_BITS = INWARD_LETTERS * LETTER_BITS,
};

/*
 * One row is one number: four letters of the outward half (padded), three of the inward half, six
 * bits a letter, and the area's number beneath. Sorted, so all of a district stand together.
 */
struct area_table {
	GArray *rows;     /* uint64_t */
	GPtrArray *names; /* by area number; owns them */
	GHashTable *by_name;
};

static uint64_t
pack_letters(const char *letters, size_t length, size_t width)
{
	uint64_t packed = 0;

	for (size_t at = 0; at < width; at++)
		packed = packed << LETTER_BITS |
		    (at < length ? (uint64_t)(letters[at] - '0' + 1) & 63 : 0);
	return packed;
}

/* "SW19 1AA" to its number; false for what has not the shape of a full postcode. */
static bool
pack_postcode(const char *postcode, size_t length, uint64_t *out)
{
	const char *space = memchr(postcode, ' ', length);
	size_t outward = space ? (size_t)(space - postcode) : 0;

	if (outward < 2 || outward > OUTWARD_LETTERS || length != outward + 1 + INWARD_LETTERS)
		return false;
	for (size_t at = 0; at < length; at++)
		if (at != outward && !g_ascii_isupper(postcode[at]) &&
		    !g_ascii_isdigit(postcode[at]))
			return false;
	*out = pack_letters(postcode, outward, OUTWARD_LETTERS) << INWARD_BITS |
	    pack_letters(space + 1, INWARD_LETTERS, INWARD_LETTERS);
	return true;
}

static int
compare_rows(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* The number of the first row at or above this one. */
static size_t
lower_bound(const struct area_table *table, uint64_t row)
{
	size_t low = 0, high = table->rows->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (g_array_index(table->rows, uint64_t, middle) < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint64_t
row_at(const struct area_table *table, size_t at)
{
	return at < table->rows->len ? g_array_index(table->rows, uint64_t, at) : UINT64_MAX;
}

/* Whether the row is of this district, or of one that it is short for: SW1 is SW1A to SW1Y. */
static bool
is_of_district(uint64_t row, const char *district, size_t length)
{
	unsigned rest_bits = (unsigned)(OUTWARD_LETTERS - length) * LETTER_BITS;
	uint64_t outward = row >> (INWARD_BITS + AREA_BITS);
	uint64_t next = rest_bits ? outward >> (rest_bits - LETTER_BITS) & 63 : 0;

	return outward >> rest_bits == pack_letters(district, length, length) &&
	    (!next || next >= pack_letters("A", 1, 1));
}

/* Counts the postcodes of a district by area; returns how many there are. */
static size_t
count_district(
    const struct area_table *table, const char *district, size_t length, unsigned counts[])
{
	uint64_t packed = pack_letters(district, length, OUTWARD_LETTERS);
	uint64_t most = packed | (((uint64_t)1 << (OUTWARD_LETTERS - length) * LETTER_BITS) - 1);
	size_t at = lower_bound(table, packed << (INWARD_BITS + AREA_BITS)), found = 0;

	for (; row_at(table, at) >> (INWARD_BITS + AREA_BITS) <= most && at < table->rows->len;
	     at++)
		if (is_of_district(row_at(table, at), district, length)) {
			counts[row_at(table, at) & ((1u << AREA_BITS) - 1)]++;
			found++;
		}
	return found;
}

/* The area of a full postcode that the table has, or -1. */
static int
find_whole(const struct area_table *table, const char *postcode)
{
	uint64_t packed;

	if (!pack_postcode(postcode, strlen(postcode), &packed))
		return -1;
	uint64_t found = row_at(table, lower_bound(table, packed << AREA_BITS));
	return found >> AREA_BITS == packed ? (int)(found & ((1u << AREA_BITS) - 1)) : -1;
}

int
area_of(const struct area_table *table, const struct value *postcode, const char **because)
{
	unsigned counts[AREAS_MAX] = {0};
	size_t district = strcspn(postcode->postcode, " ");
	const char *unused;

	because = because ? because : &unused;
	*because = postcode->known == KNOWN_UNCLEAR ? "could not be read" : "is no full postcode";
	if (postcode->known != KNOWN_GIVEN)
		return -1;
	*because = "is no fixed abode";
	if (postcode->no_fixed_abode || g_str_has_prefix(postcode->postcode, "ZZ99"))
		return -1;
	*because = "names a district and no full postcode";
	if (district < 2 || district > OUTWARD_LETTERS)
		return -1;
	if (postcode->is_estimated) {
		if (postcode->is_doubted)
			*because = "was written with a doubt";
		else if (postcode->is_full_postcode)
			*because = "was misspelt, so that it is not certain";
		return -1;
	}
	int area = postcode->is_full_postcode ? find_whole(table, postcode->postcode) : -1;
	if (postcode->is_full_postcode)
		*because = "is not in the table of postcodes";
	if (area >= 0)
		return area;
	return count_district(table, postcode->postcode, district, counts) ? -1 : AREA_OUTSIDE;
}

/* Takes the areas out of the counts, those with the most postcodes first. */
static size_t
take_most(unsigned counts[], size_t areas, unsigned *numbers, size_t room)
{
	size_t taken = 0;

	while (taken < room) {
		size_t most = 0;
		for (size_t at = 1; at < areas; at++)
			if (counts[at] > counts[most])
				most = at;
		if (!counts[most])
			break;
		counts[most] = 0;
		numbers[taken++] = (unsigned)most;
	}
	return taken;
}

/* Counts where a postcode or a district may lie. */
static void
count_candidates(const struct area_table *table, const char *postcode, unsigned counts[])
{
	size_t district = strcspn(postcode, " ");

	if (district < 2 || district > OUTWARD_LETTERS || g_str_has_prefix(postcode, "ZZ99"))
		return;
	int area = find_whole(table, postcode);
	if (area >= 0)
		counts[area]++;
	else if (!count_district(table, postcode, district, counts))
		counts[AREA_OUTSIDE]++;
}

size_t
area_candidates(
    const struct area_table *table, const struct value *postcode, unsigned *numbers, size_t room)
{
	unsigned counts[AREAS_MAX] = {0};

	if (postcode->known == KNOWN_UNCLEAR)
		for (size_t at = 0; at < POSTCODES_MAYBE; at++)
			count_candidates(table, postcode->maybe_postcodes[at], counts);
	if (postcode->known == KNOWN_GIVEN && !postcode->no_fixed_abode)
		count_candidates(table, postcode->postcode, counts);
	return take_most(counts, table->names->len, numbers, room);
}

static void
unpack_postcode(uint64_t row, char out[9])
{
	unsigned shift = AREA_BITS + (OUTWARD_LETTERS + INWARD_LETTERS) * LETTER_BITS;
	size_t used = 0;

	for (unsigned at = 0; at < OUTWARD_LETTERS + INWARD_LETTERS; at++) {
		unsigned letter = row >> (shift -= LETTER_BITS) & ((1u << LETTER_BITS) - 1);
		if (at == OUTWARD_LETTERS)
			out[used++] = ' ';
		if (letter)
			out[used++] = (char)(letter - 1 + '0');
	}
	out[used] = 0;
}

static bool
is_beyond(const GPtrArray *districts, const char *postcode)
{
	uint64_t packed = 0;

	(void)pack_postcode(postcode, strlen(postcode), &packed);
	for (size_t at = 0; at < districts->len; at++)
		if (is_of_district(
			packed << AREA_BITS, districts->pdata[at], strlen(districts->pdata[at])))
			return false;
	return true;
}

bool
area_example_beyond(
    const struct area_table *table, unsigned area, const GPtrArray *districts, char out[9])
{
	/* Islands and far corners, which a table of one region has not. */
	static const char *const FAR[] = {
	    "ZE1 0AA", "KW17 2AA", "TR21 0AA", "BT1 1AA", "AB10 1AA", "CA1 1AA"};
	struct value value = {.known = KNOWN_GIVEN, .is_full_postcode = true};

	for (size_t at = 0; area == AREA_OUTSIDE && at < COUNT_OF(FAR); at++) {
		(void)g_strlcpy(value.postcode, FAR[at], sizeof value.postcode);
		if (area_of(table, &value, NULL) == AREA_OUTSIDE && is_beyond(districts, FAR[at])) {
			(void)g_strlcpy(out, FAR[at], sizeof value.postcode);
			return true;
		}
	}
	for (size_t at = 0; area != AREA_OUTSIDE && at < table->rows->len; at++)
		if ((row_at(table, at) & ((1u << AREA_BITS) - 1)) == area) {
			unpack_postcode(row_at(table, at), out);
			if (is_beyond(districts, out))
				return true;
		}
	return false;
}

bool
area_example(const struct area_table *table, unsigned area, char out[9])
{
	g_autoptr(GPtrArray) nowhere = g_ptr_array_new();

	return area_example_beyond(table, area, nowhere, out);
}

GPtrArray *
area_postcodes(const struct area_table *table, const char *district, unsigned each)
{
	GPtrArray *postcodes = g_ptr_array_new_with_free_func(g_free);
	uint64_t packed = pack_letters(district, strlen(district), OUTWARD_LETTERS);
	unsigned counts[AREAS_MAX] = {0};

	for (size_t at = lower_bound(table, packed << (INWARD_BITS + AREA_BITS));
	     row_at(table, at) >> (INWARD_BITS + AREA_BITS) == packed && at < table->rows->len;
	     at++) {
		char *postcode = g_malloc0(9);
		if (counts[row_at(table, at) & ((1u << AREA_BITS) - 1)]++ < each) {
			unpack_postcode(row_at(table, at), postcode);
			g_ptr_array_add(postcodes, postcode);
		} else
			g_free(postcode);
	}
	return postcodes;
}

const char *const *
area_names(const struct area_table *table, size_t *count)
{
	*count = table->names->len;
	return (const char *const *)table->names->pdata;
}

static void
add_name(struct area_table *table, char *name)
{
	g_hash_table_insert(table->by_name, name, GUINT_TO_POINTER(table->names->len));
	g_ptr_array_add(table->names, name);
}

/* The number of an area, which is new when the name is; -1 for no name, or one too many. */
static int
number_of(struct area_table *table, const char *name, size_t length)
{
	void *number;

	if (!length || length > AREA_NAME_MAX_BYTES || !g_utf8_validate(name, (gssize)length, NULL))
		return -1;
	g_autofree char *copy = g_strndup(name, length);
	if (g_hash_table_lookup_extended(table->by_name, copy, NULL, &number))
		return GPOINTER_TO_UINT(number) == AREA_OUTSIDE ? -1 : GPOINTER_TO_INT(number);
	if (table->names->len >= AREAS_MAX)
		return -1;
	add_name(table, g_steal_pointer(&copy));
	return (int)table->names->len - 1;
}

/* One line without its end; false when it is not understood. */
static bool
read_row(struct area_table *table, const char *line, size_t length)
{
	const char *comma = memchr(line, ',', length);
	uint64_t packed;

	if (!comma || !pack_postcode(line, (size_t)(comma - line), &packed))
		return false;
	int number = number_of(table, comma + 1, length - (size_t)(comma + 1 - line));
	if (number < 0)
		return false;
	packed = packed << AREA_BITS | (uint64_t)number;
	g_array_append_val(table->rows, packed);
	return true;
}

static bool
is_heading(const char *line, size_t length)
{
	static const char HEADING[] = "postcode,area";

	return !length || line[0] == '#' ||
	    (length == strlen(HEADING) && memcmp(line, HEADING, length) == 0);
}

static void
read_rows(struct area_table *table, const char *path, const char *bytes, size_t left,
    struct faults *faults)
{
	size_t bad = 0;

	for (unsigned number = 1; left && bad < AREA_FAULTS_MAX; number++) {
		const char *end = memchr(bytes, '\n', left);
		size_t whole = end ? (size_t)(end - bytes) + 1 : left;
		size_t length = end ? whole - 1 : whole;
		if (length && bytes[length - 1] == '\r')
			length--;
		if (!is_heading(bytes, length) && !read_row(table, bytes, length)) {
			faults_add(faults, path, number, 1,
			    "expected a full postcode, a comma and an area, as in \"SW19 "
			    "1AA,Merton\"");
			bad++;
		}
		bytes += whole;
		left -= whole;
	}
}

/* A postcode that stands twice would be wherever the search ends. */
static void
check_rows(const struct area_table *table, const char *path, struct faults *faults)
{
	size_t twice = 0;

	for (size_t at = 1; at < table->rows->len; at++)
		twice += row_at(table, at) >> AREA_BITS == row_at(table, at - 1) >> AREA_BITS;
	if (twice)
		faults_add(faults, path, 0, 0, "%zu postcodes stand in the table twice", twice);
	if (!table->rows->len)
		faults_add(faults, path, 0, 0, "the table has no postcode");
}

static struct area_table *
open_table(void)
{
	struct area_table *table = g_new0(struct area_table, 1);

	table->rows = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	table->names = g_ptr_array_new_with_free_func(g_free);
	table->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	add_name(table, g_strdup("outside"));
	return table;
}

struct area_table *
area_load(const char *path, struct faults *faults)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &error);
	size_t before = faults_count(faults);

	if (!file) {
		faults_add(faults, path, 0, 0, "cannot be read: %s", error->message);
		return NULL;
	}
	if (g_mapped_file_get_length(file) > AREA_FILE_MAX_BYTES) {
		faults_add(faults, path, 0, 0, "is larger than %d bytes", AREA_FILE_MAX_BYTES);
		return NULL;
	}
	struct area_table *table = open_table();
	read_rows(
	    table, path, g_mapped_file_get_contents(file), g_mapped_file_get_length(file), faults);
	g_array_sort(table->rows, compare_rows);
	check_rows(table, path, faults);
	if (faults_count(faults) == before)
		return table;
	area_free(table);
	return NULL;
}

void
area_free(struct area_table *table)
{
	if (!table)
		return;
	g_array_free(table->rows, TRUE);
	g_hash_table_destroy(table->by_name);
	g_ptr_array_free(table->names, TRUE);
	g_free(table);
}
