#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
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
from world.form import is_answered  # noqa: E402
from world.ledger import Ledger  # noqa: E402
from world.letters import open_letters  # noqa: E402
from world.people import Person  # noqa: E402
from world.post import Post  # noqa: E402
from world.scratch import ENDER, Scratch, until  # noqa: E402
from world.traces import traces  # noqa: E402
from world.world import World, make_people  # noqa: E402

WIDTH = 84
OFFICER, PERSON = telling.OFFICER, "sgt-marlowe"
OFFICER_NAME, PERSON_NAME = "PC Adaeze Okafor", "Sergeant Ruth Marlowe of the desk"


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
            telling.a_child(14, concerns="child drug misuse",
                School_or_nursery="Rutlish Park School", GP="Dr Ash, Wimbledon"),
            telling.a_child(9, telling.SUTTON, "neglect", First_names="Odo Marmaduke", Sex="M",
                Home_address="8 Brook Lane", Where_the_child_is_now="with his aunt")],
        adults=[telling.an_adult(Relationship_to_the_child="father of both")])


def tell_filled(tour, form):
    """The lines that were filled in, of the head and the first child."""
    shown = form.split("== CHILD 2 ==")[0].splitlines()
    tour.show("\n".join(line for line in shown if line.startswith("==")
        or is_answered(line)))
    tour.say("... and her half-brother Odo, nine, who lives in Sutton.")


def tell_letter(tour, letter):
    tour.show(letter.text)
    for name in sorted(letter.attachments) + ["referral.json"] * bool(letter.referral):
        tour.say(f"Attached: {name}")


def tell_start(tour, world, scratch):
    gateway, ledger, post = world.gateway, world.gateway.ledger, world.servers
    tour.step("Servers are up: Dovecot with a mailbox for everybody, Postfix for submission and "
        "delivery.")
    tour.say(f"imaps://localhost:{post.ports.imaps} and smtp://localhost:{post.ports.submission}, "
        f"{len(world.addresses)} people, each with a key of their own.")
    tour.step("Wandle checks settings, keys, form, rules and templates; the rules are activated.")
    gateway.activate()
    gateway.start(scratch)
    ledger.wait(lambda: ledger.count("SELECT count(*) FROM duty WHERE worked_at > 0"
        " AND name IN ('receive', 'sort', 'deliver')") == 3, "all three duties at work")
    tour.check(True, "receive, sort and deliver are at work")


def tell_way_in(tour, world, form):
    """From the officer to the ledger; gives the case's reference."""
    ledger, post = world.gateway.ledger, world.servers
    tour.step(f"{OFFICER_NAME} fills in the form, signs it, encrypts it to the desk, submits it.")
    tell_filled(tour, form)
    began = time.monotonic()
    mail = telling.the_officer_sends(world, form, arrived=False)
    tour.say("What the mail servers see of it:")
    tour.show("\n".join(f"{name}: {mail[name]}" for name in ("From", "To", "Subject")) + "\n\n"
        + "\n".join(mail.get_payload(1).get_payload().splitlines()[:3]) + "\n...")

    tour.step("Wandle takes it: received and sealed, sorted by a child process, delivered.")
    ledger.wait(lambda: ledger.references() and ledger.is_at_rest(), "the letters to be sent")
    post.settle()
    (reference,) = ledger.references()
    tour.check(True, f"case {reference}, all letters sent {time.monotonic() - began:.1f} s later")
    until(lambda: len(world.handled()) == 1 and not world.inbox(), "the mail to be filed away")
    tour.check(True, "the mail has left INBOX and is in Handled")
    return reference


def tell_who_and_why(tour, world, form, reference):
    tour.step("Who it goes to, and why, by `wandle explain`:")
    path = world.scratch.folder / "filled-form.txt"
    path.write_text(form)
    said = world.gateway.run("explain", "--active", path).split("\nEvery rule")[0]
    path.unlink()
    tour.show(said)
    referrals = world.gateway.ledger.referrals(reference)
    tour.check(referrals == {"merton-mash": "sent", "sutton-mash": "sent", "phoenix": "held"},
        "the ledger says the same: two are sent, Phoenix waits for a person")
    boxes = world.mailboxes()
    tour.check(set(boxes) == {"merton-mash", "sutton-mash", telling.DESK, OFFICER},
        "the two, the desk and the officer have one letter each, and nobody else has any")
    merton, sutton = boxes["merton-mash"][0], boxes["sutton-mash"][0]
    tour.check("Tilda Zephyrine" in merton and "Odo Marmaduke" not in merton
        and "Odo Marmaduke" in sutton and "Tilda Zephyrine" not in sutton,
        "each borough reads of its own child only")
    return boxes


def tell_desk(tour, world, review):
    tour.step("The desk reads why it is asked, and a person of the desk answers.")
    text = review.text
    tour.show(text[text.index("WHY YOU"):text.index("HOW TO DECIDE")])
    tour.say(f"{PERSON_NAME} replies, signed and encrypted:")
    line = "SEND phoenix because she wants to talk to somebody her age"
    tour.show(line)
    telling.the_desk_replies(world, review, line, by=PERSON, arrived=False)
    ledger = world.gateway.ledger
    ledger.wait(lambda: ledger.referrals(review.reference)["phoenix"] == "sent"
        and ledger.is_at_rest(), "Phoenix to have its letter")
    world.servers.settle()


def tell(tour, world, scratch):
    tell_start(tour, world, scratch)
    form = the_form(world)
    reference = tell_way_in(tour, world, form)
    boxes = tell_who_and_why(tour, world, form, reference)
    tell_desk(tour, world, boxes[telling.DESK][0])

    tour.step("Phoenix reads its letter: opened with its own key, signed by the gateway.")
    (letter,) = world.letters("phoenix")
    tell_letter(tour, letter)
    tour.check("Tilda Zephyrine" in letter and "Odo Marmaduke" not in letter,
        "the girl is in it, her half-brother is not")
    tour.check("Dr Ash" not in letter and "Thistlewood" not in letter,
        "nor are her doctor and her father, whom Phoenix need not know")
    tour.check(letter.outer["Subject"] == f"Secure referral {reference}",
        f"outside it says no more than: {letter.outer['Subject']}")

    tour.step(f"{OFFICER_NAME} reads the receipt.")
    (receipt,) = boxes[OFFICER]
    tell_letter(tour, receipt)
    tour.check(reference in receipt and "Merton MASH" in receipt, "it names case and services")

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
