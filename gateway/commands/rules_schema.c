/* rules schema: what editors read to help with these rules. */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sysexits.h>

#include "commands/rules_words.h"
#include "commands/schema_fill.h"
#include "commands/words.h"

/* Beside the files that name them in their first lines. */
static const char SCHEMA_FOLDER[] = "schema";

static char *
path_of(const char *folder, enum schema schema)
{
	g_autofree char *name = g_strconcat(SCHEMA_TEXTS[schema].name, ".schema.json", NULL);

	return g_build_filename(folder, name, NULL);
}

static int
write_all(const struct schema_site *site, const char *folder)
{
	if (g_mkdir_with_parents(folder, 0755) != 0) {
		fprintf(stderr, "wandle: %s: %s\n", folder, strerror(errno));
		return EX_CANTCREAT;
	}
	for (enum schema schema = 0; schema < SCHEMAS; schema++) {
		g_autofree char *path = path_of(folder, schema);
		g_autofree char *text = schema_fill(site, schema);
		g_autoptr(GError) error = NULL;
		if (!g_file_set_contents(path, text, -1, &error)) {
			fprintf(stderr, "wandle: %s\n", error->message);
			return EX_CANTCREAT;
		}
	}
	printf("%d schemas are in %s\n", SCHEMAS, folder);
	return EX_OK;
}

void
rules_say_old_schemas(const char *rules)
{
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	g_autofree char *folder = g_build_filename(rules, SCHEMA_FOLDER, NULL);

	if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
		return;
	CLEANUP(schema_site_closep) struct schema_site *site = schema_site_open(rules, faults);
	for (enum schema schema = 0; site && schema < SCHEMAS; schema++) {
		g_autofree char *path = path_of(folder, schema);
		g_autofree char *text = schema_fill(site, schema), *found = NULL;
		if (g_file_get_contents(path, &found, NULL, NULL) && strcmp(found, text) != 0)
			printf("warning: %s: is not of these rules, so editors know other words: "
			       "run `wandle rules schema`\n",
			    path);
	}
}

int
rules_schema(int argc, char **argv, const char *config)
{
	g_autofree char *into = NULL, *rules = NULL;
	const GOptionEntry entries[] = {
	    {"into", 0, 0, G_OPTION_ARG_FILENAME, &into,
		"Where they go, instead of the folder schema beside the rules", "FOLDER"},
	    G_OPTION_ENTRY_NULL};
	CLEANUP(faults_closep) struct faults *faults = faults_open();
	int status;

	if (!words_parse(&argc, &argv, "rules schema [--into FOLDER] [RULES-FOLDER]",
		"Writes the JSON Schemas of these rules, which editors read: fields, choices,\n"
		"operators, agencies, blocks, areas and rules are the words that the other files\n"
		"have. So write them anew when form.yaml, agencies.yaml or areas.csv has other words.",
		entries, &status))
		return status;
	if (!words_at_most(argc, argv, 2))
		return EX_USAGE;
	if (argc > 1) {
		rules = g_strdup(argv[1]);
	} else {
		CLEANUP(setup_freep) struct setup *setup = words_setup(config);
		if (!setup)
			return EX_CONFIG;
		rules = g_strdup(setup_settings(setup)->rules);
	}
	if (!into)
		into = g_build_filename(rules, SCHEMA_FOLDER, NULL);
	CLEANUP(schema_site_closep) struct schema_site *site = schema_site_open(rules, faults);
	faults_print(faults, stderr);
	return site ? write_all(site, into) : EX_CONFIG;
}
