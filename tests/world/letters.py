# SPDX-License-Identifier: MIT
"""What lies in a mailbox, as the person it is for sees it, and what every letter must be."""
import json
import re
from email import message_from_bytes, policy

REFERENCE = r"W[0-9]{2}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-Z*~$=]"
OUTER_FIELDS = {"from", "to", "subject", "date", "message-id", "mime-version", "content-type",
    "auto-submitted", "precedence", "x-auto-response-suppress", "in-reply-to", "references",
    "content-transfer-encoding", "content-description", "content-disposition", "reply-to",
    # what Postfix and Dovecot write above it
    "return-path", "delivered-to", "received", "x-original-to"}


def open_letters(post, reader, gateway, address):
    """Every letter in one mailbox, opened with the reader's key."""
    return [Letter(raw, reader, gateway, address) for raw in post.fetch(address)]


class Letter:
    """
    A letter of Wandle's, opened with one person's key. Making one checks what holds for each of
    them: sealed for this person alone, signed by the gateway, nothing but a reference outside.
    """

    def __init__(self, raw, person, gateway, address):
        self.raw, self.outer = raw, message_from_bytes(raw, policy=policy.default)
        assert self.outer.get_content_type() == "multipart/encrypted", self.outer.as_string()[:2000]
        assert self.outer.get_param("protocol") == "application/pgp-encrypted"
        control, sealed = self.outer.iter_parts()
        assert control.get_content_type() == "application/pgp-encrypted"
        assert control.get_payload(decode=True).strip() == b"Version: 1"
        assert sealed.get_content_type() == "application/octet-stream"
        self.armor = sealed.get_payload(decode=True)
        self._check_outside(address, gateway)
        text, self.status = person.unseal(self.armor)
        self._check_seal(gateway)
        self.inner = message_from_bytes(text, policy=policy.default)
        self._check_protected_headers()
        self.plaintext = text
        self.referral = None
        self.attachments = {}
        for part in self.inner.walk():
            name = part.get_filename()
            if name == "referral.json":
                self.referral = json.loads(part.get_content())
            elif name:
                self.attachments[name] = part.get_payload(decode=True)
        first = next(part for part in self.inner.walk() if not part.is_multipart())
        assert first.get_content_type() == "text/plain"
        self.text = first.get_content()

    def _check_outside(self, address, gateway):
        strange = {name.lower() for name in self.outer} - OUTER_FIELDS
        assert not strange, f"outer headers say more than they need to: {strange}"
        assert re.fullmatch(rf"Secure referral {REFERENCE}", self.outer["Subject"]), self.outer["Subject"]
        assert str(self.outer["To"]) == address and str(self.outer["From"]) == gateway.address
        _, domain = gateway.address.split("@")
        assert re.fullmatch(rf"<[0-9a-f]{{32}}@{domain}>", self.outer["Message-ID"].strip())
        assert max(map(len, self.raw.split(b"\n"))) <= 999 and self.raw.isascii()
        _, sealed = self.outer.iter_parts()
        # the name by which mail programs know the ciphertext
        assert sealed.get_param("name") == sealed.get_filename() == "encrypted.asc"
        assert sealed.get_content_disposition() == "inline"

    def _check_seal(self, gateway):
        said = [line.split()[1:] for line in self.status.splitlines()
            if line.startswith("[GNUPG:]")]
        words = [line[0] for line in said]
        assert words.count("ENC_TO") == 1, "sealed for more than one"
        assert words.count("VALIDSIG") == 1 and "GOODSIG" in words, self.status
        valid = next(line for line in said if line[0] == "VALIDSIG")
        assert valid[-1] == gateway.fingerprint, "not signed by the gateway"

    def _check_protected_headers(self):
        content_type = self.inner["Content-Type"].params
        assert content_type.get("hp") == "cipher" and content_type.get("protected-headers") == "v1"
        assert self.inner["Message-ID"] == self.outer["Message-ID"]
        assert self.inner.get_content_type() == "multipart/mixed"
        for end in ("From", "To"):
            assert [box.addr_spec for box in self.inner[end].addresses] == [self.outer[end]]
        # RFC 9788: what stands outside, once more inside, where nobody can have changed it
        told = dict(line.split(": ", 1) for line in self.inner.get_all("HP-Outer"))
        assert set(told) == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
        for name, value in told.items():
            assert str(self.outer[name]).strip() == value.strip(), name

    @property
    def reference(self):
        return re.search(REFERENCE, self.outer["Subject"])[0]

    @property
    def subject(self):
        return self.inner["Subject"]

    @property
    def message_id(self):
        return self.outer["Message-ID"]

    def __contains__(self, words):
        """Whether the words are anywhere inside, in text, JSON or a text attachment."""
        return words.casefold() in " ".join(self.everything().split()).casefold()

    def everything(self):
        texts = [str(self.inner["Subject"]), self.text]
        if self.referral is not None:
            texts.append(json.dumps(self.referral, ensure_ascii=False))
        for name, content in self.attachments.items():
            texts += [name, content.decode(errors="replace")]
        return "\n".join(texts)
