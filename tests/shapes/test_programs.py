# SPDX-License-Identifier: MIT
"""Mail as the programs that people use make it, in each shape that we accept."""
import re

import pytest

from world import mails, programs

TEXT = "Concern form for the desk\nOfficer: PC Archer\nChild: Zo\u00eb O\u2019Brien\n"


def ends(desk, sender="alice"):
    return desk.people[sender].address, desk.address


def by_gpg(desk, scratch, payload, signer="alice"):
    return desk.people[signer].seal(payload, desk.own)


def by_openpgp_js(desk, scratch, payload, signer="alice"):
    return programs.openpgp_js(scratch, desk.people[signer], desk.own, payload)


def by_sq(desk, scratch, payload, signer="alice"):
    return programs.sq(scratch, desk.people[signer], desk.own, payload)


def by_rnp(desk, scratch, payload, signer="alice"):
    return programs.rnp(scratch, desk.people[signer], desk.own, payload)


PROGRAMS = [by_gpg, by_openpgp_js, by_sq, by_rnp]
BY_NAME = dict(ids=lambda value: getattr(value, "__name__", None))


def entity(desk, text=TEXT, protected=True, sender="alice", **how):
    part = mails.text_part(text, **how)
    if protected:
        mails.protect(part, *ends(desk, sender), "Concern about Zo\u00eb", "<a1@police.example>")
    return mails.payload(part)


def is_clean(answer, shape, signer="alice"):
    assert answer.get("code") is None, answer
    assert answer["is_clean"] and answer["has_text"] and answer["was_encrypted"]
    assert (answer["arrived_as"], answer["signer"]) == (shape, signer)
    assert answer["manner"] == "letter"


# --- the standard shape, by each program ---------------------------------------------------------

@pytest.mark.parametrize("program", PROGRAMS, **BY_NAME)
def test_one_pass_by_each_program_is_clean(desk, scratch, program):
    armor = program(desk, scratch, entity(desk))
    answer = desk.open(mails.pgp_mime(armor, *ends(desk)))
    is_clean(answer, "pgp-mime")
    assert answer["text"] == TEXT
    assert answer["has_protected_headers"]
    assert answer["inner_subject"] == "Concern about Zo\u00eb"
    assert answer["inner_from"] == desk.people["alice"].address
    assert answer["signer_fingerprint"] == desk.people["alice"].fingerprint


@pytest.mark.parametrize("signer", ["rsa", "nist"])
@pytest.mark.parametrize("program", PROGRAMS, **BY_NAME)
def test_rsa_and_nist_keys_are_good_enough(desk, scratch, program, signer):
    armor = program(desk, scratch, entity(desk, sender=signer), signer)
    is_clean(desk.open(mails.pgp_mime(armor, *ends(desk, signer))), "pgp-mime", signer)


def test_mail_by_mutt_is_clean(desk, scratch):
    mail = programs.mutt(scratch, desk.people["alice"], desk.own, TEXT, desk.address, "a concern")
    answer = desk.open(mail)
    is_clean(answer, "pgp-mime")
    assert answer["text"].startswith(TEXT)
    assert answer["inner_subject"] == "a concern"


# --- the other shapes ----------------------------------------------------------------------------

@pytest.mark.parametrize("line_ends", [b"\r\n", b"\n"], ids=["crlf", "lf"])
def test_a_signed_part_within_is_verified(desk, line_ends):
    part = mails.protect(mails.text_part(TEXT), *ends(desk), "a concern", "<a1@police.example>")
    nested = mails.signed_part(part, desk.people["alice"]).replace(b"\r\n", line_ends)
    armor = desk.people["alice"].seal(nested, desk.own, sign=False)
    answer = desk.open(mails.pgp_mime(armor, *ends(desk)))
    is_clean(answer, "pgp-mime")
    assert answer["text"] == TEXT and answer["has_protected_headers"]


def test_trailing_space_under_a_nested_signature_counts(desk):
    nested = mails.signed_part(mails.text_part("Officer: \nChild:  \n\n"), desk.people["alice"])
    armor = desk.people["alice"].seal(nested, desk.own, sign=False)
    is_clean(desk.open(mails.pgp_mime(armor, *ends(desk))), "pgp-mime")
    changed = desk.people["alice"].seal(nested.replace(b"Child:  ", b"Child: "), desk.own, sign=False)
    assert desk.open(mails.pgp_mime(changed, *ends(desk)))["code"] == "open.bad-signature"


@pytest.mark.parametrize("program", PROGRAMS, **BY_NAME)
def test_mixed_up_by_exchange_is_clean(desk, scratch, program):
    armor = program(desk, scratch, entity(desk))
    is_clean(desk.open(mails.mixed_up(armor, *ends(desk))), "mixed-up")


