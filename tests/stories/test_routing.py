# SPDX-License-Identifier: MIT
"""Stories of who gets what: children, ages, places, hours, conflicts, agreement."""
from world.form import born
from world.telling import (DESK, MERTON, OFFICER, SUTTON, WANDSWORTH, a_child, a_form, an_adult,
    one, only, the_desk_replies, the_officer_sends, wandle_works)


def test_two_children_in_one_form_go_to_two_agencies_with_different_fields(world):
    # given: a sister in Merton, and a half-brother who lives in Sutton
    form = a_form(world, children=[
        a_child(14, MERTON, "neglect", GP="Dr Ash, Wimbledon"),
        a_child(6, SUTTON, "neglect", First_names="Odo Marmaduke", Home_address="8 Brook Lane")],
        adults=[an_adult()])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = only(world, "merton-mash", "sutton-mash", OFFICER)
    merton, sutton = one(found["merton-mash"]), one(found["sutton-mash"])
    assert "Tilda Zephyrine" in merton and "Odo Marmaduke" not in merton
    assert "Odo Marmaduke" in sutton and "Tilda Zephyrine" not in sutton
    assert "Dr Ash" in merton and "Dr Ash" not in sutton
    assert "8 Brook Lane" in sutton and "3 Larkspur Mews" not in sutton
    receipt = one(found[OFFICER])
    assert merton.reference == sutton.reference == receipt.reference
    assert "Merton MASH" in receipt and "Sutton MASH" in receipt


