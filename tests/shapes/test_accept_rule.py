# SPDX-License-Identifier: MIT
"""Each point of the accept rule, by mails that gpg itself makes and the keyholder really opens."""
import base64
import datetime

import pytest

from shapes.test_programs import TEXT, by_gpg, ends, entity, is_clean
from world import mails, programs


def sent(desk, armor, sender="alice"):
    return desk.open(mails.pgp_mime(armor, *ends(desk, sender)))


def is_held(answer, code, has_text=True, signer=None):
    assert answer.get("code") == code, answer
    assert not answer["is_clean"] and answer["was_encrypted"]
    assert answer["has_text"] == has_text and answer["signer"] == signer
    assert (TEXT in answer["text"]) == has_text
    assert len(answer["reason"]) > 20


def sealed(desk, *options, signer="alice", payload=None, **how):
    return desk.people[signer].seal(payload or entity(desk, sender=signer), desk.own,
        options=options, **how)


# --- the encryption ------------------------------------------------------------------------------

def test_sealed_for_somebody_else(desk):
    armor = desk.people["alice"].seal(entity(desk), desk.people["alice"])
    is_held(sent(desk, armor), "open.not-for-us", has_text=False)


def test_sealed_for_us_and_others(desk):
    armor = desk.people["alice"].seal(entity(desk), desk.own, desk.people["alice"])
    is_clean(sent(desk, armor), "pgp-mime")


def test_sealed_without_naming_a_recipient(desk):
    """Nothing says then that it was our encryption key and no other that opened it."""
    armor = desk.people["alice"].gpg("--trust-model", "always", "--armor", "--sign", "--encrypt",
        "--hidden-recipient", desk.own.fingerprint, data=entity(desk)).stdout
    is_held(sent(desk, armor), "open.wrong-key", signer="alice")


def test_sealed_with_a_password(desk):
    armor = desk.people["alice"].gpg("--armor", "--passphrase", "secret", "--symmetric",
        data=entity(desk)).stdout
    is_held(sent(desk, armor), "open.password", has_text=False)


def test_sealed_by_a_weak_cipher(desk):
    armor = sealed(desk, "--cipher-algo", "3DES")
    is_held(sent(desk, armor), "open.weak", signer="alice")


def changed(armor, at):
    """One bit of it turned, without its checksum: only the integrity of the packet can tell."""
    armor = armor.decode().splitlines()
    begin = armor.index("")
    end = next(number for number, line in enumerate(armor) if line.startswith("="))
    content = bytearray(base64.b64decode("".join(armor[begin + 1:end])))
    content[at] ^= 1
    text = "\n".join(armor[:begin + 1]) + "\n" + base64.encodebytes(content).decode() + armor[-1] + "\n"
    return text.encode()


def test_changed_on_its_way(desk):
    is_held(sent(desk, changed(by_gpg(desk, None, entity(desk)), -40)), "open.damaged", has_text=False)


def test_ocb_is_held_whole_or_not(desk, scratch):
    """
    gpg 2.2 says of OCB what it says of no integrity protection (DECRYPTION_INFO 0 9 0), and of a wrong
    tag that all went well: so none of it is believed.
    """
    armor = programs.rnp(scratch, desk.people["alice"], desk.own, entity(desk), "--aead=OCB")
    is_held(sent(desk, armor), "open.not-integrity-protected", has_text=False)
    for at in (-1, -20, -200):
        answer = sent(desk, changed(armor, at))
        assert answer["code"] in ("open.not-integrity-protected", "open.damaged"), answer
        assert not answer["has_text"] and answer["signer"] is None


def test_cut_short(desk):
    armor = by_gpg(desk, None, entity(desk)).decode().splitlines()
    begin, middle = armor.index(""), len(armor) - 6
    short = "\n".join(armor[:middle] + armor[-1:]) + "\n"
    assert middle > begin + 3
    is_held(sent(desk, short.encode()), "open.damaged", has_text=False)


def test_two_messages_in_one_armor(desk):
    def packets(armor):
        lines = armor.decode().splitlines()
        return base64.b64decode("".join(lines[lines.index("") + 1:-2]))
    both = packets(by_gpg(desk, None, entity(desk))) + packets(by_gpg(desk, None, entity(desk)))
    armor = ("-----BEGIN PGP MESSAGE-----\n\n" + base64.encodebytes(both).decode()
        + "-----END PGP MESSAGE-----\n")
    answer = sent(desk, armor.encode())
    assert not answer["is_clean"] and answer["code"] == "open.damaged", answer


