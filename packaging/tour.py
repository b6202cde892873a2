#!/usr/bin/env python3
"""
The main job of Wandle, told a step a line, each step checked. packaging/try runs it.

Usage: tour.py [--keep]
       tour.py --send FOLDER [FILE]     what FOLDER/send calls
       tour.py --read FOLDER NAME       what FOLDER/read calls
"""
import json
import pathlib
import sys
import textwrap
import time
import types

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from world import telling  # noqa: E402
from world.ledger import Ledger  # noqa: E402
from world.letters import open_letters  # noqa: E402
from world.people import Person  # noqa: E402
from world.post import Post  # noqa: E402
from world.scratch import ENDER, Scratch, until  # noqa: E402
from world.traces import traces  # noqa: E402
from world.world import World, make_people  # noqa: E402

WIDTH = 84
OFFICER, YOUTH_SERVICE = telling.OFFICER, "phoenix"


class Tour:
    """Prints what happens. A check that does not hold ends the tour: `check` raises."""

    def __init__(self):
        self.number = 0

    def step(self, text):
        self.number += 1
        lines = textwrap.wrap(text, WIDTH - 4)
        print(f"\n{self.number:2}. " + "\n    ".join(lines), flush=True)

    def say(self, text):
        print(textwrap.indent("\n".join(textwrap.wrap(text, WIDTH - 4)), "    "), flush=True)

    def show(self, text, most=1000):
        lines = text.rstrip().splitlines()
        for line in lines[:most]:
            print(f"    | {line}".rstrip())
        if len(lines) > most:
            print(f"    | ... and {len(lines) - most} lines more")
        sys.stdout.flush()

    def check(self, holds, what):
        print(f"    {'ok' if holds else 'NOT SO'}: {what}", flush=True)
        if not holds:
            raise SystemExit(1)


def the_form(world):
    """One family: a girl of fourteen in Merton, and her half-brother who lives in Sutton."""
    return telling.a_form(world,
        children=[
            telling.a_child(14, School_or_nursery="Rutlish Park School", GP="Dr Ash, Wimbledon"),
            telling.a_child(9, First_names="Odo Marmaduke", Sex="M", postcode=telling.SUTTON,
                Home_address="8 Brook Lane", concerns="neglect",
                Where_the_child_is_now="with his aunt")],
        adults=[telling.an_adult(Relationship_to_the_child="father of both")],
        Immediate_danger="no", Level_of_need="3")


def tell_who_and_why(tour, world, form):
    """Prints the routes that `wandle explain` finds, without the rules that changed nothing."""
    path = world.scratch.folder / "filled-form.txt"
    path.write_text(form)
    said = world.gateway.run("explain", "--active", path)
    path.unlink()
    tour.show(said.split("\nEvery rule")[0])
    return said


def tell_letter(tour, letter):
    tour.show(f"Subject: {letter.subject}\n\n{letter.text}")
    for name in sorted(letter.attachments) + ["referral.json"] * bool(letter.referral):
        tour.say(f"and attached: {name}")


def tell(tour, world, scratch):
    gateway, ledger, post = world.gateway, world.gateway.ledger, world.servers
    tour.step("Servers are up: Dovecot with a mailbox for everybody, Postfix for submission and "
        "delivery.")
    tour.say(f"imaps://localhost:{post.ports.imaps} and smtp://localhost:{post.ports.submission}, "
        f"{len(world.addresses)} people, each with a key of their own.")
    tour.step("Wandle checks its settings, keys, rules and templates, and the rules are activated.")
    gateway.activate()
    tour.show(gateway.run("status").splitlines()[0])
    gateway.start(scratch)
    ledger.wait(lambda: ledger.count("SELECT count(*) FROM duty WHERE worked_at > 0") == 3,
        "all three duties at work")
    tour.check(True, "receive, sort and deliver are at work")

    form = the_form(world)
    tour.step(f"{OFFICER} fills in the form, signs it, encrypts it to the desk, and submits it.")
    tour.show("\n".join(line for line in form.splitlines() if line.strip().endswith(tuple(
        ("Quillfeather", "3", "given", "drug misuse", "neglect", "no")))), 14)
    before = time.monotonic()
    mail = telling.the_officer_sends(world, form, arrived=False)
    tour.say("What the mail servers see of it:")
    tour.show("\n".join(f"{name}: {mail[name]}" for name in ("From", "To", "Subject")) + "\n\n"
        + "\n".join(mail.get_payload(1).get_payload().splitlines()[:4]) + "\n...")

    tour.step("Wandle takes it: received and sealed, sorted by a child process, delivered.")
    ledger.wait(lambda: ledger.references() and ledger.is_at_rest(), "the letters to be sent")
    post.settle()
    reference = ledger.references()[0]
    tour.check(len(ledger.references()) == 1,
        f"one case, {reference}, {time.monotonic() - before:.1f} s after it was submitted")
    until(lambda: len(world.handled()) == 1 and not world.inbox(), "the mail to be filed")
    tour.check(True, "the mail is out of INBOX and in Handled")

    tour.step("Who it goes to, and why:")
    explained = tell_who_and_why(tour, world, form)
    boxes = world.mailboxes()
    referred = {name for name, state in ledger.referrals(reference).items() if state == "sent"}
    tour.check(referred and all(f"send       {name}" in explained for name in referred),
        f"the ledger says the same: sent to {', '.join(sorted(referred))}")
    tour.check({name for name in boxes if boxes[name][0].referral} == referred,
        "each of them has one letter, and no other agency has any")

    agency = YOUTH_SERVICE if YOUTH_SERVICE in referred else sorted(referred)[0]
    letter = boxes[agency][0]
    tour.step(f"{agency} reads its letter: decrypted with its own key, signed by the gateway.")
    tell_letter(tour, letter)
    tour.check("Tilda Zephyrine" in letter, "the child referred is in it")
    tour.check("Odo Marmaduke" not in letter, "the other child is not")
    tour.check("Dr Ash" not in letter, "nor is the doctor, whom this agency need not know")

    tour.step(f"{OFFICER} reads the receipt.")
    (receipt,) = boxes[OFFICER]
    tell_letter(tour, receipt)
    tour.check(reference in receipt, "it names the case")

    tour.step("Nothing of the form is left at rest.")
    tour.check(not traces(world), "no word of it in the ledger, the logs, the keyring or the queue")