def test_a_block_of_the_form_left_blank_keeps_the_numbers_of_the_others(world):
    # given: the officer begins at the second block, and one child's age is not known
    form = a_form(world, children=[{}, a_child("not known", concerns="child drug misuse"),
        a_child(12, First_names="Odo Marmaduke", concerns="child drug misuse")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then: all letters count as the form does
    found = world.mailboxes()
    merton = one(found["merton-mash"])
    assert merton.text.index("CHILD 2") < merton.text.index("Tilda") < merton.text.index(
        "CHILD 3") < merton.text.index("Odo Marmaduke")
    assert [child["number"] for child in merton.referral["children"]] == [2, 3]
    ours = one(found[DESK]).text.split("THE MAIL, AS IT WAS OPENED")[0].lower()
    assert "child 2" in ours and "child 3" in ours
    assert "child 1" not in merton.text.lower() + ours
    assert "child 1" not in one(found[OFFICER]).text.lower()


def test_an_agency_gets_no_field_that_its_entry_does_not_name(world):
    # given: school nursing may have health and school, and neither addresses nor the free text
    form = a_form(world, children=[a_child(12, MERTON, "child physical disability or illness",
        GP="Dr Ash, Wimbledon", School_or_nursery="Rutlish Park School",
        School_postcode=MERTON)])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = only(world, "merton-mash", "merton-school-nursing", OFFICER)
    nursing = one(found["merton-school-nursing"])
    assert "3 Larkspur Mews" in one(found["merton-mash"])
    assert "Dr Ash" in nursing and "Rutlish Park School" in nursing
    assert "Larkspur Mews" not in nursing and MERTON not in nursing.text.split("School")[0]
    assert "marmalade skies" not in nursing


def test_an_unknown_date_of_birth_that_would_decide_waits_with_its_question(world):
    # given: Phoenix takes nine to eighteen year olds
    form = a_form(world, children=[a_child("not known", concerns="child drug misuse")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then: who is certain gets theirs at once, and the desk has the question
    found = only(world, "merton-mash", DESK, OFFICER)
    assert "Tilda Zephyrine" in one(found["merton-mash"])
    review = one(found[DESK])
    assert "Phoenix" in review and "age" in review
    assert world.gateway.ledger.referrals(review.reference)["phoenix"] == "held"
    assert review.reference in world.gateway.run("case", "list")
    assert "Waiting" in one(found[OFFICER])


def test_a_case_that_nobody_would_receive_waits_at_the_desk(world):
    # given: a family far from here
    form = a_form(world, children=[a_child(14, "SE1 7PB", "neglect")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = only(world, DESK, OFFICER)
    review = one(found[DESK])
    assert world.gateway.ledger.fates() == [("held", "route.nobody")]
    assert review.reference in world.gateway.run("case", "list")
    assert "Tilda Zephyrine" in review


def test_a_child_that_nobody_would_receive_waits_while_its_sibling_goes_at_once(world):
    # given: the younger lives far from here
    form = a_form(world, children=[a_child(14, "SW19 7NB", "neglect"), a_child(9, "M1 1AE", "neglect")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = only(world, "merton-mash", DESK, OFFICER)
    review, receipt = one(found[DESK]), one(found[OFFICER])
    assert world.gateway.ledger.fates() == [("held", "route.nobody")]
    assert world.gateway.ledger.referrals(review.reference) == {"merton-mash": "sent"}
    assert "Child 2 goes to nobody." in review and "No service yet: child 2." in receipt
    # when: the desk finds that the same agency may have it
    the_desk_replies(world, review, "SEND merton-mash because they know the family")
    wandle_works(world)
    # then
    assert len(world.letters("merton-mash")) == 2


def test_red_goes_to_the_hub_at_once_and_raises_the_alarm(new_world):
    # given
    world = new_world(activate=False)
    world.gateway.edit_agency("merton-mash", "hours", "{always: yes}")
    world.gateway.activate()
    # when
    the_officer_sends(world, a_form(world, Immediate_danger="yes", Level_of_need="4",
        Agreement_to_help="not sought"))
    wandle_works(world)
    # then
    found = world.mailboxes()
    assert "RED" in one(found["merton-mash"]).text.upper()
    assert "merton-edt" not in found
    assert world.gateway.alarms() == [f"duty-phone {one(found[OFFICER]).reference}"]


def test_red_out_of_hours_goes_to_the_emergency_duty_team(new_world):
    # given: the hub works on one day of the week, and that is not today
    world = new_world(activate=False)
    world.gateway.close_today("merton-mash")
    world.gateway.activate()
    # when
    the_officer_sends(world, a_form(world, Immediate_danger="yes", Level_of_need="4"))
    wandle_works(world)
    # then
    found = world.mailboxes()
    assert one(found["merton-edt"]).reference == one(found[OFFICER]).reference
    assert "Tilda Zephyrine" in one(found["merton-edt"])


def test_what_a_rule_proposes_goes_out_at_one_word_of_the_desk(world):
    # given: Phoenix is proposed for a fourteen year old who takes drugs
    the_officer_sends(world, a_form(world, children=[a_child(14, MERTON, "child drug misuse")]))
    wandle_works(world)
    found = only(world, "merton-mash", DESK, OFFICER)
    review = one(found[DESK])
    assert "Phoenix" in review
    # when
    the_desk_replies(world, review, "SEND phoenix because he wants to go")
    wandle_works(world)
    # then: Phoenix has its letter, and the hub has no second one
    found = world.mailboxes()
    letter = one(found["phoenix"])
    assert letter.reference == one(found["merton-mash"]).reference
    assert "he wants to go" in letter and "Tilda Zephyrine" in letter


def test_no_referral_goes_where_a_parent_works(world):
    # given
    form = a_form(world, children=[a_child(14, MERTON, "child drug misuse")],
        adults=[an_adult(Works_for="Phoenix Wimbledon")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = only(world, "merton-mash", OFFICER)
    reference = one(found[OFFICER]).reference
    assert world.gateway.ledger.referrals(reference)["phoenix"] == "closed"
    # and the desk cannot send it there either
    world.gateway.run("case", "release", reference, "--send", "phoenix", data=b"we must\n")
    wandle_works(world)
    assert "phoenix" not in world.mailboxes()
    assert "forbids" in one(world.mailboxes()[DESK])


def test_the_desk_sends_nothing_where_a_parent_works_though_no_rule_names_it(world):
    # given: neglect is nothing that a rule sends to Phoenix
    form = a_form(world, children=[a_child(14, MERTON, "neglect")],
        adults=[an_adult(Works_for="Phoenix Wimbledon")])
    the_officer_sends(world, form)
    wandle_works(world)
    reference = one(only(world, "merton-mash", OFFICER)[OFFICER]).reference
    # when
    world.gateway.run("case", "release", reference, "--send", "phoenix", data=b"we must\n")
    wandle_works(world)
    # then
    found = only(world, "merton-mash", OFFICER, DESK)
    assert "works-there" in one(found[DESK])
    # and to another agency it can
    world.gateway.run("case", "release", reference, "--send", "early-help", data=b"they know her\n")
    wandle_works(world)
    assert "early-help" in world.mailboxes()


def test_a_missing_agreement_holds_the_voluntary_service_only(world):
    # given: level 2 in Merton is for early help, and needs agreement; the school nurse does not
    form = a_form(world, Level_of_need="2", Agreement_to_help="refused", children=[
        a_child(12, MERTON, "child physical disability or illness",
            School_or_nursery="Rutlish Park School", School_postcode=MERTON)])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = world.mailboxes()
    assert "early-help" not in found
    review = one(found[DESK])
    assert "early help" in review and "agreement" in review
    assert world.gateway.ledger.referrals(review.reference)["early-help"] == "held"
    # and when the desk finds a reason
    the_desk_replies(world, review, "SEND early-help because the mother has agreed by telephone")
    wandle_works(world)
    # then
    letter = one(world.mailboxes()["early-help"])
    assert "agreed by telephone" in letter and letter.reference == review.reference


def test_a_neighbouring_borough_gets_its_own_child(world):
    # given
    form = a_form(world, children=[a_child(4, WANDSWORTH, "neglect")])
    # when
    the_officer_sends(world, form)
    wandle_works(world)
    # then
    found = only(world, "wandsworth-mash", OFFICER)
    assert "Tilda Zephyrine" in one(found["wandsworth-mash"])


def test_age_is_counted_on_the_calendar_of_london(world):
    # given: eighteen tomorrow is seventeen today
    form = a_form(world, children=[a_child(born(18, -1), MERTON, "neglect")])
    # when
    said = explain(world, form)
    # then
    assert "merton-mash" in said.split("Every rule")[0]
    # and given eighteen today
    form = a_form(world, children=[a_child(born(18), MERTON, "neglect")])
    # then
    assert "merton-mash" not in explain(world, form).split("Every rule")[0]


def explain(world, form):
    path = world.scratch.folder / "form.txt"
    path.write_text(form)
    return world.gateway.run("explain", path)
