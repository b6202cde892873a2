# SPDX-License-Identifier: MIT
"""Stories of a mailbox that does not agree with the ledger, and of how that comes to light."""
import contextlib
import sqlite3

import pytest

from world.gateway import ADDRESS
from world.scratch import until
from world.telling import (DESK, OFFICER, a_child, a_form, a_sealed_form, one, only,
    the_desk_replies, the_officer_sends, wandle_works)


def reconcile(world, expect=0):
    return world.gateway.run("reconcile", expect=expect)


def damage(world, statement, *values):
    """Something in the ledger is otherwise than Wandle left it."""
    with contextlib.closing(sqlite3.connect(world.gateway.ledger.path)) as ledger, ledger:
        assert ledger.execute(statement, values).rowcount == 1


@pytest.fixture
def handled(world):
    """One concern, handled; its mail lies in the Handled folder."""
    the_officer_sends(world, a_form(world))
    wandle_works(world)
    return one_mail(world.handled())


def one_mail(found):
    assert len(found) == 1
    return found[0]


def differences(world):
    return [row["kind"] for row in world.gateway.ledger.ask("SELECT kind FROM difference")]


def test_after_a_day_of_work_nothing_differs(world, handled):
    # when
    said = reconcile(world)
    # then
    assert "1 handled; differences: 0" in said
    assert world.gateway.alarms() == []
    assert 'wandle_items{kind="difference",state="mail.found"} 0' in \
        world.gateway.run("status", "--metrics")


def a_mail_moved_to_the_handled_folder_is_found(world):
    # given: nobody but that person has seen it
    world.servers.put(ADDRESS, a_sealed_form(world, a_form(world)), folder="Handled")
    # when
    said = reconcile(world, expect=65)
    # then: it is told, by a way that is not the mail's
    assert "mail.found" in said and "taken in, held for the desk" in said
    until(lambda: any("reconcile.differences" in alarm for alarm in world.gateway.alarms()),
        "the alarm")
    assert 'wandle_items{kind="difference",state="mail.found"} 1' in \
        world.gateway.run("status", "--metrics")
    # and when it is sorted: nothing goes out by itself, since it may have been dealt with
    wandle_works(world)
    assert world.gateway.ledger.fates() == [("held", "mail.found")]
    review = one(only(world, DESK)[DESK])
    assert "Handled folder" in review
    # and the desk can send it
    the_desk_replies(world, review, "SEND merton-mash because nobody has done so")
    wandle_works(world)
    assert one(world.mailboxes()["merton-mash"]).reference == review.reference
    # and the next time everything agrees
    assert "differences: 0" in reconcile(world)
    assert len(world.handled()) == 2


def test_a_mail_that_a_person_moved_to_the_handled_folder_is_not_lost(world):
    a_mail_moved_to_the_handled_folder_is_found(world)


def test_many_unknown_mails_are_counted_whole_though_they_take_several_looks(world):
    # given: more than one look takes in
    with world.servers.imap(ADDRESS) as box:
        box.create("Handled")
        for number in range(201):
            box.append("Handled", None, None, f"Subject: {number}\r\n\r\nwords\r\n".encode())
    # when, then
    assert "201 handled; differences: 201, new: 201\n" in reconcile(world, expect=65)


def test_a_handled_mail_with_other_bytes_is_known_by_its_message_id(world, handled):
    # given: something on the way has written a line of its own into a copy
    world.servers.put(ADDRESS, b"X-Scanned: yes\r\n" + handled, folder="Handled")
    before = {name: len(letters) for name, letters in world.mailboxes().items()}
    # when
    assert "mail.altered" in reconcile(world, expect=65)
    wandle_works(world)
    # then: what it says came before
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern"),
        ("set-aside", "mail.duplicate")]
    assert {name: len(letters) for name, letters in world.mailboxes().items()} == before


