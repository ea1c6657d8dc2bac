"""The run of show as people read it: in a terminal, in Markdown, as a page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from markupsafe import Markup

from thousandfold.facilitation.before_after import price
from thousandfold.facilitation.page import page
from thousandfold.facilitation.plan import Cut, Plan, Session, Slot, clock, total
from thousandfold.facilitation.recovery import Recovery
from thousandfold.facilitation.schedule import cost

_WIDTH = 96
_EARLY = (
    "Times come from the notebooks. When you are late, give up half of each buffer first; then "
    "what is marked *first to drop*; let the memo be homework; shorten breaks to 10 minutes, lunch "
    "to 40, and talk after a lesson to 4. Only then give up the other half of the buffers, and "
    "single tasks of an exercise: the last ones first, its decision at the very end. Never a vote, "
    "*predict* or the close."
)
_READ = (
    "For whoever runs the day. What to bring and to prepare, and what each kind of row asks of "
    "whom, stands in [Start here](README.md)."
)
_VOTE = "vote, talk with your neighbour, vote again"
_TALK = "in pairs, then all"


def block_title(plan: Plan, block: Sequence[Slot]) -> str:
    """Return what a group of slots is called: the module and its part, or the line itself."""
    first = block[0]
    if not first.stem:
        return first.title
    module = plan.course.module(first.stem)
    return f"{first.stem[:2]} {first.half.capitalize()}: {module.question}"


def text(plan: Plan) -> str:
    """Return the plan for a terminal."""
    lines = [_head(plan)]
    for session in plan.sessions:
        lines += ["", _session_title(session)] if session.title else [""]
        for block in session.blocks():
            whole = total(block)
            lines.append(
                f"{clock(block[0].begin)}  {whole:>3} min  {block_title(plan, block)}".rstrip()
            )
            if len(block) > 1:
                lines += [
                    f"         {clock(s.begin)} {s.minutes:>3}  {s.kind:<9} {s.title}"
                    + (f" [{_remark(s)}]" if _remark(s) else "")
                    for s in block
                ]
        lines.append(f"{clock(session.end)}           end")
    for title, rows in _afterwards(plan):
        lines += ["", title]
        for row in rows:
            lines += _bullet(row)
    lines += ["", f"When you are late: thousandfold schedule {again(plan)} --late 12"]
    if len(plan.sessions) > 1:
        lines.append("On a later evening add which, such as --evening 2.")
    return "\n".join(lines)


def again(plan: Plan) -> str:
    """Return the options with which a command means this plan."""
    modules = f" --modules {','.join(plan.modules)}" if plan.modules else ""
    asks = " --before-after" if plan.asks else ""
    return f"--format {plan.name} --start {clock(plan.sessions[0].begin)}{modules}{asks}"


def anchor(title: str) -> str:
    """Return what a link to a heading of a Markdown page ends with."""
    return title.lower().replace(" ", "-")


def markdown(plans: Sequence[Plan]) -> str:
    """Return plans as one Markdown page."""
    out = ["# Run of show", "", _READ, "", "In which format, to the minute:", ""]
    out += [f"- [{plan.title}](#{anchor(plan.title)}): {plan.fits}." for plan in plans]
    out += ["", "## When you are late", "", _EARLY]
    for plan in plans:
        out += ["", f"## {plan.title}", "", f"{_span(plan)}: {plan.fits}."]
        for session in plan.sessions:
            if session.title:
                out += ["", f"### {_session_title(session)}"]
            out += ["", "| time | min | kind | what |", "|---|---|---|---|"]
            for block in session.blocks():
                if len(block) > 1:
                    out.append(
                        f"| **{clock(block[0].begin)}** | **{total(block)}** | | "
                        f"**{block_title(plan, block)}** |"
                    )
                for s in block:
                    remark = f" (*{_remark(s)}*)" if _remark(s) else ""
                    out.append(f"| {clock(s.begin)} | {s.minutes} | {s.kind} | {s.title}{remark} |")
            out.append(f"| {clock(session.end)} | | | end |")
        for title, rows in _afterwards(plan):
            out += ["", f"**{title}**", "", *(f"- {row}" for row in rows)]
    return "\n".join(out) + "\n"


def html(plans: Sequence[Plan]) -> str:
    """Return plans as one page for a projector, a phone and paper."""
    return page(
        "run_of_show.html",
        title=plans[0].title if len(plans) == 1 else "all formats",
        early=_EARLY,
        plans=plans,
        span=_span,
        session_title=_session_title,
        block_title=block_title,
        afterwards=_afterwards,
        remark=_remark,
        emphasis=_emphasis,
        clock=clock,
        total=total,
    )


def late(plan: Plan, session: Session, found: Recovery) -> str:
    """Return what to drop now, for a terminal."""
    now = found.rest[0]
    lines = [f"{_minutes(found.late)} late. Running now: {_short(now)}"]
    if found.dropped:
        lines += ["", "Drop:"]
        for slot in found.dropped:
            where = f"{_short(slot)} ({clock(slot.begin)} in the plan)"
            at_home = "as homework, " if slot.memo else ""
            said = f"{slot.minutes} min: {where}: {at_home}{cost(slot)}."
            lines += _bullet(said)
    else:
        lines += ["", "Drop nothing." if not found.missing else "Nothing small is left to drop."]
    if found.shortened:
        lines += ["", "Shorten:"]
        for change in found.shortened:
            said = (
                f"{change.won} min: {_short(change.slot)} ({clock(change.slot.begin)} in the plan)"
            )
            lines += _bullet(f"{said}: {change.minutes} in place of {change.slot.minutes}.")
    if found.buffers:
        given = ", ".join(f"{b.won} at {clock(b.slot.begin)}" for b in found.buffers)
        whole = _minutes(sum(buffer.won for buffer in found.buffers))
        lines += ["", f"Give up {whole} of buffer ({given}); that costs nothing."]
    if found.missing:
        are = "is" if found.missing == 1 else "are"
        lines += ["", f"That is not enough: {_minutes(found.missing)} {are} still missing."]
        lines += textwrap.wrap(beyond(plan, session, found), _WIDTH)
    lines += ["", "From here on:"]
    lines += [f"{clock(s.begin)}  {s.minutes:>3} min  {_short(s)}" for s in found.rest]
    lines.append(f"{clock(found.rest[-1].end)}           end (planned {clock(session.end)})")
    return "\n".join(lines)


def beyond(plan: Plan, session: Session, found: Recovery) -> str:
    """Return what to do where all that is small is not enough: a lesson less, or a later end."""
    end = clock(session.end + found.missing)
    if not found.larger:
        return f"Say now that you end at {end}."
    still = clock(session.end + max(0, found.missing - total(found.larger)))
    large = _large(plan, found.larger)
    return f"Leave out {large} and end at {still}, or say now that you end at {end}."


def _large(plan: Plan, gone: Sequence[Slot]) -> str:
    """Return a lesson or exercise to leave out, and what goes with it."""
    block = [slot for slot in gone if slot.stem]
    said = f"{block_title(plan, block)} ({total(block)} min)"
    also = [
        f"the {s.title.lower()} (at {clock(s.begin)}, {s.minutes} min)" for s in gone if not s.stem
    ]
    return f"{said}, with it {' and '.join(also)}," if also else said


def _bullet(said: str) -> list[str]:
    said = said.replace("*", "")
    return textwrap.wrap(said, _WIDTH, initial_indent="- ", subsequent_indent="  ")


def _minutes(number: int) -> str:
    return f"{number} minute{'s' * (number != 1)}"


def _remark(slot: Slot) -> str:
    """Return how a vote or a talk goes, what a late facilitator has to know, or nothing."""
    if slot.part in ("poll", "talk"):
        return _VOTE if slot.part == "poll" else _TALK
    if slot.memo:
        return "can be homework"
    return "first to drop" if slot.drop_if_late else ""


def _short(slot: Slot | Cut) -> str:
    """Return a part with its module, and a task as a task: ``"06 task 2. Twice the people"``."""
    if not slot.stem:
        return slot.title
    return f"{slot.stem[:2]} {'task ' if slot.title[:1].isdigit() else ''}{slot.title}"


def _head(plan: Plan) -> str:
    return f"{plan.title}, {_span(plan)}: {plan.fits}"


def _span(plan: Plan) -> str:
    first = plan.sessions[0]
    times = f"{clock(first.begin)} to {clock(max(s.end for s in plan.sessions))}"
    return times if len(plan.sessions) == 1 else f"{len(plan.sessions)} evenings, {times}"


def _session_title(session: Session) -> str:
    return f"{session.title}, {clock(session.begin)} to {clock(session.end)}"


def _afterwards(plan: Plan) -> list[tuple[str, list[str]]]:
    found = []
    if cost_of_questions := price(plan):
        found.append(("What the questions before and after cost", [f"{cost_of_questions}."]))
    if plan.cuts:
        cuts = [f"{_short(cut)}, {cut.minutes} min: {cut.cost}." for cut in plan.cuts]
        found.append(("What is left out, and what it costs", cuts))
    if plan.missing:
        found.append(
            (
                "Modules that do not fit",
                [f"{m.stem[:2]} {m.question} ({m.minutes} min)" for m in plan.missing],
            )
        )
    if plan.home:
        found.append(
            (
                "At home",
                [f"{m.stem[:2]} {m.question} ({m.minutes} min)" for m in plan.home],
            )
        )
    return found


def _emphasis(words: str) -> Markup:
    parts = words.split("*")
    return Markup("").join(
        Markup("<em>{}</em>").format(part) if i % 2 else part for i, part in enumerate(parts)
    )
