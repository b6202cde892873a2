# SPDX-License-Identifier: MIT
"""gpg, its agent or its keys are ill: no mail is judged by that, and all goes on when they are well."""
import contextlib
import math
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter

import pytest

from world import mails
from world.disks import fill, laid_over, small_disk, take_inodes
from world.gateway import ADDRESS
from world.processes import Cast, Process, all_processes, count
from world.reckoning import LONG, note, reckon
from world.scratch import until
from world.telling import OFFICER

FAULTS, SECONDS = (math.inf, 3600) if LONG else (6, 12)
PASSPHRASE = "horse"


def home(gate):
    return gate.gateway.folder / "gnupg"


def stop_agent(gate):
    for agent in Cast(gate).of("gpg-agent"):
        agent.kill()


class Away:
    """A part of the keyring is not what it should be, until well() is called."""

    def __init__(self, name, junk=None):
        self.name, self.junk = name, junk

    def ill(self, gate):
        (home(gate) / self.name).rename(home(gate) / "away")
        if self.junk is not None:
            (home(gate) / self.name).write_bytes(self.junk)
        stop_agent(gate)

    def well(self, gate):
        if self.junk is not None:
            (home(gate) / self.name).unlink()
        (home(gate) / "away").rename(home(gate) / self.name)


class CannotOpen:
    """The half that opens is away and the one that signs is there: only letters can be sealed."""

    def ill(self, gate):
        listed = subprocess.run(["gpg", "--homedir", home(gate), "--batch", "--with-colons", "--with-keygrip",
            "-K", gate.people["gateway"].fingerprint], check=True, capture_output=True).stdout.decode()
        self.grip = re.search(r"(?m)^ssb:(?:.*\n)*?grp:+([0-9A-F]{40}):", listed)[1]
        self.place(gate).rename(home(gate) / "away")

    def place(self, gate):
        return home(gate) / f"private-keys-v1.d/{self.grip}.key"

    def well(self, gate):
        (home(gate) / "away").rename(self.place(gate))


class Locked:
    """The keys want a passphrase that nobody gives."""

    def ill(self, gate):
        shutil.copytree(home(gate) / "private-keys-v1.d", home(gate) / "away")
        mine = gate.people["gateway"].fingerprint
        subprocess.run(["gpg", "--homedir", home(gate), "--batch", "--yes", "--no-tty",
            "--command-fd", "0", "--pinentry-mode", "loopback", "--passwd", mine],
            input=f"{PASSPHRASE}\n{PASSPHRASE}\n".encode(), check=True, capture_output=True)
        stop_agent(gate)

    def well(self, gate):
        shutil.rmtree(home(gate) / "private-keys-v1.d")
        (home(gate) / "away").rename(home(gate) / "private-keys-v1.d")
        stop_agent(gate)


class Silent:
    """The agent does not answer; nobody but Wandle mends that."""

    def ill(self, gate):
        agents = Cast(gate).of("gpg-agent")
        assert agents
        for agent in agents:
            os.kill(agent.pid, signal.SIGSTOP)

    def well(self, gate):
        pass


class NoRoom:
    """The home is on a small disk with no byte or no inode left: no agent gets a lock or a socket."""

    def __init__(self, kind, filling):
        self.kind, self.filling = kind, filling

    def ill(self, gate):
        """It is made aside and laid over the home: no agent comes up while there is still room."""
        full, image = gate.scratch.folder / "full", gate.scratch.folder / "disk.img"
        full.mkdir(exist_ok=True)
        self.disk = contextlib.ExitStack()
        self.disk.enter_context(small_disk(self.kind, full, image, "2M", 100))
        shutil.copytree(home(gate), full, dirs_exist_ok=True, ignore=shutil.ignore_patterns("S.*", ".#*", "*.lock"))
        self.filling(full)
        self.disk.enter_context(laid_over(full, home(gate)))
        stop_agent(gate)

    def well(self, gate):
        """The disk goes away again, with the agent on it."""
        self.disk.close()
        stop_agent(gate)


class Gone:
    """No agent can be started: its program's place for sockets is taken."""

    def ill(self, gate):
        until(lambda: self.take_place(home(gate) / "S.gpg-agent", gate), "the place of the socket")
        stop_agent(gate)

    def take_place(self, place, gate):
        """An agent that ends removes what is there, and one that starts comes first."""
        stop_agent(gate)
        with contextlib.suppress(OSError):
            place.unlink(missing_ok=True)
            place.mkdir()
            (place / "taken").touch()
            return True
        return place.is_dir() and shutil.rmtree(place, ignore_errors=True)

    def well(self, gate):
        shutil.rmtree(home(gate) / "S.gpg-agent")


