# SPDX-License-Identifier: MIT
"""The ledger of a Wandle, to look at only."""
import contextlib
import sqlite3

from .scratch import until


class Ledger:
    def __init__(self, path):
        self.path = path

    def ask(self, query, *values):
        """Rows as dictionaries; [] before there is a ledger, or before it has its tables."""
        if not self.path.exists() or self.path.stat().st_size == 0:
            return []
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as ledger:
            ledger.row_factory = sqlite3.Row
            return [dict(row) for row in ledger.execute(query, values)]

    def count(self, query, *values):
        """The first value of the first row; 0 where there is none."""
        rows = self.ask(query, *values)
        return next(iter(rows[0].values())) if rows else 0

    def fates(self):
        """State and code of every mail, in the order they were taken in."""
        return [(mail["state"], mail["code"])
            for mail in self.ask("SELECT state, code FROM mail ORDER BY id")]

    def references(self):
        return [case["reference"] for case in self.ask("SELECT reference FROM cases ORDER BY id")]

    def referrals(self, reference):
        """Agency to the state of its referral."""
        return {row["agency"]: row["state"] for row in self.ask(
            "SELECT agency, r.state FROM referral r JOIN cases c ON r.case_id = c.id"
            " WHERE reference = ?", reference)}

    def is_at_rest(self):
        """Whether nothing is left to do: every mail sorted, every letter sent or given up."""
        return not self.count("SELECT (SELECT count(*) FROM job)"
            " + (SELECT count(*) FROM letter WHERE state NOT IN ('sent', 'failed'))")

    def wait(self, condition, what, seconds=60.0):
        """Waits until condition() holds. A ledger that is just being made is one that says no."""
        def look():
            try:
                return condition()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error) or "locked" in str(error):
                    return False
                raise
        return until(look, what, seconds)
