#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The table that every reliability suite reports into: what was done to Wandle, and what it cost.

    reckon("dovecot killed", times=1, seconds=[2.4])        in a test, as often as one likes

Rows of the same fault are added up. They go to the file that WANDLE_RECKONING names, one line of
JSON each, so that suites can run side by side; without it they are forgotten. `LONG` tells a suite
whether it is to take its time (tests/run --long); tests marked `long` run only then.

Usage: reckoning.py FILE                                   prints the table
"""
import json
import os
import statistics
import sys

LONG = "WANDLE_LONG" in os.environ
COLUMNS = ("times tried", "lost", "twice inside", "twice outside", "misrouted")
HEADS = ("fault", "times", "lost", "twice,", "twice,", "mis-", "seconds", "to recover")
BELOW = ("", "tried", "", "in window", "outside", "routed", "median", "longest")


def reckon(fault, times, lost=0, twice_inside=0, twice_outside=0, misrouted=0, seconds=()):
    """
    fault: in the words of the table. times: how often it was tried. twice_inside, twice_outside:
    letters that came a second time, in and outside the one window that the ledger names. seconds:
    for each try that was timed, from the fault's end until all was as it should be.
    """
    return _write({"fault": fault, "seconds": [round(taken, 2) for taken in seconds],
        **dict(zip(COLUMNS, (times, lost, twice_inside, twice_outside, misrouted)))})


def note(text):
    """A line below the table, for what no column has."""
    print(text)
    return _write({"note": text})


def _write(row):
    path = os.environ.get("WANDLE_RECKONING")
    if path:
        # one write to a file that is only appended to: rows of two processes do not mix
        with open(path, "ab", buffering=0) as file:
            file.write(json.dumps(row).encode() + b"\n")
    return row


def add_up(rows):
    """One row for each fault, in the order in which they first came."""
    sums = {}
    for row in rows:
        known = sums.setdefault(row["fault"], {"seconds": [], **dict.fromkeys(COLUMNS, 0)})
        for column in COLUMNS:
            known[column] += row[column]
        known["seconds"] += row["seconds"]
    return sums


def cells(fault, row):
    seconds = row["seconds"]
    return (fault, *(str(row[column]) for column in COLUMNS),
        f"{statistics.median(seconds):.1f}" if seconds else "-",
        f"{max(seconds):.1f}" if seconds else "-")


def table(rows):
    rows = list(rows)
    notes = [row["note"] for row in rows if "note" in row]
    rows = [row for row in rows if "fault" in row]
    body = [cells(fault, row) for fault, row in add_up(rows).items()]
    widths = [max(map(len, column)) for column in zip(HEADS, BELOW, *body)]
    return "\n".join("  ".join([f"{words[0]:{widths[0]}}",
        *(f"{word:>{width}}" for word, width in zip(words[1:], widths[1:]))]).rstrip()
        for words in (HEADS, BELOW, *body)) + "".join(f"\n{text}" for text in notes)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        print(table(json.loads(text) for text in file))
