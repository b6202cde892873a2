# SPDX-License-Identifier: MIT
"""The words that stories are told in: given, when, then."""
from email.utils import make_msgid

from . import mails
from .form import born, fill
from .gateway import ADDRESS

MERTON, SUTTON, WANDSWORTH = "SW19 7NB", "SM1 1EA", "SW15 1AA"
OFFICER = "pc-okafor"
DESK = "desk-mailbox"


# --- given --------------------------------------------------------------------------------------

def a_child(age=14, postcode=MERTON, concerns="neglect", **more):
    """A child of the Quillfeather family; keyword arguments are labels, with _ for spaces."""
    answers = {"Family name": "Quillfeather", "First names": "Tilda Zephyrine",
        "Date of birth": born(age, 40) if isinstance(age, int) else age,
        "Sex": "F", "Home address": "3 Larkspur Mews", "Home postcode": postcode,
        "Where the child is now": "at home with her grandmother",
        "Postcode of that place": postcode, "Concerns": concerns}
    return {**answers, **labels(more)}


def an_adult(**more):
    return {"Family name": "Thistlewood", "First names": "Rowan",
        "Relationship to the child": "father of child 1", "Works for": "a bakery",
        **labels(more)}


def labels(answers):
    return {label.replace("_", " "): answer for label, answer in answers.items()}


def a_form(world, children=(), adults=(), **more):
    """The blank form, printed by Wandle and filled in. Level 3, agreement given, unless told."""
    report = {"Immediate danger": "no", "Level of need": "3", "Your name": "PC Adaeze Okafor",
        "Your telephone": "020 7946 0101", "Your reference": "MERLIN 4711/26",
        "What happened": "She spoke of marmalade skies and had not slept.",
        "Agreement to help": "given", **labels(more)}
    return fill(world.gateway.run("form", "blank"), report, children or [a_child()], adults)


def a_sealed_form(world, text, by=OFFICER, to="gateway", signed_by=None, protected=True,
        subject="concern", attachments=(), **more):
    """The form as the text of a mail that is signed and encrypted in one pass."""
    sender = world.addresses[by]
    part = mails.text_part(text)
    for name, content in attachments:
        mails.attach(part, name, content)
    message_id = make_msgid(domain="field.example")
    if protected:
        mails.protect(part, sender, ADDRESS, subject, message_id)
    armor = world.people[signed_by or by].seal(mails.payload(part), world.people[to])
    return mails.pgp_mime(armor, sender, ADDRESS, message_id=message_id, **more)


# --- when ---------------------------------------------------------------------------------------

def the_officer_sends(world, text, by=OFFICER, arrived=True, **how):
    """Sends a sealed form; `arrived`: and waits until it lies in Wandle's mailbox."""
    mail = a_sealed_form(world, text, by, **how)
    world.send(by, mail, arrived)
    return mail


def wandle_works(world):
    world.gateway.once()


def the_desk_replies(world, letter, line, by="sgt-marlowe", signed_by=None, arrived=True):
    """A signed and encrypted reply, its first line a decision, the letter quoted below."""
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    text = f"{line}\n\nOn Monday the gateway wrote:\n{quoted}\n"
    mail = a_sealed_form(world, text, by, signed_by=signed_by, subject=f"Re: {letter.subject}")
    world.send(by, mail, arrived)
    return mail


# --- then ---------------------------------------------------------------------------------------

def only(world, *names):
    """The letters of those who have any; these and nobody else must."""
    found = world.mailboxes()
    assert set(found) == set(names), {name: [letter.subject for letter in letters]
        for name, letters in found.items()}
    return found


def one(letters):
    assert len(letters) == 1, [letter.subject for letter in letters]
    return letters[0]
