"""Names that learners and instructors choose: which can be used, and which mean the same."""

from __future__ import annotations

import re
import unicodedata

from boxgrader.errors import GraderError, shown

_PATTERN = re.compile(r"[*?\[]")  # nbgrader's own programs look for what such a name matches
_MOST_BYTES = 200  # of an assignment: names of files are made of it
_BETWEEN = re.compile(r"[\s_-]+")


def plain(name: str) -> str:
    """Return a name as people read it: systems and browsers write the same one in several ways."""
    return _BETWEEN.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()


def alike(one: str, other: str) -> bool:
    """Say whether two names are the same to a reader."""
    return plain(one) == plain(other)


def one_spelling(name: str) -> str:
    """Return a name with each letter written in one way: systems store an ü in two."""
    return unicodedata.normalize("NFC", name)


def storable(name: str) -> str:
    """Return a name that a gradebook and a page can hold: what they cannot, as its number."""
    return "".join(
        f"\\x{ord(letter) & 0xFF:02x}" if _is_byte(letter) or _is_control(letter) else letter
        for letter in name
    )


def unfit(name: str) -> str:
    """Say why a folder's name would mix up learners, or programs; nothing if it does not."""
    if any(map(_is_byte, name)):
        return "has a name that is not UTF-8"
    if any(map(_is_control, name)):
        return "has line ends or other marks in its name that no screen shows"
    if name.startswith("."):
        return "has a name that begins with a dot, which hides it"
    if found := _PATTERN.search(name):
        return f"has {found[0]} in its name, by which nbgrader finds the folders of others"
    return ""


def check_assignment(name: str) -> None:
    """Check that nbgrader does not misread the name of an assignment.

    Raises
    ------
    GraderError
        With a sentence for the instructor.
    """
    why = unfit(name)
    if "/" in name:
        why = "is a folder in another one"
    elif len(name.encode(errors="replace")) > _MOST_BYTES:
        why = f"has a name of more than {_MOST_BYTES} letters"
    if why:
        raise GraderError(
            f"The assignment {shown(storable(name))} {why}. Give its folders another name, and "
            "grade again."
        )


def _is_byte(letter: str) -> bool:
    """Say whether a letter stands for a byte that is no UTF-8."""
    return "\ud800" <= letter <= "\udfff"


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Zl", "Zp")
