# SPDX-License-Identifier: MIT
"""What people do with their mailboxes: submit, fetch, look; and what the post is still at."""
import contextlib
import imaplib
import smtplib
import ssl
from email import policy

from .scratch import until

PASSWORD = "correct horse"
ON_THE_WAY = ("maildrop", "incoming", "active", "deferred")


class Post:
    """The servers of a folder as their users see them. ports: imaps, submission and mx by name."""

    def __init__(self, folder, ports):
        self.folder, self.ports = folder, ports

    @property
    def ca_file(self):
        return self.folder / "tls" / "ca.pem"

    def queued(self, *queues):
        """
        How many mails Postfix still has, in all queues or in those named. A file that is not
        marked executable is none yet: of one that was killed at it, it stays for a day.
        """
        found = 0
        for queue in queues or ON_THE_WAY:
            for path in (self.folder / "queue" / queue).rglob("*"):
                # it may be moved on at this moment
                with contextlib.suppress(FileNotFoundError):
                    found += path.is_file() and bool(path.stat().st_mode & 0o100)
        return found

    def settle(self):
        """Waits until every mail that Postfix took lies in its mailbox."""
        until(lambda: not self.queued(), "an empty queue", 60)

    def trust(self):
        return ssl.create_default_context(cafile=self.ca_file)

    @contextlib.contextmanager
    def imap(self, address, folder="INBOX"):
        box = imaplib.IMAP4_SSL("localhost", self.ports.imaps, ssl_context=self.trust(), timeout=20)
        try:
            box.login(address, PASSWORD)
            if folder:
                status, answer = box.select(f'"{folder}"')
                assert status == "OK", answer
            yield box
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                box.logout()

    def fetch(self, address, folder="INBOX"):
        """The bytes of every mail in a folder, oldest first; no flag is changed."""
        with self.imap(address, None) as box:
            status, answer = box.select(f'"{folder}"', readonly=True)
            if status != "OK" or answer == [b"0"]:
                return []
            parts = box.fetch("1:*", "(BODY.PEEK[])")[1]
        return [part[1] for part in parts if isinstance(part, tuple)]

    def occupied(self):
        """The addresses whose mailbox or one of whose folders has a mail."""
        return {path.parts[len((self.folder / "mail").parts)]
            for kind in ("new", "cur") for path in (self.folder / "mail").rglob(f"{kind}/*")}

    def put(self, address, mail, folder="INBOX", arrived_at=None):
        """Puts a mail into a mailbox as IMAP clients do, with an arrival time of one's choice."""
        with self.imap(address, None) as box:
            if folder != "INBOX":
                box.create(folder)
            status, answer = box.append(folder, None, arrived_at, to_bytes(mail))
            assert status == "OK", answer

    def submit(self, sender, to, mail):
        """As a mail program does: by submission, with TLS and login."""
        with smtplib.SMTP("localhost", self.ports.submission, timeout=60) as smtp:
            smtp.starttls(context=self.trust())
            smtp.login(sender, PASSWORD)
            smtp.sendmail(sender, to, to_bytes(mail))

    def inject(self, sender, to, mail):
        """As another server does: to the port for mail from outside, with no login."""
        with smtplib.SMTP("localhost", self.ports.mx, timeout=60) as smtp:
            smtp.sendmail(sender, to, to_bytes(mail))


def to_bytes(mail):
    return mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
