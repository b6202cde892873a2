# SPDX-License-Identifier: MIT
"""
Each call fails once, and for ever: open, write, fsync, malloc, fork, connect ... of each process of
Wandle's, with each error that makes sense, below the libraries' edge. Whatever a run with the fault
came to, runs without it bring the same end: each mail one fate, each letter in its mailbox once.
"""
import os
import re
import signal
from collections import Counter

import pytest

from fault.calls import ERRORS, PROGRAMS, Fault, run_into, spread, tries
from world.gateway import ADDRESS
from world.reckoning import LONG, note, reckon
from world.scratch import until
from world.telling import MERTON, OFFICER, a_child, a_form, the_officer_sends

# How many moments of each kind the short form and the long form try, and how many runs only count;
# and how many may pass until one comes to the call.
MOMENTS, COUNTS = (24, 3) if LONG else (1, 1)
RUNS = 5
KINDS = {f"{program} {call}": (program, call) for program, calls in PROGRAMS.items()
    for call in calls}
SHORT = ("receive write", "receive recv", "sort fork", "sort malloc", "deliver fsync",
    "deliver recv", "wandle-keyholder fork")


class Desk:
    """
    A world in which mail after mail is handled, and what each must come to: within `patience`
    seconds, of which one that cannot come to it is given few.
    """

    def __init__(self, world, patience=120):
        self.world, self.ledger, self.number = world, world.gateway.ledger, 0
        self.patience = patience
        self.twice = 0

    def message_ids(self):
        """Every letter that lies in a mailbox, Wandle's own left out, by its outer Message-ID."""
        found = Counter()
        for kind in ("new", "cur"):
            for path in (self.world.servers.folder / "mail").glob(f"*/Maildir/{kind}/*"):
                if path.parts[-4] != ADDRESS:
                    found[re.search(rb"(?mi)^Message-ID:\s*(\S+)", path.read_bytes())[1]] += 1
        return found

    def send(self):
        self.number += 1
        the_officer_sends(self.world, a_form(self.world,
            children=[a_child(4, MERTON, "neglect")], Your_reference=f"MERLIN {self.number}/26"))

    def suffer(self, fault):
        """One more mail, and a run that meets the fault; one may make fewer calls than all before."""
        for _ in range(RUNS):
            self.send()
            run_into(self.world.gateway, fault, "run", "--once")
            if fault.was_met:
                return
            self.end("a run that made fewer calls")
            fault.begin()
        raise AssertionError(f"{fault}: no run came to it")

    def end(self, what):
        """Runs without faults until nothing is left to do; then everything must be as it should."""
        def is_done():
            self.world.gateway.run("run", "--once", expect=None)
            return len(self.ledger.fates()) == self.number and self.ledger.is_at_rest()
        until(is_done, f"the end after {what}", self.patience)
        self.world.servers.settle()
        assert self.ledger.fates() == [("sorted", "sort.concern")] * self.number, what
        assert self.world.inbox() == [], what
        sent = {row["message_id"].strip("<>").encode(): row["resent"] + row["attempts"] - 1
            for row in self.ledger.ask("SELECT * FROM letter")}
        found = Counter({name.strip(b"<>"): times for name, times in self.message_ids().items()})
        assert set(found) == set(sent) and len(sent) == 2 * self.number, what
        again = {name: times for name, times in found.items() if times > 1}
        # twice only where a try was begun and its end could not be known
        assert all(times <= 1 + sent[name] for name, times in again.items()), (what, again)
        self.twice = sum(times - 1 for times in again.values())


@pytest.fixture
def desk(new_world):
    return Desk(new_world())


def count_calls(desk, program, call):
    """How many calls of this kind one mail costs at least: what runs without a fault make."""
    return min(count_once(desk, program, call) for _ in range(COUNTS))


def count_once(desk, program, call):
    fault = Fault(desk.world.scratch.folder, program, call)
    desk.send()
    desk.world.gateway.run("run", "--once", **fault.environment())
    desk.end("a run that only counts")
    return fault.calls


def faults(desk, program, call):
    calls = count_calls(desk, program, call)
    one = max(1, calls * 2 // 3), ERRORS[call][0], False
    chosen = tries(call, spread(calls, MOMENTS)) if LONG else [one]
    for at, error, ever in chosen:
        yield Fault(desk.world.scratch.folder, program, call, at, error, ever)


@pytest.mark.parametrize("kind", KINDS if LONG else SHORT)
def test_a_call_that_fails_loses_nothing(desk, kind):
    tried, before = 0, 0
    for fault in faults(desk, *KINDS[kind]):
        desk.suffer(fault)
        desk.end(fault)
        tried += 1
        assert desk.twice == before or fault.program == "deliver", fault
        before = desk.twice
    reckon(f"{KINDS[kind][1]} fails", times=tried, twice_inside=desk.twice)


FAR = 1000  # calls that sort does not come to by itself


def suffer_a_sync_that_fails(desk):
    # given: the gateway at work, with nothing to do
    world, ledger = desk.world, desk.ledger
    fault = Fault(world.scratch.folder, "sort", "fsync", FAR, ERRORS["fsync"][0])
    running = world.scratch.start(world.gateway.command("run"), log=world.gateway.log,
        env={**os.environ, **fault.environment()})
    ledger.wait(lambda: ledger.count("SELECT count(*) FROM duty WHERE name = 'sort'"), "sort to be at work")
    # when: a disk does not keep what sort writes second, the mail's fate, or before it, where the heart beats
    fault.come_to(FAR - 2)
    desk.send()
    until(lambda: fault.was_met, "the sync to fail", 60)
    # then: nothing is taken for done; a new process, which reads the disk anew, goes on
    until(lambda: "sort.concern" in world.gateway.log_text(), "the mail to be sorted", 60)
    log = world.gateway.log_text()
    assert "ledger.damaged" in log[:log.index("sort.concern")]
    until(lambda: any("ledger.damaged" in alarm for alarm in world.gateway.alarms()),
        "the alarm", 30)
    ledger.wait(lambda: ledger.references() and ledger.is_at_rest(), "the letters to be sent")
    assert world.scratch.end(running, signal.SIGTERM) == 0
    desk.end(fault)


def test_a_sync_that_fails_stops_the_claiming_and_says_so(desk):
    suffer_a_sync_that_fails(desk)
    reckon("fsync fails while at work", times=1)


# --- what these tests are worth ------------------------------------------------------------------

def test_they_catch_a_commit_that_failed_and_was_taken_for_done(make_mistake, new_world):
    mistake = make_mistake("ignore-errors")
    with pytest.raises(AssertionError, match="ledger.damaged"):
        suffer_a_sync_that_fails(Desk(new_world()))
    note(f"the mistake {mistake} is caught by a sync that fails")


def test_they_catch_a_mail_that_was_moved_before_it_was_kept(make_mistake, new_world):
    mistake, desk = make_mistake("move-first"), Desk(new_world(), patience=3)
    fault = Fault(desk.world.scratch.folder, "receive", "fsync", 1, ERRORS["fsync"][0])
    desk.suffer(fault)
    with pytest.raises(TimeoutError, match="the end after receive: fsync"):
        desk.end(fault)
    assert len(desk.world.handled()) == 1 and not desk.ledger.fates()
    note(f"the mistake {mistake} is caught by {fault}")
