/* Runs a fuzz target once over every file of a folder. */
/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdio.h>

#include "fuzz.h"

int
main(int count, char **arguments)
{
	const char *folder = count > 1 ? arguments[1] : ".";
	g_autoptr(GDir) seeds = g_dir_open(folder, 0, NULL);
	const char *name;
	unsigned ran = 0;

	while (seeds && (name = g_dir_read_name(seeds))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *bytes = NULL;
		size_t length;
		if (!g_file_get_contents(path, &bytes, &length, NULL))
			continue;
		(void)LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
		ran++;
	}
	(void)printf("%u seeds\n", ran);
	return ran ? 0 : 1;
}
