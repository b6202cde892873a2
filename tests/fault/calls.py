# SPDX-License-Identifier: MIT
"""Lets single calls of Wandle's processes fail, by a library of the tests' own that is preloaded."""
import errno
import os
import signal
import struct
import subprocess

from world.gateway import find_program

# Which errors each call may end with, and may be believed.
ERRORS = {
    "open": (errno.EACCES, errno.EMFILE, errno.ENOSPC, errno.EIO, errno.EROFS),
    "read": (errno.EIO, errno.EINTR),
    "write": (errno.EIO, errno.ENOSPC, errno.EROFS, errno.EINTR),
    "fsync": (errno.EIO, errno.ENOSPC),
    "rename": (errno.EIO, errno.ENOSPC, errno.EROFS),
    "malloc": (errno.ENOMEM,),
    "fork": (errno.EAGAIN, errno.ENOMEM),
    "pipe": (errno.EMFILE,),
    "socketpair": (errno.EMFILE, errno.ENFILE),
    "connect": (errno.ECONNREFUSED, errno.ETIMEDOUT, errno.ENETUNREACH),
    "recv": (errno.ECONNRESET, errno.EIO),
    "send": (errno.EPIPE, errno.ECONNRESET),
}
# Processes that make calls of each kind, for one mail on its way.
PROGRAMS = {
    "receive": ("open", "read", "write", "fsync", "malloc", "connect", "recv", "send", "pipe",
        "socketpair"),
    "sort": ("open", "read", "write", "fsync", "malloc", "fork", "socketpair", "recv", "send"),
    "deliver": ("open", "read", "write", "fsync", "malloc", "connect", "recv", "send"),
    "wandle-keyholder": ("open", "read", "write", "malloc", "fork", "pipe", "recv", "send"),
}

# Of sysexits.h: what a command or a run may end with that met a fault. Only memory ends a process
# by a signal: GLib's own, or that of a library that does not look what it got as it was loaded.
CLEAN = {0, 69, 70, 71, 74, 75, 78}
NO_MEMORY = CLEAN | {-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGSEGV}


class Fault:
    """One call of one program that fails at its `at`-th time, or from then on."""

    def __init__(self, folder, program, call, at=0, error=0, ever=False):
        self.program, self.call, self.at, self.error, self.ever = program, call, at, error, ever
        self.path = folder / "fail-count"
        self.begin()

    def begin(self):
        self.path.write_bytes(bytes(16))

    def environment(self):
        said = {"LD_PRELOAD": str(find_program("fail-call.so")), "FAIL_PROGRAM": self.program,
            "FAIL_CALL": self.call, "FAIL_AT": str(self.at), "FAIL_ERRNO": str(self.error),
            "FAIL_COUNT": str(self.path)}
        return {**said, "FAIL_EVER": "yes"} if self.ever else said

    @property
    def calls(self):
        return struct.unpack("=QQ", self.path.read_bytes())[0]

    def come_to(self, calls):
        """As if so many calls had been made by now."""
        with self.path.open("r+b", buffering=0) as file:
            file.write(struct.pack("=Q", calls))

    @property
    def was_met(self):
        return struct.unpack("=QQ", self.path.read_bytes())[1] > 0

    def __repr__(self):
        when = f"from call {self.at} on" if self.ever else f"at call {self.at}"
        return f"{self.program}: {self.call} ends with {errno.errorcode.get(self.error)} {when}"


def ways(call, turn):
    """(error, for ever or not): each error has its turn. A call is not interrupted for ever."""
    lasting = [error for error in ERRORS[call] if error != errno.EINTR]
    for errors, ever in ((ERRORS[call], False), (lasting, True)):
        yield errors[turn % len(errors)], ever


def spread(calls, moments):
    """
    Which of so many calls fail: the first, and the last that every run comes to. Runs that read,
    receive and allocate do so some times more or less.
    """
    last = calls - calls // 20
    return sorted({1 + (last - 1) * step // (moments - 1) for step in range(moments)})


def tries(call, moments):
    """(call that fails, error, for ever or not): each moment and each error has its turn."""
    for turn in range(max(len(moments), len(ERRORS[call])) if moments else 0):
        for error, ever in ways(call, turn):
            yield moments[turn % len(moments)], error, ever


def run_into(gateway, fault, *words):
    """A command may fail, but it must end, and end cleanly; its status."""
    with gateway.log.open("ab") as log:
        done = subprocess.run(gateway.command(*words), stdout=log, stderr=log, timeout=150,
            check=False, start_new_session=True, env={**os.environ, **fault.environment()})
    assert done.returncode in (NO_MEMORY if fault.call == "malloc" else CLEAN), (
        fault, done.returncode)
    return done.returncode


def meet(gateway, fault, *words):
    """The same of a command that must meet the fault."""
    status = run_into(gateway, fault, *words)
    assert fault.was_met, (fault, fault.calls)
    return status
