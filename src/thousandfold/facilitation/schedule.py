"""The run of show: clock times for the parts of the workshop, and what each cut costs.

Which modules a format takes stands in ``formats.toml``; how long a part takes stands in the
notebooks. This file only adds up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, Module, Section
from thousandfold.facilitation.guide import discussion, poll
from thousandfold.facilitation.plan import (
    LUNCH,
    Cut,
    Plan,
    Session,
    Slot,
    minutes_of,
    questions_about,
    timed,
    total,
)

LEAST_BUFFER = 0.05  # of a session: with less, one question from the room breaks the plan
MOST_BUFFER = 0.15
_MEMO_COST = (
    "nobody defends a decision in writing in the room; "
    "give it as homework, with a date and a reader"
)
_TASK_COST = "they do not work on it together; whoever wants to does it at home"
_EXERCISE_COST = "they do not work on the decision themselves, and hand nothing in"
_PARTS = ("lesson", "exercise", "both")
_NOTHING: Mapping[str, int] = MappingProxyType({})


@cache
def _file() -> Mapping[str, Any]:
    path = Path(__file__).with_name("formats.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def formats() -> list[str]:
    """Return the names of the formats, the shortest first."""
    return list(_file())


def cost(part: Section | Slot) -> str:
    """Return what learners miss when a part of a module is left out."""
    if part.cost or part.memo:
        return part.cost or _MEMO_COST
    task = part.points > 0 if isinstance(part, Section) else part.part == "exercise"
    return _TASK_COST if task else f"they do not see *{part.title}*"


def default_start(name: str) -> int:
    """Return when a format usually begins, in minutes after midnight."""
    return minutes_of(_format(name)["start"])


def plan(
    course: Course,
    name: str,
    *,
    start: int | None = None,
    modules: Sequence[str] | None = None,
) -> Plan:
    """Return the run of show of a format.

    Parameters
    ----------
    course : Course
        Where modules and minutes come from.
    name : str
        One of `formats`.
    start : int, optional
        Minutes after midnight; the usual start of the format by default.
    modules : sequence of str, optional
        Numbers or names of other modules for this format. Their lessons are taken, then as many
        of their exercises (without the memo) as time allows.

    Raises
    ------
    ExplainedError
        If the format or a module is unknown, or the parts do not fit its time.
    """
    chosen = _format(name)
    begin = default_start(name) if start is None else start
    plans = chosen["sessions"]
    if modules is None:
        contents = [_sections(course, session, session["parts"]) for session in plans]
        home = [course.module(str(n)) for n in chosen.get("home", ()) if _there(course, n)]
    else:
        contents = _fill(course, plans, [course.module(module) for module in modules])
        home = []
    sessions, cuts = [], []
    for number, (session, parts) in enumerate(zip(plans, contents, strict=True), start=1):
        if not parts:
            continue
        title = f"Evening {number}" if len(plans) > 1 else ""
        sessions.append(_session(title, begin, session, parts))
    taken = {(slot.stem, slot.part) for s in sessions for slot in s.slots if slot.stem}
    kept = {(s.stem, s.cell): s.minutes for session in sessions for s in session.slots}
    for module in course.modules:
        for part, sections in (("lesson", module.sections), ("exercise", module.tasks)):
            left = [s for s in sections if (module.stem, s.cell) not in kept]
            if (module.stem, part) in taken:
                cuts += [_cut(module.stem, section) for section in left]
                cuts += _shortened(module.stem, sections, kept)
            elif any(stem == module.stem for stem, _ in taken) and left:
                whole = sum(section.minutes for section in left)
                missed = module.exercise_cost or _EXERCISE_COST
                title = "The exercise" if part == "exercise" else "The lesson"
                cuts.append(Cut(module.stem, title, whole, missed))
    used = {stem for stem, _ in taken} | {module.stem for module in home}
    missing = tuple(module for module in course.modules if module.stem not in used)
    return Plan(
        name=name,
        title=chosen["title"],
        fits=chosen["fits"] if modules is None else "the modules you chose",
        sessions=tuple(sessions),
        cuts=tuple(cuts),
        home=tuple(home),
        missing=missing,
        modules=tuple(modules or ()),
        course=course,
    )


def _format(name: str) -> Mapping[str, Any]:
    if name not in formats():
        raise ExplainedError(f"there is no format {name!r}; there are: {', '.join(formats())}")
    found: Mapping[str, Any] = _file()[name]
    return found


def _there(course: Course, number: int) -> bool:
    return any(module.number == number for module in course.modules)


def _cut(stem: str, section: Section) -> Cut:
    return Cut(stem, section.title, section.minutes, cost(section))


def _shortened(
    stem: str, sections: Iterable[Section], kept: Mapping[tuple[str, str], int]
) -> Iterator[Cut]:
    for section in sections:
        minutes = kept.get((stem, section.cell), section.minutes)
        if minutes < section.minutes:
            title = f"{section.title}, {minutes} minutes in place of {section.minutes}"
            yield Cut(stem, title, section.minutes - minutes, cost(section))


Part = tuple[Slot, ...]  # one lesson, one exercise or one talk, its slots still without a time


def _sections(
    course: Course, session: Mapping[str, Any], parts: Iterable[Mapping[str, Any]]
) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        if "talk" in part:
            found.append((Slot(0, part["minutes"], "discuss", part["talk"]),))
            continue
        name = next(name for name in _PARTS if name in part)
        if not _there(course, part[name]):
            found += _sections(course, session, part.get("otherwise", ()))
            continue
        module = course.module(str(part[name]))
        without, shorter = set(part.get("without", ())), part.get("shorter", {})
        sections = {s.cell: s for s in (*module.sections, *module.tasks)}
        unknown = (without | shorter.keys()) - sections.keys()
        if unknown:
            raise ExplainedError(
                f"formats.toml leaves out {', '.join(sorted(unknown))}, which {module.stem} "
                "does not have; correct the name of the cell there"
            )
        for cell, minutes in shorter.items():
            if not 0 < minutes < sections[cell].minutes:
                raise ExplainedError(
                    f"formats.toml gives {cell} of {module.stem} {minutes} minutes, and the "
                    f"notebook {sections[cell].minutes}; shorten it there to 1 minute or more"
                )
        for half in _parts(module, name, without, shorter):
            found.append(_with_talk(course, session, half))
    return found


def _with_talk(course: Course, session: Mapping[str, Any], part: Part) -> Part:
    """Return a lesson with its vote and its talk; an exercise as it is."""
    stem = part[0].stem
    if part[0].part != "lesson":
        return part
    asked, questions = poll(course, stem), discussion(course, stem)
    vote = [Slot(0, session["votes"], "vote", asked.question, stem, "poll")] if asked else []
    talk = [Slot(0, session["talks"], "discuss", q, stem, "talk") for q in questions[:1]]
    return (*vote, *part, *talk)


def _parts(
    module: Module, name: str, without: set[str], shorter: Mapping[str, int] = _NOTHING
) -> list[Part]:
    wanted = {"both": ("lesson", "exercise")}.get(name, (name,))
    found = []
    for part in wanted:
        sections = module.sections if part == "lesson" else module.tasks
        kept = [section for section in sections if section.cell not in without]
        if kept:
            found.append(
                tuple(
                    Slot(
                        0,
                        shorter.get(s.cell, s.minutes),
                        s.kind,
                        s.title,
                        module.stem,
                        part,
                        s.cell,
                        s.drop_if_late,
                        s.cost,
                    )
                    for s in kept
                )
            )
    return found


def _questions(parts: Sequence[Part], session: Mapping[str, Any]) -> int:
    return int(session["questions"]) * len(_last_of_each_module(parts))


def _last_of_each_module(parts: Sequence[Part]) -> set[int]:
    return {
        max(i for i, part in enumerate(parts) if part[0].stem == stem)
        for stem in {part[0].stem for part in parts if part[0].stem}
    }


def _room(session: Mapping[str, Any]) -> int:
    fixed = session["welcome"] + session["close"] + sum(session["pauses"])
    return int(session["minutes"] - fixed - round(LEAST_BUFFER * session["minutes"]))


def _needs(parts: Sequence[Part], session: Mapping[str, Any]) -> int:
    return sum(total(part) for part in parts) + _questions(parts, session)


def _fill(
    course: Course, plans: Sequence[Mapping[str, Any]], modules: Sequence[Module]
) -> list[list[Part]]:
    """Spread chosen modules over the sessions: lesson and exercise, else what has room."""
    contents: list[list[Part]] = [[] for _ in plans]
    memos = {task.cell for module in modules for task in module.tasks if task.memo}
    if all(_put(course, _parts(m, "both", memos), contents, plans) for m in modules):
        return contents
    whole = [_parts(m, "lesson", set()) for m in modules]
    short = [_parts(m, "lesson", {s.cell for s in m.sections if s.drop_if_late}) for m in modules]
    for lessons in (whole, short):
        contents = [[] for _ in plans]
        if all(_put(course, lesson, contents, plans) for lesson in lessons):
            break
    else:
        raise _too_long(course, plans, modules)
    for module in modules:
        exercise = _parts(module, "exercise", memos)
        for i, parts in enumerate(contents):
            after = [n for n, part in enumerate(parts) if part[0].stem == module.stem]
            if after and _needs([*parts, *exercise], plans[i]) <= _room(plans[i]):
                parts[after[-1] + 1 : after[-1] + 1] = exercise
    return contents


def _put(
    course: Course,
    parts: list[Part],
    contents: list[list[Part]],
    plans: Sequence[Mapping[str, Any]],
) -> bool:
    """Put parts into the last session that is begun, or a later one; say whether they fit."""
    begun = max((i for i, content in enumerate(contents) if content), default=0)
    for content, session in list(zip(contents, plans, strict=True))[begun:]:
        wanted = [_with_talk(course, session, part) for part in parts]
        if _needs([*content, *wanted], session) <= _room(session):
            content += wanted
            return True
    return False


def _too_long(
    course: Course, plans: Sequence[Mapping[str, Any]], modules: Sequence[Module]
) -> ExplainedError:
    parts = [part for module in modules for part in _parts(module, "lesson", set())]
    lessons = sum(total(_with_talk(course, plans[0], part)) for part in parts)
    room = sum(_room(session) for session in plans)
    return ExplainedError(
        f"these modules do not fit: their lessons alone, with votes and talk, take {lessons} "
        f"minutes, and this format has room for {room} beside pauses and buffers. Leave a module "
        "out, or choose a longer format"
    )


def _session(title: str, begin: int, session: Mapping[str, Any], parts: Sequence[Part]) -> Session:
    pauses = _places(parts, session["pauses"])
    buffer = session["minutes"] - session["welcome"] - session["close"] - sum(pauses.values())
    buffer -= _needs(parts, session)
    if buffer < LEAST_BUFFER * session["minutes"]:
        raise ExplainedError(
            f"{title or 'the plan'} is too long: {session['minutes']} minutes leave {buffer} for "
            f"buffers, and less than {LEAST_BUFFER * session['minutes']:.0f} breaks at the first "
            "question. Leave out a part in formats.toml"
        )
    buffer = min(buffer, round(MOST_BUFFER * session["minutes"]))  # else the session ends early
    buffers = [buffer // (len(pauses) + 1)] * (len(pauses) + 1)
    buffers[-1] += buffer - sum(buffers)
    lines: list[Slot] = [Slot(0, session["welcome"], "talk", "Welcome")]
    closing = _last_of_each_module(parts)
    for i, part in enumerate(parts):
        lines += part
        if i in closing and session["questions"]:
            said = questions_about(part[0].stem)
            lines.append(Slot(0, session["questions"], "discuss", said))
        if i in pauses:
            lines.append(Slot(0, buffers.pop(0), "buffer", "Buffer"))
            name = "Lunch" if pauses[i] >= LUNCH else "Break"
            lines.append(Slot(0, pauses[i], "break", name))
    lines.append(Slot(0, buffers.pop(0), "buffer", "Buffer"))
    ending = "Close: what I do on Monday" + ("" if session["questions"] else ", and two questions")
    lines.append(Slot(0, session["close"], "discuss", ending))
    return Session(title, timed(lines, begin))


def _places(parts: Sequence[Part], pauses: Sequence[int]) -> dict[int, int]:
    """Say after which part each pause comes: where the work is divided most evenly."""
    done = list(accumulate(total(part) for part in parts))
    places: dict[int, int] = {}
    for number, pause in enumerate(pauses, start=1):
        ideal = done[-1] * number / (len(pauses) + 1)
        free = range(max(places, default=-1) + 1, len(parts) - 1 - (len(pauses) - number))
        if free:
            places[min(free, key=lambda i: abs(done[i] - ideal))] = pause
    return places
