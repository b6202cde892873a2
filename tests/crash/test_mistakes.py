# SPDX-License-Identifier: MIT
"""
The suite can fail: here Wandle makes a mistake on purpose, and the crash suite, or what checks that
each commit is synced, must catch it.

Needs the build build-mistakes with -Dsteps=true -Dmistakes=true (tests/run makes it).
"""
import os
import re
import subprocess

import pytest

from crash.test_kill_at_each_step import STORIES, kill_at, rehearsal  # noqa: F401
from world.reckoning import note


def first_step(rehearsal, name):
    """The number of the first step of this name, in a run that nobody kills."""
    kill_at(rehearsal, STORIES[0], 0)
    return rehearsal.names().index(name) + 1


@pytest.mark.parametrize("mistake, step", [("move-first", "after inbox.move"),
    ("new-bytes", "after outbox.dot")], indirect=["mistake"])
def test_the_crash_suite_catches_it(mistake, rehearsal, step):
    # given: unkilled, it does its work as the others do
    STORIES[0].given(rehearsal.world)
    rehearsal.remember()
    number = first_step(rehearsal, step)
    # when, then
    with pytest.raises(AssertionError):
        kill_at(rehearsal, STORIES[0], number)
    assert rehearsal.names()[number - 1] == step, "it was killed at another one"
    note(f"the mistake {mistake} is caught by a kill {step}")


def synced_commits(rehearsal):
    """How many commits a run made, and how often it had the ledger's log synced."""
    world, trace = rehearsal.world, rehearsal.folder / "trace"
    rehearsal.go_back()
    subprocess.run(["strace", "-f", "-y", "-qq", "-e", "trace=fdatasync,fsync", "-o", trace,
        *world.gateway.command("run", "--once")], check=True, capture_output=True,
        env={**os.environ, "WANDLE_STEP_FILE": str(rehearsal.steps)})
    commits = [name for name in rehearsal.names() if name.startswith("after ledger.")]
    return len(commits), len(re.findall(r"sync\(\d+<[^>]*ledger\.sqlite-wal>", trace.read_text()))


# commits that change nothing are written nowhere
MOVES = ("add_mail", "filed", "claim_job", "finish_job", "claim_letter", "end_letter")


@pytest.mark.parametrize("mistake", [None, "loose-sync"], indirect=True)
def test_every_commit_is_synced_or_it_is_caught(mistake, rehearsal):
    # given
    STORIES[0].given(rehearsal.world)
    rehearsal.remember()
    # when
    _, synced = synced_commits(rehearsal)
    moved = sum(name.startswith(tuple(f"after ledger.{move}" for move in MOVES))
        for name in rehearsal.names())
    # then
    assert (synced < moved) == bool(mistake), (synced, moved)
    note(f"{mistake or 'no mistake'}: {moved} commits that move something, the log synced {synced} times")
