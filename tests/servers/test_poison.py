# SPDX-License-Identifier: MIT
"""A mail that its reader does not survive is tried three times, then lies at the desk; the others flow."""
import contextlib
import os
import pathlib
import re
import signal
import struct
import threading
import time

import pytest

from world import mails
from world.gateway import ADDRESS, find_program
from world.reckoning import LONG, note, reckon
from world.telling import DESK, OFFICER

# Signals from outside; one that is stopped hangs until its time is over, 120 s.
ENDS = {"killed": signal.SIGKILL, "crashed": signal.SIGSEGV, "out of processor time": signal.SIGXCPU}


# Whoever reads it holds still until somebody ends it: see exhaust.c.
WAITS = "WAIT-FOR-THE-END"


class Library:
    """Preloaded, exhaust.c; and the numbers that it writes down."""

    def __init__(self, gate):
        self.count = gate.scratch.folder / "taken"
        self.count.write_bytes(bytes(48))
        self.environment = {"LD_PRELOAD": str(find_program("exhaust.so")), "EXHAUST_COUNT": str(self.count)}

    def read(self):
        """Times and most: of memory, of descriptors, of those who waited, whose most is the last one."""
        return struct.unpack("=QQQQQQ", self.count.read_bytes())


class Murderer(threading.Thread):
    """
    Ends each child that reads one mail, and none that only reports it. Each has been found waiting for
    its end: none is through before it is met.
    """

    def __init__(self, shim, how):
        super().__init__(daemon=True)
        self.shim, self.how = shim, how
        self.ended, self.done = [], threading.Event()

    def run(self):
        while not self.done.wait(0.01):
            *_, times, last = self.shim.read()
            if times > len(self.ended):
                os.kill(last, self.how)
                self.ended.append(last)


class Hunter(threading.Thread):
    """Ends on sight whatever child is at work for one mail, those that only report it too."""

    def __init__(self, gate, mail):
        super().__init__(daemon=True)
        self.gate, self.mail, self.ended, self.done = gate, mail, set(), threading.Event()

    def run(self):
        while not self.done.wait(0.002):  # a child lives a hundred times as long
            owner = self.gate.ledger.count(
                "SELECT owner FROM job WHERE mail = ? AND owner IS NOT NULL", self.mail)
            for child in children_of_worker(int(owner.split(":")[2])) if owner else ():
                if child not in self.ended:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(child, signal.SIGKILL)
                        self.ended.add(child)


