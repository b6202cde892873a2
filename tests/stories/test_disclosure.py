# SPDX-License-Identifier: MIT
"""
Random forms through the whole mailroom: each agency's letters, opened with its key, have nothing else
in any part, header or file name. 200 forms in the long form.
"""
import random
import re
import unicodedata

import yaml

from world.form import born
from world.programs import REPOSITORY
from world.reckoning import LONG
from world.telling import MERTON, SUTTON, WANDSWORTH, a_form, the_officer_sends, wandle_works

FORMS = 200 if LONG else 6
AREAS = {"Merton": MERTON, "Sutton": SUTTON, "Wandsworth": WANDSWORTH}
CONCERNS = ("neglect", "child mental health", "gangs", "child physical disability or illness",
    "domestic abuse of a parent")
# Label of the form, and the block it stands in by form.yaml; each is filled with words of its own.
CHILD = ("Family name", "First names", "Description of the child", "Home address", "Refuge or foster address",
    "Where the child is now", "School or nursery", "GP", "Religion", "Social worker")
ADULT = ("Family name", "First names", "Address", "Works for")
REPORT = ("Linked references", "Name of the source", "Intelligence for the desk only", "What the child said",
    "Agreed by")


def squash(text):
    """Without case, accents and all that is no letter or digit."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if one.isalnum())


def blocks():
    """The block of each label, by the section's subject; and what each agency receives."""
    form = yaml.safe_load((REPOSITORY / "rules/form.yaml").read_text())
    agencies = yaml.safe_load((REPOSITORY / "rules/agencies.yaml").read_text())["agencies"]
    return ({(section["about"], field["label"]): field["block"] for section in form["sections"]
        for field in section["fields"]}, {agency["id"]: set(agency["receives"]) for agency in agencies})


BLOCKS, RECEIVES = blocks()
NARROWED = {"report", "reporter", "family", "adult-contact", "concern"}  # by the rule domestic-abuse-parent


def sent_to(agency, child):
    """Whether the shipped rules send a child to an agency at level 3 with agreement, told once more."""
    merton, about = child["area"] == "Merton", child["concern"]
    return {
        "merton-mash": merton, "sutton-mash": child["area"] == "Sutton",
        "wandsworth-mash": child["area"] == "Wandsworth",
        "merton-camhs": merton and about == CONCERNS[1],
        "merton-youth-justice": merton and about == CONCERNS[2] and 10 <= child["age"] < 18,
        "merton-school-nursing": about == CONCERNS[3],
        "merton-domestic-abuse": merton and about == CONCERNS[4],
    }.get(agency, False)


class Drawn:
    """A form whose every answer is of words that stand nowhere else, in no other form either."""

    def __init__(self, dice, number):
        self._dice, self._number, self._words = dice, number, 0
        self.values = []  # (about, person, label, words)
        self.children = [self._person("child", at, CHILD) | {"age": dice.randrange(6, 17),
            "area": dice.choice(list(AREAS)), "concern": dice.choice(CONCERNS)}
            for at in range(dice.randrange(1, 4))]
        self.adults = [self._person("adult", at, ADULT) for at in range(dice.randrange(0, 3))]
        self.report = self._person("report", 0, REPORT)
        self.reference = f"Zureference{number}q"

    def word(self):
        self._words += 1
        syllables = [number for of in (self._number, self._words) for number in divmod(of, 55)]
        return "Zu" + "".join("bcdfghjklmn"[at % 11] + "aeiou"[at // 11] for at in syllables) + "iq"

    def _person(self, about, at, labels):
        answers = {}
        for label in labels:
            if label == "Refuge or foster address" and self._dice.random() < 0.7:
                continue
            words = f"{self.word()} {self.word()}"
            answers[label] = words
            if "ddress" in label:
                street = f"{self.word()} Lane"
                answers[label] = f"{words} House, {street}"
                self.values.append((about, at, label, street))
                # a refuge is known by less than a line of its address
                words += "" if label.startswith("Refuge") else " House"
            self.values.append((about, at, label, words))
        return {"answers": answers}

    def text(self, world):
        """The form; now and then the officer writes of somebody else in the free text."""
        said = "It was a quiet evening."
        if self._dice.random() < 0.4:
            *_, words = self._dice.choice(self.values)
            said += f" There was talk of {words.upper()}."
        children = [child["answers"] | {"Date of birth": born(child["age"], 40), "Sex": "F",
            "Home postcode": AREAS[child["area"]], "Postcode of that place": AREAS[child["area"]],
            "School postcode": MERTON, "Concerns": child["concern"]} for child in self.children]
        report = self.report["answers"] | {"What happened": said, "Your reference": self.reference}
        return a_form(world, children, [adult["answers"] for adult in self.adults],
            **{label.replace(" ", "_"): words for label, words in report.items()})

    def may_have(self, agency, about, person, label):
        block, sent = BLOCKS[about, label], [sent_to(agency, child) for child in self.children]
        given = RECEIVES[agency] & NARROWED if agency == "merton-domestic-abuse" else RECEIVES[agency]
        return block in given and (sent[person] if about == "child" else any(sent))

    def file(self):
        """A file beside the form, for those who receive attachments and all of the answers."""
        name, words = self.word(), self.word()
        self.values.append(("report", 0, "Attached papers", f"{name} {words}"))
        return f"{name}.txt", f"Seen by {words}"

    def leaks(self, agency, told, may_have=None):
        may_have = may_have or self.may_have
        return [value for value in self.values if not may_have(agency, *value[:3])
            and any(squash(word) in told for word in value[3].split())]


def everything(letter):
    """All of one letter that its reader can come to see, and what stands outside."""
    texts = [letter.raw.split(b"-----BEGIN")[0].decode(errors="replace"), letter.plaintext.decode(errors="replace")]
    for part in letter.inner.walk():
        texts += [f"{name}: {value}" for name, value in part.items()]
        texts.append(part.get_filename() or "")
        if not part.is_multipart():
            texts.append(part.get_payload(decode=True).decode(errors="replace"))
    return "\n".join(squash(text) for text in texts)


def words_of(seen):
    """Every word of any form that is in it."""
    return set(re.findall("zu(?:[bcdfghjklmn][aeiou]){4}iq", seen))


def test_no_letter_of_any_form_has_a_value_that_is_not_disclosed(world):
    # given
    dice = random.Random("disclosure")
    forms = [Drawn(dice, number) for number in range(FORMS)]
    for form in forms:
        text = form.text(world)
        files = [form.file()] if dice.random() < 0.3 else []
        if files:
            text = text.replace("END OF FORM", f"Attached papers: {files[0][0]}\n\nEND OF FORM")
        the_officer_sends(world, text, attachments=[(name, words.encode()) for name, words in files])
    # when
    wandle_works(world)
    # then
    looked_at, leaked = 0, []
    for agency, letters in world.mailboxes().items():
        for letter in letters if agency in RECEIVES else ():
            seen = everything(letter)
            told = words_of(seen)
            form, = [form for form in forms if squash(form.reference) in seen]
            leaked += [(agency, *leak, letter.text) for leak in form.leaks(agency, told)]
            # nothing of another form, in whatever letter
            assert told <= {squash(word) for value in form.values for word in value[3].split()}, letter.text
            # a letter that should not have had the names of its children would have been seen
            assert form.leaks(agency, told, lambda _agency, about, _person, label:
                BLOCKS[about, label] not in ("child-identity", "family", "report"))
            looked_at += 1
    assert not leaked, [leak[:-1] for leak in leaked] + [leaked[0][-1]]
    assert looked_at >= FORMS
