# SPDX-License-Identifier: MIT
"""
What became of every mail of a manifest: each mailbox opened with its owner's key, the ledger, `wandle
case list` and what is left in IMAP, all held against what the manifest said beforehand.
"""
import hashlib
import re
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes

from .gateway import ADDRESS
from .letters import REFERENCE
from .manifest import canaries_in
from .telling import DESK

QUEUE_ID = re.compile(r"\(Postfix\) with ESMTPS?A? id (\w+)")
# How often a letter may have left before: the ledger counts how often it was claimed again while
# `sending`, or after an answer to its last byte that was never heard.
MAY_HAVE_LEFT = "SELECT message_id, reference, kind, to_id, resent FROM letter"
# A Postfix whose cleanup is killed says this to the dot, and delivers now and then all the same. No
# other "later" excuses a copy: it is the server's word that it has not got the letter.
SAID_LATER = re.compile(r"case (\S+): (\S+) to (\S+): 451 4\.3\.0 .*\(smtp\.later\)")


# What lies at the desk because its child, or our own keys, failed at it time after time.
UNREAD = {"sort.could-not-be-read", "sort.keys-failed"}


@dataclass
class Reckoned:
    lost: int = 0
    twice_inside: int = 0
    twice_outside: int = 0
    misrouted: int = 0
    # given to a person because it could not be read, three times over
    desked: int = 0
    faults: list = field(default_factory=list)

    def summary(self):
        return {name: value for name, value in vars(self).items() if name != "faults"}

    def is_clean(self, desked_at_most=0):
        return not (self.lost or self.twice_outside or self.misrouted or self.faults) \
            and self.desked <= desked_at_most

    def fault(self, kind, *words):
        if kind:
            setattr(self, kind, getattr(self, kind) + 1)
        self.faults.append(" ".join(map(str, (kind or "fault", *words))))


class Findings:
    """All there is to see, looked at once, when everything is at rest."""

    def __init__(self, world):
        ledger = world.gateway.ledger
        self.mails = defaultdict(list)           # outer Message-ID to ledger rows, by bytes
        self.left = Counter()                    # Message-ID to how often it lies in the mailbox
        self.letters = self._open_all(world)     # (name, letter)
        self.kinds = {row["message_id"]: row["kind"]
            for row in ledger.ask("SELECT message_id, kind FROM letter")}
        later = Counter(SAID_LATER.findall(world.gateway.log_text()))
        self.may_have_left = {row["message_id"]: row["resent"]
            + later[row["reference"], row["kind"], row["to_id"]] for row in ledger.ask(MAY_HAVE_LEFT)}
        rows = {row["raw_hash"]: row for row in ledger.ask(
            "SELECT raw_hash, state, code, reference FROM mail")}
        self.unknown = []
        for folder in ("INBOX", "Handled"):
            for raw in world.servers.fetch(ADDRESS, folder):
                message_id = message_from_bytes(raw)["Message-ID"]
                self.left[folder, message_id] += 1
                row = rows.get(hashlib.sha256(raw).digest())
                if row:
                    self.mails[message_id].append(row)
                else:
                    self.unknown.append((folder, message_id))
        self.waiting = {row["reference"] for row in ledger.ask(
            "SELECT reference FROM cases WHERE state = 'open' AND waits > 0")}
        self.listed = set(re.findall(REFERENCE, world.gateway.run("case", "list")))

    def _open_all(self, world):
        names = [name for name, address in world.addresses.items()
            if name != "gateway" and address in world.servers.occupied()]
        with ThreadPoolExecutor(2) as pool:
            return [(name, letter) for name, letters in zip(names, pool.map(world.letters, names))
                for letter in letters]


def queue_id(letter):
    found = QUEUE_ID.search(letter.raw.decode("ascii", "replace"))
    return found[1] if found else ""


