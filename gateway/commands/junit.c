/* Writes JUnit XML: a suite for each file, a case for each test. */
/* SPDX-License-Identifier: MIT */
#include "commands/junit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The cases of one file, already written. */
struct suite {
	char *file;
	GString *cases;
	unsigned tests, failures;
	double seconds;
};

struct junit {
	GPtrArray *suites;
};

static void
free_suite(void *one)
{
	struct suite *suite = one;

	g_free(suite->file);
	g_string_free(suite->cases, TRUE);
	g_free(suite);
}

struct junit *
junit_open(void)
{
	struct junit *junit = g_new0(struct junit, 1);

	junit->suites = g_ptr_array_new_with_free_func(free_suite);
	return junit;
}

void
junit_close(struct junit *junit)
{
	if (!junit)
		return;
	g_ptr_array_free(junit->suites, TRUE);
	g_free(junit);
}

void
junit_closep(struct junit **junit)
{
	junit_close(*junit);
	*junit = NULL;
}

static struct suite *
suite_of(struct junit *junit, const char *file)
{
	for (unsigned at = 0; at < junit->suites->len; at++) {
		struct suite *suite = junit->suites->pdata[at];
		if (strcmp(suite->file, file) == 0)
			return suite;
	}
	struct suite *suite = g_new0(struct suite, 1);
	suite->file = g_strdup(file);
	suite->cases = g_string_new(NULL);
	g_ptr_array_add(junit->suites, suite);
	return suite;
}

/* XML 1.0 has no control characters but these, not even escaped. */
static char *
xml_text(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	for (char *at = valid; *at; at++)
		if ((unsigned char)*at < 0x20 && !strchr("\t\n\r", *at))
			*at = ' ';
	return g_markup_escape_text(valid, -1);
}

static void
append_seconds(GString *text, double seconds)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_printf(
	    text, " time=\"%s\"", g_ascii_formatd(number, sizeof number, "%.6f", seconds));
}

void
junit_add(struct junit *junit, const char *file, unsigned line, const char *name, double seconds,
    const char *failure)
{
	struct suite *suite = suite_of(junit, file);
	g_autofree char *its_name = xml_text(name), *its_file = xml_text(file);

	suite->tests++;
	suite->seconds += seconds;
	g_string_append_printf(suite->cases,
	    "    <testcase name=\"%s\" classname=\"%s\" file=\"%s\" line=\"%u\"", its_name,
	    its_file, its_file, line);
	append_seconds(suite->cases, seconds);
	if (!failure) {
		g_string_append(suite->cases, "/>\n");
		return;
	}
	g_autofree char *its_failure = xml_text(failure);
	suite->failures++;
	g_string_append_printf(suite->cases,
	    ">\n      <failure message=\"not as expected\">%s</failure>\n    </testcase>\n",
	    its_failure);
}

gboolean
junit_write(const struct junit *junit, const char *path)
{
	g_autoptr(GString) text = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	unsigned tests = 0, failures = 0;

	for (unsigned at = 0; at < junit->suites->len; at++) {
		const struct suite *suite = junit->suites->pdata[at];
		tests += suite->tests;
		failures += suite->failures;
	}
	g_string_append_printf(text,
	    "<testsuites name=\"wandle rules test\" tests=\"%u\" failures=\"%u\">\n", tests,
	    failures);
	for (unsigned at = 0; at < junit->suites->len; at++) {
		const struct suite *suite = junit->suites->pdata[at];
		g_autofree char *file = xml_text(suite->file);
		g_string_append_printf(text,
		    "  <testsuite name=\"%s\" tests=\"%u\" failures=\"%u\" errors=\"0\" "
		    "skipped=\"0\"",
		    file, suite->tests, suite->failures);
		append_seconds(text, suite->seconds);
		g_string_append_printf(text, ">\n%s  </testsuite>\n", suite->cases->str);
	}
	g_string_append(text, "</testsuites>\n");
	FILE *out = fopen(path, "we");
	if (!out)
		return FALSE;
	gboolean written = fwrite(text->str, 1, text->len, out) == text->len;
	return fclose(out) == 0 && written;
}
