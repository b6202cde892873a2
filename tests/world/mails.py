# SPDX-License-Identifier: MIT
"""How people's mail programs send what they write: one function for each shape of mail."""
from email import encoders, message_from_bytes, policy
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid


def head(mail, sender, to, subject="...", message_id=None, **more):
    """The outer header fields."""
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = message_id or make_msgid(domain="field.test")
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    return mail


def text_part(text, charset="utf-8", cte=None):
    part = EmailMessage(policy=policy.SMTP)
    part.set_content(text, charset=charset, cte=cte)
    return part


def attach(part, name, content, maintype="application", subtype="octet-stream"):
    part.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return part


def protect(part, sender, to, subject, message_id):
    """
    Header protection, RFC 9788 and the older convention at once: copies of the header fields in
    the payload, which the signature then covers.
    """
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        del part[name]
    head(part, sender, to, subject, message_id)
    part.set_param("protected-headers", "v1")
    part.set_param("hp", "cipher")
    return part


def payload(part):
    """The bytes to sign: CRLF line ends, as RFC 3156 demands."""
    return part.as_bytes(policy=policy.SMTP)


def pgp_mime(armor, sender, to, subject="...", **more):
    """RFC 3156 4: the standard shape."""
    mail = MIMEMultipart("encrypted", protocol="application/pgp-encrypted", policy=policy.SMTP)
    head(mail, sender, to, subject, **more)
    mail.attach(MIMEApplication(b"Version: 1\r\n", "pgp-encrypted", encoders.encode_7or8bit,
        policy=policy.SMTP))
    sealed = MIMEApplication(armor, "octet-stream", encoders.encode_7or8bit, name="encrypted.asc",
        policy=policy.SMTP)
    sealed["Content-Disposition"] = 'inline; filename="encrypted.asc"'
    mail.attach(sealed)
    return mail


def mixed_up(armor, sender, to, subject="...", **more):
    """What Exchange makes of it: draft-dkg-openpgp-pgpmime-message-mangling 4.1."""
    mail = MIMEMultipart("mixed", policy=policy.SMTP)
    head(mail, sender, to, subject, **more)
    mail.attach(MIMEText("", "plain", "us-ascii", policy=policy.SMTP))
    for subtype, name, content in (
            ("pgp-encrypted", "PGPMIME Versions Identification", b"Version: 1\r\n"),
            ("octet-stream", "encrypted.asc", armor)):
        part = MIMEApplication(content, subtype, encoders.encode_base64, name=name,
            policy=policy.SMTP)
        part["Content-Disposition"] = f'attachment; filename="{name}"'
        mail.attach(part)
    return mail


def attached(inner, sender, to, subject="FW", **more):
    """The whole mail as an attachment under a disclaimer, as some servers "wrap" sealed mail."""
    mail = MIMEMultipart("mixed", policy=policy.SMTP)
    head(mail, sender, to, subject, **more)
    mail.attach(MIMEText("This message has been scanned. Opinions are the sender's own.\r\n",
        policy=policy.SMTP))
    part = MIMEBase("message", "rfc822", policy=policy.SMTP)
    part.attach(inner)
    mail.attach(part)
    return mail


def with_footer(sealed, sender, to, subject="...", **more):
    """What a mailing list makes of it: the footer beside the sealed part."""
    mail = MIMEMultipart("mixed", policy=policy.SMTP)
    head(mail, sender, to, subject, **more)
    inner = message_from_bytes(sealed.as_bytes(), policy=policy.SMTP)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        del inner[name]
    mail.attach(inner)
    mail.attach(MIMEText("_______\r\nteam mailing list\r\n", policy=policy.SMTP))
    return mail


def inline(armor, sender, to, subject="concern", before="", after="", **more):
    """Armor in a plain text mail, as webmail with a browser extension sends it."""
    mail = EmailMessage(policy=policy.SMTP)
    head(mail, sender, to, subject, **more)
    mail.set_content(before + armor.decode() + after)
    return mail


def inline_html(armor, sender, to, subject="concern", **more):
    """Armor pasted into a mail that the program sends as HTML alone."""
    mail = EmailMessage(policy=policy.SMTP)
    head(mail, sender, to, subject, **more)
    lines = armor.decode().splitlines()
    body = "".join(f"<div>{line or '<br>'}</div>\n" for line in lines)
    mail.set_content(f"<html><body style=\"font-family:Calibri\">\n{body}</body></html>\n",
        subtype="html")
    return mail


def plain(text, sender, to, subject="concern", **more):
    """A mail that nobody sealed."""
    mail = EmailMessage(policy=policy.SMTP)
    head(mail, sender, to, subject, **more)
    mail.set_content(text)
    return mail


def signed_part(part, person):
    """The bytes of a multipart/signed around the part, for the nested form of RFC 3156 6.1."""
    text = payload(part)
    signature = person.sign(text)
    boundary = "=_nested_"
    return (f'Content-Type: multipart/signed; micalg="pgp-sha512";\r\n'
        f' protocol="application/pgp-signature"; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\n").encode() + text + (
        f"\r\n--{boundary}\r\nContent-Type: application/pgp-signature; name=\"signature.asc\""
        "\r\n\r\n").encode() + signature.replace(b"\n", b"\r\n") + f"\r\n--{boundary}--\r\n".encode()
