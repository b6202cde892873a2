# SPDX-License-Identifier: MIT
"""
Which rules decide, and which letters are written: activated, approved by a second person, rolled back,
and never by another way.
"""
import contextlib
import getpass
import json
import re
import signal
import sqlite3
from email.utils import make_msgid

import pytest

from world import mails
from world.gateway import ADDRESS
from world.scratch import until
from world.telling import (DESK, OFFICER, SUTTON, a_child, a_form, one, the_desk_replies,
    the_officer_sends, wandle_works)

NOT_ALLOWED, BAD_INPUT, BAD_SETTINGS = 77, 65, 78
APPROVER = "sw-banerjee"


def edit_rules(world):
    """A change of the rules that fits."""
    world.gateway.edit("rules/routing.yaml", ("\n  to: [merton-mash]", "\n  to: [merton-mash, merton-camhs]"))


def active(world):
    return str((world.gateway.folder / "state/active-rules/current").readlink())


def let_approve(world, person=APPROVER, user="ishaan"):
    address = world.addresses[person]
    world.gateway.edit("rules/desk.yaml",
        (f"      address: {address}\n", f"      address: {address}\n      approves: yes\n      user: {user}\n"))


def sign(world, by, text, signed=None):
    """The file of a detached signature over what is to be approved."""
    path = world.scratch.folder / "approval.asc"
    path.write_bytes(world.people[by].sign((signed or text).encode()))
    return path


@pytest.fixture
def guarded(new_world):
    """A world where a second person must agree, and where sw-banerjee is the one."""
    world = new_world(activate=False)
    let_approve(world)
    world.gateway.activate()
    world.gateway.settings.write_text(
        world.gateway.settings.read_text() + "activation:\n  second_person: yes\n")
    edit_rules(world)
    return world


def test_rules_that_leave_a_case_with_nobody_are_not_activated(world):
    # given: no amber case of no agency's waits at the desk any longer
    before = active(world)
    world.gateway.edit("rules/routing.yaml", ("to_desk: [amber]", "to_desk: []"))
    # when
    said = world.gateway.run("rules", "activate", expect=BAD_INPUT)
    # then: the concern that shows it is there, and the old rules go on
    assert "error:" in said and "given:" in said
    assert "--despite-errors" in world.gateway.said
    assert active(world) == before
    # and somebody who knows better can have them
    world.gateway.run("rules", "activate", "--despite-errors")
    assert active(world) != before
    assert "with --despite-errors" in world.gateway.run("rules", "history").splitlines()[0]


def test_history_says_who_changed_which_rules_and_rollback_brings_the_old_ones_back(world):
    old = active(world)
    edit_rules(world)
    world.gateway.run("rules", "activate")
    new = active(world)
    assert new != old
    said = world.gateway.run("rules", "history").splitlines()
    assert len(said) == 2 and said[0].startswith("*")
    assert f"{new[:12]} instead of {old[:12]}, by {getpass.getuser()}" in said[0]

    world.gateway.run("rules", "rollback")
    assert active(world) == old
    # and forward again, by the beginning of the hash
    world.gateway.run("rules", "rollback", new[:8])
    assert active(world) == new
    history = world.gateway.run("rules", "history")
    assert re.findall(r"\d\d:\d\d  ([0-9a-f]{12})", history) == [new[:12], old[:12], new[:12], old[:12]]
    world.gateway.run("check", "--active")
    world.gateway.run("rules", "rollback", "123456", expect=BAD_INPUT)
    assert "no rule set" in world.gateway.said


def test_a_damaged_set_is_put_right_from_the_ledger(world):
    current = world.gateway.folder / "state/active-rules/current"
    good = (current / "routing.yaml").read_text()
    (current / "routing.yaml").write_text(good + "# edited in place\n")
    world.gateway.run("check", "--active", expect=BAD_SETTINGS)
    world.gateway.run("rules", "rollback", active(world))
    assert (current / "routing.yaml").read_text() == good
    world.gateway.run("check", "--active")


