# SPDX-License-Identifier: MIT
"""Two Wandles on one mailbox and one ledger; clocks that jump; a machine that was suspended."""
import contextlib
import os
import signal
import time

import pytest

from world.gateway import ADDRESS
from world.manifest import Manifest
from world.processes import Cast, all_processes
from world.reckoning import LONG, reckon
from world.reconcile import reconcile
from world.scratch import until
from world.telling import DESK

MAILS = 120 if LONG else 12
HOURS = 3600


def start(world, **environment):
    return world.scratch.start(world.gateway.command("run"), log="gateway/wandle.log",
        env={**os.environ, **environment})


def send_some(world, manifest, count):
    for _ in range(count):
        send(world, manifest.add())


def finish(world, manifest, what, times, began, patience=180):
    """Waits until all is handled, reconciles, and reports."""
    ledger, servers = world.gateway.ledger, world.servers
    until(lambda: not servers.queued() and not servers.fetch(ADDRESS) and ledger.is_at_rest(),
        "all to be handled", patience)
    until(lambda: not servers.queued(), "the letters to arrive", 60)
    seconds = time.monotonic() - began
    found = reconcile(world, manifest)
    reckon(what, times, found.lost, found.twice_inside, found.twice_outside, found.misrouted,
        [seconds])
    assert found.is_clean(), (found.summary(), found.faults)
    assert len(world.handled()) == len(list(manifest)), "filed away once each"
    return found


def end_all(world, *running):
    for process in running:
        assert world.scratch.end(process) == 0


def take_time(world):
    """
    The server takes a second over each letter to an officer, and each mail has one: whoever has
    nothing to do looks several times while the other sends it.
    """
    officers = (address for who, address in world.addresses.items() if who.startswith("pc-"))
    world.servers.start_postfix(submission_recipient_restrictions="check_recipient_access inline:{ "
        + ", ".join(f"{{ {address} = sleep 1 }}" for address in officers) + " }")


def has_open(process, path):
    with contextlib.suppress(OSError):
        return any(os.path.realpath(f"/proc/{process.pid}/fd/{number}") == os.path.realpath(path)
            for number in os.listdir(f"/proc/{process.pid}/fd"))
    return False


def both_deliver(world):
    return 2 == sum(has_open(process, world.gateway.ledger.path)
        for process in Cast(world).by_role.get("deliver", []))


def two_share_the_work(world, mails):
    # given
    manifest = Manifest(world, 1)
    take_time(world)
    two = start(world), start(world)
    until(lambda: both_deliver(world), "both to look for letters")
    began = time.monotonic()
    # when
    send_some(world, manifest, mails)
    # then
    found = finish(world, manifest, "two at once on one ledger and one mailbox", mails, began)
    assert found.twice_inside == 0
    end_all(world, *two)


def test_two_at_work_on_one_mailbox_and_one_ledger_do_nothing_twice(shared):
    two_share_the_work(shared, MAILS)


HOLDERS = """SELECT owner FROM job WHERE owner IS NOT NULL
    UNION ALL SELECT owner FROM letter WHERE state = 'sending'"""


def holders(world, doomed):
    """Processes of this one's that hold a job or a letter."""
    for row in world.gateway.ledger.ask(HOLDERS):
        with contextlib.suppress(ProcessLookupError):
            pid = int(row["owner"].split(":")[2])
            if os.getpgid(pid) == doomed.pid:
                yield pid


def held_by_the_dead(world):
    """Owners of jobs and letters whose process has ended."""
    alive = {process.key for process in all_processes().values() if process.is_alive()}
    owners = [row["owner"].split(":") for row in world.gateway.ledger.ask(HOLDERS)]
    return [(pid, start) for _, _, pid, start, *_ in owners if (int(pid), start) not in alive]


def signal_all(processes, how):
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, how)


def group_of(running):
    """The processes of one of two; its keyholder is the leader of a group of its own."""
    groups = {}
    for process in all_processes().values():
        with contextlib.suppress(ProcessLookupError):
            groups.setdefault(os.getpgid(process.pid), []).append(process)
    return groups.get(running.pid, [])


@contextlib.contextmanager
def without_keys(world, *running):
    """Whoever of these begins a job is not done with it before this ends: the keyholders are stopped."""
    def keyholders():
        cast, family = Cast(world), {process.pid for one in running for process in group_of(one)}
        # a nursery is made when the keyholder is at work
        greeted = {process.parent for process in cast.of("nursery")} & family
        found = [process for process in cast.of("keyholder") if process.parent in greeted]
        return len(found) == len(running) and found
    stopped = until(keyholders, "the keyholders to be at work", 60)
    signal_all(stopped, signal.SIGSTOP)
    try:
        yield
    finally:
        signal_all(stopped, signal.SIGCONT)


def kill_at_work(world, doomed, other, send):
    """With all its own, while it holds something: the other can take no more than one job before."""
    with without_keys(world, doomed, *([other] if other else [])):
        send()
        world.gateway.ledger.wait(lambda: list(holders(world, doomed)),
            "the one that is to be killed to hold something")
        os.killpg(doomed.pid, signal.SIGKILL)
        doomed.wait()
    assert held_by_the_dead(world)


def one_is_killed_and_the_other_takes_over(world, mails, rounds=1, comes_late=False, **how):
    """The other is at work beside it, or is started only then."""
    # given
    manifest = Manifest(world, 2)
    doomed, left = start(world), None if comes_late else start(world)
    for left_over in reversed(range(rounds)):
        # when
        kill_at_work(world, doomed, left, lambda: send_some(world, manifest, mails))
        began = time.monotonic()
        left = left or start(world)
        # then: long before any lease has ended
        finish(world, manifest, "one of two killed, the other takes over", 1, began, **how)
        doomed = start(world) if left_over else None
    end_all(world, left)