def children(pid):
    with contextlib.suppress(OSError):
        return [int(word) for word in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def children_of_worker(pid):
    """The nursery's: a job's child, if there is one. The keyholder's own are gpg."""
    words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    for nursery in children(pid):
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{nursery}/cmdline").read_bytes() == words:
                yield from children(nursery)


def begin(gate, how):
    """The gateway at work, with somebody who ends whoever waits for it."""
    library = Library(gate)
    gate.gateway.start(gate.scratch, **library.environment)
    gate.put(gate.a_mail())
    gate.settle()
    murderer = Murderer(library, how)
    murderer.start()
    return murderer


def poisoned(gate, others):
    """One mail whose reader holds still, and others behind it; which it is."""
    gate.put(gate.a_mail(What_happened=WAITS))
    gate.ledger.wait(lambda: gate.rows() == gate.sent, "the mail to be received")
    mail = gate.ledger.count("SELECT max(id) FROM mail")
    for _ in range(others):
        gate.put(gate.a_mail())
    return mail


UNREAD = ("held", "sort.could-not-be-read")


def has_no_other_fate(gate, mail):
    """None yet, or that of a mail that could not be read."""
    fate = gate.ledger.ask("SELECT state, code FROM mail WHERE id = ?", mail)[0]
    assert fate["state"] == "received" or tuple(fate.values()) == UNREAD, f"the poison is {fate}"
    return True


def is_read_three_times_at_most(murderer):
    assert len(murderer.ended) <= 3, f"the poison is read {len(murderer.ended)} times"
    return True


def one_is_poison_and_the_others_flow(gate, name, others):
    # given
    murderer = begin(gate, ENDS[name])
    began = time.monotonic()
    # when
    mail = poisoned(gate, others)

    def is_poison():
        return has_no_other_fate(gate, mail) and is_read_three_times_at_most(murderer)
    try:
        gate.ledger.wait(lambda: is_poison() and gate.ledger.count(
            "SELECT count(*) FROM mail WHERE code = 'sort.concern'") == others + 1, "the others to be sorted")
        gate.ledger.wait(lambda: is_poison() and UNREAD in gate.ledger.fates(),
            "the poison to lie at the desk", 120)
        gate.settle()
    finally:
        murderer.done.set()
        murderer.join()
    # who is stopped waits for an alarm that is under way
    assert gate.gateway.stop(gate.scratch) == 0
    # then: three tries, and no more
    assert len(murderer.ended) == 3, murderer.ended
    assert any("could not be read" in letter for letter in gate.opened(DESK))
    assert any(alarm.startswith("mail.could-not-be-read W") for alarm in gate.gateway.alarms())
    reckon(f"poison: the child is {name}", times=len(murderer.ended), seconds=[time.monotonic() - began])


@pytest.mark.parametrize("name", ENDS if LONG else ["crashed"])
def test_a_mail_whose_reader_always_ends_goes_to_the_desk_and_the_others_flow(gate, name):
    one_is_poison_and_the_others_flow(gate, name, 8 if LONG else 3)


@pytest.mark.long
def test_a_child_that_is_stopped_from_outside_holds_up_one_worker_only(gate):
    murderer = begin(gate, signal.SIGSTOP)
    began = time.monotonic()
    poisoned(gate, 6)
    # the others are through before the first of its tries has ended
    gate.ledger.wait(lambda: gate.ledger.count(
        "SELECT count(*) FROM mail WHERE code = 'sort.concern'") == 7, "the others to be sorted", 100)
    assert time.monotonic() - began < 110
    gate.ledger.wait(lambda: ("held", "sort.could-not-be-read") in gate.ledger.fates(),
        "the poison to lie at the desk", 1000)
    murderer.done.set()
    gate.settle()
    assert gate.gateway.stop(gate.scratch) == 0
    reckon("poison: the child is stopped", times=len(murderer.ended), seconds=[time.monotonic() - began])


@pytest.mark.long
def test_a_mail_that_nobody_can_even_report_is_held_with_an_alarm(gate):
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.settle()
    # one that takes its time to be read, and others beside it
    gate.put(gate.a_mail(attachments=[("film.bin", os.urandom(3_000_000))]))
    gate.ledger.wait(lambda: gate.rows() == gate.sent, "the mail to be received")
    hunter = Hunter(gate, gate.ledger.count("SELECT max(id) FROM mail"))
    hunter.start()
    for _ in range(3):
        gate.put(gate.a_mail())
    gate.ledger.wait(lambda: UNREAD in gate.ledger.fates(), "its fate", 120)
    hunter.done.set()
    gate.settle()
    assert gate.gateway.stop(gate.scratch) == 0
    reference = gate.ledger.count("SELECT reference FROM cases WHERE mail = ?", hunter.mail)
    assert f"mail.could-not-be-read {reference}" in gate.gateway.alarms()
    assert reference in gate.gateway.run("case", "list")
    reckon("poison: nobody can even report it", times=len(hunter.ended))


@pytest.mark.long
def test_a_child_that_takes_all_memory_or_descriptors_harms_its_own_mail_alone(gate):
    # given: whoever reads of it takes all there is, from inside
    library = Library(gate)
    gate.gateway.start(gate.scratch, **library.environment)
    gate.put(gate.a_mail())
    gate.settle()
    began, mark = time.monotonic(), gate.mark()
    # when
    for word in ("EXHAUST-MEMORY", "EXHAUST-FILES"):
        gate.put(gate.a_mail(What_happened=word))
        for _ in range(4):
            gate.put(gate.a_mail())
    # then: the others are through before the poison has its fate, after three tries with pauses
    gate.ledger.wait(lambda: gate.ledger.fates().count(("sorted", "sort.concern")) == 9, "the others")
    gate.ledger.wait(lambda: gate.ledger.fates().count(("held", "sort.could-not-be-read")) == 2,
        "the poison to lie at the desk", 120)
    gate.settle()
    assert gate.gateway.stop(gate.scratch) == 0
    times, memory, times_of_descriptors, descriptors, *_ = library.read()
    assert times == times_of_descriptors == 3
    # what they got: no more memory than a child may have, and no descriptor at all
    assert 2 ** 29 < memory < 2 ** 30 and descriptors == 0
    assert sum("could not be read" in letter for letter in gate.opened(DESK)) == 2
    assert sum(alarm.startswith("mail.could-not-be-read W") for alarm in gate.gateway.alarms()) == 2
    tries = re.findall(r"^(\d+) sort\[\d+\]: case (\S+), attempt", gate.gateway.log_text()[mark:], re.M)
    for poison in {reference for _, reference in tries}:
        at = [int(seconds) for seconds, reference in tries if reference == poison]
        assert len(at) == 3 and at[0] < at[1] < at[2], tries
    for name in ("memory", "descriptors"):
        reckon(f"poison: the child takes all {name}", times=3, seconds=[time.monotonic() - began])
    note(f"poison: a child got {memory >> 20} MB and {descriptors} descriptors, and then no more")


# --- real poison --------------------------------------------------------------------------------

def deep(depth):
    lines = []
    for level in range(depth):
        lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
    return lines + ["Content-Type: text/plain", "", "here"]


def wide(parts):
    return ['Content-Type: multipart/mixed; boundary="b"', ""] + [
        "--b", "Content-Type: text/plain", "", "x"] * parts + ["--b--"]


def with_head(sender, *fields, lines=("", "words")):
    return "\r\n".join([f"From: {sender}", f"To: {ADDRESS}", "Subject: x", "MIME-Version: 1.0",
        f"Message-ID: <{os.urandom(8).hex()}@poison.test>", *fields, *lines, ""]).encode("latin-1")


def bomb(gate):
    """Some kB that open to 100 MB or 400: gpg compresses by itself."""
    part = b"Content-Type: text/plain\r\n\r\n" + b"\0" * (400_000_000 if LONG else 100_000_000)
    sender = gate.addresses[OFFICER]
    return mails.pgp_mime(gate.people[OFFICER].seal(part, gate.people["gateway"]), sender, ADDRESS).as_bytes()


def poisons(gate):
    sender = gate.addresses[OFFICER]
    yield "a boundary that crashes libetpan", with_head(sender, 'Content-Type: multipart/mixed; boundary="\\""')
    yield "150,000 brackets in From", with_head("(" * 150_000)
    yield "400 kB of nested address groups", with_head(sender, "Cc: " + "a:" * 200_000)
    yield "100,000 MIME parts", with_head(sender, lines=wide(100_000))
    yield "MIME depth 10,000", with_head(sender, lines=deep(10_000))
    yield "30,000 levels of message/rfc822", with_head(
        sender, lines=["Content-Type: message/rfc822", ""] * 30_000)
    yield "RFC 2231 continuations", with_head(sender, "Content-Type: text/plain;" + "".join(
        f" a*{number}=x;" for number in range(20_000)))
    yield "a million empty lines in armor", with_head(sender, lines=[
        "", "-----BEGIN PGP MESSAGE-----", *[""] * 1_000_000, "-----END PGP MESSAGE-----"])
    yield "a compression bomb", bomb(gate)


def test_real_poison_harms_nobody(gate):
    # given
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.settle()
    # when: poison, and a concern after each
    began, names = time.monotonic(), []
    for name, content in poisons(gate):
        names.append(name)
        gate.sent += 1
        gate.put(content)
        gate.put(gate.a_mail())
    gate.settle(seconds=300)
    # then: a fate each, none of them a crash, and every concern has gone out
    fates = gate.ledger.fates()
    assert fates.count(("sorted", "sort.concern")) == len(names) + 1
    assert len(fates) == 2 * len(names) + 1
    assert "sort.could-not-be-read" not in {code for _, code in fates}, fates
    assert gate.gateway.stop(gate.scratch) == 0
    for name in names:
        reckon(f"poison: {name}", times=1)
    reckon("poison: all of it", times=1, seconds=[time.monotonic() - began])
