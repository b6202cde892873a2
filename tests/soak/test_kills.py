# SPDX-License-Identifier: MIT
"""
Mails keep arriving while processes are killed at random: any of Wandle's, gpg-agent, those of
Dovecot and Postfix. At the end every mail has become what the manifest said beforehand.

WANDLE_SOAK_KILLS and WANDLE_SOAK_SEED repeat a run.
"""
import contextlib
import os
import random
import smtplib
import signal
import threading
import time

from world.gateway import ADDRESS
from world.manifest import Manifest
from world.processes import VICTIMS, Cast, Scales, count, wait_for_role
from world.reckoning import LONG, note, reckon
from world.reconcile import reconcile
from world.scratch import until

KILLS = int(os.environ.get("WANDLE_SOAK_KILLS", 1000 if LONG else 40))
SEED = int(os.environ.get("WANDLE_SOAK_SEED", random.SystemRandom().randrange(1 << 32)))
SHORT_SECONDS, BACKLOG_MAX = 60, 40
LEFT_TO_DO = """SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM letter
    WHERE state NOT IN ('sent', 'failed'))"""


class Sender(threading.Thread):
    """An officer who writes one concern after the other; who is not heard sends again."""

    def __init__(self, world, seed):
        super().__init__(daemon=True)
        self.world, self.manifest = world, Manifest(world, seed)
        self.dice, self.stopped, self.error = random.Random(seed), threading.Event(), None
        self.accepted = 0

    def run(self):
        try:
            while not self.stopped.is_set():
                self.send_one()
                while self._backlog() > BACKLOG_MAX and not self.stopped.wait(0.2):
                    pass
                self.stopped.wait(self.dice.expovariate(2))
        except Exception as error:
            self.error = error

    def send_one(self):
        entry = self.manifest.add()
        # some press the button twice
        for _ in range(2 if self.dice.random() < 0.03 else 1):
            self._send(entry)

    def _backlog(self):
        try:
            return self.world.gateway.ledger.count(LEFT_TO_DO)
        except Exception:
            return 0

    def _send(self, entry):
        while True:
            try:
                self.world.servers.submit(self.world.addresses[entry.by], [ADDRESS], entry.mail)
                self.accepted += 1
                return
            except (OSError, smtplib.SMTPException):
                # also when asked to stop: what the manifest has is sent
                time.sleep(0.2)


class Reaper:
    """Kills, and sees to it that what nobody else starts again is started again."""

    def __init__(self, world, seed):
        self.world, self.dice, self.scales = world, random.Random(seed), Scales()
        self.seconds = {}

    def kill_one(self):
        """Of a role that chance has chosen; of another where nobody plays it for long."""
        while not self.kill(self.dice.choices(list(VICTIMS), list(VICTIMS.values()))[0], 3):
            pass

    def kill(self, role, patience=60):
        """False: nobody of this kind came. A job's child does not live long."""
        began = time.monotonic()
        kill = getattr(self, f"_kill_{role.split()[0].lower()}", self._kill_plain)
        while (seconds := kill(role)) is None:
            if time.monotonic() - began > patience:
                return False
        self.seconds.setdefault(role, []).append(seconds)
        return True

    def _kill_plain(self, role):
        cast = Cast(self.world)
        self.scales.weigh(cast)
        found = cast.of(role)
        if not found:
            return None
        victim = self.dice.choice(found)
        victim.kill()
        # most kills meet what is still getting up
        if role.startswith(("child", "gpg", "a process")) or self.dice.random() < 0.7:
            return ()
        # not a new one: of one that was told to end, the successor is there already
        return (wait_for_role(self.world, role, {victim.key}),)

    def _kill_supervisor(self, role):
        return self._kill_service(lambda running: running.kill())

    def _kill_whole(self, role):
        return self._kill_service(lambda running: os.killpg(running.pid, signal.SIGKILL))

    def _kill_service(self, how):
        world, cast = self.world, Cast(self.world)
        how(world.gateway._running)
        world.gateway._running.wait()
        world.gateway.start(world.scratch)
        return (wait_for_role(world, "deliver", cast.keys("deliver")),)

    def _kill_dovecot(self, role):
        began = time.monotonic()
        self.world.servers.stop("dovecot", signal.SIGKILL)
        self.world.servers.start_dovecot()
        return (time.monotonic() - began,)

    def _kill_postfix(self, role):
        began = time.monotonic()
        self.world.servers.stop("postfix", signal.SIGKILL)
        self.world.servers.start_postfix()
        return (time.monotonic() - began,)