def reconcile(world, manifest, released=()):
    """released: pairs of canary and agency that the desk let go meanwhile."""
    found, reckoned = Findings(world), Reckoned()
    of_canary = {entry.canary: entry for entry in manifest}
    got = defaultdict(list)                      # (name, kind, canary) to letters
    of_reference = {row["reference"]: message_id for message_id, rows in found.mails.items()
        for row in rows if row["reference"]}
    canary_of = {entry.message_id: entry.canary for entry in manifest}
    for name, letter in found.letters:
        canary = canary_of.get(of_reference.get(letter.reference))
        said = canaries_in(letter.plaintext.decode("utf-8", "replace")) - {canary}
        if not canary or said:
            reckoned.fault("misrouted", name, letter.message_id, "is of", canary, "says", said)
        else:
            got[name, found.kinds.get(letter.message_id, "unknown"), canary].append(letter)
    count_twice(found, got, of_canary, reckoned)
    for entry in manifest:
        check_entry(entry, found, got, reckoned)
    agencies = set(world.addresses) - {DESK, "gateway", *(entry.by for entry in manifest)}
    for (name, kind, canary), letters in got.items():
        entry = of_canary[canary]
        if name in agencies and name not in entry.sends and (canary, name) not in released:
            reckoned.fault("misrouted", name, kind, canary, entry.kind, entry.facts)
        if name != DESK and name not in agencies and name != entry.by:
            reckoned.fault("misrouted", name, kind, canary)
    check_rest(world, found, reckoned)
    return reckoned


def count_twice(found, got, of_canary, reckoned):
    """A copy of one submission that Postfix delivered again (same queue id) is none of Wandle's."""
    for (name, kind, canary), letters in got.items():
        by_id = defaultdict(set)
        for letter in letters:
            by_id[letter.message_id].add(queue_id(letter))
        for message_id, queue_ids in by_id.items():
            for copy in range(len(queue_ids) - 1):
                if copy < found.may_have_left.get(message_id, 0):
                    reckoned.twice_inside += 1
                else:
                    reckoned.fault("twice_outside", name, kind, canary, message_id, queue_ids)
        # what nobody could open is a mail of its own each time it is sent
        times = 1 if of_canary[canary].kind == "concern" else len(
            found.mails[of_canary[canary].message_id])
        if kind != "notice" and len(by_id) > times:
            reckoned.fault("twice_outside", name, kind, canary, sorted(by_id))


def check_entry(entry, found, got, reckoned):
    rows = found.mails[entry.message_id]
    if not rows:
        reckoned.fault("lost", entry.kind, entry.canary, "is not in mailbox and ledger")
        return
    codes = {row["code"] for row in rows}
    if entry.kind == "concern" and codes & UNREAD:
        reckoned.desked += 1
        if not any(got[DESK, kind, entry.canary] for kind in ("review", "notice")):
            reckoned.fault("lost", entry.canary, "could not be read, and the desk has no review")
        return
    for agency in entry.sends:
        if not got[agency, "referral", entry.canary]:
            reckoned.fault("lost", entry.canary, "has no letter at", agency, codes, entry.facts)
    if entry.desk and not got[DESK, "review", entry.canary]:
        reckoned.fault("lost", entry.kind, entry.canary, "has no review", codes, entry.facts)
    if entry.kind == "concern" and not any(
            got[entry.by, kind, entry.canary] for kind in ("receipt", "ask")):
        reckoned.fault("lost", entry.canary, "has no receipt", codes)
    if not entry.desk and got[DESK, "review", entry.canary]:
        reckoned.fault("misrouted", "desk has a review of", entry.canary, codes, entry.facts)


def check_rest(world, found, reckoned):
    ledger = world.gateway.ledger
    if not ledger.is_at_rest():
        reckoned.fault(None, "the ledger is not at rest")
    for folder, message_id in found.unknown:
        reckoned.fault(None, "no row for the bytes of", message_id, "in", folder)
    left = [message_id for folder, message_id in found.left if folder == "INBOX"]
    if left:
        reckoned.fault(None, "still in INBOX:", left)
    failed = ledger.ask("SELECT to_id, kind, code FROM letter WHERE state = 'failed'")
    if failed:
        reckoned.fault(None, "letters given up:", failed)
    if found.listed != found.waiting:
        reckoned.fault(None, "case list and ledger differ by", found.listed ^ found.waiting)
