# SPDX-License-Identifier: MIT
"""Stories of servers that fail, lie, refuse or forget, and of Wandle meanwhile."""
import contextlib
import os
import signal
import sqlite3

from world import mails
from world.gateway import ADDRESS
from world.reconcile import queue_id
from world.telling import (DESK, OFFICER, a_child, a_form, one, only, the_officer_sends,
    wandle_works)

SENT_ALL = "SELECT count(*) FROM letter WHERE state != 'sent'"


def refuse(world, name, answer):
    """From now on Postfix answers like this to a letter for this one."""
    address = world.addresses[name]
    world.servers.start_postfix(submission_recipient_restrictions=
        f"check_recipient_access inline:{{ {{ {address} = {answer} }} }}")


def refuse_nobody(world):
    world.servers.start_postfix(submission_recipient_restrictions="")


def minutes_pass(world, minutes):
    """As letters that wait see it: they have been ready for so long, and are due again."""
    with contextlib.closing(sqlite3.connect(world.gateway.ledger.path)) as ledger, ledger:
        assert ledger.execute("UPDATE letter SET ready_at = ready_at - ?, free_at = free_at - 60"
            " WHERE state = 'waiting'", (minutes * 60,)).rowcount


def test_a_wrong_name_in_the_certificate_stops_all_talk_with_the_server(world):
    # given
    the_officer_sends(world, a_form(world))
    world.servers.stop("dovecot")
    world.servers.start_dovecot(certificate="elsewhere")
    # when
    world.gateway.run("run", "--once", expect=None)
    # then: nothing was taken, the operator hears of it otherwise than by mail
    assert "inbox.certificate" in world.gateway.said
    assert any("inbox.certificate" in alarm for alarm in world.gateway.alarms())
    assert world.gateway.ledger.fates() == []
    world.servers.stop("dovecot")
    world.servers.start_dovecot()
    only(world)
    # and when the right one is back
    wandle_works(world)
    # then
    found = only(world, "merton-mash", OFFICER)
    assert "Tilda Zephyrine" in one(found["merton-mash"]) and one(found[OFFICER])


def test_a_mail_of_60_mb_stays_where_it_is_and_the_desk_is_told(world):
    # given: it comes by submission as all mail does, and other mail after it
    large = mails.plain("x", world.addresses[OFFICER], ADDRESS)
    mails.attach(large, "photographs.bin", os.urandom(44_000_000))
    world.send(OFFICER, large)
    the_officer_sends(world, a_form(world))
    # when
    wandle_works(world)
    # then
    assert ("held", "mail.too-large") in world.gateway.ledger.fates()
    assert ("sorted", "sort.concern") in world.gateway.ledger.fates()
    found = only(world, DESK, "merton-mash", OFFICER)
    review = one(found[DESK])
    assert "larger than" in review and not review.attachments
    assert review.reference in world.gateway.run("case", "list")
    assert one(found["merton-mash"]).reference == one(found[OFFICER]).reference != review.reference
    assert len(world.inbox()) == 1 and len(world.handled()) == 1
    # and when it works again, the desk is not told again
    wandle_works(world)
    one(world.mailboxes()[DESK])


def test_dovecot_is_killed_while_wandle_waits_for_mail_and_comes_back(world):
    # given: it sits in IDLE
    ledger = world.gateway.ledger
    world.gateway.start(world.scratch)
    ledger.wait(lambda: ledger.count("SELECT worked_at FROM duty WHERE name = 'receive'"),
        "receive to have looked into the mailbox")
    # when
    world.servers.stop("dovecot", signal.SIGKILL)
    ledger.wait(lambda: ledger.count("SELECT hindrance FROM duty WHERE name = 'receive'"),
        "receive to say what hinders it")
    world.servers.start_dovecot()
    the_officer_sends(world, a_form(world), arrived=False)
    # then
    ledger.wait(lambda: ledger.references() and ledger.is_at_rest(), "the letters to be sent")
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    found = only(world, "merton-mash", OFFICER)
    assert "Tilda Zephyrine" in one(found["merton-mash"]) and one(found[OFFICER])
    assert not ledger.count("SELECT hindrance FROM duty WHERE name = 'receive'")


