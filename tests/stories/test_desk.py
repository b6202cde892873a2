# SPDX-License-Identifier: MIT
"""Stories of the desk: what it decides by signed reply, and at the server."""
import contextlib
import sqlite3
from collections import namedtuple

import pytest

from world.telling import (DESK, MERTON, OFFICER, a_child, a_form, one, only, the_desk_replies,
    the_officer_sends, wandle_works)


Quoted = namedtuple("Quoted", "subject text")


@pytest.fixture
def waiting(world):
    """A case that nobody would receive, and its review letter in the desk's mailbox."""
    the_officer_sends(world, a_form(world, children=[a_child(14, "SE1 7PB", "neglect")]))
    wandle_works(world)
    return one(only(world, DESK, OFFICER)[DESK])


def notices(world, review):
    """What the desk has got since the review."""
    return [letter for letter in world.letters(DESK) if letter.message_id != review.message_id]


def test_the_desk_sends_a_case_on_by_a_signed_reply(world, waiting):
    # when
    the_desk_replies(world, waiting, "SEND merton-mash because the aunt lives in Merton")
    wandle_works(world)
    # then
    found = only(world, DESK, OFFICER, "merton-mash")
    letter = one(found["merton-mash"])
    assert letter.reference == waiting.reference
    assert "the aunt lives in Merton" in letter and "Ruth Marlowe" in letter
    assert "Tilda Zephyrine" in letter
    assert world.gateway.ledger.referrals(waiting.reference) == {"merton-mash": "sent"}
    assert "Merton MASH" in one(notices(world, waiting))


def test_the_desk_decides_against_an_agency(world):
    # given: an agency waits for the desk
    the_officer_sends(world, a_form(world, Level_of_need="2", Agreement_to_help="refused",
        children=[a_child(6, MERTON, "neglect")]))
    wandle_works(world)
    review = one(world.mailboxes()[DESK])
    assert world.gateway.ledger.referrals(review.reference)["early-help"] == "held"
    # when
    the_desk_replies(world, review, "NOT early-help because the school has it in hand")
    wandle_works(world)
    # then
    assert "early-help" not in world.mailboxes()
    assert world.gateway.ledger.referrals(review.reference)["early-help"] == "closed"
    assert "does not get this case" in one(notices(world, review))
    # and nothing waits any longer
    assert review.reference not in world.gateway.run("case", "list")


def test_the_desk_closes_a_case(world, waiting):
    # when
    the_desk_replies(world, waiting, "CLOSE because it is a matter for Southwark, who have it")
    wandle_works(world)
    # then
    only(world, DESK, OFFICER)
    assert world.gateway.ledger.count("SELECT count(*) FROM cases WHERE state = 'closed'") == 1
    assert "nothing waits" in world.gateway.run("case", "list")
    assert "closed" in one(notices(world, waiting))


def test_a_decision_by_a_key_that_may_not_decide_is_none(world, waiting):
    # given: the desk's own mailbox may not decide, an officer may not, nor may a stranger
    the_desk_replies(world, waiting, "SEND merton-mash because I say so", by=DESK)
    the_desk_replies(world, waiting, "SEND merton-mash because I say so", by="pc-whitmore")
    the_desk_replies(world, waiting, "SEND merton-mash because I say so", by="sgt-marlowe",
        signed_by="stranger")
    # when
    wandle_works(world)
    # then
    assert "merton-mash" not in world.mailboxes()
    assert "merton-mash" not in world.gateway.ledger.referrals(waiting.reference)
    assert world.gateway.ledger.count("SELECT count(*) FROM decision") == 0
    assert ("held", "open.unknown-signer") in world.gateway.ledger.fates()


def test_a_decision_for_an_agency_that_there_is_not_is_refused_to_the_one_who_made_it(world,
        waiting):
    # when
    the_desk_replies(world, waiting, "SEND merton-mosh because the aunt lives in Merton")
    wandle_works(world)
    # then
    found = only(world, DESK, OFFICER, "sgt-marlowe")
    assert "Nothing was done" in one(found["sgt-marlowe"])
    assert world.gateway.ledger.fates()[-1] == ("set-aside", "desk.refused")


