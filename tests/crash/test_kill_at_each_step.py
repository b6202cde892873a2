# SPDX-License-Identifier: MIT
"""
Wandle killed, as by a power cut, at its first, second, third ... step, and started again: nothing is
lost, and nothing is sent twice but in the one window that the ledger names. A step stands before
and after each commit, and before and after each thing done outside the ledger: a move in the
mailbox, the last byte of a letter and the server's answer to it, what goes to keyholder, nursery
and child. The long form kills at every step of every story, the short one at some of them.

Needs a build with -Dsteps=true (tests/run makes one).
"""
import pathlib
import random
import shutil
import time
from dataclasses import dataclass, field

import pytest

from world.gateway import ADDRESS
from world.post import to_bytes
from world.reckoning import LONG, reckon
from world.scratch import Scratch, until
from world.telling import (DESK, MERTON, OFFICER, SUTTON, a_child, a_form, a_sealed_form, one,
    the_desk_replies, the_officer_sends, wandle_works)
from world.world import World

# Where a letter may go out twice: the server has it, and that is not yet written down.
WINDOW = ("after outbox.dot", "after outbox_send", "before ledger.end_letter")
SHORT_STEPS = 4


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
        """Runs, killed at this step; 0: not at all. True where it came so far."""
        self.world.gateway.run("run", "--once", expect=None, WANDLE_STEP_FILE=str(self.steps),
            WANDLE_STOP_AT=str(step))
        lines = self.steps.read_text().splitlines()
        # killed is not ended: what a process has claimed is taken up once it is no more
        until(lambda: all(has_ended(int(line.split()[0])) for line in lines), "the killed to end")
        self.world.servers.settle()
        return 0 < step <= len(lines)

    def names(self):
        return [line[12:].strip() for line in self.steps.read_text().splitlines()]

    def letters(self):
        """Who has which letters: name to the kinds and Message-IDs, in the ledger's words."""
        kinds = {row["message_id"]: row["kind"] for row in
            self.world.gateway.ledger.ask("SELECT message_id, kind FROM letter")}
        return {name: [(kinds.get(letter.message_id, "unknown"), letter.message_id) for letter in letters]
            for name, letters in self.world.mailboxes().items()}


@pytest.fixture
def rehearsal(people):
    with Scratch("wandle-world-") as scratch:
        rehearsal = Rehearsal(scratch, people)
        yield rehearsal
        rehearsal.world.close()


@dataclass
class Story:
    """given: what is done before the first step. expected: who has which kinds of letters, and how
    each mail ended. before, after: what changes in the world before the kill and after it."""
    name: str
    given: callable
    expected: dict
    fates: list
    before: callable = lambda world: None
    after: callable = lambda world: None
    alarm: str = ""                # that must have been raised, though a kill came between
    few: int = SHORT_STEPS         # how many steps the short form takes
    passes: str = ""               # those that must come in it have this in their names; "": any
    seconds: list = field(default_factory=list)


def a_form_arrives(world):
    the_officer_sends(world, a_form(world, children=[a_child(4, MERTON, "neglect")]))


def a_form_for_two_agencies_arrives(world):
    the_officer_sends(world, a_form(world, children=[a_child(4, MERTON, "neglect"),
        a_child(6, SUTTON, "neglect", First_names="Odo Marmaduke")]))


def a_decision_arrives(world):
    the_officer_sends(world, a_form(world, children=[a_child(14, "SE1 7PB", "neglect")]))
    wandle_works(world)
    review = one(world.mailboxes()[DESK])
    the_desk_replies(world, review, "SEND merton-mash because the aunt lives in Merton")


def a_forged_mail_arrives(world):
    world.send(OFFICER, a_sealed_form(world, a_form(world), signed_by="stranger"))


def an_unreadable_mail_arrives(world):
    """Sealed for oneself, by mistake."""
    world.send(OFFICER, a_sealed_form(world, a_form(world), to=OFFICER))


def the_same_mail_arrives_twice(world):
    mail = to_bytes(a_sealed_form(world, a_form(world, children=[a_child(4, MERTON, "neglect")])))
    world.send(OFFICER, mail)
    world.send(OFFICER, mail)


def a_form_arrives_where_nothing_can_be_moved(world):
    world.servers.capabilities = "IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE UIDPLUS"
    a_form_arrives(world)


def refuse(world, **replies):
    rules = ", ".join(f"{{ {world.addresses[name]} = {reply} }}" for name, reply in replies.items())
    world.servers.start_postfix(submission_recipient_restrictions=f"check_recipient_access inline:{{ {rules} }}")


NEVER = "550 5.1.1 no such mailbox"


