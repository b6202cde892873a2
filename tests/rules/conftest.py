# SPDX-License-Identifier: MIT
"""One load-rules for all tests of this folder."""
import pytest

from rules.loader import Loader


@pytest.fixture(scope="session")
def loader():
    program = Loader()
    yield program
    program.close()
