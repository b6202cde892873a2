# SPDX-License-Identifier: MIT
"""Dovecot and Postfix on loopback, to start, to change and to stop; each mail one can rely on."""
import os
import re
import shutil
import signal
import subprocess

from .post import PASSWORD, Post
from .scratch import HERE, REPOSITORY, Ports, listens, until

MAIL_USER, MAIL_GROUP = "nobody", "nogroup"  # Dovecot delivers no mail for root
OPENSSL = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
QUEUES = "active bounce corrupt defer deferred hold incoming maildrop private public saved trace"


def find_postfix():
    """The root of an installed Postfix, or of the one that packaging/install has unpacked."""
    for root in (os.environ.get("WORLD_POSTFIX", "/"), REPOSITORY / "build-postfix"):
        if os.access(f"{root}/usr/lib/postfix/sbin/master", os.X_OK):
            return str(root).rstrip("/")
    raise RuntimeError("no Postfix here: run packaging/install try")


class Servers(Post):
    """
    mailboxes are mail addresses; each has a mailbox and the same password. The servers know one
    certificate authority, ca_file, and two certificates: "localhost" and, for the tests of a
    wrong host name, "elsewhere".
    """

    def __init__(self, scratch, mailboxes):
        super().__init__(scratch.folder,
            Ports("imap", "imaps", "lmtp", "sasl", "submission", "mx"))
        self.scratch, self.mailboxes = scratch, sorted(mailboxes)
        self.postfix_root = find_postfix()
        self.certificate = "localhost"
        self.capabilities = ""  # of Dovecot, from its next start on; "" for all that it has
        self._running, self._settings = {}, {}
        self._make_certificates()
        self._make_folders()

    def start(self):
        self.start_dovecot()
        self.start_postfix()

    def close(self):
        self.ports.close()

    def _make_certificates(self):
        (self.folder / "tls").mkdir()
        commands = [f"{OPENSSL} -subj /CN=test-CA -keyout ca.key -out ca.pem"
            " -addext keyUsage=critical,keyCertSign"]
        commands += [f"{OPENSSL} -subj /CN={name} -keyout {name}.key -out {name}.pem"
            f" -CA ca.pem -CAkey ca.key -addext subjectAltName={names}"
            " -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth"
            for name, names in (("localhost", "DNS:localhost,IP:127.0.0.1"),
                ("elsewhere", "DNS:elsewhere.test"))]
        for command in commands:
            subprocess.run(command.split(), cwd=self.folder / "tls", check=True,
                capture_output=True)

    def _make_folders(self):
        for name in ("run", "state", "mail", "etc", "data", "queue/pid"):
            (self.folder / name).mkdir(parents=True)
        shutil.chown(self.folder / "mail", MAIL_USER, MAIL_GROUP)
        owner, group = self._owner_of_queue()
        for name in ["data"] + [f"queue/{name}" for name in QUEUES.split()]:
            (self.folder / name).mkdir(exist_ok=True)
            shutil.chown(self.folder / name, owner)
        (self.folder / "users").write_text("".join(f"{box}:{PASSWORD}\n" for box in self.mailboxes))

    def _owner_of_queue(self):
        """
        Postfix wants a user and a group that are nobody else's mail user. Its package makes both;
        where it is only unpacked, two that every Debian has and that run nothing will do.
        """
        return ("postfix", "postdrop") if not self.postfix_root else ("uucp", "news")

    def _fill(self, template, target, replaced=None):
        owner, group = self._owner_of_queue()
        root = self.postfix_root
        words = {**vars(self.ports), "FOLDER": self.folder, "MAIL_USER": MAIL_USER,
            "MAIL_GROUP": MAIL_GROUP, "CAPABILITIES": self.capabilities, "CERTIFICATE": self.folder / "tls" / self.certificate,
            "OWNER": owner, "GROUP": group, "DAEMONS": f"{root}/usr/lib/postfix/sbin",
            "COMMANDS": f"{root}/usr/sbin", "LIBRARIES": f"{root}/usr/lib/postfix",
            "DOMAINS": " ".join(sorted({box.split("@")[1] for box in self.mailboxes})),
            "MAILBOXES": ", ".join(f"{box}={box}" for box in self.mailboxes)}
        text = re.sub(r"@(\w+)@", lambda found: str(words[found[1]]),
            (HERE / template).read_text())
        for name, value in (replaced or {}).items():
            text = re.sub(rf"(?m)^{name} =.*\n", "", text) + f"{name} = {value}\n"
        target.write_text(text)
        # every Postfix program waits until its main.cf is 2 s old
        os.utime(target, (0, 0))

    def _start(self, name, argv, ports, **how):
        process = self.scratch.start(argv, **how)
        self._running[name] = process, ports
        until(lambda: process.poll() is not None or all(map(listens, ports)), f"{name} on {ports}")
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode}\n{self.logs()}")

    def start_dovecot(self, certificate="localhost"):
        self.certificate = certificate
        self._fill("dovecot.conf.in", self.folder / "dovecot.conf")
        self._start("dovecot", ["dovecot", "-F", "-c", self.folder / "dovecot.conf"],
            [self.ports.imap, self.ports.imaps, self.ports.lmtp, self.ports.sasl])
        # smtpd would ask about the next password on a connection that has ended with the old one
        if "postfix" in self._running:
            self.start_postfix()

    def start_postfix(self, **settings):
        """
        Starts Postfix, or starts it anew with settings of main.cf changed for good. Not by a
        reload: for up to a second most connections would still meet a process with the old ones.
        """
        if "postfix" in self._running:
            self.stop("postfix")
        self._settings.update(settings)
        self._fill("main.cf.in", self.folder / "etc/main.cf", self._settings)
        self._fill("master.cf.in", self.folder / "etc/master.cf")
        # what was being delivered when Postfix ended would be held back for a minute
        for left in (self.folder / "queue/active").iterdir():
            left.rename(self.folder / "queue/incoming" / left.name)
        libraries = f"{self.postfix_root}/usr/lib/postfix"
        self._start("postfix", [f"{libraries}/sbin/master", "-d", "-c", self.folder / "etc"],
            [self.ports.submission, self.ports.mx],
            env={**os.environ, "LD_LIBRARY_PATH": libraries})

    def stop(self, name, how=signal.SIGTERM):
        process, ports = self._running.pop(name)
        self.scratch.end(process, how)
        until(lambda: not any(map(listens, ports)), f"the end of {name}")

    def forget_uids(self, address):
        """INBOX comes back empty and with another UIDVALIDITY, as after a restore."""
        self.stop("dovecot")
        for path in (self.folder / "mail" / address / "Maildir").iterdir():
            if path.name.startswith("dovecot") and path.is_file():
                path.unlink()
            elif path.name in ("cur", "new"):
                for mail in path.iterdir():
                    mail.unlink()
        self.start_dovecot()

    def logs(self):
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')}"
            for log in sorted(self.folder.glob("*.log")))
