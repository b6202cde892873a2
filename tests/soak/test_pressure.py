# SPDX-License-Identifier: MIT
"""
Many mails wait when Wandle starts, and more arrive meanwhile. They are all dealt with, in the order
in which they came, what is red leaves first, and memory does not grow with their number: some of
them bring a film, so that what is kept of each mail weighs more than what is by chance.
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
FEW, FILMS, FILM_BYTES = 3, 24, 200_000
BOUND_KILOBYTES, GROWTH_KILOBYTES = 256 * 1024, 3 * 1024
# They live for one mail, and what they take is a matter of that.
FOR_ONE_MAIL = ("child", "gpg")


def lay_down(world, manifest, films):
    """
    Mails as files in Wandle's mailbox: to submit each would take an hour. films: of each mail, whether
    it brings one.
    """
    folder = world.servers.folder / "mail" / ADDRESS / "Maildir"
    with world.servers.imap(ADDRESS):
        pass # so that the folder is there
    owner = folder.stat()
    for number, film in enumerate(films, len(manifest.entries)):
        how = {"attachments": [("film.bin", os.urandom(FILM_BYTES))]} if film else {}
        path = folder / f"new/{1_600_000_000 + number}.M{number}P1.waiting"
        path.write_bytes(manifest.add("concern", **how).mail)
        os.chown(path, owner.st_uid, owner.st_gid)


# What leaves before the least urgent letters that wait with it.
READY = "WITH ready AS (SELECT * FROM letter WHERE state = 'ready') "
URGENT = READY + "SELECT count(*) FROM ready WHERE urgency > (SELECT min(urgency) FROM ready)"
BEHIND = READY + """SELECT EXISTS (SELECT 1 FROM ready AS first JOIN ready AS urgent
    ON urgent.urgency > first.urgency AND (urgent.ready_at, urgent.id) > (first.ready_at, first.id))"""
URGENCIES = READY + "SELECT count(DISTINCT urgency) FROM ready"


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


def mails(ledger):
    return ledger.count("SELECT count(*) FROM mail")


def handle_all(world, manifest):
    """What that took of memory."""
    ledger, scales = world.gateway.ledger, Scales()

    def is_done():
        scales.weigh(Cast(world))
        return mails(ledger) == len(manifest.entries) and ledger.is_at_rest()
    ledger.wait(is_done, "all to be handled", 60 + len(manifest.entries))
    scales.weigh(Cast(world))
    assert world.gateway.stop(world.scratch) == 0
    return scales


def handle_few(world, manifest):
    """Mails as large as any, but few."""
    lay_down(world, manifest, [True] * FEW)
    world.gateway.start(world.scratch)
    return handle_all(world, manifest)


def memory_is_bounded(few, many):
    for role, peak in many.peaks.items():
        assert peak < BOUND_KILOBYTES, (role, peak)
        growth = peak - few.peaks.get(role, peak)
        assert role in FOR_ONE_MAIL or growth < GROWTH_KILOBYTES, (
            f"{role} grows by {growth} kB with the number of mails")


def many_mails_wait(world, waiting, arriving, films=FILMS):
    manifest, ledger = Manifest(world, seed=4711), world.gateway.ledger
    few, scales = handle_few(world, manifest) if films else Scales(), Scales()
    lay_down(world, manifest, [number * films % waiting < films for number in range(waiting)])
    # nobody delivers at first, so that letters of every urgency wait for it, some behind less urgent ones
    world.gateway.start(world.scratch, "--only", "receive", "--only", "sort")
    ledger.wait(lambda: mails(ledger) == len(manifest.entries) and ledger.count(URGENT) >= waiting // 4
        and ledger.count(BEHIND) and ledger.count(URGENCIES) > 2, "letters to wait", 60 + waiting)
    scales.weigh(Cast(world))
    assert world.gateway.stop(world.scratch) == 0
    world.gateway.start(world.scratch)
    for _ in range(arriving):
        entry = manifest.add("concern")
        world.servers.submit(world.addresses[entry.by], [ADDRESS], entry.mail)
    scales.take(handle_all(world, manifest))
    note(f"pressure: {waiting} waiting and {arriving} arriving; peak memory {scales}; of few mails {few}")
    memory_is_bounded(few, scales)
    until(lambda: not world.servers.queued(), "Postfix to deliver the letters", 60 + waiting)
    reckoned = reconcile(world, manifest)
    found = reckoned.summary()
    reckon(f"{waiting} mails waiting at the start", waiting + arriving, found["lost"],
        found["twice_inside"], found["twice_outside"], found["misrouted"])
    red, others = waits_of(ledger)
    far = out_of_order(ledger)
    note(f"pressure: seconds from sealed to sent, red median {statistics.median(red)} longest"
        f" {max(red)}, others median {statistics.median(others)} longest {max(others)}; no case"
        f" opened more than {far} places out of order")
    assert reckoned.is_clean(), (found, reckoned.faults)
    chances, overtaken = overtakings(ledger)
    note(f"pressure: {chances} letters left while others of another urgency were ready")
    assert not overtaken, f"less urgent ones left before these: {overtaken}"
    assert chances >= waiting // 4
    # two workers, and what one of them had to give back
    assert far <= 64


def test_many_mails_wait_while_more_arrive(busy_world):
    many_mails_wait(busy_world, WAITING, ARRIVING)