ILLS = {
    "keyring corrupt": Away("pubring.kbx", b"this is no keyring"),
    "secret keys gone": Away("private-keys-v1.d"),
    "the key that opens gone": CannotOpen(),
    "passphrase refused": Locked(),
    "gpg-agent cannot start": Gone(),
    "no byte for the agent's lock": NoRoom("ext4", fill),
    "no inode for the agent's socket": NoRoom("tmpfs", take_inodes),
    "gpg-agent hangs": Silent(),
}


def strange_mails(gate):
    """What would be judged too soon: sealed for somebody else, and no OpenPGP at all."""
    sender = gate.addresses[OFFICER]
    part = mails.payload(mails.text_part("not for you"))
    alien = gate.people[OFFICER].seal(part, gate.people[OFFICER])
    junk = b"-----BEGIN PGP MESSAGE-----\n\nbm8gUEdQIGF0IGFsbA==\n-----END PGP MESSAGE-----\n"
    return [mails.pgp_mime(armor, sender, ADDRESS) for armor in (alien, junk)]


def leftovers(gate):
    """Processes of this gateway's that have no work: gpg, and whatever nobody has waited for."""
    everything = all_processes()
    root = next(iter(Cast(gate).of("supervisor")))
    zombies = [process for process in everything.values() if process.state == "Z"
        and descends(process, root.pid, everything)]
    return Cast(gate).of("gpg") + zombies


def descends(process, root, everything):
    while process and process.pid != root:
        process = everything.get(process.parent)
    return process is not None


@contextlib.contextmanager
def fallen(gate, ill):
    """Ill until the block ends, however it does: no disk may stay mounted."""
    ill.ill(gate)
    try:
        yield
    finally:
        ill.well(gate)


def put_one_of_each(gate):
    gate.put(gate.a_mail())
    for mail in strange_mails(gate):
        gate.sent += 1
        gate.put(mail)


def is_told(gate, mark):
    return gate.says("(key.", mark) or gate.says("(job.keyholder)", mark)


def nobody_judges(gate, before):
    judged = [fate for fate in gate.ledger.fates()[before:] if fate[0] != "received"]
    assert not judged, f"judged while the keys are ill: {judged}"
    return True


def is_in_status(gate):
    return gate.ledger.count("SELECT count(*) FROM duty WHERE name = 'sort' AND hindrance LIKE 'key.%'")


def is_alarmed(gate):
    return any(alarm.startswith(("key.", "sort.keyholder", "duty.")) for alarm in gate.gateway.alarms())


def suffer(gate, name, ill):
    ledger, mark, before = gate.ledger, gate.mark(), gate.rows()
    with fallen(gate, ill):
        put_one_of_each(gate)
        if isinstance(ill, Silent):
            until(lambda: is_told(gate, mark), f"{name}: told", 90)
        else:
            until(lambda: nobody_judges(gate, before) and is_told(gate, mark) and is_in_status(gate)
                and is_alarmed(gate), f"{name}: told, in status, and an alarm", 90)
            ledger.wait(lambda: nobody_judges(gate, before) and gate.rows() == before + 3,
                f"{name}: all to be received")
    well = time.monotonic()
    ledger.wait(lambda: not ledger.count("SELECT count(*) FROM mail WHERE state = 'received'")
        and gate.is_done(), f"{name}: everything to be done", 150)
    fates = sorted(ledger.fates()[-3:])
    assert [code for _, code in fates] == ["open.not-for-us", "open.shape", "sort.concern"], fates
    reckon(f"keys: {name}", times=1, seconds=[time.monotonic() - well])


def ill_keys_are_no_verdict(gate, name):
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.settle()
    suffer(gate, name, ILLS[name])
    until(lambda: not leftovers(gate), "no gpg and no zombie left")
    assert gate.gateway.stop(gate.scratch) == 0


@pytest.mark.parametrize("name", ILLS if LONG else ["keyring corrupt", "the key that opens gone"])
def test_ill_keys_are_no_verdict_on_any_mail(gate, name):
    ill_keys_are_no_verdict(gate, name)


