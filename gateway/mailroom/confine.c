/* Walls by prctl, rlimits and seccomp. */
/* SPDX-License-Identifier: MIT */
#include "mailroom/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/limits.h"

void
confine_process(void)
{
	struct rlimit none = {0, 0};

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifndef WANDLE_SANITIZED
	/* The leak sanitizer traces its own process, which one that is not dumpable forbids. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	(void)setrlimit(RLIMIT_CORE, &none);
}

#if !defined(WANDLE_SANITIZED) && !defined(WANDLE_COVERAGE)

static bool
limit(int which, rlim_t most, struct failure *why)
{
	struct rlimit both = {most, most};

	if (setrlimit((__rlimit_resource_t)which, &both) != 0)
		return fail(why, REMEDY_RETRY, "job.walls", "setrlimit: %s", strerror(errno));
	return true;
}

/* What reading, deciding and writing in memory takes, and talking on two sockets. */
static const char *const CHILD_CALLS[] = {"read", "write", "readv", "writev", "recvmsg", "sendmsg",
    "recvfrom", "sendto", "poll", "ppoll", "close", "lseek", "mmap", "munmap", "mremap", "brk",
    "mprotect", "madvise", "futex", "clock_gettime", "clock_getres", "gettimeofday", "time",
    "getrandom", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "tgkill", "restart_syscall", "exit",
    "exit_group", "fstat", "newfstatat", "sched_yield", "sched_getaffinity", "membarrier", "rseq",
    "getrusage", "prlimit64", "sysinfo", "uname"};

bool
confine_child(struct failure *why)
{
	if (!limit(RLIMIT_FSIZE, 0, why) || !limit(RLIMIT_NPROC, 0, why) ||
	    !limit(RLIMIT_CPU, CHILD_CPU_MAX_SECONDS, why) ||
	    !limit(RLIMIT_AS, CHILD_MEMORY_MAX_BYTES, why) || !limit(RLIMIT_NOFILE, 16, why))
		return false;

	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int failed = filter ? 0 : -ENOMEM;
	for (size_t at = 0; at < COUNT_OF(CHILD_CALLS) && !failed; at++) {
		int number = seccomp_syscall_resolve_name(CHILD_CALLS[at]);
		if (number != __NR_SCMP_ERROR)
			failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
	}
	if (!failed)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	if (failed)
		return fail(why, REMEDY_RETRY, "job.walls", "seccomp: %s", strerror(-failed));
	return true;
}

#else

bool
confine_child(struct failure *why)
{
	(void)why;
	return true;
}

#endif

/* What neither the mailbox nor the submission needs. */
static const char *const NETWORKER_NEVER[] = {
#ifndef WANDLE_SANITIZED
    "ptrace", /* the leak sanitizer's own way to look */
#endif
    "process_vm_readv", "process_vm_writev", "memfd_create", "io_uring_setup", "keyctl", "add_key",
    "request_key", "bpf", "kexec_load", "init_module", "finit_module", "mount", "umount2",
    "pivot_root", "chroot", "setns", "unshare", "userfaultfd", "perf_event_open"};

bool
confine_networker(struct failure *why)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int failed = filter ? 0 : -ENOMEM;

	for (size_t at = 0; at < COUNT_OF(NETWORKER_NEVER) && !failed; at++) {
		int number = seccomp_syscall_resolve_name(NETWORKER_NEVER[at]);
		if (number != __NR_SCMP_ERROR)
			failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0);
	}
	if (!failed)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	if (failed)
		return fail(why, REMEDY_STOP, "job.walls", "seccomp: %s", strerror(-failed));
	return true;
}