def test_wrapped_under_a_disclaimer_is_clean_by_the_inner_from(desk):
    inner = mails.pgp_mime(by_gpg(desk, None, entity(desk)), *ends(desk))
    is_clean(desk.open(mails.attached(inner, "scanner@police.example", desk.address)), "attached")
    inner = mails.mixed_up(by_gpg(desk, None, entity(desk)), *ends(desk))
    is_clean(desk.open(mails.attached(inner, "scanner@police.example", desk.address)), "attached")
    inner = mails.pgp_mime(by_gpg(desk, None, entity(desk)), *ends(desk, "bob"))
    answer = desk.open(mails.attached(inner, *ends(desk)))
    assert answer["code"] == "open.from-contradicts"


def test_a_list_footer_is_dropped(desk):
    mail = mails.with_footer(mails.pgp_mime(by_gpg(desk, None, entity(desk)), *ends(desk)),
        *ends(desk))
    answer = desk.open(mail)
    is_clean(answer, "list-footer")
    assert answer["text"] == TEXT and answer["attachments"] == []


@pytest.mark.parametrize("program", PROGRAMS, **BY_NAME)
@pytest.mark.parametrize("payload", ["text", "entity"])
def test_inline_armor_is_clean_and_what_stands_around_it_dropped(desk, scratch, program, payload):
    content = TEXT.encode() if payload == "text" else entity(desk)
    armor = program(desk, scratch, content)
    answer = desk.open(mails.inline(armor, *ends(desk), before="Child: nobody\n\n",
        after="\nSent from my phone\n"))
    is_clean(answer, "inline")
    assert answer["text"] == TEXT


@pytest.mark.parametrize("program", PROGRAMS, **BY_NAME)
def test_armor_pasted_into_html_is_clean(desk, scratch, program):
    armor = program(desk, scratch, TEXT.encode())
    answer = desk.open(mails.inline_html(armor, *ends(desk)))
    is_clean(answer, "inline-html")
    assert answer["text"] == TEXT


# --- what is inside ------------------------------------------------------------------------------

def opened(desk, part):
    mails.protect(part, *ends(desk), "a concern", "<a1@police.example>")
    armor = by_gpg(desk, None, mails.payload(part))
    answer = desk.open(mails.pgp_mime(armor, *ends(desk)))
    is_clean(answer, "pgp-mime")
    return answer


@pytest.mark.parametrize("charset, cte", [("windows-1252", "quoted-printable"),
    ("windows-1252", "8bit"), ("utf-8", "base64"), ("utf-8", "8bit"),
    ("iso-8859-15", "quoted-printable")])
def test_every_letter_survives_its_character_set(desk, charset, cte):
    text = TEXT if charset != "iso-8859-15" else TEXT.replace("\u2019", "'")
    assert opened(desk, mails.text_part(text, charset=charset, cte=cte))["text"] == text


def test_flowed_lines_are_joined(desk):
    part = mails.text_part("Officer: PC \nArcher\n> quoted \n> on\n-- \nAlice\n")
    part.set_param("format", "flowed")
    assert opened(desk, part)["text"] == "Officer: PC Archer\n> quoted on\n-- \nAlice\n"


def test_html_alone_becomes_lines(desk):
    part = mails.text_part("")
    part.set_content("<table><tr><td>Officer</td><td>PC&nbsp;Archer</td></tr></table>"
        "<p>Zo&euml; O&rsquo;Brien<br>is well</p>", subtype="html")
    assert opened(desk, part)["text"] == (
        "Officer: PC\u00a0Archer\nZo\u00eb O\u2019Brien\nis well\n")


def test_alternatives_and_attachments(desk):
    part = mails.text_part(TEXT)
    part.add_alternative("<p>other clothes</p>", subtype="html")
    mails.attach(part, "Zo\u00eb.pdf", b"%PDF", subtype="pdf")
    answer = opened(desk, part)
    assert answer["text"] == TEXT
    assert answer["attachments"] == [{"name": "Zo\u00eb.pdf", "type": "application/pdf", "bytes": 4}]


def test_a_megabyte_of_attachment(desk):
    part = mails.attach(mails.text_part(TEXT), "photo.jpg", bytes(range(256)) * 4096, "image", "jpeg")
    assert opened(desk, part)["attachments"][0]["bytes"] == 1 << 20


def test_armor_headers_and_spaces_from_pasting_do_no_harm(desk):
    armor = by_gpg(desk, None, TEXT.encode()).decode()
    head, body = armor.split("\n\n", 1)
    pasted = f"{head}\nComment: pasted\n\n" + re.sub(r"(?m)^(?=.)", "\u00a0 ", body)
    is_clean(desk.open(mails.inline(pasted.encode(), *ends(desk))), "inline")
