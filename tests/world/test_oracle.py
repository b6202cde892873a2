# SPDX-License-Identifier: MIT
"""The oracle of the soak can find what it is there for."""
import types
from collections import Counter

import pytest

from .reconcile import SAID_LATER, Reckoned, count_twice

ID, KEY = "<1@gate.test>", ("merton-mash", "referral", "canary")


def copies(count):
    """Letters that are one, each handed to Postfix anew."""
    return [types.SimpleNamespace(message_id=ID, raw=f"(Postfix) with ESMTPS id 4A{number}".encode())
        for number in range(count)]


def reckon_copies(count, resent=0, log=""):
    later = Counter(SAID_LATER.findall(log))["W26-AAAAA-1", "referral", "merton-mash"]
    found = types.SimpleNamespace(may_have_left={ID: resent + later}, mails={})
    reckoned = Reckoned()
    count_twice(found, {KEY: copies(count)}, {"canary": types.SimpleNamespace(kind="concern")}, reckoned)
    return reckoned


def line(reply):
    return f"deliver: case W26-AAAAA-1: referral to merton-mash: {reply} (smtp.later)\n"


@pytest.mark.parametrize("count, resent, log, inside, outside", [
    (1, 0, "", 0, 0),
    (2, 0, "", 0, 1),
    (2, 1, "", 1, 0),
    # one chance excuses one copy
    (3, 1, "", 1, 1),
    # a server that refused it has not got it
    (2, 0, line("450 4.2.0 busy"), 0, 1),
    (2, 0, line("452 4.3.1 Insufficient system storage"), 0, 1),
    # but for one that was killed at the dot
    (2, 0, line("451 4.3.0 Error: queue file write error"), 1, 0),
])
def test_a_copy_is_excused_only_where_the_letter_may_have_left(count, resent, log, inside, outside):
    reckoned = reckon_copies(count, resent, log)
    assert (reckoned.twice_inside, reckoned.twice_outside) == (inside, outside)


def test_what_lies_at_the_desk_as_unread_is_bounded():
    reckoned = Reckoned(desked=3)
    assert not reckoned.is_clean() and not reckoned.is_clean(desked_at_most=2)
    assert reckoned.is_clean(desked_at_most=3)
