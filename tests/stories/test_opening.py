# SPDX-License-Identifier: MIT
"""Stories of how a form arrives: shapes that are read, and mail that is not to be believed."""
import pytest

from world import mails, programs
from world.gateway import ADDRESS
from world.telling import (DESK, OFFICER, a_form, a_sealed_form, one, only, the_officer_sends,
    wandle_works)

REFERRED = {"merton-mash"}


def sealed(world, part, protected=True, **how):
    """Armor of one MIME part, signed by the officer in the same pass."""
    if protected:
        mails.protect(part, *both_ends(world), "concern", "<a1@field.example>")
    return world.people[OFFICER].seal(mails.payload(part), world.people["gateway"], **how)


def both_ends(world):
    return world.addresses[OFFICER], ADDRESS


def then_it_is_read(world, shape):
    """The agency and the officer have their letters, and the case is sorted."""
    found = only(world, OFFICER, *REFERRED)
    for agency in REFERRED:
        letter = one(found[agency])
        assert "Tilda Zephyrine" in letter and "marmalade skies" in letter
    assert one(found[OFFICER]).reference == one(found["merton-mash"]).reference
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern")]
    assert world.gateway.ledger.count("SELECT arrived_as FROM mail") == shape
    assert len(world.handled()) == 1 and world.inbox() == []


def then_the_desk_has_it(world, code, *others):
    """Held: the desk has one review letter, and those others have one letter each."""
    found = only(world, DESK, *others)
    assert world.gateway.ledger.fates() == [("held", code)]
    assert code in world.gateway.run("case", "list")
    assert len(world.handled()) == 1 and world.inbox() == []
    for name in others:
        one(found[name])
    return one(found[DESK])


# --- shapes that are read -------------------------------------------------------------------------

def standard(world, text):
    return mails.pgp_mime(sealed(world, mails.text_part(text)), *both_ends(world))


def nested(world, text):
    inner = mails.signed_part(mails.protect(mails.text_part(text), *both_ends(world), "concern",
        "<a1@field.example>"), world.people[OFFICER])
    armor = world.people[OFFICER].seal(inner, world.people["gateway"], sign=False)
    return mails.pgp_mime(armor, *both_ends(world))


def mixed_up(world, text):
    return mails.mixed_up(sealed(world, mails.text_part(text)), *both_ends(world))


def wrapped(world, text):
    return mails.attached(standard(world, text), *both_ends(world))


def list_footer(world, text):
    return mails.with_footer(standard(world, text), *both_ends(world))


def inline(world, text):
    armor = world.people[OFFICER].seal(text.encode(), world.people["gateway"])
    return mails.inline(armor, *both_ends(world), after="\nSent from my phone\n")


def inline_html(world, text):
    armor = world.people[OFFICER].seal(text.encode(), world.people["gateway"])
    return mails.inline_html(armor, *both_ends(world))


def html_only(world, text):
    body = "".join(f"<div>{line or '<br>'}</div>" for line in
        text.replace("&", "&amp;").replace("<", "&lt;").splitlines())
    part = mails.text_part("")
    part.set_content(f"<html><body><b>{body}</b></body></html>\n", subtype="html")
    return mails.pgp_mime(sealed(world, part), *both_ends(world))


def windows_1252(world, text):
    curly = text.replace("had not slept", "hadn\u2019t slept \u2013 \u201ctwo nights\u201d")
    return mails.pgp_mime(sealed(world, mails.text_part(curly, "windows-1252", "quoted-printable")),
        *both_ends(world))


def flowed(world, text):
    """Long lines broken at 72 with a space before the break, as RFC 3676 has it."""
    lines = []
    for line in text.splitlines():
        while len(line) > 72 and (at := line.rfind(" ", 0, 72)) > 0:
            lines.append(line[:at + 1])
            line = line[at + 1:]
        lines.append(line.rstrip())
    part = mails.text_part("\n".join(lines) + "\n")
    part.set_param("format", "flowed")
    return mails.pgp_mime(sealed(world, part), *both_ends(world))


def form_attached(world, text):
    part = mails.text_part("Please find the form attached.\n")
    part.add_attachment(text.encode(), maintype="text", subtype="plain", filename="form.txt")
    return mails.pgp_mime(sealed(world, part), *both_ends(world))