SCRIPT = """#!/bin/sh
exec {command} "$@"
"""


def write_scripts(world, scratch):
    """What one needs to go on with a world that is kept."""
    (scratch.folder / "world.json").write_text(json.dumps({
        "ports": {name: port for name, port in vars(world.servers.ports).items()
            if isinstance(port, int)},
        "addresses": world.addresses}))
    tour = f"/usr/bin/python3 -B {ROOT}/packaging/tour.py"
    for name, command in (
            ("wandle", f"{world.gateway.program} --config {world.gateway.settings}"),
            ("send", f"{tour} --send {scratch.folder}"),
            ("read", f"{tour} --read {scratch.folder}"),
            ("stop", f"{ENDER} {scratch.folder}")):
        path = scratch.folder / name
        path.write_text(SCRIPT.format(command=command))
        path.chmod(0o755)


def keep(world, scratch):
    write_scripts(world, scratch)
    folder = scratch.folder
    print(f"""
The servers and Wandle are still up. Now try it yourself:

    {folder}/wandle form blank >form.txt     # the form as officers get it
    $EDITOR form.txt
    {folder}/wandle explain form.txt         # who would get it, and why
    {folder}/send form.txt                   # {OFFICER} signs, encrypts and submits it
    {folder}/read phoenix                    # what Phoenix has in its mailbox, decrypted
    {folder}/wandle status                   # queues and duties; --help says what else
    {folder}/stop                            # ends everything; the folder stays

A mail program can look too: imaps://localhost:{world.servers.ports.imaps}, user
{world.addresses['phoenix']}, password in {folder}/users,
certificate authority {world.servers.ca_file}.""")
    scratch.leave()


class Kept:
    """A world that is kept, as those who use it need it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        known = json.loads((self.folder / "world.json").read_text())
        self.addresses = known["addresses"]
        self.post = Post(self.folder, types.SimpleNamespace(**known["ports"]))
        self.ledger = Ledger(self.folder / "gateway/state/ledger.sqlite")
        self.wandle = self.person("gateway")

    def person(self, name):
        if name not in self.addresses:
            raise SystemExit(f"nobody is called {name}: {', '.join(sorted(self.addresses))}")
        return Person(self.folder / "people" / name, self.addresses[name])

    def letters(self, name):
        return open_letters(self.post, self.person(name), self.wandle, self.addresses[name])


def send(folder, file=None):
    """Submits a filled form for the officer and says what became of it."""
    kept = Kept(folder)
    text = pathlib.Path(file).read_text() if file else sys.stdin.read()
    before = kept.ledger.count("SELECT count(*) FROM mail")
    people = {OFFICER: kept.person(OFFICER), "gateway": kept.wandle}
    world = types.SimpleNamespace(addresses=kept.addresses, people=people)
    kept.post.submit(kept.addresses[OFFICER], [kept.addresses["gateway"]],
        telling.a_sealed_form(world, text))
    kept.ledger.wait(lambda: kept.ledger.count("SELECT count(*) FROM mail") > before
        and kept.ledger.is_at_rest(), "Wandle to be done with it")
    kept.post.settle()
    mail = kept.ledger.ask("SELECT * FROM mail ORDER BY id DESC LIMIT 1")[0]
    print(f"Secure referral {mail['reference']}: {mail['state']} ({mail['code']})")
    for agency, state in sorted(kept.ledger.referrals(mail["reference"]).items()):
        print(f"  {agency:24} {state}")
    for letter in kept.ledger.ask("SELECT * FROM letter WHERE mail = ?", mail["id"]):
        print(f"  {letter['kind']} to {letter['to_id']}: {letter['state']}")


def read(folder, name="phoenix"):
    tour = Tour()
    for letter in Kept(folder).letters(name):
        tell_letter(tour, letter)
        print()


def main(*arguments):
    if arguments[:1] == ("--send",):
        return send(*arguments[1:])
    if arguments[:1] == ("--read",):
        return read(*arguments[1:])
    kept, tour, began = "--keep" in arguments, Tour(), time.monotonic()
    with Scratch("wandle-try-", keep=True) as scratch:
        print(f"Everything is in {scratch.folder}", flush=True)
        try:
            world = World(scratch, make_people(scratch))
            tell(tour, world, scratch)
        except BaseException:
            print(f"\nNot every step worked: the logs are in {scratch.folder} and "
                f"{scratch.folder}/gateway/wandle.log", flush=True)
            raise
        print(f"\nEvery step was checked; {time.monotonic() - began:.0f} s.")
        if kept:
            keep(world, scratch)
        else:
            status = world.gateway.stop(scratch)
            world.close()
            print(f"Everything is stopped. What there was lies in {scratch.folder}")
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
