# SPDX-License-Identifier: MIT
"""The submission server misbehaves: no letter is lost, and a second copy has the first one's bytes."""
import contextlib
import sqlite3
import time

import pytest
from gate import calm

from world.reckoning import note, reckon
from world.scratch import until
from world.telling import DESK

BUSY = {421: "4.3.2 going down", 450: "4.2.0 busy", 451: "4.3.0 later", 452: "4.3.1 out of storage"}
VERBS = ("mail", "rcpt", "data", "dot")
# fault: what the server does, and the code that must be read in status and log.
BREAK = {"drop_at": "mail"}  # so that the kept connection ends, and the next one meets the fault
FAULTS = {
    "STARTTLS stripped": ({"tls": "none", **BREAK}, "smtp.tls"),
    "password refused for a while": ({"says": {"auth": "535 5.7.8 no"}, **BREAK}, "smtp.login"),
    "452 to RCPT": ({"says": {"rcpt": f"452 {BUSY[452]}"}}, "smtp.later"),
    "451 to the dot": ({"says": {"dot": f"451 {BUSY[451]}"}}, "smtp.later"),
    "drop in mid-DATA": ({"drop_in_body": 20}, "smtp.unknown"),
    "drop after the dot, not taken": ({"drop_after": "body"}, "smtp.unknown"),
    "drop after the dot, taken": ({"drop_after": "body", "takes_at": "body"}, "smtp.unknown"),
}
MORE = {
    "no banner": ({"quiet_at": "greeting", **BREAK}, "smtp.network"),
    "421 as banner": ({"says": {"greeting": "421 4.3.2 come again"}, **BREAK}, "smtp.later"),
    "certificate changed": ({"certificate": "wrong_host", **BREAK}, "smtp.tls"),
    "garbage": ({"garbage_at": "mail", "drop_after": "mail"}, "smtp.network"),
    **{f"{code} to {verb}": ({"says": {verb: f"{code} {text}"}}, "smtp.later")
        for verb in VERBS for code, text in BUSY.items()},
    **{f"554 to {verb}": ({"says": {verb: "554 5.3.0 no service"}, **BREAK}, "smtp.later")
        for verb in ("greeting", "ehlo")},
    **{f"{code} to AUTH": ({"says": {"auth": f"{code} 4.7.0 no"}, **BREAK}, "smtp.login") for code in (454, 535)},
    **{f"drop at {verb}": ({"drop_at": verb}, "smtp.network") for verb in ("mail", "rcpt", "data")},
    **{f"silence at {verb}": ({"quiet_at": verb, **BREAK}, "smtp.network") for verb in ("ehlo", "auth")},
    **{f"silence at {verb}": ({"quiet_at": verb}, "smtp.network") for verb in ("mail", "rcpt", "data")},
    "silence at the dot": ({"quiet_at": "dot"}, "smtp.unknown"),
    "silence at the dot, taken": ({"quiet_at": "dot", "takes_at": "body"}, "smtp.unknown"),
    "a byte a second at the dot": ({"drip_at": "dot"}, "smtp.unknown"),
    "a byte a second as banner": ({"drip_at": "greeting", **BREAK}, "smtp.network"),
    "a huge line as banner": ({"huge_at": "greeting", **BREAK}, "smtp."),
    "an endless line at EHLO": ({"endless_at": "ehlo", **BREAK}, "smtp.network"),
    "an endless line at the dot": ({"endless_at": "dot"}, "smtp.unknown"),
    **{f"dropped after {lines} lines": ({"drop_in_body": lines}, "smtp.unknown")
        for lines in (1, 2, 3, 10, 40)},
    **{f"unknown certificate: {name}": ({"certificate": name, **BREAK}, "smtp.tls")
        for name in ("self_signed", "unknown_ca", "expired")},
}


