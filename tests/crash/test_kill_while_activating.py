# SPDX-License-Identifier: MIT
"""
Wandle killed at each durable step of an activation: the old rules decide or the new ones, and never
a mix; and the same command again brings it to its end.

Needs a build with -Dsteps=true (tests/run makes one).
"""
import pytest

from world.scratch import Scratch
from world.world import World


@pytest.fixture
def world(people):
    with Scratch("wandle-world-") as scratch:
        with World(scratch, people) as world:
            world.gateway.activate()
            yield world


class Activation:
    """An activation that is killed at a step."""

    def __init__(self, world):
        self.gateway, self.steps = world.gateway, world.scratch.folder / "steps"

    def active(self):
        return str((self.gateway.folder / "state/active-rules/current").readlink())

    def edit(self, number):
        """Rules that nobody has seen before."""
        path = self.gateway.folder / "rules/routing.yaml"
        path.write_text(path.read_text() + f"# change {number}\n")

    def kill_at(self, step, *words):
        """False where there was no such step any more."""
        self.steps.unlink(missing_ok=True)
        self.gateway.run("rules", *words, expect=None, WANDLE_STEP_FILE=str(self.steps),
            WANDLE_STOP_AT=str(step))
        return len(self.steps.read_text().splitlines()) >= step


def test_an_activation_that_is_killed_leaves_the_old_rules_or_the_new(world):
    activation, gateway = Activation(world), world.gateway
    step, seen = 1, set()
    while True:
        old = activation.active()
        activation.edit(step)
        was_killed = activation.kill_at(step, "activate")
        now = activation.active()
        # what decides is whole, was activated, and is one of the two
        gateway.run("check", "--active")
        newest = gateway.run("rules", "history").splitlines()
        decides = [line for line in newest if line.startswith("*")]
        assert len(decides) == 1 and now[:12] in decides[0], (step, newest)
        seen.add(now == old)
        if not was_killed:
            break
        gateway.run("rules", "activate")
        new = activation.active()
        assert new != old and (now in (old, new)), step
        gateway.run("check", "--active")
        step += 1
    assert step > 8, "this build counts no steps: meson setup -Dsteps=true"
    assert seen == {True, False}


def test_a_repair_that_is_killed_leaves_no_edited_rules_in_force(world):
    activation, gateway = Activation(world), world.gateway
    old, step = activation.active(), 1
    path = gateway.folder / "state/active-rules/current/routing.yaml"
    good, was_killed = path.read_text(), True
    while was_killed:
        path.write_text(good + "# edited in place\n")
        was_killed = activation.kill_at(step, "rollback", old)
        assert activation.active() == old
        # the edited file is there still, and refused, or the good one
        gateway.run("check", "--active", expect=0 if path.read_text() == good else 78)
        gateway.run("rules", "rollback", old)
        assert path.read_text() == good
        step += 1
    assert step > 6
