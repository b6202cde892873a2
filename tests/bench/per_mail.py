#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What one concern form costs: processes, gpg runs, syncs of the ledger, and where the time goes.

Usage: tests/bench/per_mail.py [MAILS]          as root; needs strace and a build in build/

Counts are those of MAILS forms less those of none, from strace, divided by MAILS. Times are
medians of three runs without strace, each duty by itself; the reference in the same run is the
command line gpg opening each mail once and sealing as many letters as Wandle does, and nothing else.
"""
import pathlib
import re
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from world.scratch import Scratch                                      # noqa: E402
from world.telling import OFFICER, a_form, a_sealed_form, the_officer_sends     # noqa: E402
from world.world import World, make_people                             # noqa: E402

DUTIES = ("receive", "sort", "deliver")
ROUNDS = 3


def send(world, count):
    text = a_form(world)
    for number in range(count):
        the_officer_sends(world, text.replace("MERLIN 4711/26", f"MERLIN {number}/26"))


def run_duty(world, duty, before=()):
    start = time.monotonic()
    subprocess.run([*before, *world.gateway.command("run", "--once", "--only", duty)], check=True,
        capture_output=True, timeout=600)
    return time.monotonic() - start


def count_calls(world, duty, trace):
    """What strace saw of one duty with all its children."""
    run_duty(world, duty, ["strace", "-f", "-qq", "-o", str(trace), "-e",
        "trace=execve,clone,clone3,fork,vfork,fdatasync,fsync"])
    text = trace.read_text(errors="replace")
    return {
        "processes": len(re.findall(r"(?:clone3?|v?fork)\(.*?\)? = [1-9]", text))
            + len(re.findall(r"<\.\.\. (?:clone3?|v?fork) resumed>.* = [1-9]", text)),
        "gpg runs": len(re.findall(r'execve\("[^"]*/gpg"', text)),
        "syncs": len(re.findall(r"f(?:data)?sync\(", text)),
    }


def counts_of(scratch, people, mails):
    world = World(scratch, people)
    try:
        world.gateway.activate()
        send(world, mails)
        return {duty: count_calls(world, duty, scratch.folder / f"trace-{mails}-{duty}")
            for duty in DUTIES}
    finally:
        world.close()


def times_of(people, mails):
    with Scratch("wandle-bench-") as scratch, World(scratch, people) as world:
        world.gateway.activate()
        idle = {duty: run_duty(world, duty) for duty in DUTIES}
        send(world, mails)
        return {duty: (run_duty(world, duty) - idle[duty]) / mails for duty in DUTIES}


def reference(people, world, mails, letters):
    """gpg by itself: each mail opened, each letter sealed."""
    gateway, reader = people["gateway"], people["merton-mash"]
    gateway.learn(people[OFFICER], reader)
    armor = a_sealed_form(world, a_form(world)).get_payload(1).get_payload(decode=True)
    text = b"x" * 4000
    start = time.monotonic()
    for _ in range(mails):
        gateway.gpg("--decrypt", data=armor)
        for _ in range(letters):
            gateway.seal(text, reader)
    return (time.monotonic() - start) / mails


def main(mails=20):
    with Scratch("wandle-bench-people-") as scratch:
        people = make_people(scratch)
        with Scratch("wandle-bench-") as none, Scratch("wandle-bench-") as some:
            idle, busy = counts_of(none, people, 0), counts_of(some, people, mails)
        print(f"Per mail, {mails} mails:")
        for what in ("processes", "gpg runs", "syncs"):
            each = {duty: (busy[duty][what] - idle[duty][what]) / mails for duty in DUTIES}
            print(f"  {what:10} " + "  ".join(f"{duty} {each[duty]:6.2f}" for duty in DUTIES)
                + f"  together {sum(each.values()):6.2f}")
        rounds = [times_of(people, mails) for _ in range(ROUNDS)]
        medians = {duty: statistics.median(one[duty] for one in rounds) for duty in DUTIES}
        with Scratch("wandle-bench-") as scratch2, World(scratch2, people) as world:
            world.gateway.activate()
            send(world, 1)
            world.gateway.once()
            letters = world.gateway.ledger.count("SELECT count(*) FROM letter")
            alone = statistics.median(reference(people, world, mails, letters)
                for _ in range(ROUNDS))
        print("  ms         " + "  ".join(f"{duty} {medians[duty] * 1000:6.1f}" for duty in DUTIES)
            + f"  together {sum(medians.values()) * 1000:6.1f}")
        print(f"  gpg alone, 1 mail opened and {letters} letters sealed: {alone * 1000:.1f} ms; "
            f"Wandle / gpg alone: {sum(medians.values()) / alone:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
