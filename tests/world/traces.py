# SPDX-License-Identifier: MIT
"""Looks for words of a form where none may be: in all that Wandle and the servers keep or log."""
import base64

# Words of the forms of all stories; nothing else in a world says them.
CANARIES = ("Quillfeather", "Zephyrine", "Thistlewood", "marmalade skies", "Larkspur Mews")


def spellings(word):
    """The bytes in which a word may lie on a disk: as it is, UTF-16, base64 at any offset."""
    for text in (word, word.upper(), word.lower()):
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        for offset in range(3):
            coded = base64.b64encode(b"\0" * offset + text.encode())
            # what depends on the bytes before and after is cut off
            yield coded[[0, 2, 3][offset]:len(coded) // 4 * 4 - 4]
    yield word.replace(" ", "=20").encode()


NEEDLES = {needle: word for word in CANARIES for needle in spellings(word) if len(needle) >= 6}


def traces_in(path):
    """The canaries in one file."""
    content = path.read_bytes()
    return {word for needle, word in NEEDLES.items() if needle in content}


def traces(world):
    """
    File to canaries: in the state folder, the keyring, the logs and whatever Postfix still has.
    Mailboxes are left out: a mail that somebody sent open lies in one, by no doing of Wandle's.
    """
    folder = world.scratch.folder
    places = [folder / "gateway", folder / "queue", folder / "data", *folder.glob("*.log")]
    files = [path for place in places
        for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): sorted(found) for path in files
        if (found := traces_in(path))}
