# SPDX-License-Identifier: MIT
"""
What an administrator changes is changed whole or not at all, whichever call fails: the rules that
decide, a set of them put right, a backup, a ledger brought back. Each rename, and in the long form
each open, write, sync and allocation, fails once and for ever; then the old is still whole, nothing
half-written lies about, and the same command does its work.
"""
import subprocess
import types

import pytest

from fault.calls import Fault, meet, spread, tries
from fault.recovery import add_holder, know_recovery_key
from world.gateway import Gateway
from world.reckoning import LONG, reckon
from world.scratch import Scratch

MOMENTS = 12
CALLS = ("rename", "open", "read", "write", "fsync", "malloc") if LONG else ("rename",)


class Site:
    """A gateway that is set up, with rules in force and a recovery key; nobody sends it mail."""

    def __init__(self, scratch, people):
        self.folder, self.number = scratch.folder, 0
        (self.folder / "ca.pem").touch()
        nowhere = types.SimpleNamespace(imaps=1, submission=1)
        self.gateway = Gateway(self.folder / "gateway",
            types.SimpleNamespace(ports=nowhere, ca_file=self.folder / "ca.pem"), people)
        know_recovery_key(self.gateway, people["recovery-holder"])
        self.gateway.activate()
        self.active = self.gateway.folder / "state/active-rules"
        self.ledger = self.gateway.ledger.path

    def hash(self):
        return str((self.active / "current").readlink())

    def edit(self):
        """Rules that nobody has seen before."""
        self.number += 1
        path = self.gateway.folder / "rules/routing.yaml"
        path.write_text(path.read_text() + f"# change {self.number}\n")

    def history(self):
        return self.gateway.run("rules", "history")

    def litter(self):
        """What would be there only while something is being written."""
        return [path for pattern in ("active-rules/*.new", "*.part*", "../../*.part")
            for path in self.ledger.parent.glob(pattern)]

    def sweep(self):
        subprocess.run(["rm", "-rf", *self.litter()], check=True)


class Activation:
    """The rules that were edited decide, or those from before."""
    words = ("rules", "activate", "--despite-errors")

    def __init__(self, site):
        self.site = site

    def begin(self):
        self.site.edit()
        self.before = self.site.hash()

    def check(self, is_done):
        after = self.site.hash()
        assert not is_done or after != self.before
        self.site.gateway.run("check", "--active")
        decides = [line for line in self.site.history().splitlines() if line.startswith("*")]
        assert len(decides) == 1 and after[:12] in decides[0]


class Repair:
    """The rules in force were edited where they lie: no matter what, those never decide."""

    def __init__(self, site):
        self.site, self.path = site, site.active / "current/routing.yaml"
        self.hash, self.good = site.hash(), self.path.read_text()
        self.words = ("rules", "rollback", self.hash)

    def begin(self):
        self.path.write_text(self.good + "# edited in place\n")

    def check(self, is_done):
        assert self.site.hash() == self.hash
        is_good = self.path.read_text() == self.good
        assert is_good or not is_done
        self.site.gateway.run("check", "--active", expect=0 if is_good else 78)


class Backup:
    """A folder that is there has ledger and keys, and they are what their sum says."""

    def __init__(self, site):
        self.site, self.folder = site, site.folder / "backup"
        self.words = ("ledger", "backup", self.folder)

    def begin(self):
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def check(self, is_done):
        assert self.folder.exists() or not is_done
        if self.folder.exists():
            subprocess.run(["sha256sum", "--check", "--quiet", "--strict",
                "ledger.sha256"], cwd=self.folder, check=True)
            armor = (self.folder / "keys.asc").read_text()
            assert armor.startswith("-----BEGIN PGP") and armor.endswith("END PGP MESSAGE-----\n")
            names = sorted(path.name for path in self.folder.iterdir())
            assert names == ["keys.asc", "ledger.sha256", "ledger.sqlite"], names
        self.site.gateway.run("ledger", "check")


class Restoring:
    """There is no ledger, or the one that was backed up."""

    def __init__(self, site):
        self.site, self.folder = site, site.folder / "kept"
        site.gateway.run("ledger", "backup", self.folder)
        self.words, self.history = ("ledger", "restore", self.folder), site.history()

    def begin(self):
        for path in self.site.ledger.parent.glob("ledger.sqlite*"):
            path.unlink()

    def check(self, is_done):
        assert self.site.ledger.exists() or not is_done
        if self.site.ledger.exists():
            self.site.gateway.run("ledger", "check")
            assert self.site.history() == self.history
            self.begin()
        else:
            assert not list(self.site.ledger.parent.glob("ledger.sqlite-*"))


CHANGES = {"rules activated": Activation, "rules put right": Repair, "a backup": Backup,
    "a ledger brought back": Restoring}


@pytest.fixture
def site(people):
    add_holder(people)
    with Scratch("wandle-site-") as scratch:
        yield Site(scratch, people)


def faults(site, change, call):
    fault = Fault(site.folder, "wandle", call)
    change.begin()
    site.gateway.run(*change.words, **fault.environment())
    change.check(True)
    for at, error, ever in tries(call, spread(fault.calls, MOMENTS) if fault.calls else []):
        if LONG or not ever:
            yield Fault(site.folder, "wandle", call, at, error, ever)


@pytest.mark.parametrize("names", [[name] for name in CHANGES] if LONG else [CHANGES],
    ids=lambda names: " and ".join(names))
def test_changes_are_made_whole_or_not_at_all(site, names):
    for name in names:
        suffer(site, name)


def suffer(site, name):
    change, tried = CHANGES[name](site), 0
    for call in CALLS:
        for fault in faults(site, change, call):
            change.begin()
            status = meet(site.gateway, fault, *change.words)
            assert status or call != "rename", fault
            # who has no memory to end by itself sweeps no more than one that is killed
            assert status < 0 or not site.litter(), (fault, site.litter())
            site.sweep()
            change.check(status == 0)
            tried += 1
    assert tried
    # and then the same command does it
    change.begin()
    site.gateway.run(*change.words)
    change.check(True)
    reckon(f"a call fails: {name}", times=tried)