def test_what_cannot_be_carried_out_is_told_and_changes_nothing(world):
    # given: a case that the hub has, and a mail that is no form
    the_officer_sends(world, a_form(world))
    the_officer_sends(world, "Could somebody ring me about the girl?\n", by="pc-whitmore")
    wandle_works(world)
    found = only(world, "merton-mash", OFFICER, "pc-whitmore", DESK)
    case, formless = one(found["merton-mash"]), one(found[DESK])
    # when
    for letter, line in ((case, "SEND merton-mash because they asked"),
            (case, "NOT merton-mash because the aunt works there"),
            (formless, "SEND merton-mash because they will ring"),
            (Quoted("Re: Review", "a case that I forgot"), "CLOSE because it is done"),
            (Quoted("Re: Review W26-7KQ4M-K", "a slip of the pen"), "CLOSE because it is done")):
        the_desk_replies(world, letter, line)
    wandle_works(world)
    # then: the desk has an answer to each, the one who wrote it where no case was named
    found = only(world, "merton-mash", OFFICER, "pc-whitmore", DESK, "sgt-marlowe")
    assert one(found["merton-mash"]).message_id == case.message_id
    for words, letters in (("already has this case.", found[DESK]),
            ("cannot be called back", found[DESK]), ("Nothing was sent", found[DESK]),
            ("names no case", found["sgt-marlowe"]), ("There is no case", found["sgt-marlowe"])):
        assert len([letter for letter in letters if words in letter]) == 1, words
    assert len(found[DESK]) == 4 and len(found["sgt-marlowe"]) == 2
    assert world.gateway.ledger.referrals(case.reference) == {"merton-mash": "sent"}
    assert formless.reference in world.gateway.run("case", "list")
    # and what is closed is not closed again
    the_desk_replies(world, formless, "CLOSE because she was rung")
    wandle_works(world)
    the_desk_replies(world, formless, "CLOSE because she was rung again")
    wandle_works(world)
    assert len([letter for letter in world.letters(DESK) if "closed already" in letter]) == 1


def test_the_same_reply_twice_is_carried_out_once(world, waiting):
    # given
    mail = the_desk_replies(world, waiting, "SEND merton-mash because the aunt lives in Merton")
    wandle_works(world)
    # when
    world.send("sgt-marlowe", mail)
    wandle_works(world)
    # then
    one(world.mailboxes()["merton-mash"])
    assert world.gateway.ledger.fates()[-1] == ("set-aside", "mail.duplicate")


def test_a_case_is_released_at_the_server_for_a_reason_that_stays_sealed(world, waiting):
    # when
    world.gateway.run("case", "release", waiting.reference, "--send", "merton-mash",
        data=b"Ruth has spoken with Larkspur Mews\n")
    wandle_works(world)
    # then
    letter = one(world.mailboxes()["merton-mash"])
    assert letter.reference == waiting.reference and "Ruth has spoken" in letter
    shown = world.gateway.run("case", "show", waiting.reference)
    assert "Ruth has spoken" not in shown and "merton-mash" in shown
    assert "Merton MASH" in one(notices(world, waiting))


@pytest.mark.parametrize("how, state", [(["--not", "early-help"], "open"), (["--close"], "closed")],
    ids=["not", "close"])
def test_what_waits_is_ended_at_the_server_too(world, how, state):
    # given
    the_officer_sends(world, a_form(world, Level_of_need="2", Agreement_to_help="refused",
        children=[a_child(6, MERTON, "neglect")]))
    wandle_works(world)
    review = one(only(world, DESK, OFFICER)[DESK])
    # when
    world.gateway.run("case", "release", review.reference, *how, data=b"Ruth has it in hand\n")
    wandle_works(world)
    # then
    found = only(world, DESK, OFFICER)
    ledger = world.gateway.ledger
    assert ledger.referrals(review.reference) == {"early-help": "closed"}
    assert ledger.ask("SELECT state FROM cases") == [{"state": state}]
    assert "nothing waits" in world.gateway.run("case", "list")
    assert len(found[DESK]) == 2 and one(notices(world, review)).reference == review.reference


def test_a_release_without_a_reason_is_refused(world, waiting):
    # when
    world.gateway.run("case", "release", waiting.reference, "--close", data=b"\n", expect=66)
    # then
    assert "reason" in world.gateway.said
    # nor one to an agency that is not there
    world.gateway.run("case", "release", waiting.reference, "--send", "phoneix", expect=64)
    assert "did you mean `phoenix`?" in world.gateway.said
    assert world.gateway.ledger.count("SELECT count(*) FROM decision") == 0


def add_cases(path, count):
    """Copies of the first mail and its case, under other numbers."""
    with contextlib.closing(sqlite3.connect(path)) as ledger, ledger:
        ledger.row_factory = sqlite3.Row
        for table in "mail", "cases":
            first = dict(ledger.execute(f"SELECT * FROM {table}").fetchone())
            for number in range(1, count + 1):
                row = first | {"id": first["id"] + number, "reference": f"W20-{number}"}
                row |= {"uid": first["uid"] + number} if table == "mail" else {
                    "mail": first["mail"] + number}
                ledger.execute(f"INSERT INTO {table} ({', '.join(row)})"
                    f" VALUES ({', '.join('?' * len(row))})", tuple(row.values()))


def test_every_case_that_waits_is_listed_however_many_there_are(world, waiting):
    # given
    add_cases(world.gateway.ledger.path, 2500)
    # when
    lines = world.gateway.run("case", "list").splitlines()[1:]
    # then: each once, the newest first
    assert [line.split()[0] for line in lines] == [
        *(f"W20-{number}" for number in range(2500, 0, -1)), waiting.reference]
