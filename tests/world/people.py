# SPDX-License-Identifier: MIT
"""People with keys: a GnuPG home each, and what they do with it."""
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

ECC = "Key-Type: eddsa\nKey-Curve: ed25519\nKey-Usage: sign\nSubkey-Type: ecdh\nSubkey-Curve: cv25519"
RSA = "Key-Type: rsa\nKey-Length: 3072\nKey-Usage: sign\nSubkey-Type: rsa\nSubkey-Length: 3072"


class Gpg:
    """One GnuPG home."""

    def __init__(self, home):
        self.home = home

    def __call__(self, *arguments, data=None, check=True):
        return subprocess.run(
            ["gpg", "--homedir", self.home, "--batch", "--no-tty", "--pinentry-mode", "loopback",
                "--status-fd", "2", *arguments],
            input=data, check=check, capture_output=True)

    def stop(self):
        subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], check=False,
            stderr=subprocess.DEVNULL)


def make_key(home, name, address, algorithm=ECC, expires="0", made_at=None):
    """A new home with one key pair in it, for one who is called `name`."""
    home.mkdir(mode=0o700)
    Gpg(home)(*when(made_at), "--gen-key", data=(
        f"%no-protection\n{algorithm}\nSubkey-Usage: encrypt\nName-Real: {name}\n"
        f"Name-Email: {address}\nExpire-Date: {expires}\n").encode())


def when(made_at):
    """Options for a gpg that takes another time for now, like 20200101T000000."""
    return ["--faked-system-time", made_at] if made_at else []


class Person:
    """One who has a home with a key in it. `address` is what the key says."""

    def __init__(self, home, address):
        self.name, self.address, self.gpg = home.name, address, Gpg(home)
        listed = self.gpg("--with-colons", "--list-secret-keys").stdout.decode()
        self.fingerprint = re.search(r"^fpr:+([0-9A-F]{40}):", listed, re.M)[1]
        self.public = self.gpg("--armor", "--export", self.fingerprint).stdout

    def learn(self, *others):
        self.gpg("--import", data=b"".join(other.public for other in others))

    def revocation(self):
        """The certificate that GnuPG made with the key, ready for import."""
        path = self.gpg.home / "openpgp-revocs.d" / f"{self.fingerprint}.rev"
        return path.read_bytes().replace(b":-----BEGIN", b"-----BEGIN")

    def seal(self, text, *to, sign=True, options=()):
        """Signs and encrypts in one pass, as RFC 3156 6.2 says; armor."""
        signing = ["--sign", "--local-user", self.fingerprint] if sign else []
        readers = [word for person in to for word in ("--recipient", person.fingerprint)]
        return self.gpg("--trust-model", "always", "--armor", "--encrypt", *signing, *readers,
            *options, data=text).stdout

    def sign(self, text, detached=True):
        """A detached signature, or a clear-signed text."""
        return self.gpg("--armor", "--local-user", self.fingerprint,
            "--detach-sign" if detached else "--clear-sign", data=text).stdout

    def unseal(self, armor):
        """The text and gpg's status lines. Raises where this person cannot open it."""
        done = self.gpg("--trust-model", "always", "--decrypt", data=armor)
        return done.stdout, done.stderr.decode(errors="replace")


class People:
    """
    Everybody of a test run, the gateway's own key among them. Making keys takes a while, so one
    People serves many worlds; nobody's home is changed after everyone is there.
    """

    def __init__(self, scratch, addresses):
        """addresses: name to mail address; the name "gateway" is Wandle's own."""
        self.folder = scratch.folder / "people"
        self.folder.mkdir(mode=0o711)
        self._by_name, self._made_at, self._homes = {}, {}, {}
        # the gateway's key is older than all that it certifies
        self.add("gateway", addresses["gateway"], made_at="20190101T000000")
        others = [pair for pair in addresses.items() if pair[0] != "gateway"]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda pair: self.add(*pair), others))

    def __getitem__(self, name):
        return self._by_name[name]

    def add(self, name, address, made_at=None, **how):
        """One more, who knows the gateway's key. Made once, however often it is asked for."""
        if name not in self._by_name:
            make_key(self.folder / name, name, address, made_at=made_at, **how)
            person = Person(self.folder / name, address)
            if name != "gateway":
                person.learn(self["gateway"])
            self._by_name[name], self._made_at[person] = person, made_at
        return self._by_name[name]

    def gateway_home(self, known, revoked=()):
        """
        The gateway's home as an administrator leaves it who has added the keys of `known` while
        they were good: it knows and certifies them, and has since learnt that those of `revoked`
        were revoked. To be copied (copy_home) and not to be used.
        """
        wanted = (frozenset(known), frozenset(revoked))
        if wanted not in self._homes:
            home = self.folder / f"gateway-{len(self._homes) + 1}"
            copy_home(self["gateway"].gpg.home, home)
            gpg = Gpg(home)
            gpg("--import", data=b"".join(person.public for person in known))
            for person in known:
                gpg(*when(self._made_at[person]), "--quick-lsign-key", person.fingerprint)
            for person in revoked:
                gpg("--import", data=person.revocation())
            gpg("--check-trustdb")
            gpg.stop()
            self._homes[wanted] = home
        return self._homes[wanted]


def copy_home(source, target):
    """Keys and trust only: no sockets, no locks."""
    target.mkdir(mode=0o700)
    for part in ("pubring.kbx", "trustdb.gpg"):
        shutil.copy(source / part, target / part)
    shutil.copytree(source / "private-keys-v1.d", target / "private-keys-v1.d")
