# SPDX-License-Identifier: MIT
"""Wandle installed in a folder of its own: settings, rules, keys, ledger, and its program to run."""
import datetime
import os
import re
import shutil
import signal
import subprocess

import yaml

from .ledger import Ledger
from .people import copy_home
from .scratch import REPOSITORY
from .post import PASSWORD

ADDRESS = "concerns@wimbledon-desk.example"
NAME = "Wimbledon public protection desk"

SETTINGS = """\
identity:
  address: {address}
  name: {name}
  telephone: 020 7946 0100
  key: {key}
  case_prefix: W

mailbox:
  server: imaps://localhost:{imaps}
  user: {address}
  password: {{credential: {folder}/secrets/mailbox}}
  ca_file: {ca_file}
  poll_seconds: 2

submission:
  server: smtp://localhost:{submission}
  user: {address}
  password: {{credential: {folder}/secrets/submission}}
  ca_file: {ca_file}
  timeout_seconds: 20

ledger:
  path: {folder}/state/ledger.sqlite
  sealing_key: {folder}/secrets/sealing.key
  sealing_public: {folder}/sealing.public

openpgp:
  home: {folder}/gnupg

sort:
  workers: 1

digest:
  every: never

retry:
  first_pause_seconds: 1
  longest_pause_seconds: 1

rules: {folder}/rules
templates: {folder}/templates
keyholder: {keyholder}
alarm_command: [{folder}/alarm]
"""

GPG_CONF = """\
no-autostart
no-auto-key-retrieve
no-auto-key-locate
no-auto-check-trustdb
lock-never
no-random-seed-file
weak-digest SHA1
disable-dirmngr
"""

ALARM = """\
#!/bin/sh
printf '%s\\n' "$*" >>"$(dirname "$0")/alarms"
"""


def find_program(name):
    """A program of the build folder that WANDLE_BUILD names; `build` without it."""
    build = REPOSITORY / os.environ.get("WANDLE_BUILD", "build")
    for path in sorted(build.rglob(name)):
        if path.is_file() and os.access(path, os.X_OK):
            return path
    raise FileNotFoundError(f"{name} is not built in {build}")


def read_directory(folder=REPOSITORY / "rules"):
    """Everyone whom the shipped directory names: id to address, and to placeholder fingerprints."""
    entries = []
    for name in ("agencies", "officers", "desk"):
        top = yaml.load((folder / f"{name}.yaml").read_text(), yaml.BaseLoader)[name]
        entries += top["people"] if name == "desk" else top
    return {entry["id"]: (entry["address"], [key["fingerprint"] for key in entry["keys"]])
        for entry in entries}


class Failed(AssertionError):
    """A command ended otherwise than was expected."""


