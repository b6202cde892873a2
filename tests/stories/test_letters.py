# SPDX-License-Identifier: MIT
"""Stories of what letters say, and of letters that cannot be sealed."""
import pytest

from world.people import Gpg
from world.telling import (DESK, MERTON, OFFICER, SUTTON, a_child, a_form, a_sealed_form, one,
    only, the_desk_replies, the_officer_sends, wandle_works)


def test_the_officer_is_asked_for_everything_at_once(world):
    # given: nothing is compulsory, and much is missing or unclear
    form = a_form(world, Level_of_need="", Agreement_to_help="", What_happened="",
        Immediate_danger="perhaps", Your_telephone="", children=[
            a_child("31/02/2012", "", "drugs", Where_the_child_is_now="")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then: the referral waits for no blank line, and one letter asks for all of it
    found = world.mailboxes()
    ask = one(found[OFFICER])
    for asked in ("31/02/2012", "Level of need", "Agreement", "What happened", "perhaps",
            "telephone", "postcode", "drugs", "now"):
        assert asked.casefold() in ask.text.casefold(), asked
    assert set(found) != {OFFICER}, "somebody has the case"


def lapsed(new_world, people):
    people.add("mash-expired", "mash@merton-children.example", made_at="20200101T000000",
        expires="2021-01-01")
    return new_world(keys={"merton-mash": "mash-expired"})


def revoked(new_world, _):
    return new_world(revoked=["merton-mash"])


def missing(new_world, people, imported=False):
    """The directory pins a key that our keyring does not have; or has, and nobody certified it."""
    world = new_world(activate=False)
    world.gateway.edit("rules/agencies.yaml",
        (people["merton-mash"].fingerprint, people["stranger"].fingerprint))
    if imported:
        own = Gpg(world.gateway.folder / "gnupg")
        own("--import", data=people["stranger"].public)
        own.stop()
    world.gateway.activate()
    return world


def uncertified(new_world, people):
    return missing(new_world, people, imported=True)


def past_its_pin(new_world, people):
    """The key is good, but who reads with it has left: its last day in the directory is over."""
    world = new_world(activate=False)
    owner = f"{people['merton-mash'].fingerprint}\n        owner: MASH front door team\n"
    world.gateway.edit("rules/agencies.yaml",
        (f"{owner}        until: 2027-12-31", f"{owner}        until: 2025-12-31"))
    world.gateway.activate()
    return world


@pytest.mark.parametrize("given, said", [(lapsed, "expired"), (revoked, "revoked"),
    (missing, "missing"), (uncertified, "uncertified"), (past_its_pin, "expired")],
    ids=lambda value: getattr(value, "__name__", ""))
def test_an_agency_whose_key_is_not_usable_waits_and_the_others_get_theirs(new_world, people,
        given, said):
    # given
    world = given(new_world, people)
    form = a_form(world, children=[a_child(12, MERTON, "child physical disability or illness",
        School_or_nursery="Rutlish Park School", School_postcode=MERTON)])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = only(world, DESK, OFFICER, "merton-school-nursing")
    review = one(found[DESK])
    assert "Merton MASH" in review and said in review
    assert "Tilda Zephyrine" in one(found["merton-school-nursing"])
    assert "Merton MASH" in one(found[OFFICER])
    ledger = world.gateway.ledger
    assert ledger.referrals(review.reference) == {"merton-mash": "held",
        "merton-school-nursing": "sent"}
    assert ledger.ask("SELECT code FROM referral WHERE agency = 'merton-mash'") == [
        {"code": f"key.{said}"}]
    assert review.reference in world.gateway.run("case", "list")
    # and the word of the desk is no way round it
    the_desk_replies(world, review, "SEND merton-mash because they have to know")
    wandle_works(world)
    assert "merton-mash" not in world.mailboxes()
    assert f"still waits (key.{said})" in world.letters(DESK)[-1]
    assert ledger.referrals(review.reference)["merton-mash"] == "held"


def test_a_referral_that_waited_for_a_key_goes_once_the_key_is_there(new_world, people):
    # given
    world = missing(new_world, people)
    the_officer_sends(world, a_form(world))
    wandle_works(world)
    review = one(only(world, DESK, OFFICER)[DESK])
    # when
    world.gateway.edit("rules/agencies.yaml",
        (people["stranger"].fingerprint, people["merton-mash"].fingerprint))
    world.gateway.run("rules", "activate")
    the_desk_replies(world, review, "SEND merton-mash because their new key is there")
    wandle_works(world)
    # then
    letter = one(world.mailboxes()["merton-mash"])
    assert letter.reference == review.reference and "Tilda Zephyrine" in letter


def test_a_desk_that_no_letter_can_be_sealed_for_is_alarmed(new_world):
    # given: something waits for a person, and the key of the desk has been revoked
    world = new_world(revoked=[DESK])
    the_officer_sends(world, a_form(world, children=[a_child(14, "SE1 7PB", "neglect")]))
    # when
    wandle_works(world)
    # then
    found = only(world, OFFICER)
    reference = one(found[OFFICER]).reference
    assert world.gateway.ledger.fates() == [("held", "route.nobody")]
    assert reference in world.gateway.run("case", "list")
    assert f"desk.unreachable {reference}" in world.gateway.alarms()


def test_attachments_go_only_to_those_who_may_have_them(world):
    # given: the hub may, the school nurse may not
    form = a_form(world, children=[a_child(12, MERTON, "child physical disability or illness",
        School_or_nursery="Rutlish Park School", School_postcode=MERTON)])
    mail = a_sealed_form(world, form, attachments=[("bruise.jpg", b"\xff\xd8 not a real picture")])
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    found = world.mailboxes()
    assert b"\xff\xd8 not a real picture" in one(found["merton-mash"]).attachments.values()
    assert not one(found["merton-school-nursing"]).attachments


def test_every_letter_has_a_text_for_people_and_a_record_for_machines(world):
    # given
    form = a_form(world, children=[a_child(14, MERTON, "neglect")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    letter = one(world.mailboxes()["merton-mash"])
    assert letter.text.startswith("Subject:")
    assert letter.reference in letter.text and letter.referral is not None
    assert "Quillfeather" in str(letter.referral)
    assert "020 7946" in letter.text, "who to call"


def test_a_refuge_address_and_an_unnamed_source_go_to_nobody_who_was_not_given_them(world):
    # given
    form = a_form(world, children=[a_child(14, MERTON, "neglect",
        Refuge_or_foster_address="Primrose House, 9 Tern Walk")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = world.mailboxes()
    for name, letters in found.items():
        for letter in letters:
            assert name == DESK or "Primrose House" not in letter, name


def test_free_text_that_names_a_sibling_waits_and_the_desk_sends_the_rest(world):
    # given: a sister in Merton, a half-brother in Sutton, and words that name him
    form = a_form(world, What_happened="Odo hid behind the marmalade jars.", children=[
        a_child(14, MERTON, "neglect", Postcode_of_that_place=MERTON),
        a_child(6, SUTTON, "neglect", First_names="Odo Marmaduke", Home_address="8 Brook Lane",
            Postcode_of_that_place=SUTTON)])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then: his own borough has it, hers waits
    found = only(world, "sutton-mash", DESK, OFFICER)
    assert "marmalade jars" in one(found["sutton-mash"])
    review = one(found[DESK])
    assert "letter.withheld" in review
    assert world.gateway.ledger.referrals(review.reference)["merton-mash"] == "held"
    # and when the desk sends it all the same
    the_desk_replies(world, review, "SEND merton-mash because they will telephone for the rest")
    wandle_works(world)
    # then
    letter = one(world.mailboxes()["merton-mash"])
    assert "Tilda Zephyrine" in letter and "telephone for the rest" in letter
    assert "Odo" not in letter and "marmalade jars" not in letter
    assert "left out" in letter


def test_red_goes_at_once_without_the_free_text_that_names_a_sibling(world):
    # given
    form = a_form(world, Immediate_danger="yes", Level_of_need="4",
        What_happened="Tilda hid behind the marmalade jars.", children=[
            a_child(14, MERTON, "neglect", Postcode_of_that_place=MERTON),
            a_child(6, SUTTON, "neglect", First_names="Odo Marmaduke",
                Home_address="8 Brook Lane", Postcode_of_that_place=SUTTON)])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then: nothing waits for a person, and the desk is told what was left out
    found = world.mailboxes()
    sutton = one(found["sutton-mash"])
    assert "Odo Marmaduke" in sutton and "left out" in sutton
    assert "Tilda" not in sutton and "marmalade jars" not in sutton
    assert any("letter.withheld" in letter and "Sutton MASH" in letter for letter in found[DESK])