def suffer(gate, name, fault, code, seconds=90):
    """The letters of one mail under the fault, until one was tried twice; then all must be well."""
    mark, calls, began = gate.mark(), gate.smtp.connections, time.monotonic()
    kept, offered = len(gate.smtp["letters"]), len(gate.smtp["offered"])
    gate.smtp.update(fault)
    gate.put(gate.a_mail())
    tried = "SELECT max(attempts) FROM letter WHERE state != 'sent'"
    gate.ledger.wait(lambda: gate.says(f"({code}", mark) and (gate.ledger.count(tried) or 0) >= 2,
        f"{name}: {code}, tried twice", seconds)
    gate.ledger.wait(lambda: (gate.ledger.count("SELECT hindrance FROM duty WHERE name = 'deliver'")
        or "").startswith(code), f"{name}: {code} in status", seconds)
    assert gate.smtp.connections - calls <= 3 * (time.monotonic() - began) + 6, f"{name}: a busy loop"
    if "tls" in fault or "certificate" in fault:
        assert len(gate.smtp["offered"]) == offered, "a letter left without verified TLS"
    calm(gate.smtp, fault)
    well = time.monotonic()
    gate.settle(seconds=seconds)
    taken = time.monotonic() - well
    copies = len(gate.smtp["letters"]) - kept - gate.ledger.count(
        "SELECT count(*) FROM letter WHERE case_id = (SELECT max(case_id) FROM letter)")
    assert copies == 0 or "takes_at" in fault, f"{name}: {copies} letters came twice"
    told = "SELECT sum(resent) FROM letter WHERE case_id = (SELECT max(case_id) FROM letter)"
    assert copies <= gate.ledger.count(told), f"{name}: nobody is told that a letter came twice"
    reckon(f"submission: {name}", times=1, twice_inside=copies, seconds=[taken])


def run_through(gate, faults):
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.settle()
    for name, fault in faults.items():
        suffer(gate, name, *fault)
    assert gate.gateway.stop(gate.scratch) == 0
    gate.check_letters(spare=True)
    assert not gate.servers.heard("smtp", "AUTH PLAIN\n")


def test_a_submission_server_that_misbehaves_in_each_way(gate):
    run_through(gate, FAULTS)
    for code in ("smtp.login", "smtp.tls"):
        assert gate.gateway.alarms().count(f"{code} -") == 1


@pytest.mark.long
def test_a_submission_server_that_misbehaves_at_each_verb(gate):
    run_through(gate, MORE)


def test_a_password_that_was_changed_is_read_again(gate):
    # given: it cannot be had when deliver begins, which stays and asks again
    secret = gate.gateway.folder / "secrets/submission"
    secret.rename(secret.with_suffix(".away"))
    gate.gateway.start(gate.scratch)
    gate.ledger.wait(lambda: gate.ledger.count("SELECT hindrance FROM duty WHERE name = 'deliver'")
        == "secret.missing", "that to be told")
    secret.with_suffix(".away").rename(secret)
    gate.put(gate.a_mail())
    gate.settle()
    assert not gate.says("deliver 0 ended")
    # and: the server knows the new one only, and refuses the old
    gate.smtp["drop_at"] = "mail"
    mark = gate.mark()
    gate.smtp["says"] = {"auth": "535 5.7.8 no"}
    gate.put(gate.a_mail())
    gate.ledger.wait(lambda: gate.says("(smtp.login", mark), "the login to be refused")
    # when: the administrator writes the new one down, and tells nobody
    secret.write_text("another horse\n")
    gate.smtp["wanted_password"] = "another horse"
    calm(gate.smtp, {"says", "drop_at"})
    # then
    gate.settle()
    gate.check_letters()


