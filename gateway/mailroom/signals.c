/* Remembers signals in flags and wakes whoever waits. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/pulse.h"

static volatile sig_atomic_t stop_asked, reload_asked;
static int wake_pipe[2] = {-1, -1};

static void
remember(int number)
{
	if (number == SIGHUP)
		reload_asked = 1;
	else
		stop_asked = 1;
	ssize_t put = write(wake_pipe[1], "", 1);
	(void)put; /* a full pipe wakes as well */
}

static void
set_all(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}

void
signals_begin(bool reloads)
{
	struct sigaction hangup = {.sa_handler = reloads ? remember : SIG_IGN};

	if (wake_pipe[0] < 0 && pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		wake_pipe[0] = wake_pipe[1] = -1;
	set_all(remember);
	(void)sigemptyset(&hangup.sa_mask);
	(void)sigaction(SIGHUP, &hangup, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

void
signals_end(void)
{
	set_all(SIG_DFL);
	(void)close(wake_pipe[0]);
	(void)close(wake_pipe[1]);
	wake_pipe[0] = wake_pipe[1] = -1;
}

bool
signals_ask_stop(void)
{
	return stop_asked;
}

bool
signals_ask_reload(void)
{
	bool asked = reload_asked;

	reload_asked = 0;
	return asked;
}

void
signals_nap(int milliseconds)
{
	struct pollfd one = {.fd = wake_pipe[0], .events = POLLIN};
	char drained[64];

	if (!stop_asked && !reload_asked)
		(void)pulse_poll(&one, 1, milliseconds);
	while (read(wake_pipe[0], drained, sizeof drained) > 0)
		;
}

int
signals_wake_fd(void)
{
	return wake_pipe[0];
}