def refuse_the_hub_for_a_while(world):
    refuse(world, **{"merton-mash": "450 4.2.1 later", OFFICER: NEVER})


def refuse_the_officer(world):
    refuse(world, **{OFFICER: NEVER})


ONE = {"merton-mash": ["referral"], OFFICER: ["receipt"]}
SORTED = ("sorted", "sort.concern")
STORIES = [
    Story("a form", a_form_arrives, ONE, [SORTED], few=12),
    Story("a form for two agencies", a_form_for_two_agencies_arrives,
        {**ONE, "sutton-mash": ["referral"]}, [SORTED]),
    Story("a decision of the desk", a_decision_arrives, {**ONE, DESK: ["notice", "review"]},
        [("sorted", "desk.send"), ("sorted", "desk.decision")]),
    Story("a mail that cannot be believed", a_forged_mail_arrives,
        {DESK: ["review"], OFFICER: ["ask"]}, [("held", "open.unknown-signer")]),
    Story("a mail that cannot be opened", an_unreadable_mail_arrives,
        {DESK: ["review"], OFFICER: ["ask"]}, [("held", "open.not-for-us")]),
    Story("the same mail twice", the_same_mail_arrives_twice, ONE,
        [SORTED, ("set-aside", "mail.duplicate")]),
    Story("letters refused for a while and for good", a_form_arrives,
        {"merton-mash": ["referral"], DESK: ["notice"]}, [SORTED],
        before=refuse_the_hub_for_a_while, after=refuse_the_officer, alarm="letter.failed",
        few=2, passes="after ledger.finish_job"),
    Story("a mailbox without MOVE", a_form_arrives_where_nothing_can_be_moved, ONE, [SORTED],
        few=3, passes="before inbox."),
]


def kinds(letters):
    """The letters without their Message-IDs, each counted once."""
    return {name: sorted({message_id: kind for kind, message_id in found}.values())
        for name, found in letters.items()}


def repeated(letters):
    return [message_id for found in letters.values()
        for message_id in {of for _, of in found}
        if sum(of == message_id for _, of in found) > 1]


def go_on(world):
    """Runs until all is done, as often as something was left for later."""
    began = time.monotonic()
    until(lambda: wandle_works(world) or world.gateway.ledger.is_at_rest(), "an end", 120)
    return time.monotonic() - began


def check_the_alarm(world, story, at):
    """One whose command was killed with us comes again after a minute, as nobody has heard it."""
    def is_raised():
        return any(alarm.startswith(f"{story.alarm} ") for alarm in world.gateway.alarms())
    if story.alarm and not is_raised():
        until(lambda: wandle_works(world) or is_raised(), f"{story.alarm} to be raised, {at}", 180)


def check_the_end(rehearsal, story, at):
    """What came twice in the window; anything else that is not as it must be fails."""
    world, ledger = rehearsal.world, rehearsal.world.gateway.ledger
    letters = rehearsal.letters()
    assert kinds(letters) == story.expected, at
    assert ledger.fates() == story.fates, at
    assert world.inbox() == [], at
    assert len(world.handled()) == len(story.fates), at
    check_the_alarm(world, story, at)
    for message_id in repeated(letters):
        assert at.endswith(WINDOW), at
        assert ledger.count("SELECT resent FROM letter WHERE message_id = ?", message_id), at
    return len(repeated(letters))


def kill_at(rehearsal, story, step):
    """Goes back, is killed there, goes on; how often something came twice, None: not killed."""
    rehearsal.go_back()
    story.before(rehearsal.world)
    killed = rehearsal.run_until(step)
    story.after(rehearsal.world)
    seconds = go_on(rehearsal.world)
    names = rehearsal.names()
    twice = check_the_end(rehearsal, story, f"step {step}, {names[step - 1]}" if killed
        else "not killed")
    if killed:
        story.seconds.append(seconds)
    return twice if killed else None


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name.replace(" ", "-"))
def test_it_survives_a_kill_at_any_step(rehearsal, story):
    # given
    story.given(rehearsal.world)
    rehearsal.remember()
    # when it is not killed, it comes to the same end
    assert kill_at(rehearsal, story, 0) is None
    count = len(rehearsal.names())
    assert count, "this build counts no steps: meson setup -Dsteps=true"
    steps = [at for at, name in enumerate(rehearsal.names(), 1) if story.passes in name]
    assert len(steps) >= story.few, rehearsal.names()
    # when, then
    chosen = range(1, count + 1) if LONG else sorted(random.sample(steps, story.few))
    found = [kill_at(rehearsal, story, step) for step in chosen]
    tried = [twice for twice in found if twice is not None]
    reckon(f"killed at each step: {story.name}", len(tried), twice_inside=sum(tried),
        seconds=story.seconds)
    assert tried
