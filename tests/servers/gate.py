# SPDX-License-Identifier: MIT
"""Wandle whole, between a mailbox and a submission server that misbehave while it works."""
import types
from email import policy

import fake_imap
import fake_smtp
import misbehaving
from world import telling
from world.gateway import ADDRESS, Gateway, everybody
from world.letters import Letter
from world.scratch import until
from world.world import STRANGERS

TALKS = {"imap": fake_imap.ImapTalk, "smtp": fake_smtp.SmtpTalk}
QUICK = """\
  poll_seconds: 1
  timeout_seconds: {seconds}

submission:"""


class Servers:
    """What a Gateway wants to know of its servers."""

    def __init__(self, folder):
        folder.mkdir()
        self.talks = misbehaving.World(folder, {},
            lambda connection: TALKS[connection.scenario["kind"]](connection).run())
        self.imap = self.talks.open("imap", {"kind": "imap", "tls": "starttls", "uids": []})
        self.smtp = self.talks.open("smtp", {"kind": "smtp", "tls": "starttls"})
        self.imap["mailbox"] = fake_imap.Mailbox(self.imap)
        self.smtp.update(letters=[], offered=[])
        self.ports = types.SimpleNamespace(imaps=self.talks.ports["imap"],
            submission=self.talks.ports["smtp"])
        self.ca_file = folder / "ca.pem"
        self._running = {}  # none of them is a process

    def heard(self, name, start):
        """The lines that a server heard which begin so."""
        return [line for line in (self.talks.folder / "heard.log").read_text().splitlines()
            if line.startswith(f"{name} {start}")]


class Gate:
    """A world (see world.world) of two servers that do what a test tells them."""

    def __init__(self, scratch, people, workers=2, seconds=2):
        self.scratch, self.people = scratch, people
        self.addresses = {**everybody(), **STRANGERS}
        self.servers = Servers(scratch.folder / "servers")
        self.imap, self.smtp = self.servers.imap, self.servers.smtp
        self.gateway = Gateway(scratch.folder / "gateway", self.servers, people)
        self.gateway.edit("wandle.yaml", ("server: imaps:", "server: imap:"),
            ("  poll_seconds: 2\n\nsubmission:", QUICK.format(seconds=seconds)),
            ("timeout_seconds: 20", f"timeout_seconds: {seconds}"),
            ("workers: 1", f"workers: {workers}"))
        self.ledger, self.sent = self.gateway.ledger, 0
        self.gateway.activate()

    @property
    def mailbox(self):
        return self.imap["mailbox"]

    # --- given ----------------------------------------------------------------------------------

    def a_mail(self, attachments=(), **more):
        """A sealed concern for Merton, each of another case."""
        self.sent += 1
        text = telling.a_form(self, Your_reference=f"MERLIN {self.sent}/26", **more)
        return telling.a_sealed_form(self, text, attachments=attachments)

    def put(self, mail):
        """It lies in the mailbox."""
        content = mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP)
        return self.mailbox.put(content.decode("latin-1"))

    # --- then -----------------------------------------------------------------------------------

    def rows(self):
        return self.ledger.count("SELECT count(*) FROM mail")

    def is_done(self, mails=None):
        """Each mail has its row, was filed away, and everything that had to leave has left."""
        # INBOX first: it is empty once the rows of all that lay there have been written
        return (not self.mailbox.folders["INBOX"] and self.rows() == (self.sent if mails is None else mails)
            and not self.ledger.count("SELECT (SELECT count(*) FROM job)"
                " + (SELECT count(*) FROM letter WHERE state NOT IN ('sent', 'failed'))"))

    def settle(self, mails=None, seconds=60):
        self.ledger.wait(lambda: self.is_done(mails), "everything to be done", seconds)

    def says(self, words, since=0):
        return words in self.gateway.log_text()[since:]

    def mark(self):
        return len(self.gateway.log_text())

    def taken(self):
        """Recipient to the letters the submission server said yes to, as bytes."""
        found = {}
        for recipient, content in list(self.smtp["letters"]):
            found.setdefault(recipient, []).append(content)
        return found

    def opened(self, name):
        reader, address = self.people[self.gateway.key_of(name)], self.addresses[name]
        return [Letter(content, reader, self.people["gateway"], address)
            for content in self.taken().get(address, [])]

    def check_letters(self, mails=None, spare=False, asked=0):
        """
        Each mail has made its letters, to exactly those it had to reach, once; or more than once,
        with the same bytes (`spare`). The officer was asked besides about so many mails that
        could not be read or believed. Gives how many letters came a second time.
        """
        mails = self.sent if mails is None else mails
        wanted = self.ledger.ask("SELECT message_id, to_id, state FROM letter")
        ids = {letter["message_id"].strip("<>") for letter in wanted}
        assert len(ids) == len(wanted) and all(letter["state"] == "sent" for letter in wanted)
        came = {}
        for recipient, content in list(self.smtp["letters"]):
            came.setdefault(message_id(content), []).append((recipient, content))
        assert set(came) == ids, (set(came) ^ ids)
        twice = sum(len(copies) - 1 for copies in came.values())
        for copies in came.values():
            assert len(set(copies)) == 1, "a letter was sent again with other bytes"
        assert spare or not twice, f"{twice} letters came twice"
        for name, wanted in (("merton-mash", mails), (telling.OFFICER, mails + asked)):
            reached = {message_id(content) for content in self.taken().get(self.addresses[name], [])}
            assert len(reached) == wanted, f"{name} has {len(reached)} of {wanted}"
        for recipient, content in list(self.smtp["offered"]):
            assert message_id(content) in ids
            assert (recipient, content) == came[message_id(content)][0], "offered with other bytes"
        return twice


def message_id(content):
    start = content.index(b"Message-ID:") + 11
    return content[start:content.index(b"\r\n", start)].strip(b" <>").decode()


def calm(scenario, fault):
    """The server is well again."""
    for key in [*fault, *scenario.get("then", {})]:
        scenario.pop(key, None)
    if "tls" in fault:
        scenario["tls"] = "starttls"


__all__ = ["ADDRESS", "Gate", "calm", "message_id", "until"]
