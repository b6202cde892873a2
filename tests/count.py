#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Adds up what tests/run ran, and ends with the count.

Usage: count.py LOGS BUILD...

A test is one cmocka function, one pytest case, or a whole program where it says no more than its
exit status. A stage that ended badly counts as one failed test where none of its tests did.
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

CMOCKA_PASSED = re.compile(r"^\[  PASSED  \] (\d+) test", re.M)
CMOCKA_FAILED = re.compile(r"^\[  FAILED  \] .*?(\d+) test", re.M)
CMOCKA_SKIPPED = re.compile(r"^\[  SKIPPED \] .*?(\d+) test", re.M)


def count_meson(build):
    """Passed, failed, skipped of one build folder's last run; nothing where there was none."""
    log = build / "meson-logs" / "testlog.json"
    totals = [0, 0, 0]
    for line in log.read_text().splitlines() if log.exists() else []:
        test = json.loads(line)
        said = test.get("stdout", "") + "\n" + test.get("stderr", "")
        counts = [sum(map(int, pattern.findall(said)))
            for pattern in (CMOCKA_PASSED, CMOCKA_FAILED, CMOCKA_SKIPPED)]
        if test["result"] == "SKIP":
            counts = [0, 0, max(counts[2], 1)]
        elif test["result"] in ("OK", "EXPECTEDFAIL"):
            counts[0] = counts[0] or 1
        else:
            counts[1] = counts[1] or 1
        totals = [a + b for a, b in zip(totals, counts)]
    return totals


def count_pytest(report):
    totals = [0, 0, 0]
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests, failed, errors, skipped = (int(suite.get(name, 0))
            for name in ("tests", "failures", "errors", "skipped"))
        failed += errors
        totals = [a + b for a, b in zip(totals, (tests - failed - skipped, failed, skipped))]
    return totals


def main(logs, *builds):
    logs = pathlib.Path(logs)
    rows = [(name, count_meson(pathlib.Path(name))) for name in builds]
    rows += [(report.stem, count_pytest(report)) for report in sorted(logs.glob("*.xml"))]
    for name, (passed, failed, skipped) in rows:
        if passed or failed or skipped:
            print(f"  {name:24} {passed:6} passed {failed:4} failed {skipped:4} skipped")
    passed, failed, skipped = (sum(column) for column in zip(*(counts for _, counts in rows)))
    bad_stages = logs / "failed-stages"
    if bad_stages.exists() and not failed:
        failed = len(bad_stages.read_text().splitlines())
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