def test_postfix_refuses_for_a_while_and_the_same_letter_arrives_later(world):
    # given
    ledger = world.gateway.ledger
    refuse(world, "merton-mash", "450 4.2.1 come again")
    the_officer_sends(world, a_form(world))
    # when
    wandle_works(world)
    # then: the others have theirs
    one(only(world, OFFICER)[OFFICER])
    waiting = ledger.ask("SELECT * FROM letter WHERE to_id = 'merton-mash'")[0]
    assert waiting["state"] == "waiting" and "come again" in waiting["reply"]
    # and when it takes mail again
    refuse_nobody(world)
    world.gateway.start(world.scratch, "--only", "deliver")
    ledger.wait(lambda: ledger.count(SENT_ALL) == 0, "the letter to be sent")
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    # then
    found = only(world, "merton-mash", OFFICER)
    letter = one(found["merton-mash"])
    assert letter.message_id == waiting["message_id"] and one(found[OFFICER])
    # and the ledger has the name that the server gave it
    sent = ledger.ask("SELECT * FROM letter WHERE to_id = 'merton-mash'")[0]
    assert sent["queue_id"] == queue_id(letter) and sent["queue_id"] in sent["reply"]
    assert sent["attempts"] > waiting["attempts"] and sent["resent"] == 0


def test_postfix_refuses_for_good_and_the_desk_is_told(world):
    # given
    ledger = world.gateway.ledger
    refuse(world, "merton-mash", "550 5.1.1 no such mailbox")
    the_officer_sends(world, a_form(world))
    # when
    wandle_works(world)
    # then
    found = only(world, DESK, OFFICER)
    notice = one(found[DESK])
    assert "not delivered" in notice and "no such mailbox" in notice and "merton-mash" in notice
    assert ledger.referrals(notice.reference)["merton-mash"] == "bounced"
    assert notice.reference in world.gateway.run("case", "list")
    assert any("letter.failed" in alarm for alarm in world.gateway.alarms())


def test_what_is_refused_until_its_deadline_is_the_desks_and_a_red_case_sooner(new_world):
    # given: two cases for the hub, one of them red, and a server that is always busy
    world = new_world(activate=False)
    world.gateway.edit_agency("merton-mash", "hours", "{always: yes}")
    world.gateway.activate()
    ledger = world.gateway.ledger
    refuse(world, "merton-mash", "450 4.2.1 come again")
    the_officer_sends(world, a_form(world, Immediate_danger="yes", Level_of_need="4"))
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 4713/26"), by="pc-whitmore")
    wandle_works(world)
    found = only(world, OFFICER, "pc-whitmore")
    red, amber = (one(found[name]).reference for name in (OFFICER, "pc-whitmore"))
    # when: it is past the 30 minutes that a red case has
    minutes_pass(world, 31)
    wandle_works(world)
    wandle_works(world)
    # then: a person has it, with the server's words, and the other is still tried
    notice = one(only(world, OFFICER, "pc-whitmore", DESK)[DESK])
    assert notice.reference == red and "come again" in notice and "merton-mash" in notice
    assert ledger.referrals(red) == {"merton-mash": "bounced"}
    assert ledger.referrals(amber) == {"merton-mash": "ready"}
    assert f"letter.failed {red}" in world.gateway.alarms()
    # and when the four hours of all others are over
    minutes_pass(world, 240)
    wandle_works(world)
    wandle_works(world)
    # then
    found = only(world, OFFICER, "pc-whitmore", DESK)
    assert {letter.reference for letter in found[DESK]} == {red, amber} and len(found[DESK]) == 2
    assert ledger.referrals(amber) == {"merton-mash": "bounced"}
    listed = world.gateway.run("case", "list")
    assert red in listed and amber in listed and ledger.is_at_rest()


