# SPDX-License-Identifier: MIT
"""Stories of our own keys failing: never a verdict on a mail, and never without a word."""
import shutil
import subprocess

import pytest

from world import mails
from world.gateway import ADDRESS
from world.people import Gpg, Person
from world.scratch import until
from world.telling import DESK, OFFICER, a_form, a_sealed_form, one, the_officer_sends

HELD_UP = "SELECT count(*) FROM event WHERE code = 'key.agent'"


def keys_of(world):
    return world.gateway.folder / "gnupg/private-keys-v1.d"


def add_an_encryption_key(world):
    """
    Wandle has one besides the one that the officers know. Gives the file in which the secret half
    of theirs lies, and the public key as it is now.
    """
    home = world.gateway.folder / "gnupg"
    subprocess.run(["gpgconf", "--homedir", home, "--launch", "gpg-agent"], check=True)
    own = Gpg(home)
    listed = own("--with-colons", "--with-keygrip", "--list-secret-keys").stdout.decode()
    grip = listed.split("\nssb:")[1].split("\ngrp:")[1].split(":")[8]
    own("--passphrase", "", "--quick-add-key", world.people["gateway"].fingerprint, "cv25519",
        "encr", "never")
    public = own("--armor", "--export", world.people["gateway"].fingerprint).stdout
    own.stop()
    return keys_of(world) / f"{grip}.key", public


def a_form_for_the_new_key(world, public, by="pc-whitmore"):
    """The officer has our key as it is now."""
    home = world.gateway.folder / "officer"
    shutil.copytree(world.people[by].gpg.home, home, ignore=shutil.ignore_patterns("S.*"))
    officer = Person(home, world.addresses[by])
    officer.gpg("--import", data=public)
    part = mails.protect(mails.text_part(a_form(world, Your_reference="MERLIN 9/26")),
        world.addresses[by], ADDRESS, "concern", "<new@field.example>")
    armor = officer.seal(mails.payload(part), world.people["gateway"])
    officer.gpg.stop()
    return mails.pgp_mime(armor, world.addresses[by], ADDRESS)


@pytest.mark.parametrize("harm", [lambda key: key.write_text("Key: (rubbish)\n"),
    lambda key: key.unlink()], ids=["damaged", "lost"])
def test_a_key_of_ours_that_fails_for_one_mail_sends_it_to_the_desk_as_our_fault(world, harm):
    # given: the secret half of the key that most officers use is no longer good
    ledger = world.gateway.ledger
    key, public = add_an_encryption_key(world)
    the_officer_sends(world, a_form(world))
    other = a_form_for_the_new_key(world, public)
    harm(key)
    # when
    world.gateway.start(world.scratch)
    ledger.wait(lambda: ledger.count(HELD_UP), "the mail to be held up")
    world.send("pc-whitmore", other, arrived=False)
    # then: the mail behind it flows
    ledger.wait(lambda: len(ledger.references()) == 2 and ledger.is_at_rest(), "both to be done")
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    assert sorted(ledger.fates()) == [("held", "sort.keys-failed"), ("sorted", "sort.concern")]
    found = world.mailboxes()
    assert one(found["merton-mash"]) and one(found["pc-whitmore"])
    # and the first is no one's fault but ours: the desk has it untouched, its sender no reproach
    review = next(letter for letter in found[DESK] if "our own keys" in letter)
    assert any(b"BEGIN PGP MESSAGE" in content for content in review.attachments.values())
    assert OFFICER not in found
    until(lambda: any("mail.keys-failed" in alarm for alarm in world.gateway.alarms()), "the alarm")


def test_an_outage_of_all_our_keys_is_no_verdict_on_any_mail(world):
    # given: no secret key is there
    ledger = world.gateway.ledger
    world.gateway.start(world.scratch)
    ledger.wait(lambda: ledger.count("SELECT worked_at FROM duty WHERE name = 'sort'"), "sort")
    keys_of(world).rename(keys_of(world).with_name("away"))
    keys_of(world).mkdir(mode=0o700)
    world.send(OFFICER, a_sealed_form(world, a_form(world)), arrived=False)
    # when: it is tried more often than one mail may fail
    ledger.wait(lambda: ledger.count(HELD_UP) > 6, "seven tries", seconds=60)
    # then: only the operator has heard of it
    assert ledger.fates() == [("received", None)]
    until(lambda: any("key.agent" in alarm for alarm in world.gateway.alarms()), "the alarm")
    # and when the keys are back
    keys_of(world).rmdir()
    keys_of(world).with_name("away").rename(keys_of(world))
    ledger.wait(lambda: ledger.references() and ledger.is_at_rest(), "the letters", seconds=60)
    assert world.gateway.stop(world.scratch) == 0
    world.servers.settle()
    assert ledger.fates() == [("sorted", "sort.concern")]
    assert one(world.mailboxes()["merton-mash"])
