# SPDX-License-Identifier: MIT
"""Mail and armor as other programs make them: mutt, OpenPGP.js, Sequoia's sq, RNP."""
import os
import pty
import select
import signal
import subprocess
import time

from .people import Gpg, copy_home
from .scratch import REPOSITORY, until

MUTT_SETTINGS = """\
set from="{sender}" use_from=yes hostname=field.example
set crypt_use_gpgme=yes crypt_autosign=yes crypt_autoencrypt=yes pgp_self_encrypt=no
set crypt_protected_headers_write=yes pgp_default_key={key}
set sendmail="{folder}/save-mail" sendmail_wait=0 editor=true
set abort_unmodified=no send_charset="us-ascii:utf-8" charset=utf-8
set folder={folder} spoolfile={folder}/spool record="" copy=no tmpdir={folder}
"""
# What mutt asks on its screen, in this order, and what a person answers.
MUTT_ANSWERS = ((b"To:", b"\r"), (b"Subject:", b"\r"), (b"y:Send", b"y"))


def own_home(scratch, person, *others):
    """A copy of a person's GnuPG home that holds the keys of others for valid."""
    home = scratch.folder / f"{person.name}-{time.monotonic_ns()}"
    copy_home(person.gpg.home, home)
    gpg = Gpg(home)
    for other in others:
        gpg("--import", data=other.public)
        gpg("--quick-lsign-key", other.fingerprint)
    return gpg


def mutt(scratch, person, reader, text, to, subject):
    """The whole mail that mutt hands over to be sent."""
    gpg = own_home(scratch, person, reader)
    folder = scratch.folder / f"mutt-{time.monotonic_ns()}"
    folder.mkdir()
    (folder / "body").write_text(text)
    (folder / "spool").touch()
    (folder / "save-mail").write_text(
        f"#!/bin/sh\ncat >{folder}/sending && mv {folder}/sending {folder}/sent\n")
    (folder / "save-mail").chmod(0o755)
    (folder / "muttrc").write_text(MUTT_SETTINGS.format(sender=person.address, folder=folder,
        key=person.fingerprint))
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(GNUPGHOME=str(gpg.home), TERM="xterm", LC_ALL="C.UTF-8",
            HOME=str(folder))
        os.execvp("mutt", ["mutt", "-n", "-F", str(folder / "muttrc"), "-s", subject,
            "-i", str(folder / "body"), to])
    try:
        answer_mutt(terminal, folder / "sent")
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)
        gpg.stop()
    return (folder / "sent").read_bytes()


def answer_mutt(terminal, sent):
    screen, answers = b"", list(MUTT_ANSWERS)

    def look():
        nonlocal screen
        if select.select([terminal], [], [], 0)[0]:
            screen += os.read(terminal, 4096)
        if answers and answers[0][0] in screen:
            screen = b""
            os.write(terminal, answers.pop(0)[1])
        return sent.exists()
    try:
        until(look, "mutt to send", 20)
    except (OSError, TimeoutError) as error:
        raise RuntimeError(f"mutt did not send; its screen: {screen!r}") from error


def key_files(scratch, signer, reader):
    """The signer's secret and the reader's public key as files, for programs that want those."""
    folder = scratch.folder / f"keys-{time.monotonic_ns()}"
    folder.mkdir(mode=0o700)
    secret, public = folder / "signer.sec", folder / "reader.pub"
    secret.write_bytes(signer.gpg("--armor", "--export-secret-keys").stdout)
    public.write_bytes(reader.public)
    return secret, public


def run(*argv, data):
    return subprocess.run(argv, input=data, check=True, capture_output=True).stdout


def openpgp_js(scratch, signer, reader, payload):
    secret, public = key_files(scratch, signer, reader)
    return run("node", REPOSITORY / "tests/node/seal.mjs", secret, public, data=payload)


def sq(scratch, signer, reader, payload):
    secret, public = key_files(scratch, signer, reader)
    return run("sq", "encrypt", "--signer-key", secret, "--recipient-cert", public, data=payload)


def rnp(scratch, signer, reader, payload, *options):
    secret, public = key_files(scratch, signer, reader)
    home = secret.parent / "rnp"
    home.mkdir(mode=0o700)
    for path in (secret, public):
        run("rnpkeys", "--homedir", home, "--import", path, data=b"")
    return run("rnp", "--homedir", home, "--keystore-format", "GPG", "--password", "",
        "--armor", *options, "--encrypt", "--sign", "--userid", signer.fingerprint,
        "--recipient", reader.fingerprint, "--output", "-", data=payload)