def test_what_one_held_that_was_killed_the_other_takes_up(shared):
    one_is_killed_and_the_other_takes_over(shared, MAILS // 3, 3 if LONG else 1)


def a_clock(world):
    """The file that sets the clock of those who are started with it, in seconds from now."""
    if b"WANDLE_CLOCK_FILE" not in world.gateway.program.read_bytes():
        pytest.fail("the clock can be set only in a build with -Dsteps=true: WANDLE_BUILD=build-mistakes")
    clock = world.scratch.folder / "clock"
    clock.write_text("0\n")
    return clock


def refuse_the_desk(world):
    """Every letter to the desk is refused for a while."""
    world.servers.start_postfix(submission_recipient_restrictions=
        f"check_recipient_access inline:{{ {{ {world.addresses[DESK]} = 450 4.2.1 later }} }}")


def send(world, entry):
    world.servers.submit(world.addresses[entry.by], [ADDRESS], entry.mail)


@pytest.mark.parametrize("jumps", [(5 * HOURS,), (-5 * HOURS,), (30 * HOURS, -30 * HOURS)],
    ids=["forward", "back", "there-and-back"])
def test_a_clock_that_jumps_breaks_nothing(shared, jumps):
    # given: two at work, and letters that wait for another try
    world, manifest, ledger = shared, Manifest(shared, 3), shared.gateway.ledger
    clock = a_clock(world)
    refuse_the_desk(world)
    two = start(world, WANDLE_CLOCK_FILE=str(clock)), start(world, WANDLE_CLOCK_FILE=str(clock))
    send(world, manifest.add("stranger"))
    send_some(world, manifest, MAILS // 2)
    wait_for_refusal(world)
    # when; a mail that was signed in the future would be the desk's, and rightly so
    for jump in jumps:
        shift = int(clock.read_text()) + jump
        set_clock(clock, shift)
        if shift > 0:
            send_some(world, manifest, MAILS // 4)
        wait_for_refusal(world)
    world.servers.start_postfix(submission_recipient_restrictions="")
    began = time.monotonic()
    # then
    found = finish(world, manifest, "the clock jumps by hours", len(jumps), began)
    assert found.twice_inside == 0
    end_all(world, *two)


def the_clock_jumps_while_nothing_can_be_sent(world):
    # given: letters wait for the password of the server, and the clock jumps beyond their deadline
    manifest, ledger = Manifest(world, 5), world.gateway.ledger
    clock = a_clock(world)
    password = world.gateway.folder / "secrets/submission"
    password.rename(password.with_suffix(".away"))
    refuse_the_desk(world)
    running = start(world, WANDLE_CLOCK_FILE=str(clock))
    send(world, manifest.add("stranger"))
    ledger.wait(lambda: ledger.count("SELECT count(*) FROM letter WHERE state = 'ready'"),
        "a letter to be ready")
    set_clock(clock, 30 * HOURS)
    ledger.wait(lambda: ledger.count("SELECT count(*) FROM duty WHERE name = 'deliver' AND seen_at > ?",
        time.time() + 29 * HOURS), "a heartbeat after the jump")
    # when
    password.with_suffix(".away").rename(password)
    ledger.wait(lambda: not ledger.count("SELECT count(*) FROM letter WHERE attempts = 0"
        " OR attempts = 1 AND state = 'sending'"), "the end of a try of each letter")
    # then
    assert not ledger.count("SELECT count(*) FROM letter WHERE state = 'failed'")
    world.servers.start_postfix(submission_recipient_restrictions="")
    finish(world, manifest, "the clock jumps while no password is there", 1, time.monotonic())
    end_all(world, running)


def test_a_jump_while_nothing_can_be_sent_gives_up_no_letter(shared):
    the_clock_jumps_while_nothing_can_be_sent(shared)


def wait_for_refusal(world):
    """Until everything is sorted and only letters that are refused for a while are left."""
    ledger = world.gateway.ledger
    until(lambda: not world.servers.queued() and not world.servers.fetch(ADDRESS)
        and not ledger.count("SELECT count(*) FROM job")
        and ledger.count("SELECT count(*) FROM letter WHERE state = 'waiting'"),
        "a letter to be refused", 60)


def set_clock(clock, shift):
    new = clock.with_suffix(".new")
    new.write_text(f"{shift}\n")
    new.rename(clock)


def all_of(world):
    return [process for found in Cast(world).wandles().values() for process in found]


def test_a_machine_that_is_suspended_breaks_nothing(shared):
    # given: two at work, stopped in the middle of it, and a clock that then has moved on by hours
    world, manifest = shared, Manifest(shared, 4)
    clock = a_clock(world)
    two = start(world, WANDLE_CLOCK_FILE=str(clock)), start(world, WANDLE_CLOCK_FILE=str(clock))
    for round_ in range(1, (6 if LONG else 2)):
        with without_keys(world, *two):
            send_some(world, manifest, MAILS // 4)
            world.gateway.ledger.wait(lambda: world.gateway.ledger.ask(HOLDERS), "something in work")
            # when
            stopped = all_of(world)
            signal_all(stopped, signal.SIGSTOP)
            set_clock(clock, round_ * 5 * HOURS)
            signal_all(stopped, signal.SIGCONT)
        # then
        found = finish(world, manifest, "everything suspended for longer than a lease", 1,
            time.monotonic())
        assert found.twice_inside == 0
    end_all(world, *two)
