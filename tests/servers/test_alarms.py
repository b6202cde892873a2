# SPDX-License-Identifier: MIT
"""Alarms when mailbox and submission are both down: who is told, when and how often, and what it hinders."""
import contextlib
import os
import re
import signal
import time

import pytest
from gate import calm

from world.processes import all_processes
from world.reckoning import LONG, note, reckon
from world.scratch import until
from world.telling import OFFICER, a_form, one, the_officer_sends

DEAD = {"drop_at": "everything"}
SLOW = '#!/bin/sh\nprintf "%s\\n" "$*" >>"$(dirname "$0")/alarms"\nexec sleep 1000\n'
BAD = '#!/bin/sh\nprintf "%s\\n" "$*" >>"$(dirname "$0")/alarms"\nexit 1\n'

TALKATIVE = """\
#!/bin/sh
here=$(dirname "$0")
env >>"$here/environment"
{ printf '%s ' $#; printf '[%s]' "$@"; echo; } >>"$here/alarms"
"""


def answer_with(gate, script):
    (gate.gateway.folder / "alarm").write_text(script)


def alarms_of(gate):
    """The commands at work, by what bounds each of them and ends with it."""
    return [process for process in all_processes().values()
        if process.words[0] == "timeout" and str(gate.gateway.folder / "alarm") in process.words]


def signal_all(processes, how):
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, how)


def both_down(gate):
    """A letter is on its way when both servers fall."""
    gate.smtp.update(DEAD)
    gate.put(gate.a_mail())
    gate.ledger.wait(lambda: gate.ledger.count("SELECT count(*) FROM letter"), "letters to send")
    gate.imap.update(DEAD)


def both_are_told(gate, patience=60):
    """The log says so, and then the operator is called."""
    until(lambda: gate.says("ALARM inbox.") and gate.says("ALARM smtp."), "both in the log", 60)
    until(lambda: any(alarm.startswith("inbox.") for alarm in gate.gateway.alarms())
        and any(alarm.startswith("smtp.") for alarm in gate.gateway.alarms()), "both alarms", patience)


def both_servers_are_down(gate, patience=60):
    gate.gateway.start(gate.scratch)
    both_down(gate)
    began = time.monotonic()
    both_are_told(gate, patience)
    # after the fourth failure in a row, not before: with the pauses of a second that takes three
    told = time.monotonic() - began
    # and once only, though both go on failing, and though receive and deliver are started anew
    beats = "SELECT max(attempts) FROM letter"
    tries = gate.ledger.count(beats)
    assert gate.gateway.stop(gate.scratch) == 0
    gate.gateway.start(gate.scratch)
    gate.ledger.wait(lambda: gate.ledger.count(beats) >= tries + 6, "six more tries", 60)
    # who is stopped waits for the commands that are under way
    assert gate.gateway.stop(gate.scratch) == 0
    alarms = gate.gateway.alarms()
    assert sorted(alarms) == ["inbox.network -", "smtp.network -"], alarms
    # nothing of a case in them, and no other way than the command
    assert all(re.fullmatch(r"[a-z.-]+ (-|W\d\d-[0-9A-Z]{5}-.)", alarm) for alarm in alarms)
    calm(gate.imap, DEAD)
    calm(gate.smtp, DEAD)
    gate.gateway.start(gate.scratch)
    gate.settle()
    gate.check_letters()
    assert gate.gateway.stop(gate.scratch) == 0
    reckon("alarms: both servers down", times=1, seconds=[told])


def test_both_servers_are_down_and_the_operator_hears_of_each_once(gate):
    both_servers_are_down(gate)


@pytest.mark.long
def test_an_alarm_that_still_holds_is_raised_again_after_a_quarter_of_an_hour(gate):
    gate.gateway.start(gate.scratch)
    both_down(gate)
    both_are_told(gate)
    assert len(gate.gateway.alarms()) == 2
    # when: a quarter of an hour goes by, in the book and for processes that remember nothing else
    assert gate.gateway.stop(gate.scratch) == 0
    book = gate.gateway.folder / "state/ledger.sqlite.alarms"
    book.write_text(re.sub(r"(?m)^\d+", lambda at: str(int(at[0]) - 15 * 60), book.read_text()))
    gate.gateway.start(gate.scratch)
    # then
    until(lambda: len(gate.gateway.alarms()) == 4, "both again", 60)
    assert sorted(gate.gateway.alarms()) == ["inbox.network -"] * 2 + ["smtp.network -"] * 2
    assert gate.gateway.stop(gate.scratch) == 0