def test_letters_are_activated_with_the_rules(world):
    letter, first = world.gateway.folder / "templates/receipt.txt", active(world)
    shipped, form = letter.read_text(), a_form(world)
    letter.write_text(f"{shipped}\nIt is the second.\n")
    # what is edited is in no letter before it is activated
    the_officer_sends(world, form)
    wandle_works(world)
    assert "It is the second." not in one(world.letters(OFFICER))
    assert "the letters differ: templates/receipt.txt\n" in world.gateway.run("rules", "diff")
    world.gateway.run("rules", "activate", "--despite-errors")
    second, current = active(world), world.gateway.folder / "state/active-rules/current"
    assert second != first and (current / "templates/receipt.txt").read_text() == letter.read_text()
    letter.write_text("{{no such thing}}")
    the_officer_sends(world, form)
    wandle_works(world)
    assert "It is the second." in world.letters(OFFICER)[-1]
    # and what the ledger keeps brings them back, also where somebody edited what is active
    world.gateway.run("rules", "rollback")
    assert active(world) == first and (current / "templates/receipt.txt").read_text() == shipped
    (current / "templates/receipt.txt").write_text("edited in place")
    world.gateway.run("check", "--active", expect=BAD_SETTINGS)
    world.gateway.run("rules", "rollback", first)
    assert (current / "templates/receipt.txt").read_text() == shipped
    world.gateway.run("check", "--active")


def test_a_link_to_rules_that_nobody_activated_decides_nothing(world):
    old = active(world)
    edit_rules(world)
    world.gateway.run("rules", "activate")
    new = active(world)
    world.gateway.run("rules", "rollback")
    # the newer set is whole and lies there, but what was activated last is the old one
    current = world.gateway.folder / "state/active-rules/current"
    current.unlink()
    current.symlink_to(new)
    world.gateway.run("check", "--active", expect=BAD_SETTINGS)
    assert "not those that were activated" in world.gateway.said and old[:12] in world.gateway.said
    the_officer_sends(world, a_form(world))
    world.gateway.run("run", "--once", expect=BAD_SETTINGS)
    assert world.gateway.ledger.count("SELECT count(*) FROM cases") == 0
    world.gateway.run("rules", "rollback", old)
    wandle_works(world)
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern")]


def test_without_a_second_person_nothing_is_activated(guarded):
    old = active(guarded)
    guarded.gateway.run("rules", "activate", expect=NOT_ALLOWED)
    assert "second person" in guarded.gateway.said and active(guarded) == old
    # what decides already may be put right by one alone
    guarded.gateway.run("rules", "rollback", old)


def test_a_second_person_lets_one_change_happen_and_only_that_one(guarded):
    old = active(guarded)
    text = guarded.gateway.run("rules", "approval")
    assert f"from:    {old}" in text and "concerns@wimbledon-desk.example" in text
    path = sign(guarded, APPROVER, text)
    said = guarded.gateway.run("rules", "activate", "--approved-by", path)
    new = active(guarded)
    assert f"to:      {new}" in text and f"approved by {APPROVER}" in said
    assert f"approved by {APPROVER} ({guarded.people[APPROVER].fingerprint})" in \
        guarded.gateway.run("rules", "history").splitlines()[0]
    # back takes another signature, and forth again a third: the first is spent
    guarded.gateway.run("rules", "rollback", expect=NOT_ALLOWED)
    back = sign(guarded, APPROVER, guarded.gateway.run("rules", "approval", old))
    guarded.gateway.run("rules", "rollback", "--approved-by", back)
    assert active(guarded) == old
    path = sign(guarded, APPROVER, text)
    guarded.gateway.run("rules", "activate", "--approved-by", path, expect=BAD_INPUT)
    assert "does not fit" in guarded.gateway.said and active(guarded) == old