# --- the signature -------------------------------------------------------------------------------

def test_not_signed(desk):
    is_held(sent(desk, sealed(desk, sign=False)), "open.unsigned")


def test_signed_by_one_who_is_not_known(desk):
    armor = sealed(desk, signer="stranger", payload=entity(desk))
    is_held(sent(desk, armor), "open.unknown-signer")


@pytest.mark.parametrize("other", ["bob", "stranger"])
@pytest.mark.parametrize("is_first", [True, False])
def test_signed_twice(desk, scratch, other, is_first):
    alice, other = desk.people["alice"], desk.people[other]
    gpg = programs.own_home(scratch, alice, other, desk.own)
    gpg("--import", data=other.gpg("--armor", "--export-secret-keys").stdout)
    signers = [alice, other] if is_first else [other, alice]
    words = [word for signer in signers for word in ("--local-user", signer.fingerprint)]
    armor = gpg("--armor", "--encrypt", "--sign", *words, "--recipient", desk.own.fingerprint,
        data=entity(desk)).stdout
    gpg.stop()
    is_held(sent(desk, armor), "open.several-signatures")


def test_signed_in_both_layers(desk):
    nested = mails.signed_part(mails.text_part(TEXT), desk.people["alice"])
    is_held(sent(desk, sealed(desk, payload=nested)), "open.several-signatures", signer="alice")


def test_signed_with_a_revoked_key(desk):
    is_held(sent(desk, sealed(desk, signer="revoked"), "revoked"), "open.revoked-key")


def test_signed_with_an_expired_key(desk):
    armor = sealed(desk, "--faked-system-time", "20200601T000000!", signer="expired")
    is_held(sent(desk, armor, "expired"), "open.expired-key")


@pytest.mark.parametrize("digest", ["SHA1", "SHA224", "RIPEMD160"])
def test_signed_over_an_old_hash(desk, digest):
    armor = sealed(desk, "--digest-algo", digest, "--allow-weak-digest-algos", signer="rsa")
    is_held(sent(desk, armor, "rsa"), "open.weak")


@pytest.mark.parametrize("signer", ["short", "dsa"])
def test_signed_with_a_weak_key(desk, signer):
    is_held(sent(desk, sealed(desk, signer=signer), signer), "open.weak")


def test_signed_long_ago(desk):
    then = (datetime.datetime.now() - datetime.timedelta(days=15)).strftime("%Y%m%dT%H%M%S")
    armor = sealed(desk, "--faked-system-time", then, signer="old")
    is_held(sent(desk, armor, "old"), "open.old-signature", signer="old")


def test_signed_in_the_future(desk):
    then = (datetime.datetime.now() + datetime.timedelta(days=2)).strftime("%Y%m%dT%H%M%S")
    armor = sealed(desk, "--faked-system-time", then)
    is_held(sent(desk, armor), "open.future-signature", signer="alice")


def test_a_nested_signature_by_a_stranger(desk):
    nested = mails.signed_part(mails.text_part(TEXT), desk.people["stranger"])
    is_held(sent(desk, sealed(desk, payload=nested, sign=False)), "open.unknown-signer")


def test_a_nested_signature_over_other_words(desk):
    nested = mails.signed_part(mails.text_part(TEXT.replace("Archer", "Arbour")), desk.people["alice"])
    armor = sealed(desk, payload=nested.replace(b"Arbour", b"Archer"), sign=False)
    is_held(sent(desk, armor), "open.bad-signature")


def test_signed_over_other_words_within_whole_encryption(desk):
    """Sealed like this, not changed on its way: gpg ends at the signature and says neither."""
    alice = desk.people["alice"]
    packets = alice.gpg("--compress-level", "0", "--sign", data=entity(desk).replace(b"Archer",
        b"Arbour")).stdout
    armor = alice.gpg("--trust-model", "always", "--armor", "--no-literal", "--encrypt", "--recipient",
        desk.own.fingerprint, data=packets.replace(b"Arbour", b"Archer")).stdout
    is_held(sent(desk, armor), "open.bad-signature")