class Gateway:
    """
    Wandle as an administrator sets it up, with the shipped rules and templates; only the
    fingerprints are this world's. Nothing is activated yet: activate() does that.
    """

    def __init__(self, folder, servers, people, keys=None, revoked=()):
        """keys: directory id to the name of another of the people, whose key it shall have."""
        self.folder, self.servers, self.people = folder, servers, people
        self.program = find_program("wandle")
        self.log = folder / "wandle.log"
        self.ledger = Ledger(folder / "state/ledger.sqlite")
        self._keys, self._running = dict(keys or {}), None
        folder.mkdir()
        for name in ("state", "secrets"):
            (folder / name).mkdir(mode=0o700)
        for name in ("rules", "templates"):
            shutil.copytree(REPOSITORY / name, folder / name)
        self._write_secrets()
        self._write_keys(revoked)
        self.settings.write_text(SETTINGS.format(address=ADDRESS, name=NAME, folder=folder,
            key=people["gateway"].fingerprint, imaps=servers.ports.imaps,
            submission=servers.ports.submission, ca_file=servers.ca_file,
            keyholder=find_program("wandle-keyholder")))
        (folder / "alarm").write_text(ALARM)
        (folder / "alarm").chmod(0o755)

    @property
    def settings(self):
        return self.folder / "wandle.yaml"

    def key_of(self, identity):
        """Name of the one of the people whose key this entry of the directory has."""
        return self._keys.get(identity, identity)

    def _write_secrets(self):
        for name in ("mailbox", "submission"):
            path = self.folder / "secrets" / name
            path.write_text(PASSWORD + "\n")
            path.chmod(0o600)
        subprocess.run([find_program("wandle-keyholder"), "--make-sealing-key",
            self.folder / "secrets/sealing.key", self.folder / "sealing.public"], check=True)

    def _write_keys(self, revoked):
        known = set()
        for file in ("agencies", "officers", "desk"):
            path = self.folder / f"rules/{file}.yaml"
            text = path.read_text()
            for identity, (_, fingerprints) in read_directory().items():
                person = self.people[self.key_of(identity)]
                known.add(person)
                for placeholder in fingerprints:
                    text = text.replace(placeholder, person.fingerprint)
            path.write_text(text)
        home = self.people.gateway_home(known, [self.people[name] for name in revoked])
        copy_home(home, self.folder / "gnupg")
        (self.folder / "gnupg/gpg.conf").write_text(GPG_CONF)

    def edit(self, name, *changes):
        """Changes a file of the installation: pairs of the text that stands there and the new."""
        path = self.folder / name
        text = path.read_text()
        for old, new in changes:
            assert text.count(old) == 1, f"{name}: {text.count(old)} times: {old}"
            text = text.replace(old, new)
        path.write_text(text)

    def edit_agency(self, agency, key, value):
        """Gives a key of one agency another value, written as YAML; None takes the key away."""
        line = "" if value is None else f"    {key}: {value}\n"
        path = self.folder / "rules/agencies.yaml"
        text, count = re.subn(rf"(?s)(- id: {agency}\n(?:(?!  - id: ).)*?)    {key}: [^\n]*\n",
            lambda found: found[1] + line, path.read_text(), count=1)
        assert count == 1, f"{agency} has no {key}"
        path.write_text(text)

    def close_today(self, agency):
        """The agency works on one day of the week only, and that is neither today nor near."""
        far = (datetime.date.today() + datetime.timedelta(days=3)).strftime("%a").lower()
        self.edit_agency(agency, "hours", f'{{{far}: "09:00-17:00"}}')

    # --- the program --------------------------------------------------------------------------

    def command(self, *arguments):
        return [self.program, "--config", self.settings, *arguments]

    def run(self, *arguments, data=None, expect=0, seconds=120, **environment):
        """
        Runs one command and gives what it printed. What it says on standard error goes to the
        log as well. expect: its exit status, None for any.
        """
        done = subprocess.run(self.command(*arguments), input=data, capture_output=True,
            timeout=seconds, start_new_session=True, env={**os.environ, **environment})
        with self.log.open("ab") as log:
            log.write(done.stderr)
        if expect is not None and done.returncode != expect:
            raise Failed(f"wandle {' '.join(map(str, arguments))}: exit {done.returncode}\n"
                f"{done.stdout.decode(errors='replace')}\n{done.stderr.decode(errors='replace')}")
        self.said = done.stderr.decode(errors="replace")
        return done.stdout.decode()

    def activate(self):
        """Without looking through every concern there can be: stories of their own do that."""
        self.run("check")
        self.run("rules", "activate", "--despite-errors")

    def once(self, **how):
        """Receives, sorts and delivers what is there, and waits until it lies in the mailboxes."""
        self.run("run", "--once", **how)
        self.servers.settle()

    def start(self, scratch, *arguments, **environment):
        """Starts the daemon."""
        self._running = scratch.start(self.command("run", *arguments), log=self.log,
            env={**os.environ, **environment})
        return self._running

    def reload(self):
        self._running.send_signal(signal.SIGHUP)

    def stop(self, scratch, how=signal.SIGTERM, seconds=60):
        status = scratch.end(self._running, how, seconds)
        self._running = None
        return status

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def alarms(self):
        path = self.folder / "alarms"
        return path.read_text().splitlines() if path.exists() else []


def everybody():
    """Names and addresses of all who need a key and a mailbox: the shipped directory and Wandle."""
    return {"gateway": ADDRESS, **{name: address for name, (address, _)
        in read_directory().items()}}

