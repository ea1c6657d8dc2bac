"""Who came to the hub from Canvas or Moodle by LTI 1.3: which account is whose, and which courses.

The hub writes this as root at each launch; the account that grades reads it, so that points find
their way back; nobody else does. What a platform says of somebody is text of strangers.
"""

from __future__ import annotations

import fcntl
import grp
import json
import os
import pwd
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

HERE = Path("/srv/thousandfold")
LTI = HERE / "lti"
STAGES = ("submitted", "autograded", "feedback")  # where nbgrader keeps work, by name
PEOPLE, PLATFORM, KEY = "people.json", "platform.toml", "key.pem"

# The names of accounts, as people.py takes them, with room for a number behind.
NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
LETTERS, TRIES = 26, 1000
NOBODY = "learner"

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"


class LtiError(ValueError):
    """Something about LTI is wrong, and the message says what to do next."""


@dataclass(frozen=True)
class Person:
    """Somebody whom the platform sent.

    Attributes
    ----------
    issuer, subject : str
        Which platform, and its name for the person, which never changes and is never given anew.
    called : str
        What the account's name was made of, such as a login or an address.
    role : str
        What the platform says of them. It gives no right here.
    courses : tuple of str
        The platform's ids of courses from which they came.
    """

    issuer: str
    subject: str
    called: str = ""
    role: str = ""
    courses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """A course of the platform, and where it takes points.

    Attributes
    ----------
    title : str
    issuer : str
        Which platform. Another one can have a course, and people, of the same ids.
    lineitems, lineitem : str
        Addresses of all columns for points, and of the one that belongs to the link; empty where
        the platform does not offer them.
    scopes : tuple of str
        What it permits there.
    """

    title: str = ""
    lineitems: str = ""
    lineitem: str = ""
    scopes: tuple[str, ...] = ()
    issuer: str = ""


@dataclass
class Register:
    """All who came, by account, and the courses from which they came."""

    people: dict[str, Person] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)

    def of(self, issuer: str) -> Register:
        """Return those of one platform."""
        return Register(
            {name: one for name, one in self.people.items() if one.issuer == issuer},
            {name: one for name, one in self.courses.items() if one.issuer == issuer},
        )

    def account_of(self, issuer: str, subject: str) -> str:
        """Return whose account a person of the platform has, or nothing."""
        found = (
            name
            for name, one in self.people.items()
            if (one.issuer, one.subject) == (issuer, subject)
        )
        return next(found, "")


def read(folder: Path = LTI) -> Register:
    """Return the register; an empty one before anybody came.

    Raises
    ------
    LtiError
        If the file is damaged. Nobody is given an account then: it could be somebody else's.
    """
    place = folder / PEOPLE
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        people = {
            name: Person(**{**one, "courses": tuple(one["courses"])})
            for name, one in told["people"].items()
        }
        courses = {
            name: Course(**{**one, "scopes": tuple(one["scopes"])})
            for name, one in told["courses"].items()
        }
    except FileNotFoundError:
        return Register()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LtiError(
            f"{place} is damaged, so nobody's account is sure: put back last night's backup of it"
        ) from error
    return Register(people, courses)


def write(register: Register, folder: Path = LTI) -> None:
    """Write the register, whole or not at all."""
    told = {
        "people": {name: asdict(one) for name, one in sorted(register.people.items())},
        "courses": {name: asdict(one) for name, one in sorted(register.courses.items())},
    }
    write_private(folder / PEOPLE, json.dumps(told, indent=1, ensure_ascii=False) + "\n")


