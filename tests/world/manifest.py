# SPDX-License-Identifier: MIT
"""
Mail by the hundred, and what must become of each: the generator writes both at once, before Wandle
sees anything. Every mail has a canary of its own, by which its letters are known again.
"""
import datetime
import random
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import make_msgid

from . import mails
from .form import fill
from .gateway import ADDRESS
from .post import to_bytes
from .routes import UNBORN, areas, routes_of
from .telling import a_child, a_sealed_form, an_adult

CANARY = re.compile(r"CANARY-[0-9A-F]{10}")
OFFICERS = ("pc-okafor",)
POSTCODES = ("SW19 7NB", "SW19 7NB", "SW19 7NB", "SM1 1EA", "SW15 1AA", "SE1 7PB", None)
CONCERNS = {"neglect": "neglect", "child drug misuse": "child-drugs", "gangs": "gangs",
    "self-harm": "self-harm", "child mental health": "child-mental-health",
    "domestic abuse of a parent": "domestic-abuse-parent", "missing education": "school-absence",
    "domestic abuse of the child": "domestic-abuse-child", "bereavement": "bereavement",
    "child alcohol misuse": "child-alcohol", "county lines": "county-lines"}
EMPLOYERS = ("a bakery", "a bakery", "Phoenix Youth", "CAMHS", "Sutton MASH", None)
NOT_KNOWN = "not known"


@dataclass
class Entry:
    """One concern, or one mail that is none, and what must become of it."""
    canary: str
    kind: str                     # concern, stranger, open, garbled or automatic
    mail: bytes
    message_id: str
    by: str
    sends: frozenset = frozenset()
    waits: frozenset = frozenset()
    desk: bool = False            # the desk must have a review of it
    urgency: str = "none"
    facts: dict = field(default_factory=dict)


class Manifest:
    """
    Makes entries, the same ones for the same seed but for canaries and Message-IDs. `world` gives
    the blank form and people with keys; closed: agencies that are closed while this runs.
    """

    def __init__(self, world, seed, closed=()):
        self.world, self.closed, self.entries, self.canaries = world, closed, [], set()
        self.dice = random.Random(seed)
        self.blank = world.gateway.run("form", "blank")

    def __iter__(self):
        return iter(self.entries)

    def add(self, kind=None, **how):
        """One more mail, of a kind that chance has chosen, ready to be sent. how: of a concern."""
        kind = kind or self.dice.choices(
            ("concern", "stranger", "open", "garbled", "automatic"), (88, 4, 3, 3, 2))[0]
        canary = self._new_canary()
        text, facts = self._form(canary)
        by = self.dice.choice(OFFICERS)
        entry = Entry(canary, kind, b"", "", by, facts=facts)
        mail = getattr(self, f"_{kind}")(entry, text, **how)
        entry.mail, entry.message_id = to_bytes(mail), mail["Message-ID"]
        self.entries.append(entry)
        return entry

    def _new_canary(self):
        """Of ten thousand drawn ones, two are likely to be the same."""
        while True:
            # letters alone: ten digits could be an NHS number, which a letter may not repeat
            canary = "CANARY-" + "".join(random.SystemRandom().choices("ABCDEF", k=10))
            if canary not in self.canaries:
                self.canaries.add(canary)
                return canary

    # --- kinds of mail ------------------------------------------------------------------------

    def _concern(self, entry, text, **how):
        routes = routes_of(entry.facts, self.closed)
        entry.sends, entry.waits = frozenset(routes["sends"]), frozenset(routes["waits"])
        entry.desk, entry.urgency = routes["desk"], routes["urgency"]
        return a_sealed_form(self.world, text, entry.by, **how)

    def _stranger(self, entry, text):
        entry.desk = True
        return a_sealed_form(self.world, text, entry.by, signed_by="stranger")

    def _open(self, entry, text):
        entry.desk = True
        return mails.plain(text, self.world.addresses[entry.by], ADDRESS,
            message_id=make_msgid(domain="field.example"))

    def _garbled(self, entry, text):
        """Sealed, and spoilt on the way: in the middle of the armor some letters are others."""
        entry.desk = True
        mail = message_from_bytes(to_bytes(a_sealed_form(self.world, text, entry.by)))
        armor = mail.get_payload()[1]
        lines = armor.get_payload().splitlines()
        at = len(lines) // 2
        lines[at] = lines[at].swapcase()
        armor.set_payload("\r\n".join(lines) + "\r\n")
        return mail

    def _automatic(self, entry, text):
        return mails.plain("I am out of the office.\r\n", self.world.addresses[entry.by], ADDRESS,
            message_id=make_msgid(domain="field.example"), Auto_Submitted="auto-replied")

    # --- forms --------------------------------------------------------------------------------

    def _form(self, canary):
        level = self.dice.choice(("1", "2", "2", "3", "3", "3", "4", None))
        danger = self.dice.choice(("no", "no", "no", "yes", None))
        agreement = self.dice.choice(("given", "given", "refused", "not sought", None))
        reason = self.dice.choice((None, None, "undue delay"))
        report = {"level_of_need": level, "immediate_danger": danger,
            "agreement": agreement and agreement.replace(" ", "-"),
            "override_reason": reason and reason.replace(" ", "-")}
        answers = {"Immediate danger": danger or NOT_KNOWN, "Level of need": level or NOT_KNOWN,
            "Agreement to help": agreement or NOT_KNOWN, "Your name": "PC Adaeze Okafor",
            "Your telephone": "020 7946 0101", "Your reference": f"MERLIN {canary}",
            "What happened": f"She spoke of marmalade skies. {canary}"}
        if reason:
            answers["Reason to share without agreement"] = reason
        children = [self._child() for _ in range(self.dice.choice((1, 1, 2)))]
        adults = [self._adult() for _ in range(self.dice.choice((0, 1, 2)))]
        text = fill(self.blank, answers, [asked for asked, _ in children],
            [asked for asked, _ in adults])
        return text, {"report": report, "children": [facts for _, facts in children],
            "adults": [facts for _, facts in adults]}

    def _child(self):
        age = self.dice.choice((*range(2, 19), UNBORN, None))
        home, now, school = (self.dice.choice(POSTCODES) for _ in range(3))
        concerns = self.dice.sample(sorted(CONCERNS), self.dice.choice((1, 2)))
        placed = self.dice.choice((None, None, None, "London Borough of Sutton"))
        refuge = self.dice.choice((None, None, None, "The Limes, Sutton"))
        answers = a_child(
            f"unborn, due {due_date()}" if age == UNBORN else NOT_KNOWN if age is None else age,
            home or NOT_KNOWN, ", ".join(concerns), Postcode_of_that_place=now or NOT_KNOWN,
            School_postcode=school or NOT_KNOWN)
        facts = {"child.age": age, "child.concerns": {CONCERNS[word] for word in concerns},
            "child.unborn": None if age is None else "yes" if age == UNBORN else "no",
            **{f"child.{place}.area": code and areas().get(code, "outside")
                for place, code in (("home", home), ("now", now), ("school", school))}}
        if placed:
            answers["Placing authority"] = facts["child.placing_authority"] = placed
        if refuge:
            answers["Refuge or foster address"] = facts["child.confidential_address"] = refuge
        return answers, facts

    def _adult(self):
        employer = self.dice.choice(EMPLOYERS)
        answers = an_adult(Works_for=employer or NOT_KNOWN)
        return answers, {"adult.works_for": employer}


def due_date():
    return (datetime.date.today() + datetime.timedelta(weeks=20)).strftime("%d/%m/%Y")


def canaries_in(text):
    return set(CANARY.findall(text.upper()))

