# SPDX-License-Identifier: MIT
"""
The other suites can fail too: Wandle makes one mistake on purpose, and the check that is there for
it, the same that the suite runs, must catch it.

Needs the build build-mistakes with -Dsteps=true -Dmistakes=true (tests/run makes it).
"""
import re
import subprocess

import pytest

from fault.test_disk import a_full_disk_is_got_over, a_nearly_full_disk_blames_no_mail
from fault.test_ledger_kept import (a_damaged_backup_is_none, a_lost_ledger_is_not_made_anew,
    yesterdays_backup_sends_nothing_again)
from servers.test_alarms import both_servers_are_down
from servers.test_keys import ill_keys_are_no_verdict
from servers.test_mailbox import FAULTS, run_through
from servers.test_poison import one_is_poison_and_the_others_flow
from servers.test_uids import a_mailbox_made_anew_repeats_nothing
from soak.test_kills import kills_lose_nothing
from soak.test_pressure import many_mails_wait
from soak.test_two_at_once import (held_by_the_dead, one_is_killed_and_the_other_takes_over,
    the_clock_jumps_while_nothing_can_be_sent, two_share_the_work)
from stories.test_reconcile import (a_mail_moved_to_the_handled_folder_is_found,
    rows_that_do_not_agree_are_named)
from world.gateway import Failed, find_program


def made(name):
    return pytest.mark.parametrize("mistake", [name], indirect=True)


def run_units(name):
    """A program of unit tests, of the build at hand."""
    done = subprocess.run([find_program(name)], check=False, capture_output=True)
    failed = set(re.findall(r"FAILED  \] (test_\w+)$", done.stderr.decode(), re.M))
    assert not failed and not done.returncode, f"of {name} failed: {sorted(failed)}"


# --- two at once ----------------------------------------------------------------------------------

@made("no-lease")
def test_two_at_once_find_a_lease_that_is_not_honoured(mistake, shared, caught):
    with caught("two that share the work", match="twice_inside"):
        two_share_the_work(shared, 4)


@made("no-heir")
def test_two_at_once_find_work_of_the_dead_that_nobody_takes(mistake, shared, caught):
    with caught("one that is killed while it holds something", TimeoutError, "all to be handled"):
        one_is_killed_and_the_other_takes_over(shared, 4, comes_late=True, patience=5)
    assert held_by_the_dead(shared)


@made("wall-clock")
def test_a_clock_that_jumps_finds_letters_given_up_for_it(mistake, shared, caught):
    with caught("a clock that jumps", match="state = 'failed'"):
        the_clock_jumps_while_nothing_can_be_sent(shared)


# --- keys ----------------------------------------------------------------------------------------

@made("blind-verdict")
def test_ill_keys_find_a_failure_of_gpg_that_is_taken_for_a_verdict(mistake, gate, caught):
    with caught("keys that cannot open", match="judged while the keys are ill.*open.not-for-us"):
        ill_keys_are_no_verdict(gate, "the key that opens gone")


# --- disks ---------------------------------------------------------------------------------------

@made("move-first")
def test_a_full_disk_finds_a_mail_that_was_moved_before_it_was_kept(mistake, disk, caught):
    with caught("a full disk", match="inbox"):
        a_full_disk_is_got_over(*disk)


@made("no-patience")
def test_a_nearly_full_disk_finds_attempts_that_count_though_the_disk_has_ended_them(mistake, disk, caught):
    with caught("a nearly full disk", match="attempts that the disk has ended count"):
        a_nearly_full_disk_blames_no_mail(*disk)


# --- the ledger ----------------------------------------------------------------------------------

@made("made-anew")
def test_a_lost_ledger_finds_one_that_is_made_anew(mistake, world, caught):
    with caught("a ledger that is lost", Failed, "wandle run --once: exit 78"):
        a_lost_ledger_is_not_made_anew(world)


@made("sends-again")
def test_an_old_backup_finds_a_letter_that_is_sent_again(mistake, kept, caught):
    with caught("a backup that is brought back", match="assert 2 == 1"):
        yesterdays_backup_sends_nothing_again(kept)


@made("any-sum")
def test_a_damaged_backup_finds_that_nobody_looked(mistake, kept, caught):
    with caught("a damaged backup", Failed, "wandle ledger restore .*: exit 0"):
        a_damaged_backup_is_none(kept)