@pytest.mark.parametrize("by, why", [
    ("stranger", "does not know"),
    ("gateway", "signed it itself"),
    ("sgt-marlowe", "approves nothing"),
    ("merton-mash", "approves nothing"),
])
def test_a_signature_by_somebody_who_does_not_approve_is_refused(guarded, by, why):
    old = active(guarded)
    path = sign(guarded, by, guarded.gateway.run("rules", "approval"))
    guarded.gateway.run("rules", "activate", "--approved-by", path, expect=BAD_INPUT)
    assert why in guarded.gateway.said and active(guarded) == old


def test_a_letter_takes_a_second_person_as_well(guarded):
    old = active(guarded)
    path = sign(guarded, APPROVER, guarded.gateway.run("rules", "approval"))
    guarded.gateway.edit("templates/receipt.txt", ("Reference:", "Your reference:"))
    guarded.gateway.run("rules", "activate", "--approved-by", path, expect=BAD_INPUT)
    assert "does not fit" in guarded.gateway.said and active(guarded) == old


def test_a_signature_over_another_set_is_refused(guarded):
    old = active(guarded)
    path = sign(guarded, APPROVER, guarded.gateway.run("rules", "approval"))
    guarded.gateway.edit("rules/routing.yaml", ("merton-mash, merton-camhs]", "merton-camhs]"))
    guarded.gateway.run("rules", "activate", "--approved-by", path, expect=BAD_INPUT)
    assert "does not fit" in guarded.gateway.said and active(guarded) == old
    # nor is what is no signature
    path.write_text("yes, I agree\n")
    guarded.gateway.run("rules", "activate", "--approved-by", path, expect=BAD_INPUT)
    assert "no signature" in guarded.gateway.said and active(guarded) == old


def test_who_activates_cannot_approve(new_world):
    world = new_world(activate=False)
    let_approve(world, user=getpass.getuser())
    world.gateway.activate()
    world.gateway.settings.write_text(
        world.gateway.settings.read_text() + "activation:\n  second_person: yes\n")
    edit_rules(world)
    path = sign(world, APPROVER, world.gateway.run("rules", "approval"))
    world.gateway.run("rules", "activate", "--approved-by", path, expect=BAD_INPUT)
    assert "second person" in world.gateway.said
    assert len(world.gateway.run("rules", "history").splitlines()) == 1


def test_sudo_does_not_hide_who_activates(guarded):
    old = active(guarded)
    path = sign(guarded, APPROVER, guarded.gateway.run("rules", "approval"))
    guarded.gateway.run("rules", "activate", "--approved-by", path, expect=BAD_INPUT, SUDO_USER="ishaan")
    assert "second person" in guarded.gateway.said and active(guarded) == old
    guarded.gateway.run("rules", "activate", "--approved-by", path, SUDO_USER="ruth")
    assert re.search(r"by \w+, ruth, approved by", guarded.gateway.run("rules", "history"))


def test_new_rules_cannot_name_their_own_approver(guarded):
    old = active(guarded)
    let_approve(guarded, "sgt-marlowe", "ruth")
    path = sign(guarded, "sgt-marlowe", guarded.gateway.run("rules", "approval"))
    guarded.gateway.run("rules", "activate", "--approved-by", path, expect=BAD_INPUT)
    assert "approves nothing" in guarded.gateway.said and active(guarded) == old


def test_rules_that_name_no_approver_are_refused_where_one_is_needed(guarded):
    guarded.gateway.edit("rules/desk.yaml", ("      approves: yes\n", ""))
    guarded.gateway.run("check", expect=BAD_SETTINGS)
    assert "nobody here approves" in guarded.gateway.said


# --- what would go another way ---------------------------------------------------------------------

