#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether a desk that has handled many mails is slower than a new one.

Usage: tests/bench/full_mailbox.py [HANDLED]          as root; needs a build in build/

Times of a new gateway, and of one whose Handled folder and ledger hold HANDLED mails (100,000
without a number) besides; each the median of three, and their ratio.
"""
import contextlib
import hashlib
import os
import pathlib
import sqlite3
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from world.gateway import ADDRESS                                      # noqa: E402
from world.scratch import Scratch                                      # noqa: E402
from world.telling import a_form, the_officer_sends                    # noqa: E402
from world.world import World, make_people                             # noqa: E402

ROUNDS = 3
TABLES = ("seal", "seal_key", "mail", "cases", "referral", "letter", "letter_bytes", "record",
    "event")
FIRST = {
    "seal": "SELECT * FROM seal WHERE id IN (SELECT seal FROM mail WHERE id = 1 UNION ALL"
        " SELECT seal FROM record WHERE mail = 1)",
    "seal_key": "SELECT * FROM seal_key WHERE seal IN (SELECT seal FROM mail WHERE id = 1"
        " UNION ALL SELECT seal FROM record WHERE mail = 1)",
    "mail": "SELECT * FROM mail WHERE id = 1",
    "referral": "SELECT * FROM referral WHERE case_id = 1",
    "letter_bytes": "SELECT * FROM letter_bytes WHERE letter IN"
        " (SELECT id FROM letter WHERE mail = 1)",
}
REFERS = {"mail": "mail", "seal": "seal", "case_id": "cases", "referral": "referral",
    "letter": "letter"}


def old_mail(number):
    return (f"From: pc-okafor@field.example\r\nMessage-ID: <{number}@old.example>\r\n\r\n"
        f"{number}\r\n").encode()


def renew(row, table, number, shift):
    """A row of one case as that of another: ids moved, what must be unique made so."""
    row = dict(row)
    row["id"] += shift[table]
    for column, of in REFERS.items():
        if row.get(column) is not None and table != "seal":
            row[column] += shift[of]
    if table == "seal":
        row["seal_id"] = (number * 100 + row["id"] % 100).to_bytes(16, "big")
    elif table == "mail":
        # below every number that the server will give out
        row.update(uid=-number, reference=f"W20-{number}",
            raw_hash=hashlib.sha256(old_mail(number)).digest())
    elif table == "cases":
        row["reference"] = f"W20-{number}"
    elif table == "letter":
        row["message_id"] = f"<{number}-{row['id']}@wandle>"
    return row


def fill_ledger(path, count):
    """Copies all rows of the first case, until there are `count` mails more."""
    with contextlib.closing(sqlite3.connect(path)) as ledger:
        ledger.row_factory = sqlite3.Row
        step = {table: ledger.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
            for table in TABLES}
        rows = {table: ledger.execute(FIRST.get(table, f"SELECT * FROM {table} WHERE mail = 1"))
            .fetchall() for table in TABLES}
        ledger.execute("PRAGMA foreign_keys = OFF")
        with ledger:
            for number in range(1, count + 1):
                shift = {table: number * step[table] for table in TABLES}
                for table in TABLES:
                    for row in rows[table]:
                        row = renew(row, table, number, shift)
                        ledger.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES"
                            f" ({', '.join('?' * len(row))})", tuple(row.values()))


def fill_handled(world, count):
    """Mails as files, which Dovecot finds: to append each would take an hour."""
    folder = world.servers.folder / "mail" / ADDRESS / "Maildir/.Handled"
    owner = folder.stat()
    for number in range(1, count + 1):
        path = folder / f"cur/1700000000.M{number}P1.old:2,S"
        path.write_bytes(old_mail(number))
        os.chown(path, owner.st_uid, owner.st_gid)


def timed(what):
    start = time.monotonic()
    what()
    return time.monotonic() - start


def measure(world):
    """Medians: the commands, and each duty with one new mail."""
    gateway, found = world.gateway, {}

    def note(name, what, *arguments, **how):
        found.setdefault(name, []).append(timed(lambda: what(*arguments, **how)))

    for number in range(ROUNDS):
        the_officer_sends(world, a_form(world, Your_reference=f"MERLIN {time.monotonic()}/26"))
        for duty in ("receive", "sort", "deliver"):
            note(f"{duty}, one new mail", gateway.run, "run", "--once", "--only", duty)
        world.servers.settle()
        note("status", gateway.run, "status")
        note("case list", gateway.run, "case", "list")
        note("reconcile", gateway.run, "reconcile", seconds=3600)
    return {name: statistics.median(times) for name, times in found.items()}


def main(count=100_000):
    with Scratch("wandle-bench-people-") as scratch:
        people = make_people(scratch)
        with Scratch("wandle-bench-") as own, World(own, people) as world:
            world.gateway.activate()
            the_officer_sends(world, a_form(world))
            world.gateway.once()
            new = measure(world)
            path = world.gateway.ledger.path
            fill_ledger(path, count)
            fill_handled(world, count)
            first = timed(lambda: world.gateway.run("reconcile", seconds=7200, expect=None))
            full = measure(world)
            print(f"ledger: {path.stat().st_size / 1e6:.0f} MB; first look at the Handled folder:"
                f" {first:.1f} s")
            for name, seconds in full.items():
                print(f"  {name:22} {new[name]:8.3f} s   {seconds:8.3f} s   x{seconds / new[name]:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
