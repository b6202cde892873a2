# SPDX-License-Identifier: MIT
"""A gateway as a busy desk has it."""
import pytest


@pytest.fixture
def busy_world(new_world):
    world = new_world(activate=False)
    world.gateway.edit_agency("merton-mash", "hours", "{always: yes}")
    world.gateway.edit("wandle.yaml", ("workers: 1", "workers: 2"))
    world.gateway.activate()
    return world
