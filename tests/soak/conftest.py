# SPDX-License-Identifier: MIT
"""Gateways as a busy desk has them."""
import pytest


@pytest.fixture
def busy_world(new_world):
    world = new_world(activate=False)
    world.gateway.edit_agency("merton-mash", "hours", "{always: yes}")
    world.gateway.edit("wandle.yaml", ("workers: 1", "workers: 2"))
    world.gateway.activate()
    return world


@pytest.fixture
def shared(new_world):
    """For two of them: each has one worker."""
    world = new_world(activate=False)
    world.gateway.edit_agency("merton-mash", "hours", "{always: yes}")
    world.gateway.activate()
    return world
