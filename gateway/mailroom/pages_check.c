/* Runs our own program over the ledger's pages, and asks now and then how it ended. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/pages_check.h"

#include <signal.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "mailroom/errand.h"

bool
pages_check_begin(struct pages_check *check, const char *settings_path)
{
	const char *const look[] = {
	    "/proc/self/exe", "--config", settings_path, "ledger", "check", "--pages", NULL};

	if (check->pid)
		return true;
	pid_t pid = errand_begin(look);
	check->pid = pid > 0 ? pid : 0;
	return pid > 0;
}

enum pages_found
pages_check_ask(struct pages_check *check)
{
	int status;

	if (!check->pid || errand_is_running(check->pid))
		return PAGES_UNKNOWN;
	bool ended = waitpid(check->pid, &status, 0) == check->pid && WIFEXITED(status);
	check->pid = 0;
	if (!ended)
		return PAGES_UNSEEN;
	switch (WEXITSTATUS(status)) {
	case EX_OK:
		return PAGES_WHOLE;
	case EX_DATAERR:
		return PAGES_DAMAGED;
	default:
		return PAGES_UNSEEN;
	}
}

void
pages_check_end(struct pages_check *check)
{
	if (!check->pid)
		return;
	(void)kill(-check->pid, SIGKILL);
	(void)waitpid(check->pid, NULL, 0);
	check->pid = 0;
}