@made("unread-pages")
def test_the_units_find_a_ledger_whose_pages_nobody_reads(mistake, caught):
    with caught("damaged pages", match=r"failed: \['test_damage__each_page_damaged\w+'\]"):
        run_units("ledger_damage_test")


@made("short-log")
def test_the_units_find_a_log_that_may_have_lost_commits(mistake, caught):
    with caught("a log that was cut", match=r"failed: \['test_damage__a_log_from\w+', 'test_damage__a_log_that\w+'\]"):
        run_units("ledger_damage_test")


# --- kills ---------------------------------------------------------------------------------------

@made("open-line")
def test_a_kill_finds_a_descriptor_that_is_never_closed(mistake, busy_world, caught):
    with caught("a kill of a keyholder", match=r"processes and descriptors: .*'sort': "):
        kills_lose_nothing(busy_world, 1, first=["keyholder"], patience=3)


@made("no-burial")
def test_a_kill_finds_a_process_that_nobody_has_waited_for(mistake, busy_world, caught):
    with caught("a kill of a keyholder", match=r"nobody has waited for \d+ that have ended"):
        kills_lose_nothing(busy_world, 1, first=["keyholder"], patience=3)


# --- pressure ------------------------------------------------------------------------------------

@made("no-hurry")
def test_many_mails_that_wait_find_an_urgent_letter_that_waits_its_turn(mistake, busy_world, caught):
    with caught("many mails that wait", match="less urgent ones left before"):
        many_mails_wait(busy_world, 12, 2, films=0)


@made("keeps-mails")
def test_many_mails_that_wait_find_a_duty_that_grows_with_their_number(mistake, busy_world, caught):
    with caught("many mails that wait", match=r"receive grows by \d+ kB with the number of mails"):
        many_mails_wait(busy_world, 24, 0)


# --- reconciliation ------------------------------------------------------------------------------

@made("skip-unknown")
def test_a_reconciliation_finds_that_unknown_mails_are_passed_over(mistake, world, caught):
    with caught("a mail in the Handled folder that nobody knows", Failed, "wandle reconcile: exit 0"):
        a_mail_moved_to_the_handled_folder_is_found(world)


@made("skip-letters")
def test_a_reconciliation_finds_that_letters_are_passed_over(mistake, world, handled, caught):
    with caught("rows that do not agree", match="letter.no-reply"):
        rows_that_do_not_agree_are_named(world)


# --- alarms --------------------------------------------------------------------------------------

@made("no-alarm")
def test_two_servers_that_are_down_find_that_nobody_is_called(mistake, gate, caught):
    with caught("two servers that are down", TimeoutError, "both alarms"):
        both_servers_are_down(gate, patience=3)


@made("no-book")
def test_two_servers_that_are_down_find_alarms_that_come_again_and_again(mistake, gate, caught):
    with caught("two servers that stay down", match=r"Left contains \d+ more items"):
        both_servers_are_down(gate)


# --- mailboxes -----------------------------------------------------------------------------------

@made("old-numbers")
def test_a_mailbox_made_anew_finds_that_its_numbers_are_taken_for_the_old(mistake, gate, caught):
    with caught("a mailbox that is made anew", match="taken twice"):
        a_mailbox_made_anew_repeats_nothing(gate)


@made("half-mail")
def test_a_mailbox_that_misbehaves_finds_half_a_mail_that_is_taken(mistake, gate, caught):
    with caught("a line that is cut in a mail", match="a mail was taken for another"):
        run_through(gate, {"drop in mid-literal": FAULTS["drop in mid-literal"]})


# --- poison --------------------------------------------------------------------------------------

@made("crash-is-done")
def test_poison_finds_a_crash_that_is_taken_for_done(mistake, gate, caught):
    with caught("a reader that always crashes", match="the poison is .*set-aside"):
        one_is_poison_and_the_others_flow(gate, "crashed", 1)


@made("no-giving-up")
def test_poison_finds_a_mail_that_is_never_given_up(mistake, gate, caught):
    with caught("a reader that crashes three times", match="the poison is read 4 times"):
        one_is_poison_and_the_others_flow(gate, "crashed", 1)


# --- hangs ---------------------------------------------------------------------------------------

@made("no-watchdog")
def test_the_units_find_a_duty_that_may_be_silent_for_ever(mistake, caught):
    with caught("a duty that is silent", match="failed: .*test_watchdog__what_it_says_counts_and_the_grace"):
        run_units("watchdog_test")
