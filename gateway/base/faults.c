/* Collects faults and finds the word that was meant. */
/* SPDX-License-Identifier: MIT */
#include "base/faults.h"

#include <glib.h>
#include <string.h>

struct faults {
	GPtrArray *all;
	size_t warnings;
};

static void
free_fault(void *pointer)
{
	struct fault *fault = pointer;

	g_free(fault->file);
	g_free(fault->text);
	g_free(fault);
}

struct faults *
faults_open(void)
{
	struct faults *faults = g_new0(struct faults, 1);

	faults->all = g_ptr_array_new_with_free_func(free_fault);
	return faults;
}

void
faults_close(struct faults *faults)
{
	if (!faults)
		return;
	g_ptr_array_free(faults->all, TRUE);
	g_free(faults);
}

void
faults_closep(struct faults **faults)
{
	faults_close(*faults);
	*faults = NULL;
}

static struct fault *
new_fault(struct faults *faults, const char *file, unsigned line, unsigned column)
{
	struct fault *fault = g_new0(struct fault, 1);

	fault->file = g_strdup(file);
	fault->line = line;
	fault->column = column;
	g_ptr_array_add(faults->all, fault);
	return fault;
}

void
faults_add(struct faults *faults, const char *file, unsigned line, unsigned column,
    const char *format, ...)
{
	va_list words;

	va_start(words, format);
	new_fault(faults, file, line, column)->text = g_strdup_vprintf(format, words);
	va_end(words);
}

void
faults_warn(struct faults *faults, const char *file, unsigned line, unsigned column,
    const char *format, ...)
{
	struct fault *fault = new_fault(faults, file, line, column);
	va_list words;

	va_start(words, format);
	fault->text = g_strdup_vprintf(format, words);
	va_end(words);
	fault->warning = true;
	faults->warnings++;
}

size_t
faults_count(const struct faults *faults)
{
	return faults->all->len - faults->warnings;
}

size_t
faults_total(const struct faults *faults)
{
	return faults->all->len;
}

const struct fault *
faults_at(const struct faults *faults, size_t number)
{
	return g_ptr_array_index(faults->all, number);
}

static int
compare_places(const void *left, const void *right)
{
	const struct fault *a = *(const struct fault *const *)left;
	const struct fault *b = *(const struct fault *const *)right;
	int file = g_strcmp0(a->file, b->file);

	if (file)
		return file;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

void
faults_print(const struct faults *faults, FILE *out)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();

	for (size_t at = 0; at < faults->all->len; at++)
		g_ptr_array_add(sorted, g_ptr_array_index(faults->all, at));
	g_ptr_array_sort(sorted, compare_places);
	for (size_t at = 0; at < sorted->len; at++) {
		const struct fault *fault = g_ptr_array_index(sorted, at);
		fprintf(out, "%s:", fault->file);
		if (fault->line)
			fprintf(out, "%u:%u:", fault->line, fault->column);
		fprintf(out, " %s%s\n", fault->warning ? "warning: " : "", fault->text);
	}
}

enum { NEAR_MAX_LENGTH = 64 };

/* Edits that turn one word into the other, a swap of neighbours counted as one. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned rows[3][NEAR_MAX_LENGTH + 1];
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > NEAR_MAX_LENGTH || b_length > NEAR_MAX_LENGTH)
		return NEAR_MAX_LENGTH;
	for (unsigned j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a_length; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *twice = rows[(i + 1) % 3];
		row[0] = i;
		for (unsigned j = 1; j <= b_length; j++) {
			unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);
			best = MIN(best, MIN(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, twice[j - 2] + 1);
			row[j] = best;
		}
	}
	return rows[a_length % 3][b_length];
}

const char *
near_word(const char *word, const char *const *words, size_t count)
{
	const char *nearest = NULL;
	unsigned best = (unsigned)(strlen(word) / 3 + 1);

	for (size_t at = 0; at < count; at++) {
		unsigned far = distance(word, words[at]);
		if (far <= best && (!nearest || far < best)) {
			nearest = words[at];
			best = far;
		}
	}
	return nearest;
}