def test_a_letter_that_has_not_left_is_withdrawn_at_the_word_of_the_desk(world):
    # given
    ledger = world.gateway.ledger
    refuse(world, "merton-mash", "450 4.2.1 come again")
    the_officer_sends(world, a_form(world))
    wandle_works(world)
    reference = one(only(world, OFFICER)[OFFICER]).reference
    # when
    world.gateway.run("case", "release", reference, "--not", "merton-mash",
        data=b"Her aunt works there, and nobody wrote it down\n")
    world.gateway.run("run", "--once", "--only", "sort")
    refuse_nobody(world)
    wandle_works(world)
    # then
    found = only(world, DESK, OFFICER)
    assert "withdrawn" in one(found[DESK]) and one(found[OFFICER])
    assert ledger.referrals(reference) == {"merton-mash": "closed"}
    assert ledger.ask("SELECT state, code FROM letter WHERE to_id = 'merton-mash'") == [
        {"state": "failed", "code": "desk.withdrawn"}]
    assert ledger.is_at_rest()


def test_a_letter_to_the_desk_that_is_refused_is_an_alarm_and_not_another_letter(world):
    # given: a case that waits for the desk, whose mailbox is gone
    refuse(world, DESK, "550 5.1.1 no such mailbox")
    the_officer_sends(world, a_form(world, children=[a_child(14, "SE1 7PB", "neglect")]))
    # when
    wandle_works(world)
    wandle_works(world)
    # then
    reference = one(only(world, OFFICER)[OFFICER]).reference
    assert world.gateway.alarms() == [f"letter.failed {reference}"]
    assert reference in world.gateway.run("case", "list")
    assert world.gateway.ledger.count(f"SELECT count(*) FROM letter WHERE to_id = '{DESK}'") == 1
    assert world.gateway.ledger.is_at_rest()


def test_a_changed_uidvalidity_loses_nothing_and_repeats_nothing(world):
    # given: one mail handled, then the server makes its mailbox anew with the same two mails
    the_officer_sends(world, a_form(world))
    wandle_works(world)
    (handled,) = world.handled()
    validity = world.gateway.ledger.count("SELECT uid_validity FROM mail")
    before = {name: len(letters) for name, letters in world.mailboxes().items()}
    world.servers.forget_uids(ADDRESS)
    world.servers.put(ADDRESS, handled)
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 4713/26"), by="pc-whitmore")
    # when
    wandle_works(world)
    # then
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern")] * 2
    assert world.gateway.ledger.count("SELECT uid_validity FROM mail") != validity
    after = {name: len(letters) for name, letters in world.mailboxes().items()}
    assert before == {OFFICER: 1, "merton-mash": 1}
    assert after == {OFFICER: 1, "pc-whitmore": 1, "merton-mash": 2}
    assert world.inbox() == []


def test_wandle_is_killed_and_goes_on_where_it_was(world):
    # given
    ledger = world.gateway.ledger
    refuse(world, "merton-mash", "450 4.2.1 come again")
    world.gateway.start(world.scratch)
    the_officer_sends(world, a_form(world), arrived=False)
    # the receipt must have left: killed between the server's yes and the ledger's, it may come twice
    ledger.wait(lambda: ledger.count("SELECT count(*) FROM letter WHERE state = 'waiting'") and
        ledger.count("SELECT count(*) FROM letter WHERE state = 'sent'"), "a letter to wait")
    # when
    world.gateway.stop(world.scratch, signal.SIGKILL)
    # Postfix, which is started anew here, would deliver a second time what it was just delivering
    world.servers.settle()
    refuse_nobody(world)
    world.gateway.start(world.scratch)
    ledger.wait(ledger.is_at_rest, "the letter to be sent")
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    # then
    assert {name: len(letters) for name, letters in world.mailboxes().items()} == {
        "merton-mash": 1, OFFICER: 1}