def kill_on_sight(gate, stopped, killed):
    """gpg lives for some hundredths of a second: whoever wants to hit it looks all the time."""
    while not stopped.is_set():
        for process in Cast(gate).of("gpg"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
                killed.append(process.pid)
                stopped.wait(0.5)


def test_an_hour_of_faults_leaves_no_gpg_and_no_zombie(gate):
    # given
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.settle()
    # when: the agent is killed again and again, and so is gpg, while mails come in
    dice, stopped, killed = random.Random(7), threading.Event(), []
    hunter = threading.Thread(target=kill_on_sight, args=(gate, stopped, killed))
    hunter.start()
    agents = 0
    end = time.monotonic() + SECONDS
    try:
        while agents + len(killed) < FAULTS and time.monotonic() < end:
            gate.put(gate.a_mail())
            time.sleep(dice.uniform(0, 0.5))
            found = Cast(gate).of("gpg-agent")
            agents += len(found)
            for agent in found:
                agent.kill()
            until(lambda: gate.rows() == gate.sent, "the mail to be received", 60)
            time.sleep(dice.uniform(0, 2.0 if LONG else 0.5))
    finally:
        stopped.set()
        hunter.join()
    # then
    well = time.monotonic()
    gate.settle(seconds=120)
    # one that met a fault at each of its tries is the desk's, as our own fault and as nothing else
    fates = Counter(gate.ledger.fates())
    assert fates.pop(("held", "sort.keys-failed"), 0) <= 1 + (agents + len(killed)) // 50, fates
    assert set(fates) == {("sorted", "sort.concern")}, fates
    gate.check_letters(mails=fates.total())
    until(lambda: not leftovers(gate), "no gpg and no zombie left")
    until(lambda: len(Cast(gate).of("gpg-agent")) == 1, "one agent")
    assert gate.gateway.stop(gate.scratch) == 0
    reckon("keys: gpg-agent killed", times=agents, seconds=[time.monotonic() - well])
    reckon("keys: gpg killed at work", times=len(killed))


# --- two hundred faults of every kind ----------------------------------------------------------

def kill_agent(gate):
    gate.put(gate.a_mail())
    for agent in Cast(gate).of("gpg-agent"):
        agent.kill()


def hang_agent(gate):
    mark = gate.mark()
    Silent().ill(gate)
    gate.put(gate.a_mail())
    until(lambda: gate.says("gpg-agent hangs and is ended", mark), "the hanging agent to be ended", 120)


def newest_gpgs(gate):
    """A gpg lives for some hundredths of a second: too short for a look at every process."""
    last = int(pathlib.Path("/proc/loadavg").read_text().split()[4])
    for pid in range(last, max(last - 60, 0), -1):
        with contextlib.suppress(OSError, IndexError):
            process = Process(pid)
            if (process.state not in "TZ" and os.path.basename(process.words[0]) == "gpg"
                    and str(home(gate)) in process.words):
                yield process


def hit_gpg(gate, how):
    """Mails come until one of their gpgs was met."""
    def is_hit():
        if gate.is_done():
            gate.put(gate.a_mail())
        for process in newest_gpgs(gate):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, how)
                return True
        return False
    until(is_hit, "a gpg at work", 120)


def suffer_shortly(gate, name):
    mark = gate.mark()
    with fallen(gate, ILLS[name]):
        put_one_of_each(gate)
        until(lambda: is_told(gate, mark), f"{name}: told", 90)


# What is done, and how often of two hundred. Last comes what takes as long as a job may take.
KILLS = {"gpg-agent killed": (80, kill_agent), "gpg killed at work": (50, lambda gate: hit_gpg(gate, signal.SIGKILL))}
HANGS = {"gpg-agent hangs": (6, hang_agent), "gpg hangs at work": (4, lambda gate: hit_gpg(gate, signal.SIGSTOP))}
STATES = {name: (10, lambda gate, name=name: suffer_shortly(gate, name))
    for name, ill in ILLS.items() if not isinstance(ill, Silent)}


def held_by(gate):
    """Role to how many there are and what descriptors they hold; the agent's are its own matter."""
    return {role: found if role != "gpg-agent" else found[0]
        for role, found in count(Cast(gate)).items()}


@pytest.mark.long
def test_two_hundred_faults_of_every_kind_leave_nothing_behind(gate):
    # given
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.settle()
    before = held_by(gate)
    # when
    faults = {**KILLS, **STATES, **HANGS}
    first = [name for name in (*KILLS, *STATES) for _ in range(faults[name][0])]
    random.Random(7).shuffle(first)
    for name in first + [name for name in HANGS for _ in range(faults[name][0])]:
        faults[name][1](gate)
        well = time.monotonic()
        if name != "gpg hangs at work":
            gate.settle(seconds=150)
        reckon(f"keys, of 200: {name}", times=1, seconds=[time.monotonic() - well])
    # then: each was judged as it would have been, and what was started has ended
    well = time.monotonic()
    gate.settle(seconds=600)
    strange = sum(times for times, _ in STATES.values())
    assert Counter(code for _, code in gate.ledger.fates()) == {"open.not-for-us": strange,
        "open.shape": strange, "sort.concern": gate.sent - 2 * strange}
    gate.check_letters(mails=gate.sent - 2 * strange, asked=2 * strange)
    # a gpg that was stopped as a keyholder began is ended with it, after a minute
    until(lambda: not leftovers(gate), "no gpg and no zombie left", 200)
    until(lambda: held_by(gate) == before, f"processes and descriptors as before: {before}", 60)
    assert gate.gateway.stop(gate.scratch) == 0
    reckon("keys, of 200: the last that hung", times=0, seconds=[time.monotonic() - well])
    note(f"keys: processes and descriptors before two hundred faults and after: {before}")
