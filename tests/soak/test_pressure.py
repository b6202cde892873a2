# SPDX-License-Identifier: MIT
"""
Many mails wait when Wandle starts, and more arrive meanwhile. They are all dealt with, in the order
in which they came, what is red leaves first, and memory does not grow with their number.
"""
import os
import statistics

from world.gateway import ADDRESS
from world.manifest import Manifest
from world.processes import Cast, Scales
from world.reckoning import LONG, note, reckon
from world.reconcile import reconcile
from world.scratch import until

WAITING = int(os.environ.get("WANDLE_PRESSURE", 10_000 if LONG else 40))
ARRIVING = 60 if LONG else 4
BOUND_KILOBYTES = 256 * 1024


def lay_down(world, manifest, count):
    """Mails as files in Wandle's mailbox: to submit each would take an hour."""
    folder = world.servers.folder / "mail" / ADDRESS / "Maildir"
    with world.servers.imap(ADDRESS):
        pass # so that the folder is there
    owner = folder.stat()
    for number in range(count):
        path = folder / f"new/{1_600_000_000 + number}.M{number}P1.waiting"
        path.write_bytes(manifest.add("concern").mail)
        os.chown(path, owner.st_uid, owner.st_gid)


# What leaves before the least urgent letters that wait with it.
URGENT = "SELECT count(*) FROM letter WHERE urgency > (SELECT min(urgency) FROM letter)"
BEHIND = """SELECT EXISTS (SELECT 1 FROM letter AS first JOIN letter AS urgent
    ON urgent.urgency > first.urgency AND (urgent.ready_at, urgent.id) > (first.ready_at, first.id))"""


def waits_of(ledger):
    """Seconds between sealed and sent, of what is red and of all else."""
    rows = ledger.ask("SELECT urgency, sent_at - ready_at AS wait FROM letter WHERE state = 'sent'"
        " AND kind = 'referral'")
    highest = max(row["urgency"] for row in rows)
    return ([row["wait"] for row in rows if row["urgency"] == highest],
        [row["wait"] for row in rows if row["urgency"] < highest])


def overtakings(ledger):
    """
    By the order of commits: how often letters of more than one urgency were ready when one was taken,
    and those that were taken before a more urgent one that was ready. Who takes one looks at the
    clock first: one that became ready in a later second is none that was passed over.
    """
    urgency = {(row["mail"], f"letter {row['kind']} to {row['to_id']}"): row["urgency"]
        for row in ledger.ask("SELECT mail, kind, to_id, urgency FROM letter")}
    ready, chances, overtaken = {}, 0, []
    for event in ledger.ask("SELECT mail, what, at FROM event WHERE what LIKE 'letter %' ORDER BY id"):
        name, _, move = event["what"].partition(": ")
        letter = event["mail"], name
        if move.endswith("-> ready"):
            ready[letter] = event["at"]
            continue
        if move == "ready -> sending":
            urgencies = {urgency[one] for one, since in ready.items() if since <= event["at"]}
            chances += len(urgencies) > 1
            if urgencies and urgency[letter] < max(urgencies):
                overtaken.append(letter)
        ready.pop(letter, None)
    return chances, overtaken


def out_of_order(ledger):
    """How far a case was opened from its place in the order in which the mails had come."""
    opened = [row["uid"] for row in ledger.ask(
        "SELECT uid FROM mail JOIN cases ON cases.mail = mail.id ORDER BY cases.id")]
    places = {uid: place for place, uid in enumerate(sorted(opened))}
    return max(abs(place - places[uid]) for place, uid in enumerate(opened))


def many_mails_wait(world, waiting, arriving):
    scales = Scales()
    manifest, ledger = Manifest(world, seed=4711), world.gateway.ledger
    lay_down(world, manifest, waiting)

    def is_done():
        scales.weigh(Cast(world))
        return ledger.count("SELECT count(*) FROM mail") == waiting + arriving \
            and ledger.is_at_rest()

    # nobody delivers at first, so that letters of every urgency wait for it, some behind less urgent ones
    world.gateway.start(world.scratch, "--only", "receive", "--only", "sort")
    ledger.wait(lambda: ledger.count(URGENT) >= waiting // 4 and ledger.count(BEHIND)
        and ledger.count("SELECT count(DISTINCT urgency) FROM letter") > 2, "letters to wait", 60 + waiting)
    assert world.gateway.stop(world.scratch) == 0
    world.gateway.start(world.scratch)
    for _ in range(arriving):
        entry = manifest.add("concern")
        world.servers.submit(world.addresses[entry.by], [ADDRESS], entry.mail)
    ledger.wait(is_done, "all to be handled", 60 + waiting)
    assert world.gateway.stop(world.scratch) == 0
    until(lambda: not world.servers.queued(), "Postfix to deliver the letters", 60 + waiting)
    reckoned = reconcile(world, manifest)
    found = reckoned.summary()
    reckon(f"{waiting} mails waiting at the start", waiting + arriving, found["lost"],
        found["twice_inside"], found["twice_outside"], found["misrouted"])
    red, others = waits_of(ledger)
    far = out_of_order(ledger)
    note(f"pressure: {waiting} waiting and {arriving} arriving; peak memory {scales}")
    note(f"pressure: seconds from sealed to sent, red median {statistics.median(red)} longest"
        f" {max(red)}, others median {statistics.median(others)} longest {max(others)}; no case"
        f" opened more than {far} places out of order")
    assert reckoned.is_clean(), (found, reckoned.faults)
    for role, peak in scales.peaks.items():
        assert peak < BOUND_KILOBYTES, (role, peak)
    chances, overtaken = overtakings(ledger)
    note(f"pressure: {chances} letters left while others of another urgency were ready")
    assert not overtaken, f"less urgent ones left before these: {overtaken}"
    assert chances >= waiting // 4
    # two workers, and what one of them had to give back
    assert far <= 64


def test_many_mails_wait_while_more_arrive(busy_world):
    many_mails_wait(busy_world, WAITING, ARRIVING)
