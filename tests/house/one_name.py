#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
No two rooms have a function of one name. The linker would take the first library's for both, and
call it with the other's arguments, without a word.

Usage: one_name.py BUILD/gateway
"""
import collections
import pathlib
import subprocess
import sys

rooms = collections.defaultdict(set)
for library in sorted(pathlib.Path(sys.argv[1]).glob("*/lib*.a")):
    said = subprocess.run(["nm", "--defined-only", "--extern-only", library], check=True, text=True,
        capture_output=True).stdout
    for line in said.splitlines():
        words = line.split()
        if len(words) == 3 and words[1] in "TDBR" and not words[2].startswith("__"):
            rooms[words[2]].add(library.parent.name)
twice = {name: sorted(found) for name, found in rooms.items() if len(found) > 1}
for name, found in sorted(twice.items()):
    print(f"{name} is in {' and in '.join(found)}")
sys.exit(1 if twice or len(rooms) < 100 else 0)
