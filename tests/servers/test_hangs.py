# SPDX-License-Identifier: MIT
"""Processes of Wandle's that hang, each stopped from outside: who ends them, and when the mail goes on."""
import os
import signal
import time

import pytest

from world.processes import Cast
from world.reckoning import reckon
from world.scratch import until


def stop(gate, *roles):
    """All that play these roles, stopped; their keys."""
    cast = Cast(gate)
    stopped = {process.key for role in roles for process in cast.of(role)}
    assert len(stopped) >= len(roles), f"somebody is missing: {cast.by_role.keys()}"
    for pid, _ in stopped:
        os.kill(pid, signal.SIGSTOP)
    return stopped


def alive(gate):
    return {process.key for found in Cast(gate).wandles().values() for process in found}


def began(gate):
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.settle()
    gate.put(gate.a_mail())
    return time.monotonic()


@pytest.mark.long
@pytest.mark.parametrize("roles", [("receive", "sort", "deliver"), ("nursery",), ("keyholder",)], ids="+".join)
def test_a_process_that_was_stopped_is_ended_and_its_work_goes_on(new_gate, roles):
    # given: one of each, so that whoever is stopped is missed
    gate = new_gate(workers=1)
    since = began(gate)
    gate.settle()
    # when
    stopped = stop(gate, *roles)
    gate.put(gate.a_mail())
    # then: the mail goes its way once, and nobody is left behind
    gate.settle(seconds=300)
    seconds = time.monotonic() - since
    gate.check_letters()
    until(lambda: not stopped & alive(gate), "the stopped to be gone", 120)
    # who is stopped waits for an alarm that is under way
    assert gate.gateway.stop(gate.scratch) == 0
    hung = {alarm for alarm in gate.gateway.alarms() if alarm.startswith("duty.hangs")}
    assert not hung or hung == {"duty.hangs " + role for role in roles}
    assert bool(hung) == ("receive" in roles)
    reckon(f"stopped from outside: {', '.join(roles)}", times=len(stopped), seconds=[seconds])


@pytest.mark.long
def test_nobody_is_ended_after_all_of_it_stood_still(gate):
    """As in a machine that is suspended: the supervisor looks first when it goes on."""
    began(gate)
    gate.settle()
    before = alive(gate)
    everybody = stop(gate, "supervisor", "receive", "sort", "deliver")
    time.sleep(95)
    since = gate.mark()
    for pid, _ in sorted(everybody):
        os.kill(pid, signal.SIGCONT)
    gate.put(gate.a_mail())
    gate.settle()
    gate.check_letters()
    assert before <= alive(gate) and not gate.says("hangs", since)
    assert gate.gateway.stop(gate.scratch) == 0
