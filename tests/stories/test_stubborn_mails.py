# SPDX-License-Identifier: MIT
"""Stories of a mail that the server will not hand out or file, and of the mails behind it."""
import pytest

from world.between import DROP, Between
from world.gateway import ADDRESS
from world.telling import (DESK, OFFICER, a_form, a_sealed_form, one, the_officer_sends,
    wandle_works)


def through(world, line):
    """Wandle talks to Dovecot through this line from now on, and has little patience."""
    world.gateway.edit("wandle.yaml", (f"server: imaps://localhost:{world.servers.ports.imaps}",
        f"server: imap://localhost:{line.port}\n  encryption: none, this is loopback\n  timeout_seconds: 3"))


def asks_for(uid, command):
    return f"UID FETCH {uid} " in command and "BODY.PEEK[]" in command


@pytest.mark.parametrize("answer", [DROP, "TAG NO [SERVERBUG] cannot read it", "* OK one moment"],
    ids=["cut off", "refused", "silence"])
def test_a_mail_that_is_never_handed_out_holds_up_no_other(world, answer):
    # given
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 1/26"), by="pc-whitmore")
    the_officer_sends(world, a_form(world))
    ill = True
    with Between(world.servers, lambda said: answer if ill and asks_for(1, said) else None) as line:
        through(world, line)
        # when
        wandle_works(world)
        # then
        assert sorted(world.gateway.ledger.fates()) == [("held", "mail.unfetchable"),
            ("sorted", "sort.concern")]
        found = world.mailboxes()
        assert one(found["merton-mash"]) and one(found[OFFICER]) and "pc-whitmore" not in found
        assert any("does not hand out" in letter for letter in found[DESK])
        # and it is where it was, for a person to look at
        assert len(world.inbox()) == 1 and len(world.handled()) == 1
        # when the server hands it out after all, then it is a mail like any other, and nobody need look
        ill = False
        wandle_works(world)
    assert sorted(world.gateway.ledger.fates()) == [("sorted", "mail.fetched"), ("sorted", "sort.concern"),
        ("sorted", "sort.concern")]
    assert world.inbox() == [] and one(world.mailboxes()["pc-whitmore"])
    assert not world.gateway.ledger.count("SELECT count(*) FROM cases WHERE waits")


def test_an_outage_counts_against_no_mail(world):
    # given: the server has handed mail out, and lists two more
    the_officer_sends(world, a_form(world))
    wandle_works(world)
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 1/26"))
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 2/26"))
    # when: it hands out none at all, for more tries than a mail has
    ill = True
    with Between(world.servers,
            lambda said: DROP if ill and "BODY.PEEK[]" in said else None) as line:
        through(world, line)
        for _ in range(4):
            world.gateway.run("run", "--once", expect=None)
            assert len(world.gateway.ledger.fates()) == 1
        ill = False
        wandle_works(world)
    # then
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern")] * 3
    assert world.inbox() == [] and len(world.mailboxes()["merton-mash"]) == 3


def test_a_mail_whose_fetch_is_cut_off_twice_is_read_at_the_third_try(world):
    # given
    left = [DROP, DROP]
    the_officer_sends(world, a_form(world))
    with Between(world.servers,
            lambda said: left.pop() if left and asks_for(1, said) else None) as line:
        through(world, line)
        # when
        wandle_works(world)
    # then
    assert not left and world.gateway.ledger.fates() == [("sorted", "sort.concern")]
    assert one(world.mailboxes()["merton-mash"])


def test_a_mail_that_was_copied_before_the_line_broke_is_not_copied_again(world):
    # given: a server without MOVE, and one mail in Handled that only looks like the one to come
    left = [DROP]
    mail = a_sealed_form(world, a_form(world)).as_bytes()
    at = '"01-Nov-2026 10:20:30 +0000"'
    world.servers.put(ADDRESS, mail, arrived_at=at)
    world.servers.put(ADDRESS, mail[:-3] + b"x" + mail[-2:], "Handled", arrived_at=at)
    # when: the line breaks between COPY and STORE, and Wandle comes back
    with Between(world.servers, lambda said: left.pop() if left and "UID STORE" in said else None,
            hides=["MOVE"]) as line:
        through(world, line)
        world.gateway.run("run", "--once", expect=None)
        assert not left and len(world.handled()) == 2 and len(world.inbox()) == 1
        wandle_works(world)
    # then
    assert world.inbox() == [] and len(world.handled()) == 2
    assert ("sorted", "sort.concern") in world.gateway.ledger.fates()
    assert one(world.mailboxes()["merton-mash"])


def test_new_mail_does_not_wait_for_what_the_server_will_not_file(world):
    # given: the folder for what is handled is full
    ledger = world.gateway.ledger
    with Between(world.servers,
            lambda said: "TAG NO [OVERQUOTA] full" if "UID MOVE" in said else None) as line:
        through(world, line)
        world.gateway.start(world.scratch)
        # when
        for number in range(1, 8):
            the_officer_sends(world, a_form(world, Your_reference=f"MERLIN {number}/26"))
            ledger.wait(lambda: len(ledger.references()) == number and ledger.is_at_rest(),
                f"case {number}")
        # then: the operator hears of it otherwise than by mail
        ledger.wait(lambda: any("inbox.not-filed" in alarm for alarm in world.gateway.alarms()),
            "the alarm")
        assert world.gateway.stop(world.scratch) == 0
    assert ledger.count("SELECT hindrance FROM duty WHERE name = 'receive'") == "inbox.not-filed"
    world.servers.settle()
    assert len(world.mailboxes()["merton-mash"]) == 7 and len(world.inbox()) == 7
