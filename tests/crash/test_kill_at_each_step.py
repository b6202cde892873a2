"""
Wandle killed, as by a power cut, at its first, second, third ... durable step, and started again:
nothing is lost, and nothing is sent twice but in the one window that the ledger names.

Needs a build with -Dsteps=true (tests/run makes one).
"""
import pathlib
import shutil

import pytest

from world.gateway import ADDRESS
from world.scratch import Scratch, until
from world.telling import (DESK, MERTON, OFFICER, a_child, a_form, a_sealed_form, one,
    the_desk_replies, the_officer_sends, wandle_works)
from world.world import World

# Each part takes every PARTS-th step, so that they can run side by side.
PARTS = 4


def copy(source, target):
    shutil.copytree(source, target, symlinks=True)


def has_ended(pid):
    """Also true for one that nobody has waited for."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


class Rehearsal:
    """A world that goes back to the moment before Wandle looks into its mailbox."""

    def __init__(self, scratch, people):
        self.world = World(scratch, people)
        self.world.gateway.activate()
        self.folder = scratch.folder
        self.steps = self.folder / "steps"

    def remember(self):
        """This is the moment to go back to."""
        for name in ("mail", "gateway/state"):
            copy(self.folder / name, self.folder / "remembered" / name)
        self._own(self.folder / "remembered")

    def _own(self, root):
        """copytree does not keep owners, and Dovecot's files belong to its mail user."""
        for path in (root / "mail", *(root / "mail").rglob("*")):
            shutil.chown(path, "nobody", "nogroup")

    def go_back(self):
        self.world.servers.stop("dovecot")
        for name in ("mail", "gateway/state"):
            shutil.rmtree(self.folder / name)
            copy(self.folder / "remembered" / name, self.folder / name)
        self._own(self.folder)
        self.world.servers.start_dovecot()
        self.steps.unlink(missing_ok=True)
        (self.folder / "gateway/alarms").unlink(missing_ok=True)

    def run_until(self, step):
        """Runs, killed at this step; False where there was no such step any more."""
        self.world.gateway.run("run", "--once", expect=None, WANDLE_STEP_FILE=str(self.steps),
            WANDLE_STOP_AT=str(step))
        lines = self.steps.read_text().splitlines()
        # killed is not ended: what a process has claimed is taken up once it is no more
        until(lambda: all(has_ended(int(line.split()[0])) for line in lines), "the killed to end")
        self.world.servers.settle()
        return len(lines) >= step

    def names(self):
        return [line[12:].strip() for line in self.steps.read_text().splitlines()]

    def letters(self):
        """Who has which letters: name to the kinds and Message-IDs, in the ledger's words."""
        kinds = {row["message_id"]: row["kind"] for row in
            self.world.gateway.ledger.ask("SELECT message_id, kind FROM letter")}
        return {name: [(kinds.get(letter.message_id), letter.message_id) for letter in letters]
            for name, letters in self.world.mailboxes().items()}


@pytest.fixture
def rehearsal(people):
    with Scratch("wandle-world-") as scratch:
        rehearsal = Rehearsal(scratch, people)
        yield rehearsal
        rehearsal.world.close()


def kinds(letters):
    """The letters without their Message-IDs, each counted once."""
    return {name: sorted({message_id: kind for kind, message_id in found}.values())
        for name, found in letters.items()}


def repeated(letters):
    return [message_id for found in letters.values()
        for message_id in {of for _, of in found}
        if sum(of == message_id for _, of in found) > 1]


def kill_at_each_step(rehearsal, part, expected, fates):
    """At this part's steps; `expected` is who has which kinds of letters at the end."""
    world, ledger = rehearsal.world, rehearsal.world.gateway.ledger
    step, killed = part + 1, 0
    while rehearsal.go_back() or rehearsal.run_until(step):
        killed += 1
        at = f"step {step}, {rehearsal.names()[step - 1]}"
        wandle_works(world)
        assert ledger.is_at_rest(), at
        letters = rehearsal.letters()
        assert kinds(letters) == expected, at
        assert ledger.fates() == fates, at
        assert world.inbox() == [], at
        # twice only where the server had it and Wandle died before it wrote that down
        for message_id in repeated(letters):
            assert rehearsal.names()[step - 1] in ("after outbox_send",
                "before ledger.end_letter"), at
            assert ledger.count("SELECT resent FROM letter WHERE message_id = ?", message_id), at
        step += PARTS
    assert killed, "this build counts no steps: meson setup -Dsteps=true"
    # the run that was not killed came to the same end
    assert kinds(rehearsal.letters()) == expected and ledger.fates() == fates


@pytest.mark.parametrize("part", range(PARTS))
def test_a_form_survives_a_kill_at_any_step(rehearsal, part):
    # given: one form that goes to an agency, with a receipt
    world = rehearsal.world
    the_officer_sends(world, a_form(world, children=[a_child(4, MERTON, "neglect")]))
    rehearsal.remember()
    # when, then
    kill_at_each_step(rehearsal, part,
        {"merton-mash": ["referral"], OFFICER: ["receipt"]}, [("sorted", "sort.concern")])


@pytest.mark.parametrize("part", range(PARTS))
def test_a_decision_survives_a_kill_at_any_step(rehearsal, part):
    # given: a case that waits at the desk, and the desk's reply in Wandle's mailbox
    world = rehearsal.world
    the_officer_sends(world, a_form(world, children=[a_child(14, "SE1 7PB", "neglect")]))
    wandle_works(world)
    review = one(world.mailboxes()[DESK])
    the_desk_replies(world, review, "SEND merton-mash because the aunt lives in Merton")
    rehearsal.remember()
    # when, then
    kill_at_each_step(rehearsal, part,
        {"merton-mash": ["referral"], OFFICER: ["receipt"], DESK: ["notice", "review"]},
        [("sorted", "desk.send"), ("sorted", "desk.decision")])


@pytest.mark.parametrize("part", range(PARTS))
def test_a_mail_that_cannot_be_believed_survives_a_kill_at_any_step(rehearsal, part):
    # given
    world = rehearsal.world
    world.send(OFFICER, a_sealed_form(world, a_form(world), signed_by="stranger"))
    assert len(world.servers.fetch(ADDRESS)) == 1
    rehearsal.remember()
    # when, then
    kill_at_each_step(rehearsal, part,
        {DESK: ["review"], OFFICER: ["ask"]}, [("held", "open.unknown-signer")])
