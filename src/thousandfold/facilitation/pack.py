"""One folder with all of a workshop day: what is printed, sent and shown, and a list of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from pathlib import Path
from urllib.parse import urlsplit

from thousandfold.errors import ExplainedError
from thousandfold.facilitation import run_of_show
from thousandfold.facilitation.before_after import LATER_FORM, question_later
from thousandfold.facilitation.calendar_file import calendar, days, invitation
from thousandfold.facilitation.format_deck import write_format_deck
from thousandfold.facilitation.page import letter, page
from thousandfold.facilitation.plan import Plan, clock
from thousandfold.facilitation.run_of_show import again
from thousandfold.facilitation.slides import SlidersOf, none
from thousandfold.facilitation.worksheets import facilitator_pages, print_pages, sheets
from thousandfold.inventory.answers import CONFIDENCES
from thousandfold.inventory.item import LETTERS
from thousandfold.writing import make_folder, put_in_place, why, write_whole

KIT = "thousandfold-kit.zip"
LIST = "READ-ME-FIRST"
MOST_PEOPLE = 500

_RECORD = ".pack.json"
_LONGEST = 300
_TEAM = 4
_MANY = 20  # people, from which on one sheet on the wall is too few
_MAILS = {
    "1-invitation": "mail_invitation.txt",
    "2-the-day-after": "mail_day_after.txt",
    "3-four-weeks-after": "mail_four_weeks_after.txt",
}


@dataclass(frozen=True)
class Day:
    """When and where a format is run, and for how many.

    Attributes
    ----------
    plan : Plan
    first : datetime.date
        The day; evenings follow week by week.
    zone : datetime.tzinfo
        Where the clock of the plan hangs.
    people : int
        Participants.
    place, link : str
        Where it is: a room, an address to click, or both.
    room : str
        Where people elsewhere reach the live room, over https; empty where it is on a laptop.

    Raises
    ------
    ExplainedError
        If the number of people, the place, the link or the room cannot be right.
    """

    plan: Plan
    first: date
    zone: tzinfo
    people: int
    place: str = ""
    link: str = ""
    room: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.people <= MOST_PEOPLE:
            raise ExplainedError(f"--people takes 1 to {MOST_PEOPLE}, not {self.people}")
        if not self.place and not self.link:
            raise ExplainedError(
                'say where people come together: --place "Room 4, Harbour Street 2", or the --link '
                "of a call, or both"
            )
        if len(self.place) > _LONGEST or not self.place.isprintable():
            raise ExplainedError(f"--place takes one line of at most {_LONGEST} characters")
        for option, address in (("--link", self.link), ("--room", self.room)):
            if address and not _is_address(address):
                raise ExplainedError(
                    f"{option} takes an address as a browser shows it, such as "
                    f"https://example.org/call, not {address!r:.80}"
                )

    @property
    def days(self) -> list[date]:
        """The day of each session."""
        return days(self.plan, self.first)

    @property
    def hours(self) -> str:
        """From when to when, and on whose clock."""
        begin = self.plan.sessions[0].begin
        end = max(session.end for session in self.plan.sessions)
        return f"{clock(begin)} to {clock(end)} ({self.zone})"

    @property
    def when(self) -> str:
        """The day in words, or all evenings."""
        if len(self.days) == 1:
            return f"{in_words(self.first)}, {self.hours}"
        # The year stands once, and over New Year with the last day of each.
        ends = {day.year: day for day in self.days}.values()
        shown = [f"{day.day} {day:%B}{f' {day.year}' * (day in ends)}" for day in self.days]
        return f"{self.first:%A}s, {', '.join(shown[:-1])} and {shown[-1]}, {self.hours}"

    @property
    def before(self) -> date:
        """The evening before the first session."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """The day after the last session."""
        return self.days[-1] + timedelta(days=1)

    @property
    def homework(self) -> date:
        """Until when memos come in."""
        return self.days[-1] + timedelta(weeks=1)

    @property
    def later(self) -> date:
        """Four weeks after the last session."""
        return self.days[-1] + timedelta(weeks=4)

    @property
    def bring(self) -> str:
        """What people bring: in a call nobody looks at a neighbour's laptop."""
        alone = " (one for two people is enough)" if not self.link else ""
        return (
            f"a laptop and its power cable{alone}, and one decision of your own that waits for you"
        )

    @property
    def teams(self) -> int:
        """How many teams fly."""
        return -(-self.people // _TEAM)


@dataclass(frozen=True)
class Print:
    """One file to print.

    Attributes
    ----------
    name : str
        Of the file, without its ending: it begins with how often and on which paper.
    times : int
    paper : str
    whom : str
        For whom it is.
    content : str
        The page.
    """

    name: str
    times: int
    paper: str
    whom: str
    content: str


def in_words(day: date) -> str:
    """Return a day as people write it.

    Examples
    --------
    >>> in_words(date(2027, 3, 15))
    'Monday, 15 March 2027'
    """
    return f"{day:%A}, {day.day} {day:%B %Y}"


def write_pack(day: Day, target: Path, sliders_of: SlidersOf = none) -> list[Path]:
    """Write the folder, whole or not at all, and return what is in it.

    A pack of the same day that nobody has changed since is made anew; whatever else stands there
    stays.

    Parameters
    ----------
    day : Day
    target : pathlib.Path
        The folder.
    sliders_of : callable, optional
        Returns the sliders of a lesson for its slides; without it those are hints.

    Raises
    ------
    ExplainedError
        If something else stands there, a page or a lesson is missing, or it cannot be written.
    """
    _refuse_to_overwrite(day, target)
    prints = list(_prints(day))  # what is missing in the workshop is said before anything is made
    target = target.absolute()
    part, old = (target.with_name(f".{target.name}.{what}") for what in ("part", "old"))
    make_folder(target.parent)
    try:
        for left in (part, old):  # of a pack that was killed
            if left.exists():
                shutil.rmtree(left)
        part.mkdir()
        _fill(day, prints, part, sliders_of)
        write_whole(part / _RECORD, json.dumps({"day": _asked(day), "files": _digests(part)}))
        if target.exists():
            put_in_place(target, old)
        put_in_place(part, target)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise ExplainedError(f"{target} cannot be written: {why(error)}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return [path for path in sorted(target.rglob("*")) if path.is_file() and path.name != _RECORD]


def _refuse_to_overwrite(day: Day, target: Path) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not target.is_dir():
        raise ExplainedError(f"{target} is a file; name another folder with --output")
    try:
        record = json.loads((target / _RECORD).read_text(encoding="utf-8"))
        asked, written = dict(record["day"]), dict(record["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ExplainedError(
            f"{target} is there already, and is no pack; name another folder with --output"
        ) from None
    if asked != _asked(day):
        other = ", ".join(f"{asked.get(name)}" for name in ("format", "date", "place", "people"))
        raise ExplainedError(
            f"{target} holds another pack ({other}); name another folder with --output, or delete "
            "that one"
        )
    found = _digests(target)
    changed = sorted(
        name for name in found.keys() | written if found.get(name) != written.get(name)
    )
    if changed:
        raise ExplainedError(
            f"{target} was changed since it was packed ({changed[0]}), and packing again would "
            "undo that; name another folder with --output"
        )


def _asked(day: Day) -> dict[str, str]:
    """Return what tells one pack from another."""
    return {
        "format": day.plan.name,
        "modules": ",".join(day.plan.modules),
        "asks": "before and after" if day.plan.asks else "",
        "date": day.first.isoformat(),
        "hours": day.hours,
        "people": str(day.people),
        "place": day.place,
        "link": day.link,
        "room": day.room,
    }


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != _RECORD
    }


def _fill(day: Day, prints: list[Print], folder: Path, sliders_of: SlidersOf) -> None:
    plan = day.plan
    printed = print_pages({one.name: one.content for one in prints}, folder / "print")
    list(write_format_deck(plan, folder / "slides", sliders_of=sliders_of))
    kit = plan.course.root / "dist" / KIT
    if kit.is_file():
        write_whole(folder / "kit" / KIT, kit.read_bytes())
    words = f"{day.hours}; your calendar shows your own time. Please bring {day.bring}."
    told = invitation(plan, day.first, day.zone, place=day.place, link=day.link, words=words)
    write_whole(folder / "calendar" / "for-participants.ics", told)
    write_whole(folder / "calendar" / "for-me.ics", calendar(plan, day.first, day.zone))
    memos = [module for module in plan.memos if module.exercise and module not in plan.home]
    facts = {
        "day": day, "plan": plan, "memos": memos,
        "in_words": in_words, "kit": KIT, "letters": LETTERS,
        "later": question_later(plan), "form": LATER_FORM, "confidences": CONFIDENCES,
        # Whoever built the site for browsers, and no kit, has nothing to install in mind.
        "installs": kit.is_file() or not (kit.parent / "site" / "jupyter-lite.json").is_file(),
    }  # fmt: skip
    asked = [module for module in plan.taught if module not in plan.home]
    for name, template in _MAILS.items():
        write_whole(folder / "mails" / f"{name}.txt", letter(template, asked=asked, **facts))
    suffix = printed[0].suffix
    first = page(
        "pack.html",
        prints=prints,
        suffix=suffix,
        has_kit=kit.is_file(),
        options=again(plan),
        **facts,
    )
    print_pages({LIST: first}, folder)


def _prints(day: Day) -> Iterator[Print]:
    """Yield what is printed, how often, on which paper, for whom."""
    plan, everybody = day.plan, (day.people, "A4", "one for each person")
    wall = 2 if day.people > _MANY else 1
    how: dict[str, tuple[int, str, str]] = {
        "predictions": everybody,
        "memos": everybody,
        "questions": (wall, "A3", "for the wall, beside the door"),
        "flight": (day.teams, "A4", "one for each team of four"),
        "facilitator-pages": (1, "A4", "for you alone: they hold answers"),
        "run-of-show": (1, "A4", "for you"),
    }
    found = {
        **sheets(plan.course, plan.taught, plan.memos),
        "facilitator-pages": facilitator_pages(plan.course, plan.taught),
        "run-of-show": run_of_show.html([plan]),
    }
    for name, content in found.items():
        times, paper, whom = how[name]
        yield Print(f"{times}x-{paper}-{name}", times, paper, whom, content)


def _is_address(text: str) -> bool:
    try:
        address = urlsplit(text)
        return (
            address.scheme in ("http", "https")
            and bool(address.hostname)
            and len(text) <= _LONGEST
            and text.isprintable()
            and not any(sign in text for sign in ' <>"')
        )
    except ValueError:
        return False
