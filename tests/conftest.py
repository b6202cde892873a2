"""What stories stand on: people with keys for the whole run, and a world of its own for each."""
import pytest

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
    made = []

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
        if request.node.stash.get(FAILED, False):
            print(world.servers.logs(), world.gateway.log_text(), sep="\n")
        found = traces(world)
        world.close()
        assert not found, f"words of a form at rest: {found}"


@pytest.fixture
def world(new_world):
    return new_world()


FAILED = pytest.StashKey()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