def ansi_form_attached(world, text):
    """As a plain editor of Windows saves it, and a mail program that does not say the character set."""
    curly = text.replace("had not slept", "hadn\u2019t slept").replace("\n", "\r\n").encode("windows-1252")
    part = mails.text_part("Please find the form attached.\n")
    part.add_attachment(curly, maintype="text", subtype="plain", filename="form.txt")
    return mails.pgp_mime(sealed(world, part), *both_ends(world))


def nameless_form_attached(world, text):
    """A mail program that knows no type for the file, which an editor gave a byte order mark."""
    part = mails.text_part("Please find the form attached.\n")
    part.add_attachment(text.encode("utf-8-sig"), maintype="application", subtype="octet-stream",
        filename="Form.TXT")
    return mails.pgp_mime(sealed(world, part), *both_ends(world))


@pytest.mark.parametrize("shape, make", [
    ("pgp-mime", standard), ("pgp-mime", nested), ("mixed-up", mixed_up), ("attached", wrapped),
    ("list-footer", list_footer), ("inline", inline), ("inline-html", inline_html),
    ("pgp-mime", html_only), ("pgp-mime", windows_1252), ("pgp-mime", flowed),
    ("pgp-mime", form_attached), ("pgp-mime", ansi_form_attached), ("pgp-mime", nameless_form_attached)], ids=lambda value: getattr(value, "__name__", None))
def test_a_form_is_read_in_the_shape_that_a_mail_program_or_server_gives_it(world, shape, make):
    # given
    mail = make(world, a_form(world))
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    then_it_is_read(world, shape)


@pytest.mark.parametrize("program", [programs.openpgp_js, programs.sq, programs.rnp])
def test_a_form_sealed_by_another_program_is_read(world, program):
    # given
    part = mails.protect(mails.text_part(a_form(world)), *both_ends(world), "concern",
        "<a1@field.example>")
    armor = program(world.scratch, world.people[OFFICER], world.people["gateway"],
        mails.payload(part))
    # when
    world.send(OFFICER, mails.pgp_mime(armor, *both_ends(world)))
    wandle_works(world)
    # then
    then_it_is_read(world, "pgp-mime")


def test_a_form_by_mutt_is_read(world):
    # given
    mail = programs.mutt(world.scratch, world.people[OFFICER], world.people["gateway"],
        a_form(world), ADDRESS, "concern form")
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    then_it_is_read(world, "pgp-mime")


# --- mail that is not to be believed, or not to be read -------------------------------------------

def test_an_unsigned_form_waits_at_the_desk_with_its_text(world):
    # given
    armor = world.people[OFFICER].seal(mails.payload(mails.text_part(a_form(world))),
        world.people["gateway"], sign=False)
    # when
    world.send(OFFICER, mails.pgp_mime(armor, *both_ends(world)))
    wandle_works(world)
    # then
    review = then_the_desk_has_it(world, "open.unsigned", OFFICER)
    assert "Quillfeather" in review and "NOT VERIFIED" in review
    ask = one(world.letters(OFFICER))
    assert "not signed" in ask and "Quillfeather" not in ask


def test_a_form_signed_by_a_stranger_waits_at_the_desk(world):
    # given: it says that it is from the officer
    mail = a_sealed_form(world, a_form(world), signed_by="stranger")
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    review = then_the_desk_has_it(world, "open.unknown-signer", OFFICER)
    assert "Quillfeather" in review


def test_a_form_whose_signature_does_not_fit_is_shown_to_the_desk_unverified(world):
    """Its encryption is whole, so nobody changed it on its way: the desk may see the words."""
    # given
    officer = world.people[OFFICER]
    text = mails.payload(mails.text_part(a_form(world)))
    packets = officer.gpg("--compress-level", "0", "--sign", data=text.replace(b"Zephyrine",
        b"Zephyrene")).stdout
    armor = officer.gpg("--trust-model", "always", "--armor", "--no-literal", "--encrypt",
        "--recipient", world.people["gateway"].fingerprint,
        data=packets.replace(b"Zephyrene", b"Zephyrine")).stdout
    # when
    world.send(OFFICER, mails.pgp_mime(armor, *both_ends(world)))
    wandle_works(world)
    # then
    review = then_the_desk_has_it(world, "open.bad-signature", OFFICER)
    assert "Tilda Zephyrine" in review and "NOT VERIFIED" in review
    ask = one(world.letters(OFFICER))
    assert "signature does not fit" in ask and "Zephyrine" not in ask