@contextmanager
def changing(folder: Path = LTI) -> Iterator[Register]:
    """Read the register and write it back; whoever else changes it, hub or command, stands in line.

    Raises
    ------
    LtiError
        If the file is damaged.
    """
    with os.fdopen(os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        register = read(folder)
        yield register
        write(register, folder)


def write_private(place: Path, text: str, *, given: bool = False) -> None:
    """Write a file whole, or not at all, that only root and the account that grades may read.

    Parameters
    ----------
    place : path
        In a folder of root's, whose group is that of the account that grades.
    text : str
    given : bool
        Whether the file belongs to the account that grades. What the hub trusts does not: who
        could write it could be anybody on the hub.
    """
    part = place.with_name(f".{place.name}-{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            group = place.parent.stat().st_gid
            if os.geteuid() == 0 and group:
                os.fchown(descriptor, _account_of(group) if given else 0, group)
                os.fchmod(descriptor, 0o600 if given else 0o640)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        part.replace(place)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _account_of(group: int) -> int:
    """Return whose own group it is; root, where it is nobody's."""
    return next((one.pw_uid for one in pwd.getpwall() if one.pw_gid == group), 0)


def text(value: object, most: int = 255) -> str:
    """Return what a platform says as one line of printable letters; no text is an empty one."""
    if not isinstance(value, str):
        return ""
    kept = "".join(letter if letter.isprintable() else " " for letter in value[: most + 1])
    return " ".join(kept.split())[:most]


def account_name(called: str) -> str:
    """Return what an account could be called after somebody.

    Examples
    --------
    >>> account_name("Zoë.O'Neill@example.org"), account_name("../../etc"), account_name("4711")
    ('zoe-o-neill', 'etc', 'id-4711')
    """
    plain = unicodedata.normalize("NFKD", called.partition("@")[0]).encode("ascii", "ignore")
    letters = re.sub(r"['’]?[^a-z0-9]+", "-", plain.decode().lower()).strip("-")
    if letters[:1].isdigit():
        letters = f"id-{letters}"
    letters = letters[:LETTERS].strip("-")
    return letters if NAME.fullmatch(letters) else NOBODY


def free_name(called: str, register: Register, taken: Callable[[str], bool]) -> str:
    """Return an account's name that nobody has: with a number behind it, where somebody does.

    Raises
    ------
    LtiError
        If there is none left.
    """
    begins = account_name(called)
    for name in (begins, *(f"{begins}-{number}" for number in range(2, TRIES))):
        if name not in register.people and not taken(name):
            return name
    raise LtiError(f"there are {TRIES:,} accounts called {begins}: look who makes them")


def on_this_machine(name: str) -> bool:
    """Say whether an account, a group, a folder at home or work in the course is called so.

    What somebody left behind would else belong to whoever gets the name next: files, and points.
    """
    for look in (pwd.getpwnam, grp.getgrnam):
        with suppress(KeyError):
            return bool(look(name))
    places = (Path("/home"), *(HERE / "grader" / "course" / stage for stage in STAGES))
    inbound = HERE / "exchange" / "thousandfold" / "inbound"
    return any((place / name).exists() for place in places) or any(inbound.glob(f"{name}+*"))


def names_told(token: dict[str, Any]) -> Iterator[str]:
    """Yield what the platform calls somebody, the best for an account first.

    A login of the platform (Canvas: a custom field; Moodle sends it), an address, names.
    """
    custom, ext = (_table(token, f"{CLAIM}{part}") for part in ("custom", "ext"))
    login = text(custom.get("login"))
    yield "" if login.startswith("$") else login  # a platform that knows no such field repeats it
    yield text(ext.get("user_username"))
    yield text(token.get("email"))
    yield "-".join(filter(None, (text(token.get("given_name")), text(token.get("family_name")))))
    yield text(token.get("name"))


def known(token: dict[str, Any], register: Register) -> tuple[str, Person, str, Course]:
    """Return somebody as a launch tells of them: account, person, and the course with its id.

    The account is empty for whoever is new, the id where they came from no course.

    Parameters
    ----------
    token : dict
        The claims of an id_token whose signature has been checked.
    register : Register

    Raises
    ------
    LtiError
        If the platform does not say who it is, as where it hides everybody.
    """
    issuer, subject = text(token.get("iss")), token.get("sub")
    if not isinstance(subject, str) or subject != text(subject) or not subject:
        raise LtiError(
            "your course did not say who you are; whoever runs the course can change that in the "
            "settings of this tool"
        )
    account = register.account_of(issuer, subject)
    before = register.people.get(account, Person(issuer, subject))
    context = _table(token, f"{CLAIM}context")
    course = text(context.get("id"))
    courses = tuple(dict.fromkeys([*before.courses, *([course] if course else [])]))[-20:]
    called = before.called or next(filter(None, names_told(token)), "")
    person = replace(before, called=called, role=_role(token), courses=courses)
    return account, person, course, _course(token, context)


def _course(token: dict[str, Any], context: dict[str, Any]) -> Course:
    service = _table(token, ENDPOINT)
    scopes = service.get("scope")
    return Course(
        title=text(context.get("title") or context.get("label")),
        lineitems=_address(service.get("lineitems")),
        lineitem=_address(service.get("lineitem")),
        scopes=tuple(filter(None, map(text, scopes))) if isinstance(scopes, list) else (),
        issuer=text(token.get("iss")),
    )


def _address(value: object) -> str:
    found = text(value, 2000)
    return found if re.match(r"https?://[^\s]+$", found) else ""


def _role(token: dict[str, Any]) -> str:
    """Return the roles in the course, in short: what stands behind the last sign."""
    roles = token.get(f"{CLAIM}roles")
    told = [it for it in map(text, roles if isinstance(roles, list) else []) if "membership" in it]
    return ", ".join(sorted({re.split("[#/]", it)[-1] for it in told}))[:80]


def _table(token: dict[str, Any], name: str) -> dict[str, Any]:
    found = token.get(name)
    return found if isinstance(found, dict) else {}
