"""What the room talks about: the poll and the questions on a facilitator's page of a module."""

from __future__ import annotations

import re
from dataclasses import dataclass

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course

_POLL = re.compile(r"\*\*Poll\.\*\*\s+\*([^*]+\?)\*\s+([^.]+)\.")
_DISCUSS = re.compile(r"^## Discuss$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_QUESTION = re.compile(r"^\d+\. (.+(?:\n(?!\d+\. |\n).+)*)", re.MULTILINE)


@dataclass(frozen=True)
class Poll:
    """A question to the room before a lesson, and what can be answered.

    Attributes
    ----------
    question : str
        What is asked.
    options : tuple of str
        The answers to choose from, two or more.
    """

    question: str
    options: tuple[str, ...]


def poll(course: Course, stem: str) -> Poll | None:
    """Return the poll of a module, or nothing where its page has none.

    It stands there as ``**Poll.** *A question?* One answer / another / a third.``

    Parameters
    ----------
    course : Course
        Where the pages are.
    stem : str
        The module, such as ``"06_communication"``.

    Raises
    ------
    ExplainedError
        If the page is there and cannot be read.
    """
    found = _POLL.search(page(course, stem))
    options = tuple(_option(option) for option in found[2].split(" / ")) if found else ()
    return Poll(_line(found[1]), options) if found and len(options) > 1 else None


def discussion(course: Course, stem: str) -> tuple[str, ...]:
    """Return the questions below *Discuss* on the page of a module; none without a page.

    Raises
    ------
    ExplainedError
        If the page is there and cannot be read.
    """
    found = _DISCUSS.search(page(course, stem))
    return tuple(_line(question) for question in _QUESTION.findall(found[1])) if found else ()


def page(course: Course, stem: str) -> str:
    """Return the facilitator's page of a module, as Markdown; empty where it has none.

    Raises
    ------
    ExplainedError
        If it is there and cannot be read.
    """
    path = course.root / "facilitator" / f"{stem}.md"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""  # a course need not have pages, and the kit of learners has none
    except (OSError, UnicodeError) as error:
        raise ExplainedError(
            f"the facilitator's page {path} cannot be read; copy it again, or move it away and go "
            "on without its poll and its questions"
        ) from error


def _option(text: str) -> str:
    words = _line(text)
    return words[:1].upper() + words[1:]


def _line(text: str) -> str:
    return " ".join(text.split())