def test_diff_decides_stored_cases_again_and_sends_nothing(world):
    the_officer_sends(world, a_form(world, children=[a_child(14, Placing_authority="Sutton"),
        a_child(6, SUTTON)], Immediate_danger="yes"))
    the_officer_sends(world, a_form(world, children=[a_child(3)], Level_of_need="1",
        Your_reference="MERLIN 2/26"))
    wandle_works(world)
    red, blue = world.gateway.ledger.ask("SELECT reference FROM cases ORDER BY id")
    before, letters = world.gateway.run("case", "list", "--all"), world.mailboxes().keys()
    assert "0 would go another way, 2 the same" in world.gateway.run("rules", "diff")

    edit_rules(world)
    world.gateway.edit("rules/routing.yaml", ("    set: red\n", "    set: amber\n"),
        ("  - id: sutton-looked-after\n",
            "  - id: sutton-looked-after\n    disclose: [report, child-identity]\n"))
    agencies = world.gateway.folder / "rules/agencies.yaml"
    agencies.write_text(agencies.read_text().replace("      - reporter\n", "", 1))
    said = world.gateway.run("rules", "diff")
    lines = said.splitlines()
    assert lines[1].startswith(red["reference"]) and lines[1].split()[-3:] == ["red", "->", "amber"]
    told = one([line for line in lines if " merton-mash " in line])
    assert "; told" in told and " -reporter" in told and "+" not in told
    # by child: another rule sends the second, with all that the agency receives
    told = one([line for line in lines if " sutton-mash " in line and "; told" in line]).split("; told")[1]
    assert " child 1 -" in told and "child 2" not in told
    assert "1 would go another way, 1 the same" in said and blue["reference"] not in said
    assert "Zephyrine" not in said and "Larkspur" not in said

    assert world.gateway.run("case", "list", "--all") == before
    assert world.mailboxes().keys() == letters
    # and the same stands above an activation
    assert world.gateway.run("rules", "activate").startswith(said)


def test_diff_compares_every_concern_there_can_be(world):
    assert "the rules are equivalent" in world.gateway.run("rules", "diff")
    world.gateway.edit("rules/routing.yaml",
        ("      child.age: {from: 9, under: 19}", "      child.age: {from: 10, under: 19}"))
    said = world.gateway.run("rules", "diff")
    assert "  phoenix: propose -> none" in said and "child.age: 9" in said
    assert "phoenix: none ->" not in said and "merton-mash" not in said
    assert "equivalent" not in said
    assert "no rule compares with a fixed date, so every other day gives the same" in said


def test_check_shows_what_nobody_may_have_meant(world):
    said = world.gateway.run("rules", "check")
    assert "0 errors, 0 warnings" in said
    assert "note: no rule gives this amber case to anybody, so it waits at the desk, as to_desk" in said
    found = json.loads(world.gateway.run("rules", "check", "--json"))
    assert found["errors"] == 0 and {one["level"] for one in found["findings"]} == {"note"}
    world.gateway.edit("rules/routing.yaml", ("to_desk: [amber]", "to_desk: []"),
        ("      level_of_need: 2\n", "      level_of_need: 2\n      all: [{level_of_need: 3}]\n"))
    said = world.gateway.run("rules", "check", expect=BAD_INPUT)
    assert "routing.yaml:" in said and "error: no rule gives this amber case to anybody" in said
    assert "given:\n" in said and "warning: send: early-help can never match" in said


def test_a_form_that_came_as_a_file_is_read_again_and_an_erased_one_is_not(world):
    part = mails.text_part("The form is attached.\n")
    part.add_attachment(a_form(world).encode(), maintype="text", subtype="plain", filename="form.txt")
    officer, message_id = world.addresses[OFFICER], make_msgid(domain="field.example")
    mails.protect(part, officer, ADDRESS, "concern", message_id)
    armor = world.people[OFFICER].seal(mails.payload(part), world.wandle)
    world.send(OFFICER, mails.pgp_mime(armor, officer, ADDRESS, message_id=message_id))
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 2/26"))
    wandle_works(world)
    ledger = world.gateway.ledger
    with contextlib.closing(sqlite3.connect(ledger.path)) as opened, opened:
        opened.execute("DELETE FROM seal_key WHERE seal IN (SELECT seal FROM record WHERE mail = 2)")
    world.gateway.edit("rules/routing.yaml", ("  - id: mash\n", "  - id: mash\n    mode: propose\n"))
    said = world.gateway.run("rules", "diff")
    first = ledger.ask("SELECT reference FROM cases WHERE mail = 1")[0]["reference"]
    assert f"{first} " in said and "send -> propose" in said
    assert "1 would go another way, 0 the same; 1 hold no concern" in said