def test_a_letter_that_may_have_arrived_is_not_called_undelivered(gate):
    # given: the server takes each letter, and its yes is never heard
    gate.smtp.update(drop_after="body", takes_at="body")
    gate.gateway.start(gate.scratch)
    gate.put(gate.a_mail())
    gate.ledger.wait(lambda: gate.ledger.count("SELECT count(*) FROM letter WHERE attempts > 1"
        " AND to_id = 'merton-mash'"), "a second try")
    # when: the time to try in is over
    assert gate.gateway.stop(gate.scratch) == 0
    with contextlib.closing(sqlite3.connect(gate.ledger.path)) as ledger, ledger:
        ledger.execute("UPDATE letter SET ready_at = ready_at - 5 * 3600")
        ledger.execute("UPDATE duty SET resumed_at = resumed_at - 5 * 3600 WHERE name = 'deliver'")
    gate.gateway.start(gate.scratch)
    gate.ledger.wait(lambda: gate.ledger.count("SELECT count(*) FROM letter WHERE state = 'failed'"
        " AND to_id = 'merton-mash'"), "the letter to be given up")
    calm(gate.smtp, {"drop_after", "takes_at"})
    gate.settle()
    # then
    assert gate.gateway.stop(gate.scratch) == 0
    told = [letter for letter in gate.opened(DESK) if "to merton-mash" in letter]
    assert told and all("may have arrived" in letter and "not delivered" not in letter
        for letter in told)


@pytest.mark.long
def test_a_reload_and_a_stop_wait_for_the_answer_to_a_letter(new_gate):
    # given: a server that thinks about a letter for longer than a duty has to stop
    gate = new_gate(seconds=8)
    gate.smtp.update(late_at="dot", late=25)
    gate.gateway.start(gate.scratch)

    def is_sending():
        return gate.ledger.count("SELECT count(*) FROM letter WHERE state = 'sending'") \
            and len(gate.smtp["offered"]) > len(gate.smtp["letters"])
    gate.put(gate.a_mail())
    until(is_sending, "a letter to be under way")
    # when: the rules are loaded anew
    mark = gate.mark()
    gate.gateway.reload()
    until(lambda: gate.says("loading the active rules", mark), "the reload")
    # then: the others do not wait for the letter
    until(lambda: gate.says("mailbox", mark), "receive to be at work again", 20)
    assert is_sending()
    # when: asked to stop, with the next letter under way
    began = len(gate.smtp["letters"])
    until(lambda: len(gate.smtp["letters"]) > began and is_sending(), "the next letter", 60)
    assert gate.gateway.stop(gate.scratch, seconds=90) == 0
    # then: nothing is left in doubt, and nothing goes again
    assert gate.is_done()
    gate.check_letters()
    reckon("submission: reload and stop while an answer is awaited", times=2)


def test_a_letter_refused_for_good_goes_to_the_desk_and_the_others_leave(gate):
    # given: everybody but the desk is refused
    address = gate.addresses["merton-mash"]
    gate.smtp["refuses"] = {address: "550 5.1.1 no such mailbox"}
    gate.gateway.start(gate.scratch)
    # when
    gate.put(gate.a_mail())
    gate.settle()
    # then
    assert gate.gateway.stop(gate.scratch) == 0
    assert address not in gate.taken()
    assert any("no such mailbox" in letter for letter in gate.opened(DESK))
    assert any(alarm.startswith("letter.failed ") for alarm in gate.gateway.alarms())
    reckon("submission: 550 to RCPT", times=1)


def test_a_silence_that_is_taken_for_a_yes_is_caught(make_mistake, new_gate):
    # given: a server that does not take what it does not answer
    mistake = make_mistake("silence-is-yes")
    gate = new_gate()
    gate.smtp.update(FAULTS["drop after the dot, not taken"][0])
    gate.gateway.start(gate.scratch)
    # when
    gate.put(gate.a_mail())
    gate.settle()
    assert gate.gateway.stop(gate.scratch) == 0
    # then
    assert len(gate.smtp["offered"]) > len(gate.smtp["letters"])
    with pytest.raises(AssertionError):
        gate.check_letters()
    note(f"the mistake {mistake} is caught by letters that nobody has")
