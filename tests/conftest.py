# SPDX-License-Identifier: MIT
"""What stories stand on: people with keys for the whole run, and a world of its own for each."""
import pytest

from world.reckoning import LONG
from world.scratch import Scratch
from world.traces import traces
from world.world import World, make_people


@pytest.fixture(scope="session")
def people():
    with Scratch("wandle-people-") as scratch:
        yield make_people(scratch)


@pytest.fixture
def new_world(people, request):
    """Makes worlds, with the rules activated; after the story nothing of any form may be found."""
    made = request.node.stash[WORLDS] = []

    def make(activate=True, **how):
        scratch = Scratch("wandle-world-")
        request.addfinalizer(scratch.close)
        world = World(scratch, people, **how)
        made.append(world)
        if activate:
            world.gateway.activate()
        return world
    yield make
    for world in made:
        found = traces(world)
        world.close()
        assert not found, f"words of a form at rest: {found}"


@pytest.fixture
def make_mistake(monkeypatch):
    """From then on Wandle is one that makes this mistake, of the build with -Dmistakes=true."""
    def make(name):
        monkeypatch.setenv("WANDLE_BUILD", "build-mistakes")
        monkeypatch.setenv("WANDLE_MISTAKE", name)
        return name
    return make


@pytest.fixture
def world(new_world):
    return new_world()


WORLDS = pytest.StashKey()


def pytest_collection_modifyitems(config, items):
    """What is marked `long` is for tests/run --long."""
    left_out = [] if LONG else [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Shows what Wandle and the servers said, where a story failed."""
    report = (yield).get_result()
    if report.failed:
        for world in item.stash.get(WORLDS, []):
            report.sections.append(("wandle.log", world.gateway.log_text()))
            report.sections.append(("servers", world.servers.logs()[-8000:]))