# --- modes -----------------------------------------------------------------------------------------

def two_days_later(ledger):
    """The ledger as it would be by then, had telling begun a day before all that."""
    with contextlib.closing(sqlite3.connect(ledger.path)) as opened, opened:
        for table, column, days in (("digest", "since", 3), ("digest", "until", 3), ("mail", "taken_at", 2),
                ("cases", "opened_at", 2), ("letter", "sent_at", 2), ("trial", "at", 2)):
            opened.execute(f"UPDATE {table} SET {column} = {column} - {days} * 86400 WHERE {column}")


def the_digest_tells(world, reference):
    """Written once, to the desk and to those who administer; sealed, and nothing outside it."""
    two_days_later(world.gateway.ledger)
    for _ in range(2):
        wandle_works(world)
    for reader in (DESK, APPROVER):
        digest = one([letter for letter in world.letters(reader) if letter.subject.startswith("Digest ")])
        assert "in this time: proposed 3; the desk agreed 1, declined 1, closed the case 0, has not answered 1" in digest
        assert "6 mails received: 6 sorted" in digest and "3 cases opened: 3 amber" in digest
        assert "1 to Phoenix" in digest and f"{reference}, amber, since " in digest


def test_one_word_settles_a_proposal_and_is_counted(world):
    settings, address = world.gateway.settings, world.addresses[APPROVER]
    settings.write_text(settings.read_text().replace("every: never", "every: day\n  at: 00:00"))
    world.gateway.edit("rules/desk.yaml", (f"      address: {address}\n", f"      address: {address}\n      administers: yes\n"))
    world.gateway.run("rules", "activate", "--despite-errors")
    drugs = [a_child(14, concerns="child drugs")]
    for number in range(3):
        the_officer_sends(world, a_form(world, drugs, Your_reference=f"MERLIN {number}/26"))
    wandle_works(world)
    reviews = {letter.reference: letter for letter in world.letters(DESK)}
    first, second, third = world.gateway.ledger.references()
    # the letter has the proposal, its reasons and the word that settles it
    assert "The rules propose" in reviews[first] and "Rules: phoenix" in reviews[first]
    assert f"SEND agency {first}" in reviews[first] and "its word alone" in reviews[first]
    said = world.gateway.run("rules", "modes")
    assert "proposes phoenix" in said and "proposed 3; the desk agreed 0" in said

    the_desk_replies(world, reviews[first], "SEND phoenix")
    the_desk_replies(world, reviews[second], "NOT phoenix because they know her already")
    # one word is for proposals: what no rule proposes takes a reason
    the_desk_replies(world, reviews[third], "SEND sutton-mash")
    wandle_works(world)
    letter = one(world.mailboxes()["phoenix"])
    assert letter.reference == first and "Ruth Marlowe" in letter
    assert "sutton-mash" not in world.mailboxes()
    assert any("please write why" in letter for letter in world.letters(DESK))
    said = world.gateway.run("rules", "modes")
    assert "proposed 3; the desk agreed 1, declined 1, closed the case 0, has not answered 1" in said
    the_digest_tells(world, third)


