# SPDX-License-Identifier: MIT
"""The door of openpgp/ before the real wandle-keyholder, kept open for many mails."""
import json
import subprocess
import time

from world.gateway import GPG_CONF, find_program
from world.people import Gpg, copy_home

OFFICER = 0


class Desk:
    def __init__(self, scratch, people, address, known, revoked=()):
        """known: names of those whose keys are certified and pinned."""
        self.people, self.address = people, address
        self.folder = scratch.folder / f"desk-{time.monotonic_ns()}"
        self.folder.mkdir(mode=0o700)
        self.home = self.folder / "gnupg"
        copy_home(people.gateway_home([people[name] for name in known],
            [people[name] for name in revoked]), self.home)
        (self.home / "gpg.conf").write_text(GPG_CONF)
        self._count, self._opener = 0, None
        subprocess.run([find_program("wandle-keyholder"), "--make-sealing-key",
            self.folder / "secret", self.folder / "public"], check=True)
        (self.folder / "world.json").write_text(json.dumps({
            "home": str(self.home), "own_key": people["gateway"].fingerprint,
            "sealing_public": str(self.folder / "public"),
            "sealing_secret": str(self.folder / "secret"),
            "address": address, "max_age_days": 14,
            "entries": [{"kind": OFFICER, "id": name, "name": name.title(),
                "address": people[name].address, "fingerprint": people[name].fingerprint}
                for name in known]}))

    def __enter__(self):
        self.start_agent()
        self._opener = subprocess.Popen([find_program("open-mail"), find_program("wandle-keyholder"),
            self.folder / "world.json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self._opener.stdin.close()
        status = self._opener.wait(60)
        Gpg(self.home).stop()
        assert status == 0

    def start_agent(self):
        subprocess.run(["gpgconf", "--homedir", self.home, "--launch", "gpg-agent"], check=True)

    def stop_agent(self):
        Gpg(self.home).stop()

    @property
    def own(self):
        """Whom people seal for."""
        return self.people["gateway"]

    def open(self, mail):
        """What became of a mail: bytes, or a message of the email package."""
        self._count += 1
        path = self.folder / f"{self._count}.eml"
        path.write_bytes(mail if isinstance(mail, bytes) else mail.as_bytes())
        self._opener.stdin.write(f"{path}\n")
        self._opener.stdin.flush()
        answer = json.loads(self._opener.stdout.readline())
        path.unlink()
        return answer
