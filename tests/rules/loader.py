# SPDX-License-Identifier: MIT
"""Drives load-rules, which reads rules and settings by the doors that `wandle check` uses."""
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULE_FILES = ("agencies.yaml", "bank-holidays.yaml", "desk.yaml", "form.yaml", "officers.yaml", "routing.yaml")
# The boroughs that the shipped rules name, so that the whole table is not read a thousand times.
FEW_AREAS = """postcode,area
SW19 1AA,Merton
SM1 1AA,Sutton
SW18 1AA,Wandsworth
"""


class Loader:
    """The program at work; it reads thousands of files a minute."""

    def __init__(self):
        build = ROOT / os.environ.get("WANDLE_BUILD", "build")
        self._program = subprocess.Popen([build / "tests/rules/load-rules"], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, *words):
        """The lines that a request is answered by."""
        self._program.stdin.write(" ".join(map(str, words)) + "\n")
        self._program.stdin.flush()
        lines = []
        for line in self._program.stdout:
            if line == "done\n":
                return lines
            lines.append(line.rstrip("\n"))
        raise AssertionError(f"load-rules ended with {self._program.wait()} at {words}, after {lines}")

    def faults(self, *words):
        return [line.removeprefix("fault ") for line in self.ask(*words) if line.startswith("fault ")]

    def close(self):
        self._program.stdin.close()
        assert self._program.wait(timeout=60) == 0


def copy_rules(folder, areas=FEW_AREAS):
    """The shipped rules in a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RULE_FILES:
        (folder / name).write_bytes((ROOT / "rules" / name).read_bytes())
    if areas:
        (folder / "areas.csv").write_text(areas)
    else:
        (folder / "areas.csv").symlink_to(ROOT / "rules/areas.csv")
    return folder


def wandle_of(folder, rules):
    """The program itself, with settings in the folder that name nothing real but these rules."""
    assert rules == folder / "rules"
    (folder / "sealing.pub").write_text("01" * 32 + "\n")
    settings = (ROOT / "packaging/wandle.yaml.example").read_text()
    # no key is asked for, and a home must have a short name, which tmp_path has not after many runs
    settings = settings.replace("/var/lib/wandle/keyholder/gnupg", "/nowhere/gnupg")
    settings = settings.replace("/var/lib/wandle", str(folder)).replace("templates: templates", f"templates: {ROOT}/templates")
    (folder / "wandle.yaml").write_text(settings)
    program = ROOT / os.environ.get("WANDLE_BUILD", "build") / "gateway/wandle"

    def run(*words):
        return subprocess.run([program, "--config", folder / "wandle.yaml", *words], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    return run


def man_text(path):
    """The lines of a man page that stand between .Bd and .Ed, each with the comments above it."""
    notes, block = [], None
    for line in path.read_text().splitlines():
        if block is not None:
            if line.startswith(".Ed"):
                yield notes, "\n".join(block) + "\n"
                notes, block = [], None
            else:
                block.append(re.sub(r"^\\&", "", line).replace("\\e", "\\"))
        elif line.startswith(".Bd -literal"):
            block = []
        elif line.startswith('.\\" '):
            notes.append(line[4:])
        elif line.startswith(".Ss") or line.startswith(".Sh"):
            notes = []
