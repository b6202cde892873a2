# SPDX-License-Identifier: MIT
"""The mailbox misbehaves: no mail is lost, half taken or taken twice, and all goes on when it is well."""
import time

import pytest
from gate import calm

from world.reckoning import reckon

CONCERN = ("sorted", "sort.concern")
# fault: what the server does, the code that must be read in status and log, and how many connections
# it lasts: two, or as many as four tries take, after which a mail that was ill itself is given up.
BREAK = {"drop_at": "search"}  # so that the connection at work ends, and the next one meets the fault
FAULTS = {
    "no banner": ({"quiet_at": "greeting", **BREAK}, "inbox.network"),
    "an endless line": ({"endless_at": "search"}, "inbox.protocol"),
    "drop in mid-literal": ({"cut_at": {"fetch_body": 700}}, "inbox.network"),
    "drop after the move": ({"drop_after": "move", "then": {"drop_at": "greeting"}}, "inbox.network"),
    "login refused": ({"says": {"authenticate": "TAG NO [AUTHENTICATIONFAILED] no"},
        **BREAK}, "inbox.login"),
    "certificate changed in mid-session": ({"certificate": "wrong_host", **BREAK},
        "inbox.certificate"),
    "STARTTLS stripped": ({"tls": "none", **BREAK}, "inbox.no-tls"),
}
MORE = {
    "a byte a second": ({"drip_at": "search"}, "inbox.network"),
    "garbage": ({"garbage_at": "search"}, "inbox.protocol"),
    "drop before the move": ({"drop_at": "move"}, "inbox.network"),
    "NO to the move": ({"says": {"move": "TAG NO [OVERQUOTA] full"}}, "inbox.refused", 0,
        "inbox.not-filed"),
    "a banner of garbage": ({"greeting": "\x16\x03\x01 no", **BREAK}, "inbox.network"),
    "BYE as banner": ({"greeting": "* BYE too many connections", **BREAK}, "inbox.network"),
    "a banner by the byte": ({"drip_at": "greeting", **BREAK}, "inbox.network"),
    "a huge line": ({"huge_at": "search", "drop_after": "search"}, "inbox."),
    "endless lines": ({"endless_lines": "search"}, "inbox.protocol"),
    "UIDVALIDITY changed in mid-session": (
        {"before": {"search": "* OK [UIDVALIDITY 77] changed"}}, "inbox.changed"),
    **{f"NO to {verb}": ({"says": {verb: "TAG NO [UNAVAILABLE] later"}}, "inbox.refused")
        for verb in ("search", "fetch")},
    **{f"BAD to {verb}": ({"says": {verb: "TAG BAD what?"}}, "inbox.protocol")
        for verb in ("search", "fetch", "move")},
    **{f"drop at {verb}": ({"drop_at": verb}, "inbox.network")
        for verb in ("search", "fetch")},
    "drop at fetch_body": ({"drop_at": "fetch_body"}, "inbox.network", 8),
    "silence at fetch_body": ({"quiet_at": "fetch_body"}, "inbox.network", 8),
    **{f"silence at {verb}": ({"quiet_at": verb, **BREAK}, "inbox.network")
        for verb in ("authenticate", "list", "select")},
    **{f"silence at {verb}": ({"quiet_at": verb}, "inbox.network")
        for verb in ("search", "fetch", "move")},
    **{f"dropped after {bytes} bytes of the mail": ({"cut_at": {"fetch_body": bytes}}, "inbox.network", 8)
        for bytes in (1, 2, 20, 40, 45, 60, 100, 1000, 2000, 3000)},
}


def none_is_misjudged(gate):
    """What came by halves would be no concern to anybody. False: not all is judged that has come."""
    is_judged = not gate.ledger.count("SELECT count(*) FROM mail WHERE state = 'received'")
    wrong = [fate for fate in gate.ledger.fates() if fate[0] != "received" and fate != CONCERN]
    assert not wrong, f"a mail was taken for another: {wrong}"
    return is_judged


def suffer(gate, name, fault, code, meetings=2, status=None):
    """One mail under the fault, which lasts until it was met so often; then all must be well."""
    mark, calls, began = gate.mark(), gate.imap.connections, time.monotonic()
    gate.imap.update(fault)
    gate.put(gate.a_mail())

    def is_met():
        met = gate.says(f"({code}", mark) and gate.imap.connections >= calls + meetings
        return none_is_misjudged(gate) and met
    gate.ledger.wait(is_met, f"{name}: {code}, met {meetings} times")
    gate.ledger.wait(lambda: (gate.ledger.count("SELECT hindrance FROM duty WHERE name = 'receive'")
        or "").startswith(status or code), f"{name}: {status or code} in status")
    lasted = time.monotonic() - began
    # where a mail is not handed out, a second connection asks for another
    most = 2 if "fetch_body" in str(fault) else 1
    assert gate.imap.connections - calls <= most * (lasted + 2), f"{name}: a busy loop"
    calm(gate.imap, fault)
    well = time.monotonic()
    gate.settle()
    taken = time.monotonic() - well
    reckon(f"mailbox: {name}", times=1, seconds=[taken])


def run_through(gate, faults):
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.settle()
    for name, fault in faults.items():
        suffer(gate, name, *fault)
    assert gate.gateway.stop(gate.scratch) == 0
    gate.check_letters()
    assert set(gate.ledger.fates()) == {CONCERN}


def test_a_mailbox_that_misbehaves_in_each_way(gate):
    run_through(gate, FAULTS)
    # the operator has heard of what does not pass by itself
    for code in ("inbox.login", "inbox.certificate", "inbox.no-tls"):
        assert f"{code} -" in gate.gateway.alarms()
    assert len(set(gate.gateway.alarms())) == len(gate.gateway.alarms())


@pytest.mark.long
def test_a_mailbox_that_misbehaves_at_each_verb(gate):
    run_through(gate, MORE)


