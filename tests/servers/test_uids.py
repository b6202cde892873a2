# SPDX-License-Identifier: MIT
"""The mailbox changes under Wandle's hands: numbers that come again, mails that go, ten thousand that wait."""
import fcntl
import os
import time

import pytest
from gate import calm

from world.processes import Cast, Scales
from world.reckoning import LONG, reckon
from world.scratch import until

MANY = 10_000 if LONG else 100
MEMORY_MAX_MB = 120  # of receive, whatever waits


def at_work(gate, mails=2):
    gate.gateway.start(gate.scratch)
    for _ in range(mails):
        gate.put(gate.a_mail())
    gate.settle()


def new_connection(gate):
    """The one at work ends; whatever comes next is another."""
    calls = gate.imap.connections
    gate.imap["drop_at"] = "search"
    until(lambda: gate.imap.connections > calls, "another connection")
    calm(gate.imap, {"drop_at"})


def repeats_nothing(gate):
    assert gate.rows() <= gate.sent, f"taken twice: {gate.ledger.fates()}"
    return True


def ends_well(gate, name, began):
    gate.ledger.wait(lambda: repeats_nothing(gate) and gate.is_done(), "everything to be done")
    assert gate.gateway.stop(gate.scratch) == 0
    gate.check_letters()
    assert set(gate.ledger.fates()) == {("sorted", "sort.concern")}, gate.ledger.fates()
    reckon(f"mailbox: {name}", times=1, seconds=[time.monotonic() - began])


def test_uids_that_are_given_out_again_are_new_mails(gate):
    at_work(gate)
    began = time.monotonic()
    # when: the folder is made anew with the old UIDVALIDITY, so that its numbers begin again
    content = gate.a_mail().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    gate.mailbox.put(content.decode("latin-1"), uid=1)
    new_connection(gate)
    # then
    ends_well(gate, "UIDs given out again", began)
    assert gate.ledger.count("SELECT count(*) FROM mail WHERE uid = 1 AND uid_validity != 0") == 1
    # and when: the daily look finds others where mails were filed away from, one of them too large
    said = []
    for uid, adds in ((1, 0), (2, 200_000_000)):
        gate.mailbox.folders["INBOX"].clear()
        gate.imap["size_adds"] = adds
        gate.mailbox.put(gate.a_mail().as_bytes().decode("latin-1"), uid=uid)
        said.append(gate.gateway.run("reconcile", expect=65))
    # then: none is taken for the mail that lay there, and moved away unread
    assert all("mail.passed-over" in words and "mail.not-filed" not in words for words in said), said
    assert gate.ledger.count("SELECT count(*) FROM mail WHERE unfetched = 'mail.too-large' AND uid = 2") == 1


def a_mailbox_made_anew_repeats_nothing(gate):
    # given: two mails received, and filed by a server that has lost that since
    at_work(gate)
    began = time.monotonic()
    handled = gate.mailbox.folders["Handled"]
    # when: another UIDVALIDITY, all of them in INBOX again, and one more
    gate.imap["drop_at"] = "everything"
    calls = gate.imap.connections
    until(lambda: gate.imap.connections > calls, "the end of the connection")
    gate.mailbox.validity = 77
    for uid, mail in sorted(handled.items()):
        gate.mailbox.put(mail["body"], uid=100 + uid)
    handled.clear()
    gate.put(gate.a_mail())
    calm(gate.imap, {"drop_at"})
    # then
    ends_well(gate, "made anew with its mails", began)


def test_a_mailbox_made_anew_with_its_mails_repeats_nothing(gate):
    a_mailbox_made_anew_repeats_nothing(gate)


def test_a_mail_that_a_person_moves_away_is_told_and_nobody_waits(gate):
    at_work(gate)
    began, mark = time.monotonic(), gate.mark()
    # when: it is listed, and gone before it is fetched
    gate.imap["vanishes"] = "OK"
    gate.mailbox.put(gate.a_mail().as_bytes().decode("latin-1"), uid=7)
    gate.sent -= 1
    until(lambda: gate.says("vanished before it was fetched", mark), "that to be told")
    calm(gate.imap, {"vanishes"})
    gate.put(gate.a_mail())
    ends_well(gate, "a mail moved away before it was fetched", began)


def test_a_mail_that_another_gateway_has_just_taken_in_stays_until_it_is_seen(new_gate):
    gate = new_gate(seconds=30)
    at_work(gate)
    began = time.monotonic()

    def another_takes_one_in():
        """And leaves it in the mailbox, as it is not its turn to file."""
        turn = os.open(gate.ledger.path.parent, os.O_RDONLY)
        fcntl.flock(turn, fcntl.LOCK_EX)
        uid = gate.put(gate.a_mail())
        gate.gateway.run("run", "--once", "--only", "receive")
        os.close(turn)
        return [uid]
    # when: it comes after the list that this one has just asked for, and before it files
    gate.imap["meanwhile"] = {"search": another_takes_one_in}
    until(lambda: gate.sent == 3 and gate.rows() == 3, "the mail to be received", 60)
    # then: it is not taken for gone, and lies in the inbox no more
    ends_well(gate, "a mail that another gateway has just taken in", began)
    assert len(gate.mailbox.folders["Handled"]) == 3


@pytest.mark.long
def test_a_mail_that_a_person_moves_after_it_was_received_counts_as_filed(gate):
    at_work(gate)
    began = time.monotonic()
    # when: the server does not move it, and a person does
    gate.imap["says"] = {"move": "TAG NO [INUSE] later"}
    uid = gate.put(gate.a_mail())
    gate.ledger.wait(lambda: gate.rows() == gate.sent, "the mail to be received")
    gate.mailbox.folders["INBOX"].pop(uid)
    calm(gate.imap, {"says"})
    gate.ledger.wait(lambda: not gate.ledger.count("SELECT count(*) FROM mail WHERE is_filed = 0"), "its end")
    ends_well(gate, "a mail moved away by a person", began)


@pytest.mark.long
def test_an_endless_literal_is_no_verdict_on_a_mail_while_it_is_passing(gate):
    at_work(gate)
    began, mark = time.monotonic(), gate.mark()
    gate.imap["says"] = {"fetch_body": "* 1 FETCH (UID 3 BODY[] {4294967290}\r\nx"}
    gate.put(gate.a_mail())
    until(lambda: gate.says("(inbox.", mark), "that to be told", 60)
    calm(gate.imap, {"says"})
    ends_well(gate, "an endless literal", began)


def test_many_that_wait_take_no_more_memory_than_few(gate):
    # given: mails that nobody has to open, as only receive is asked for
    body = "From: a@b.example\r\nSubject: x\r\n\r\n" + "words of no weight\r\n" * 200
    for number in range(MANY):
        gate.mailbox.put(f"Message-ID: <{number}@many.test>\r\n{body}")
    began = time.monotonic()
    # when
    gate.gateway.start(gate.scratch, "--only", "receive")
    scales = Scales()

    def all_in():
        scales.weigh(Cast(gate))
        return gate.rows() == MANY and not gate.mailbox.folders["INBOX"]
    gate.ledger.wait(all_in, "all to be received", 1200)
    seconds = time.monotonic() - began
    assert gate.gateway.stop(gate.scratch) == 0
    # then
    peak = scales.peaks["receive"] // 1024
    print(f"{MANY} mails in {seconds:.1f} s, receive took {peak} MB")
    assert peak < MEMORY_MAX_MB
    reckon(f"mailbox: {MANY} mails wait", times=1, seconds=[seconds])
