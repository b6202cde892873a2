#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the schemas that hold for every site as C, so that the program has them with it.

Usage: schema_texts.py FOLDER OUT NAME...          FOLDER/NAME.schema.json, in this order
"""
import pathlib
import sys

folder, out, *names = sys.argv[1:]
lines = ['#include "commands/schema_texts.h"', "", "const struct schema_text SCHEMA_TEXTS[SCHEMAS] = {"]
for name in names:
    bytes_ = (pathlib.Path(folder) / f"{name}.schema.json").read_bytes() + b"\0"
    rows = [bytes_[at:at + 20] for at in range(0, len(bytes_), 20)]
    lines.append(f'{{"{name}", (const char[]){{')
    lines += ["".join(f"{byte}," for byte in row) for row in rows]
    lines.append("}},")
pathlib.Path(out).write_text("\n".join(lines + ["};", ""]))