def test_a_stranger_who_is_in_no_directory_gets_no_answer(world):
    # given
    mail = a_sealed_form(world, a_form(world), by="stranger")
    # when
    world.send("stranger", mail)
    wandle_works(world)
    # then
    then_the_desk_has_it(world, "open.unknown-signer")


def test_an_unencrypted_form_waits_at_the_desk_and_the_officer_is_told(world):
    # given
    mail = mails.plain(a_form(world), *both_ends(world))
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    review = then_the_desk_has_it(world, "open.unencrypted", OFFICER)
    assert "Quillfeather" in review
    ask = one(world.letters(OFFICER))
    assert "not encrypted" in ask and "Quillfeather" not in ask


def test_a_form_encrypted_to_another_key_waits_at_the_desk_untouched(world):
    # given
    world.people[OFFICER].learn(world.people["phoenix"])
    mail = a_sealed_form(world, a_form(world), to="phoenix")
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    review = then_the_desk_has_it(world, "open.not-for-us", OFFICER)
    assert any(b"BEGIN PGP MESSAGE" in content for content in review.attachments.values())


def test_a_form_signed_with_a_revoked_key_waits_at_the_desk(new_world):
    # given
    world = new_world(revoked=[OFFICER])
    mail = a_sealed_form(world, a_form(world))
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then: no answer can be sealed to a revoked key
    review = then_the_desk_has_it(world, "open.revoked-key")
    assert "Quillfeather" in review


def test_a_signature_by_one_officer_in_a_mail_from_another_waits_at_the_desk(world):
    # given
    mail = a_sealed_form(world, a_form(world), signed_by="pc-whitmore")
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then: the one who signed is told
    then_the_desk_has_it(world, "open.from-contradicts", "pc-whitmore")


def test_a_signed_text_that_was_meant_for_somebody_else_waits_at_the_desk(world):
    """Anyone who was sent a signed form can encrypt it to us again: nothing inside names us then."""
    # given: no protected headers, and a first line that names another desk
    text = "\n".join(["Concern form for another desk <desk@elsewhere.example>"]
        + a_form(world).splitlines()[1:]) + "\n"
    mail = a_sealed_form(world, text, protected=False)
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    then_the_desk_has_it(world, "form.not-for-this-desk", OFFICER)


def test_the_same_mail_twice_is_one_case(world):
    # given
    mail = a_sealed_form(world, a_form(world))
    world.send(OFFICER, mail)
    wandle_works(world)
    then_it_is_read(world, "pgp-mime")
    before = {name: len(letters) for name, letters in world.mailboxes().items()}
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern"),
        ("set-aside", "mail.duplicate")]
    assert {name: len(letters) for name, letters in world.mailboxes().items()} == before
    assert len(world.handled()) == 2


def test_an_auto_reply_is_set_aside_and_not_answered(world):
    # given
    mail = mails.plain("I am away until Monday.", *both_ends(world), subject="Automatic reply",
        Auto_Submitted="auto-replied")
    # when
    world.servers.inject("", [ADDRESS], mail)
    world.servers.settle()
    wandle_works(world)
    # then
    only(world)
    assert world.gateway.ledger.fates() == [("set-aside", "mail.auto-reply")]
    assert len(world.handled()) == 1


def test_a_mail_that_is_no_form_waits_at_the_desk_and_the_officer_is_told(world):
    # given
    mail = a_sealed_form(world, "Could somebody ring me about the girl in Larkspur Mews?\n")
    # when
    world.send(OFFICER, mail)
    wandle_works(world)
    # then
    review = then_the_desk_has_it(world, "form.none", OFFICER)
    assert "Larkspur Mews" in review
    assert "no concern form" in one(world.letters(OFFICER))


def test_two_mails_at_once_are_two_cases(world):
    # given
    the_officer_sends(world, a_form(world))
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 4712/26"), by="pc-whitmore")
    # when
    wandle_works(world)
    # then
    found = world.mailboxes()
    assert len({letter.reference for letter in found["merton-mash"]}) == 2
    assert one(found[OFFICER]).reference != one(found["pc-whitmore"]).reference