@pytest.mark.parametrize("script", [SLOW, BAD] if LONG else [SLOW], ids=["hangs", "fails"][:2 if LONG else 1])
def test_an_alarm_command_that_hangs_or_fails_hinders_nothing(gate, script):
    # given
    answer_with(gate, script)
    gate.gateway.start(gate.scratch)
    both_down(gate)
    both_are_told(gate)
    hung = alarms_of(gate)
    assert bool(hung) == (script == SLOW)
    # when: all is well while the command still hangs, and what bounds it is stopped, so that it goes on
    signal_all(hung, signal.SIGSTOP)
    calm(gate.imap, DEAD)
    calm(gate.smtp, DEAD)
    gate.put(gate.a_mail())
    gate.settle()
    # then: nobody has waited for it, and it is ended
    assert {process.key for process in hung} <= {process.key for process in alarms_of(gate)}
    signal_all(hung, signal.SIGCONT)
    until(lambda: not alarms_of(gate), "its end", 60)
    until(lambda: gate.says("the alarm command failed"), "that to be told", 60)
    gate.check_letters()
    assert gate.gateway.stop(gate.scratch) == 0


@pytest.mark.long
def test_alarms_go_out_though_no_book_can_be_kept(gate):
    # a folder where the book should be: as on a disk that takes no more
    (gate.gateway.folder / "state/ledger.sqlite.alarms").mkdir()
    gate.gateway.start(gate.scratch)
    both_down(gate)
    both_are_told(gate)
    assert len(gate.gateway.alarms()) == 2
    assert gate.gateway.stop(gate.scratch) == 0


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_dovecot_and_postfix_are_down_and_the_operator_hears_of_each_once(world, how):
    # given: a command of several words, which writes down all it is told, and a mail that waits
    gateway, ledger = world.gateway, world.gateway.ledger
    gateway.edit("wandle.yaml", (f"[{gateway.folder}/alarm]",
        f'[{gateway.folder}/alarm, --page, "on call; touch {gateway.folder}/shell"]'))
    answer_with(world, TALKATIVE)
    the_officer_sends(world, a_form(world))
    # when: both servers fall, the one before a letter can leave
    world.servers.stop("postfix", how)
    gateway.start(world.scratch)
    ledger.wait(lambda: ledger.count("SELECT count(*) FROM letter"), "letters to send")
    world.servers.stop("dovecot", how)
    down = time.monotonic()
    until(lambda: len(gateway.alarms()) >= 2, "both alarms", 60)
    told = time.monotonic() - down
    # then: each once, though both go on failing, and though Wandle is started anew
    tries = ledger.count("SELECT max(attempts) FROM letter")
    assert gateway.stop(world.scratch) == 0
    gateway.start(world.scratch)
    ledger.wait(lambda: ledger.count("SELECT max(attempts) FROM letter") >= tries + 6, "six more tries")
    said = [f"4 [--page][on call; touch {gateway.folder}/shell][{code}.network][-]"
        for code in ("inbox", "smtp")]
    assert sorted(gateway.alarms()) == said, gateway.alarms()
    assert not (gateway.folder / "shell").exists()
    # and what the command was given besides has no word of a form: traces() reads it too
    assert "PATH=" in (gateway.folder / "environment").read_text()
    # when: both are back
    world.servers.start_postfix()
    world.servers.start_dovecot()
    well = time.monotonic()
    ledger.wait(ledger.is_at_rest, "the letters to be sent")
    reckon("alarms: Dovecot and Postfix down", times=1, seconds=[time.monotonic() - well])
    world.servers.settle()
    assert gateway.stop(world.scratch) == 0
    assert one(world.mailboxes()["merton-mash"]) and one(world.mailboxes()[OFFICER])
    assert ledger.fates() == [("sorted", "sort.concern")] and world.inbox() == []
    note(f"alarms: both were told {told:.1f} s after the second server had fallen")