def test_the_same_mail_twice_in_the_handled_folder_is_one(world, handled):
    # given: as a crash between copying and removing leaves it
    world.servers.put(ADDRESS, handled, folder="Handled")
    # when, then
    assert "2 handled; differences: 0" in reconcile(world)
    assert len(world.gateway.ledger.fates()) == 1
    # and when: the same bytes come again, so that each of two rows has its mail there
    world.servers.put(ADDRESS, handled)
    wandle_works(world)
    damage(world, "UPDATE mail SET taken_at = taken_at - 7200 WHERE state = 'set-aside'")
    # then: neither is gone
    assert "3 handled; differences: 0" in reconcile(world)


def test_a_mail_that_lies_in_the_inbox_though_it_was_filed_is_filed_again(world, handled):
    # given
    world.servers.put(ADDRESS, handled)
    uid = world.gateway.ledger.count("SELECT uid FROM mail")
    damage(world, "UPDATE mail SET uid = ?", uid + 1)
    # when
    assert "mail.not-filed" in reconcile(world, expect=65)
    wandle_works(world)
    # then
    assert world.inbox() == []
    assert "differences: 0" in reconcile(world)
    assert len(world.gateway.ledger.fates()) == 1


def test_a_mail_that_was_passed_over_is_taken_in_and_sorted(world, handled):
    # given: the ledger believes to have seen it already
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 4713/26",
        children=[a_child(15)]), by="pc-whitmore")
    damage(world, "UPDATE mail SET uid = uid + 5")
    # when: before receive looks back by itself
    assert "mail.passed-over" in reconcile(world, expect=65)
    wandle_works(world)
    # then
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern")] * 2
    assert world.inbox() == [] and "pc-whitmore" in world.mailboxes()


def rows_that_do_not_agree_are_named(world):
    # given: one concern, handled, and then
    damage(world, "UPDATE letter SET reply = NULL WHERE to_id = ?", OFFICER)
    damage(world, "UPDATE letter SET state = 'waiting' WHERE to_id = 'merton-mash'")
    damage(world, "UPDATE mail SET taken_at = taken_at - 7200")
    with world.servers.imap(ADDRESS, "Handled") as box:
        box.store("1", "+FLAGS", r"\Deleted")
        box.expunge()
    # when
    said = reconcile(world, expect=65)
    # then
    assert sorted(differences(world)) == ["letter.no-reply", "letter.stuck", "mail.gone",
        "referral.no-letter"]
    for kind in differences(world):
        assert kind in said
    # and told once only
    raised = len(world.gateway.alarms())
    assert raised == 1
    reconcile(world, expect=65)
    assert len(world.gateway.alarms()) == raised


def test_rows_that_do_not_agree_with_each_other_are_named(world, handled):
    rows_that_do_not_agree_are_named(world)


def test_the_daemon_reconciles_by_itself(world, handled):
    # given
    ledger = world.gateway.ledger
    world.servers.put(ADDRESS, a_sealed_form(world, a_form(world)), folder="Handled")
    # when
    world.gateway.start(world.scratch)
    # then
    ledger.wait(lambda: ledger.count("SELECT worked_at FROM duty WHERE name = 'reconcile'"),
        "a reconciliation")
    ledger.wait(lambda: ledger.fates()[1:] == [("held", "mail.found")], "what it found")
    assert world.gateway.stop(world.scratch) == 0
    assert "reconcile" in world.gateway.run("status")


def test_a_running_gateway_has_the_whole_file_looked_at_once_a_day(world, handled):
    # given: a broken reference, which nobody sees who only does his work
    damage(world, "UPDATE event SET mail = 4711 WHERE id = 1")
    # when
    world.gateway.start(world.scratch)
    # then
    until(lambda: "ledger.damaged -" in world.gateway.alarms(), "the alarm")
    world.gateway.ledger.wait(lambda: world.gateway.ledger.count(
        "SELECT count(*) FROM duty WHERE name = 'reconcile' AND hindrance = 'ledger.damaged'"),
        "the duty to say so")
    assert "names one of mail that is not there" in world.gateway.run(
        "ledger", "check", "--pages", expect=65)
    # and whoever can still work does
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 4711/26"))
    world.gateway.ledger.wait(lambda: len(world.gateway.ledger.fates()) == 2
        and world.gateway.ledger.is_at_rest(), "the next one to be handled")
    assert world.gateway.stop(world.scratch) == 0
