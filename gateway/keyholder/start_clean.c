/* Walls around the process that holds the keys, inherited by each gpg that it starts. */
/* SPDX-License-Identifier: MIT */
#include "keyholder/start_clean.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(WANDLE_SANITIZED) || defined(WANDLE_COVERAGE)
#define IS_INSTRUMENTED true
#else
#define IS_INSTRUMENTED false
#endif

static bool
refused(struct failure *why, const char *what)
{
	return fail(why, REMEDY_STOP, "key.configuration", "%s: %s", what, strerror(errno));
}

/* A parent may have left signals ignored or blocked; gpg inherits what we set here. */
static void
settle_signals(void)
{
	static const int PLAIN[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
	sigset_t none;

	for (size_t at = 0; at < COUNT_OF(PLAIN); at++)
		(void)signal(PLAIN[at], SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	/* With RLIMIT_FSIZE=0 a line to a log that is a file must fail and not kill. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool
settle_environment(struct failure *why)
{
	if (clearenv() != 0 || setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1) != 0 ||
	    setenv("LC_ALL", "C", 1) != 0 || chdir("/") != 0)
		return refused(why, "environment");
	(void)umask(077);
	if (close_range(CONTROL_LINE + 1, ~0u, 0) != 0)
		return refused(why, "close_range");
	return true;
}

/*
 * The soft limit only in instrumented builds, so that they can write their reports at the end; the
 * hard one too in the real one.
 */
static bool
limit_writing(struct failure *why)
{
	struct rlimit none = {0, IS_INSTRUMENTED ? RLIM_INFINITY : 0};

	if (setrlimit(RLIMIT_FSIZE, &none) != 0)
		return refused(why, "RLIMIT_FSIZE");
	return true;
}

/*
 * Calls that neither gpgme, gpg nor gpg-agent make. execve and clone must stay (gpg is started for
 * each mail), and so must prlimit64 (gpg forbids itself core files with it).
 */
static bool
wall_off_calls(struct failure *why)
{
	static const int DENIED[] = {SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	    SCMP_SYS(memfd_create), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter),
	    SCMP_SYS(io_uring_register), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
	    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(mount),
	    SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns),
	    SCMP_SYS(unshare), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load),
	    SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(open_by_handle_at), SCMP_SYS(personality)};
	const struct scmp_arg_cmp not_unix = {.arg = 0, .op = SCMP_CMP_NE, .datum_a = AF_UNIX};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int broken = filter ? 0 : -ENOMEM;

	for (size_t at = 0; at < COUNT_OF(DENIED) && !broken; at++)
		broken = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), DENIED[at], 0);
	if (!broken)
		broken = seccomp_rule_add(
		    filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1, not_unix);
	/* The leak checker traces its own process. */
	if (!broken && !IS_INSTRUMENTED)
		broken = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ptrace), 0);
	if (!broken)
		broken = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	errno = -broken;
	return broken ? refused(why, "seccomp") : true;
}

bool
adopt_children(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

bool
start_clean(bool may_write, struct failure *why)
{
	const struct rlimit none = {0, 0};
	const pid_t parent = getppid();

	settle_signals();
	(void)setpgid(0, 0); /* refused for a session's leader, which leads its group anyway */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || (!may_write && !adopt_children()))
		return refused(why, "prctl");
	if (getppid() != parent)
		return fail(why, REMEDY_STOP, "key.configuration", "the parent has ended");
	if (!IS_INSTRUMENTED && prctl(PR_SET_DUMPABLE, 0) != 0)
		return refused(why, "PR_SET_DUMPABLE");
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return refused(why, "RLIMIT_CORE");
	return settle_environment(why) && (may_write || limit_writing(why)) && wall_off_calls(why);
}

void
end_clean(void)
{
	struct rlimit files;

	if (IS_INSTRUMENTED && getrlimit(RLIMIT_FSIZE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_FSIZE, &files);
	}
}
