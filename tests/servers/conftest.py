# SPDX-License-Identifier: MIT
"""A gateway between two servers that misbehave; nothing of any form may be left of it afterwards."""
import pytest
from gate import Gate

from world.scratch import Scratch
from world.traces import traces


@pytest.fixture
def new_gate(people, request):
    def make(**how):
        scratch = Scratch("wandle-gate-")
        request.addfinalizer(scratch.close)
        gate = Gate(scratch, people, **how)
        gates.append(gate)
        return gate
    gates = []
    yield make
    for gate in gates:
        found = traces(gate)
        assert not found, f"words of a form at rest: {found}"


@pytest.fixture
def gate(new_gate):
    return new_gate()
