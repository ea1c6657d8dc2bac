"""The run of show, and the invitation to it, as calendar files (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import Plan, Session, clock, total
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
    events = []
    for midnight, session in zip(_midnights(plan, first), plan.sessions, strict=True):
        for block in session.blocks():
            if total(block) < _SHORTEST or block[0].kind == "buffer":
                continue
            begin = midnight + timedelta(minutes=block[0].begin)
            parts = [f"{clock(s.begin)} {s.title} ({s.minutes} min)" for s in block]
            events.append(
                {
                    **_when(begin, total(block), zone),
                    "UID": f"{plan.name}-{begin:%Y%m%d-%H%M}@thousandfold",
                    "SUMMARY": escaped(block_title(plan, block)),
                    **({"DESCRIPTION": escaped("\n".join(parts))} if len(parts) > 1 else {}),
                }
            )
    return _file(events)


def invitation(plan: Plan, first: date, zone: tzinfo, *, place: str, link: str, words: str) -> str:
    """Return what participants put into their calendar: one event for each day or evening.

    Parameters
    ----------
    plan : Plan
    first : date
        The day; evenings follow week by week.
    zone : tzinfo
        Where the clock of the plan hangs; each calendar then shows its own time.
    place, link : str
        Where it is; empty for none.
    words : str
        What else they have to know.
    """
    events = []
    for midnight, session in zip(_midnights(plan, first), plan.sessions, strict=True):
        begin = midnight + timedelta(minutes=session.begin)
        titles = ["Thousandfold", session.title.lower()]
        events.append(
            {
                **_when(begin, session.end - session.begin, zone),
                "UID": f"{plan.name}-{begin:%Y%m%d}-everybody@thousandfold",
                "SUMMARY": escaped(", ".join(filter(None, titles))),
                "LOCATION": escaped(place or link),
                **({"URL": link} if link else {}),
                "DESCRIPTION": escaped(f"{words}\n\n{_parts(session)}"),
            }
        )
    return _file(events)


def days(plan: Plan, first: date) -> list[date]:
    """Return the day of each session: evenings follow week by week."""
    return [midnight.date() for midnight in _midnights(plan, first)]


def day_of(given: str) -> date:
    """Return a day that is written as ``2027-03-15``.

    Raises
    ------
    ExplainedError
        If it is not a day.
    """
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise ExplainedError(f"a day looks like 2027-03-15, not {given!r}") from error


def zone_of(given: str) -> tzinfo:
    """Return a time zone by its name, such as ``Europe/Berlin``.

    Raises
    ------
    ExplainedError
        If there is none of that name.
    """
    try:
        return ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ExplainedError(
            f"{given!r} is not a time zone; they look like Europe/Berlin or America/New_York"
        ) from error


def _midnights(plan: Plan, first: date) -> list[datetime]:
    start = datetime.combine(first, datetime.min.time())
    return [start + number * _EVENING for number in range(len(plan.sessions))]


def _parts(session: Session) -> str:
    """Return where the breaks are, in minutes: clocks differ where people join from afar."""
    pauses = [
        f"{slot.title.lower()} of {slot.minutes} minutes after {slot.begin - session.begin} minutes"
        for slot in session.slots
        if slot.kind == "break"
    ]
    whole = f"{session.end - session.begin} minutes"
    return f"{whole}, with a {', a '.join(pauses)}." if pauses else f"{whole}, without a break."


def _when(begin: datetime, minutes: int, zone: tzinfo | None) -> dict[str, str]:
    end = begin + timedelta(minutes=minutes)
    return {"DTSTART": _moment(begin, zone), "DTEND": _moment(end, zone)}


def _file(events: Iterable[Mapping[str, str]]) -> str:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Thousandfold//Run of show//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for event in events:
        told = {**event, "DTSTAMP": stamp}
        lines += ["BEGIN:VEVENT", *(f"{name}:{said}" for name, said in told.items()), "END:VEVENT"]
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
