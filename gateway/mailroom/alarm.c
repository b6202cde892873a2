/* Runs the alarm command, rate-limited and content-free. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/alarm.h"

#include <glib.h>

#include "base/clock.h"
#include "base/log.h"
#include "mailroom/errand.h"

enum { ALARM_PAUSE_SECONDS = 15 * 60, ALARM_MAX_MS = 10000 };

/* True when this alarm was not raised a short while ago. */
static bool
is_due(const char *code, const char *reference)
{
	static GHashTable *raised;
	g_autofree char *key = g_strdup_printf("%s %s", code, reference);
	gint64 now = clock_steady();

	if (!raised)
		raised = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	gint64 *last = g_hash_table_lookup(raised, key);
	if (last && now - *last < ALARM_PAUSE_SECONDS)
		return false;
	if (g_hash_table_size(raised) > 1000)
		g_hash_table_remove_all(raised);
	gint64 *at = g_new(gint64, 1);
	*at = now;
	(void)g_hash_table_replace(raised, g_steal_pointer(&key), at);
	return true;
}

static void
call_operator(const char *const *command, const char *code, const char *reference)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();

	for (size_t at = 0; command[at]; at++)
		g_ptr_array_add(words, (void *)(uintptr_t)command[at]);
	g_ptr_array_add(words, (void *)(uintptr_t)code);
	g_ptr_array_add(words, (void *)(uintptr_t)reference);
	g_ptr_array_add(words, NULL);
	if (errand_run((const char *const *)words->pdata, ALARM_MAX_MS) != 0)
		log_line(LOG_LEVEL_ERROR, "the alarm command %s failed", command[0]);
}

void
alarm_raise(const struct settings *settings, const char *code, const char *reference)
{
	if (!reference || !*reference)
		reference = "-";
	if (!is_due(code, reference))
		return;
	log_line(LOG_LEVEL_ERROR, "ALARM %s %s", code, reference);
	if (settings->alarm_command)
		call_operator(settings->alarm_command, code, reference);
}