def quiet(world):
    """The cast when no job is at work and everybody is there."""
    def look():
        cast = Cast(world)
        return not cast.of("child") and not cast.of("gpg") and all(
            len(cast.of(role)) == 2 for role in ("sort", "nursery", "keyholder")) and cast
    return until(look, "everybody to be there and at rest", 60)


def at_rest(world):
    """Processes and descriptors, once two looks in a row find the same."""
    looks = [None]

    def look():
        looks.append(count(quiet(world)))
        return looks[-1] == looks[-2] and looks[-1]
    return until(look, "two looks to find the same")


def settle(world):
    """Until all that was sent is handled; how long that took."""
    began = time.monotonic()
    ledger, servers = world.gateway.ledger, world.servers
    until(lambda: not servers.queued() and not servers.fetch(ADDRESS) and ledger.is_at_rest(),
        "all to be handled", 600)
    until(lambda: not servers.queued(), "Postfix to deliver the letters", 300)
    return time.monotonic() - began


# What of its descriptors may be a connection, which is open or not.
CONNECTIONS = {"receive": 4, "deliver": 4, "gpg-agent": 4}


def left_behind(world, before):
    """Roles that are played by more or fewer than before, or hold more."""
    after, none = count(Cast(world)), (0, 0)
    return {role: f"{before.get(role, none)} before, {after.get(role, none)} after"
        for role in {*before, *after}
        if after.get(role, none)[0] != before.get(role, none)[0]
        or after.get(role, none)[1] > before.get(role, none)[1] + CONNECTIONS.get(role, 0)}


def nothing_is_left_behind(world, before, patience):
    with contextlib.suppress(TimeoutError):
        until(lambda: not left_behind(world, before) and not Cast(world).zombies, seconds=patience)
    left, zombies = left_behind(world, before), len(Cast(world).zombies)
    assert not left, f"processes and descriptors: {left}"
    assert not zombies, f"nobody has waited for {zombies} that have ended"


def kills_lose_nothing(world, kills, first=(), patience=60):
    """first: roles of which one is killed, whatever chance does; the other kills are its own."""
    print(f"seed {SEED}, {kills} kills")
    sender, reaper = Sender(world, SEED), Reaper(world, SEED)
    world.gateway.start(world.scratch)
    for _ in range(4):
        sender.send_one()
    settle(world)
    before = at_rest(world)
    sender.start()
    began = time.monotonic()
    for role in first:
        assert reaper.kill(role), role
    for _ in range(kills - len(first)):
        if not LONG and time.monotonic() - began > SHORT_SECONDS:
            break
        reaper.kill_one()
        time.sleep(reaper.dice.expovariate(6))
        assert not sender.error, sender.error
    sender.stopped.set()
    sender.join(120)
    assert not sender.is_alive() and not sender.error, sender.error
    seconds = settle(world)
    after = at_rest(world)
    reaper.scales.weigh(Cast(world))
    reckoned = reconcile(world, sender.manifest)
    report(sender, reaper, reckoned, seconds, before, after)
    assert reckoned.is_clean(desked_at_most=few_of(kills)), (f"seed {SEED}", reckoned.summary(), reckoned.faults)
    nothing_is_left_behind(world, before, patience)
    assert world.gateway.stop(world.scratch) == 0


def test_kills_at_random_moments_lose_nothing(busy_world):
    # those that live for a moment only are left to chance
    kills_lose_nothing(busy_world, KILLS, first=[role for role in VICTIMS if role not in ("child", "gpg")])


def few_of(kills):
    """How many mails may have met three of the kills, and lie at the desk as not to be read."""
    return 2 + kills // 50


def report(sender, reaper, reckoned, seconds, before, after):
    for role, taken in reaper.seconds.items():
        reckon(f"killed at random: {role}", len(taken), seconds=[one for few in taken for one in few])
    found, kills = reckoned.summary(), sum(map(len, reaper.seconds.values()))
    reckon("all mails of that soak", len(sender.manifest.entries), found["lost"],
        found["twice_inside"], found["twice_outside"], found["misrouted"], [seconds])
    note(f"soak: seed {SEED}, {kills} kills, {len(sender.manifest.entries)} mails (sent"
        f" {sender.accepted} times), {reckoned.desked} could not be read and lie at the desk")
    for fault in reckoned.faults:
        note(f"soak: {fault}")
    note(f"soak: peak memory {reaper.scales}")
    note(f"soak: processes and their descriptors before {before}, after {after}")
