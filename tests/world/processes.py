# SPDX-License-Identifier: MIT
"""The processes of one world, by what they are: to be counted, weighed and killed."""
import contextlib
import os
import pathlib
import signal
import time

DUTIES = ("receive", "sort", "deliver")
# What one kill may hit, and how often compared to the others.
VICTIMS = {"supervisor": 5, "whole group": 4, "receive": 14, "sort": 12, "nursery": 10, "child": 16,
    "keyholder": 12, "deliver": 16, "gpg-agent": 6, "gpg": 4, "a process of Dovecot": 6,
    "Dovecot": 2, "a process of Postfix": 6, "Postfix": 2}


class Process:
    """One line of /proc, read once."""

    def __init__(self, pid):
        folder = pathlib.Path(f"/proc/{pid}")
        self.pid = pid
        self.words = folder.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0")
        behind = folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()
        self.state, self.parent, self.start = behind[0], int(behind[1]), behind[19]

    @property
    def key(self):
        """Not the number alone: numbers come again."""
        return self.pid, self.start

    def is_alive(self):
        return self.state not in "ZX"

    def descriptors(self):
        with contextlib.suppress(OSError):
            return len(os.listdir(f"/proc/{self.pid}/fd"))
        return 0

    def peak_kilobytes(self):
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
        return 0

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def all_processes():
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                found[int(name)] = Process(int(name))
    return found


def descends_from(process, root, everything):
    while process and process.pid != root:
        process = everything.get(process.parent)
    return process is not None


class Cast:
    """Who plays what in a world at this moment: `by_role` is role to processes."""

    def __init__(self, world):
        found = all_processes()
        everything = {pid: process for pid, process in found.items() if process.is_alive()}
        self.by_role = {}
        settings, home = str(world.gateway.settings), str(world.gateway.folder / "gnupg")
        masters = {name: running[0].pid for name, running in world.servers._running.items()}
        for process in everything.values():
            role = self._role(process, everything, settings, home) or next(
                (f"a process of {name.capitalize()}" for name, master in masters.items()
                    if process.pid != master and descends_from(process, master, everything)), None)
            if role:
                self.by_role.setdefault(role, []).append(process)
        # ended, and nobody has waited for them yet
        self.zombies = [process for process in found.values() if process.state == "Z"
            and any(descends_from(process, one.pid, found) for one in self.of("supervisor"))]

    def _role(self, process, everything, settings, home):
        if settings in process.words:
            if "--duty" not in process.words:
                return "supervisor" if "run" in process.words else None
            duty = process.words[process.words.index("--duty") + 1]
            parent = everything.get(process.parent)
            if parent and parent.words == process.words and duty == "sort":
                above = everything.get(parent.parent)
                return "child" if above and above.words == process.words else "nursery"
            return duty
        program = os.path.basename(process.words[0])
        if program == "wandle-keyholder":
            parent = everything.get(process.parent)
            return "keyholder" if parent and settings in parent.words else None
        if program in ("gpg-agent", "gpg") and home in process.words:
            return program
        return None

    def of(self, role):
        return self.by_role.get(role, [])

    def keys(self, role):
        return {process.key for process in self.of(role)}

    def wandles(self):
        """Every process of Wandle's, its agent and its gpg among them, by role."""
        return {role: found for role, found in self.by_role.items()
            if not role.startswith("a process of")}


class Scales:
    """The most memory that a process of each role was ever seen to have taken."""

    def __init__(self):
        self.peaks = {}

    def weigh(self, cast):
        for role, found in cast.wandles().items():
            self.peaks[role] = max([self.peaks.get(role, 0),
                *(process.peak_kilobytes() for process in found)])

    def take(self, others):
        """What others have weighed, too."""
        for role, peak in others.peaks.items():
            self.peaks[role] = max(self.peaks.get(role, 0), peak)

    def __str__(self):
        return ", ".join(f"{role} {peak // 1024} MB" for role, peak in sorted(self.peaks.items()))


def count(cast):
    """Role to how many there are, and how many descriptors they hold."""
    return {role: (len(found), sum(process.descriptors() for process in found))
        for role, found in sorted(cast.wandles().items())}


def wait_for_role(world, role, known, seconds=120):
    """How long it takes until somebody new plays this role."""
    began = time.monotonic()
    while not Cast(world).keys(role) - known:
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"no new {role} within {seconds} s")
        time.sleep(0.03)
    return time.monotonic() - began
