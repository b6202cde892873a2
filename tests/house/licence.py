#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Every file of program text names its licence in its first lines.

Usage: licence.py SOURCE
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
files = [path for folder in ("gateway", "tests", "packaging") for path in (root / folder).rglob("*")
    if path.is_file() and "node_modules" not in path.parts and (
        path.suffix in (".c", ".h", ".py", ".mjs") or path.name in ("meson.build", "run", "try", "install"))]
NAMED = re.compile(r"SPDX-License-Identifier: MIT( \*/)?$", re.MULTILINE)
bare = [path for path in [root / "meson.build", *files]
    if path.stat().st_size and not NAMED.search(path.read_text()[:2000])]
for path in bare:
    print(f"{path.relative_to(root)}: no SPDX line")
sys.exit(1 if bare or len(files) < 100 else 0)