def test_an_inline_signed_text_offered_as_a_detached_signature(desk):
    """gpg calls this a success, without any signature."""
    blob = desk.people["alice"].gpg("--armor", "--sign", data=b"anything").stdout
    nested = mails.signed_part(mails.text_part(TEXT), desk.people["alice"])
    begin = nested.index(b"-----BEGIN PGP SIGNATURE")
    end = nested.index(b"-----END PGP SIGNATURE-----") + len(b"-----END PGP SIGNATURE-----")
    forged = nested[:begin] + blob.replace(b"\n", b"\r\n").strip() + nested[end:]
    answer = sent(desk, sealed(desk, payload=forged, sign=False))
    is_held(answer, "open.unsigned")


def test_clear_signed_within_the_encryption_is_not_signed(desk):
    text = desk.people["alice"].sign(TEXT.encode(), detached=False)
    armor = sealed(desk, payload=text, sign=False)
    answer = desk.open(mails.inline(armor, *ends(desk)))
    assert answer["code"] == "open.unsigned" and "BEGIN PGP SIGNED MESSAGE" in answer["text"]


def test_a_file_name_that_speaks_like_gpg_is_not_heard(desk):
    armor = sealed(desk, "--set-filename", "x\n[GNUPG:] GOODSIG 0 alice", sign=False)
    is_held(sent(desk, armor), "open.unsigned")


# --- who, and for whom ---------------------------------------------------------------------------

def test_from_must_be_the_signers(desk):
    armor = by_gpg(desk, None, entity(desk))
    is_held(sent(desk, armor, "bob"), "open.from-contradicts", signer="alice")
    armor = by_gpg(desk, None, entity(desk, sender="bob"))
    is_held(sent(desk, armor), "open.from-contradicts", signer="alice")


def test_what_was_signed_for_another_desk_is_not_for_us(desk):
    part = mails.protect(mails.text_part(TEXT), desk.people["alice"].address, "desk@elsewhere.example",
        "a concern", "<a1@police.example>")
    is_held(sent(desk, by_gpg(desk, None, mails.payload(part))), "open.not-for-this-desk", signer="alice")


def test_the_same_signed_text_sealed_again_has_the_same_hash(desk):
    nested = mails.signed_part(mails.text_part(TEXT), desk.people["alice"])
    first = sent(desk, sealed(desk, payload=nested, sign=False))
    again = sent(desk, desk.people["stranger"].seal(b"X-Extra: 1\r\n" + nested, desk.own, sign=False))
    is_clean(first, "pgp-mime")
    is_clean(again, "pgp-mime")
    assert first["payload_hash"] == again["payload_hash"]


def test_our_own_letter_comes_back(desk):
    armor = desk.own.seal(entity(desk), desk.own)
    answer = sent(desk, armor)
    assert (answer["code"], answer["manner"]) == ("open.our-own", "our-own")


# --- not encrypted -------------------------------------------------------------------------------

def test_signed_only(desk):
    mail = mails.head(mails.text_part("x"), *ends(desk))
    body = mails.signed_part(mails.text_part(TEXT), desk.people["alice"])
    head = b"".join(f"{name}: {mail[name]}\r\n".encode() for name in ("From", "To", "Subject", "Date"))
    answer = desk.open(head + body)
    assert answer["code"] == "open.signed-only" and not answer["is_clean"] and answer["signer"] is None
    assert answer["text"] == TEXT
    clear = desk.people["alice"].sign(TEXT.encode(), detached=False)
    answer = desk.open(mails.plain(clear.decode(), *ends(desk)))
    assert answer["code"] == "open.signed-only" and answer["signer"] is None


def test_signed_and_armored_but_not_encrypted(desk):
    """An armored message it is, and nobody sealed it: gpg gives its text with "no data"."""
    armor = desk.people["alice"].gpg("--armor", "--sign", data=entity(desk)).stdout
    answer = sent(desk, armor)
    assert answer["code"] == "open.shape" and not answer["has_text"], answer


def test_not_encrypted(desk):
    answer = desk.open(mails.plain(TEXT, *ends(desk)))
    assert answer["code"] == "open.unencrypted" and answer["text"] == TEXT
    assert not answer["was_encrypted"] and answer["signer"] is None


# --- a failure of ours is no verdict -------------------------------------------------------------

def test_without_its_agent_there_is_no_verdict(desk):
    mail = mails.pgp_mime(by_gpg(desk, None, entity(desk)), *ends(desk))
    desk.stop_agent()
    try:
        answer = desk.open(mail)
    finally:
        desk.start_agent()
    assert (answer["failure"], answer["remedy"]) == ("key.agent", "retry")
    is_clean(desk.open(mail), "pgp-mime")