def test_a_rule_that_watches_says_so_everywhere_and_sends_nothing(world):
    world.gateway.edit("rules/routing.yaml", ("    mode: propose  ", "    mode: watch  "))
    assert "MODE WATCH: the rule phoenix sends nothing" in world.gateway.run("check")
    world.gateway.run("rules", "activate")
    text = a_form(world, [a_child(14, concerns="child drugs")])
    assert "MODE WATCH" in world.gateway.run("explain", "-", data=text.encode())
    the_officer_sends(world, text)
    wandle_works(world)
    assert "phoenix" not in world.mailboxes()
    assert "phoenix" not in world.gateway.ledger.referrals(world.gateway.ledger.references()[0])
    said = world.gateway.run("rules", "modes")
    assert "MODE WATCH phoenix" in said and "would have sent 1" in said
    assert "MODE WATCH: the rule phoenix sends nothing" in world.gateway.run("status")


# --- faults ----------------------------------------------------------------------------------------

def test_rules_with_a_fault_are_told_and_the_old_ones_go_on(new_world):
    world = new_world(activate=False)
    gateway, address = world.gateway, world.addresses[APPROVER]
    gateway.edit("rules/desk.yaml",
        (f"      address: {address}\n", f"      address: {address}\n      administers: yes\n"))
    gateway.activate()
    running = gateway.start(world.scratch)
    until(lambda: gateway.ledger.count("SELECT count(*) FROM duty"
        " WHERE name IN ('receive', 'sort', 'deliver')") == 3, "all duties")
    form = a_form(world)

    # an edited file with a fault: status, log and one letter say so
    gateway.edit("rules/routing.yaml", ("level_of_need: 4", "levle_of_need: 4"))
    until(lambda: "FAULT     1 in the edited rules" in gateway.run("status"), "the status", seconds=60)
    assert "the edited rules have a fault" in gateway.log_text()
    until(lambda: world.letters(APPROVER), "the letter")
    letter = one(world.letters(APPROVER))
    assert "The edited rules have faults" in letter and "levle_of_need" in letter
    assert "routing.yaml:" in letter and "in case" not in letter

    # the same fault is told once; the old rules decide
    running.send_signal(signal.SIGHUP)
    until(lambda: "loading the active rules" in gateway.log_text(), "the reload")
    the_officer_sends(world, form)
    until(lambda: ("sorted", "sort.concern") in gateway.ledger.fates(), "the case")
    until(gateway.ledger.is_at_rest, "its letters, by processes that have loaded the old rules")
    one(world.letters(APPROVER))

    # active rules that were edited behind its back are not loaded, and that is told too
    current = gateway.folder / "state/active-rules/current/routing.yaml"
    good = current.read_text()
    current.write_text(good + "# edited in place\n")
    running.send_signal(signal.SIGHUP)
    until(lambda: "FAULT     1 in the active rules" in gateway.run("status"), "the status")
    until(lambda: len(world.letters(APPROVER)) == 2, "the second letter")
    assert any("The active rules were not loaded anew" in letter for letter in world.letters(APPROVER))
    assert "reload.refused -" in gateway.alarms()

    # mended, nothing is wrong any more
    gateway.run("rules", "rollback", str(gateway.folder.joinpath("state/active-rules/current").readlink()))
    gateway.edit("rules/routing.yaml", ("levle_of_need: 4", "level_of_need: 4"))
    running.send_signal(signal.SIGHUP)
    until(lambda: "FAULT" not in gateway.run("status"), "the status")
    assert gateway.stop(world.scratch) == 0
    assert len(world.letters(APPROVER)) == 2


def test_a_fault_that_nobody_can_be_told_of_by_letter_is_an_alarm(world):
    world.gateway.edit("rules/routing.yaml", ("level_of_need: 4", "levle_of_need: 4"))
    world.gateway.run("check", "--report", expect=BAD_SETTINGS)
    wandle_works(world)
    assert world.mailboxes() == {} and "rules.fault" in " ".join(world.gateway.alarms())
    assert world.gateway.ledger.fates() == [("set-aside", "rules.fault")]
