/* Compares names, sizes and times of the rule files, and has them checked when they changed. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/rules_watch.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/log.h"
#include "mailroom/errand.h"

enum { LOOK_SECONDS = 5, CHECK_MAX_MS = 60000 };

static uint64_t
mix(uint64_t sum, uint64_t number)
{
	return (sum ^ number) * UINT64_C(1099511628211);
}

/* The order in which a folder is read does not matter: files are summed up. */
static uint64_t
look_at_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;
	uint64_t sum = 0;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		GStatBuf found;
		if (g_stat(file, &found) != 0)
			continue;
		uint64_t one = mix(g_str_hash(name), (uint64_t)found.st_size);
		one = mix(one, (uint64_t)found.st_mtim.tv_sec);
		sum += mix(mix(one, (uint64_t)found.st_mtim.tv_nsec), (uint64_t)found.st_ino);
	}
	return sum;
}

static void
check_rules(struct rules_watch *watch, const char *settings_path)
{
	const char *const check[] = {
	    "/proc/self/exe", "--config", settings_path, "check", "--report", NULL};
	int status = errand_run(check, CHECK_MAX_MS);

	if (status == EX_CONFIG)
		log_line(LOG_LEVEL_ERROR,
		    "the edited rules have a fault: `wandle check` names it; the active ones go on");
	else if (status == EX_OK && watch->has_fault)
		log_line(LOG_LEVEL_NOTICE, "the edited rules have no fault any more");
	watch->has_fault = status == EX_CONFIG;
}

void
rules_watch_look(
    struct rules_watch *watch, const struct settings *settings, const char *settings_path, bool now)
{
	if (!now && watch->looked_at && clock_now() - watch->looked_at < LOOK_SECONDS &&
	    clock_now() >= watch->looked_at)
		return;
	uint64_t seen = mix(look_at_folder(settings->rules), look_at_folder(settings->templates));
	bool is_steady = seen == watch->seen;
	watch->looked_at = clock_now();
	watch->seen = seen;
	if ((!is_steady && !now) || (seen == watch->checked && !now))
		return;
	watch->checked = seen;
	check_rules(watch, settings_path);
}
