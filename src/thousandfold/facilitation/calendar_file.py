"""The run of show as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from thousandfold.facilitation.plan import Plan, clock, total
from thousandfold.facilitation.run_of_show import block_title

_LONGEST = 75  # octets of a line, RFC 5545, 3.1
_SHORTEST = 5  # minutes; what is shorter only fills the calendar
_EVENING = timedelta(weeks=1)


def calendar(plan: Plan, first: date, zone: tzinfo | None = None) -> str:
    """Return one event for each lesson, exercise and break; buffers stay free.

    Parameters
    ----------
    plan : Plan
        What to write.
    first : date
        The day; evenings follow week by week.
    zone : tzinfo, optional
        Times are then written in UTC, for people in several places. Without one they are
        *floating*: 09:00 is 09:00 wherever the calendar is opened.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Thousandfold//Run of show//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for number, session in enumerate(plan.sessions):
        midnight = datetime.combine(first + number * _EVENING, datetime.min.time())
        for block in session.blocks():
            if total(block) < _SHORTEST or block[0].kind == "buffer":
                continue
            begin = midnight + timedelta(minutes=block[0].begin)
            end = begin + timedelta(minutes=total(block))
            parts = [f"{clock(s.begin)} {s.title} ({s.minutes} min)" for s in block]
            lines += [
                "BEGIN:VEVENT",
                f"UID:{plan.name}-{begin:%Y%m%d-%H%M}@thousandfold",
                f"DTSTAMP:{stamp}",
                f"DTSTART:{_moment(begin, zone)}",
                f"DTEND:{_moment(end, zone)}",
                f"SUMMARY:{escaped(block_title(plan, block))}",
                *([f"DESCRIPTION:{escaped(chr(10).join(parts))}"] if len(parts) > 1 else []),
                "END:VEVENT",
            ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(words: str) -> str:
    r"""Return a text value as RFC 5545, 3.3.11 wants it.

    Examples
    --------
    >>> escaped("talk; then, run")
    'talk\\; then\\, run'
    """
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words.replace("\r\n", "\n").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets; no character is divided."""
    piece, octets = "", 0
    for sign in line:
        size = len(sign.encode("utf-8"))
        if octets + size > _LONGEST:
            yield piece
            piece, octets = " ", 1
        piece += sign
        octets += size
    yield piece


def _moment(when: datetime, zone: tzinfo | None) -> str:
    if zone is None:
        return f"{when:%Y%m%dT%H%M%S}"
    return f"{when.replace(tzinfo=zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"
