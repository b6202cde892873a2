# SPDX-License-Identifier: MIT
"""What the controls of the other suites need: their worlds, and a mistake that is made in them."""
import contextlib

import pytest

from fault.test_disk import disk  # noqa: F401
from fault.test_ledger_kept import holder, kept  # noqa: F401
from servers.conftest import gate, new_gate  # noqa: F401
from soak.conftest import busy_world, shared  # noqa: F401
from stories.test_reconcile import handled  # noqa: F401
from world.reckoning import note


@pytest.fixture
def mistake(request, make_mistake):
    """Named before the world, which takes its programs from the build that makes it."""
    return request.param and make_mistake(request.param)


@pytest.fixture
def caught(mistake):
    """caught(by, error, match): what is done in it must fail so; of it only that is reckoned."""
    @contextlib.contextmanager
    def must_fail(by, error=AssertionError, match=None):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(error, match=match):
            patch.delenv("WANDLE_RECKONING", raising=False)
            yield
        note(f"the mistake {mistake} is caught by {by}")
    return must_fail
