"""The facilitator's page of a module: its poll, and the questions to discuss."""

from __future__ import annotations

import re
from dataclasses import dataclass

from thousandfold.facilitation.course import Course

_POLL = re.compile(r"\*\*Poll\.\*\*\s+\*([^*]+\?)\*\s+([^.]+)\.")


@dataclass(frozen=True)
class Poll:
    """A question with its options."""

    question: str
    options: tuple[str, ...]


def poll(course: Course, stem: str) -> Poll | None:
    """Return the poll of a module, or None."""
    path = course.root / "facilitator" / f"{stem}.md"
    found = _POLL.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    if not found:
        return None
    options = tuple(" ".join(o.split()) for o in found[2].split(" / "))
    return Poll(" ".join(found[1].split()), options)
