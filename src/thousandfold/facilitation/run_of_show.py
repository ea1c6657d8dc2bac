"""The run of show as people read it: in a terminal, in Markdown, as a page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape

from thousandfold.facilitation.page import page
from thousandfold.facilitation.plan import Cut, Plan, Session, Slot, clock, total
from thousandfold.facilitation.recovery import Recovery
from thousandfold.facilitation.schedule import cost

_WIDTH = 96
_EARLY = (
    "Times come from the notebooks. When you are late, give up buffers first, then what is marked "
    "*first to drop*, then let the memo be homework."
)


def block_title(plan: Plan, block: Sequence[Slot]) -> str:
    """Return what a group of slots is called: the module and its part, or the line itself."""
    first = block[0]
    if not first.stem:
        return first.title
    module = plan.course.module(first.stem)
    return f"{first.stem[:2]} {first.part.capitalize()}: {module.question}"


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
            lines += textwrap.wrap(
                row.replace("*", ""), _WIDTH, initial_indent="- ", subsequent_indent="  "
            )
    again = f"--format {plan.name} --start {clock(plan.sessions[0].begin)}"
    if plan.modules:
        again += f" --modules {','.join(plan.modules)}"
    lines += ["", f"When you are late: thousandfold schedule {again} --late 12"]
    return "\n".join(lines)


def markdown(plans: Sequence[Plan]) -> str:
    """Return plans as one Markdown page."""
    out = ["# Run of show", "", _EARLY]
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


_PAGE_STYLE = """
@page { size: A4; margin: 14mm; }
tr.block td, tr.block th { background: #eef1f6; font-weight: 700; border-top: 2px solid #1b1b1b; }
tr.pause td, tr.pause th { font-style: italic; }
th[scope=row] { font-weight: inherit; }
h2 { break-before: auto; }
.remark { border: 1px solid #1b1b1b; border-radius: .2rem; padding: 0 .3rem; font-size: .85em;
  white-space: nowrap; }
@media (max-width: 30rem) { .kind { display: none; } }
"""


def html(plans: Sequence[Plan]) -> str:
    """Return plans as one page for a projector, a phone and paper."""
    title = plans[0].title if len(plans) == 1 else "all formats"
    out = [f"<h1>Run of show: {escape(title)}</h1>", f"<p>{_emphasis(_EARLY)}</p>"]
    for plan in plans:
        if len(plans) > 1:
            out.append(f"<h2>{escape(plan.title)}</h2>")
        out.append(f"<p>{escape(_span(plan))}: {escape(plan.fits)}.</p>")
        level = "h3" if len(plans) > 1 else "h2"
        for session in plan.sessions:
            if session.title:
                out.append(f"<{level}>{escape(_session_title(session))}</{level}>")
            out.append(_table(plan, session))
        for heading, rows in _afterwards(plan):
            items = "".join(f"<li>{_emphasis(row)}</li>" for row in rows)
            out.append(f"<{level}>{escape(heading)}</{level}><ul>{items}</ul>")
    return page(f"Run of show: {title}", "\n".join(out), _PAGE_STYLE)


def _table(plan: Plan, session: Session) -> str:
    rows = []
    for block in session.blocks():
        if len(block) > 1:
            what = escape(block_title(plan, block))
            rows.append(
                f'<tr class="block"><th scope="row" class="number">{clock(block[0].begin)}</th>'
                f'<td class="number">{total(block)}</td><td class="kind"></td><td>{what}</td></tr>'
            )
        for s in block:
            remark = f' <span class="remark">{_remark(s)}</span>' if _remark(s) else ""
            pause = ' class="pause"' if s.kind in ("break", "buffer") else ""
            rows.append(
                f'<tr{pause}><th scope="row" class="number">{clock(s.begin)}</th>'
                f'<td class="number">{s.minutes}</td><td class="kind">{s.kind}</td>'
                f"<td>{escape(s.title)}{remark}</td></tr>"
            )
    return (
        '<table><thead><tr><th scope="col" class="number">time</th>'
        '<th scope="col" class="number">min</th><th scope="col" class="kind">kind</th>'
        f'<th scope="col">what</th></tr></thead><tbody>{"".join(rows)}'
        f'<tr><th scope="row" class="number">{clock(session.end)}</th><td></td>'
        '<td class="kind"></td><td>end</td></tr></tbody></table>'
    )


def late(plan: Plan, session: Session, found: Recovery) -> str:
    """Return what to drop now, for a terminal."""
    now = found.rest[0]
    lines = [f"{found.late} minutes late. Running now: {_short(now)}"]
    if found.dropped:
        lines += ["", "Drop:"]
        for slot in found.dropped:
            where = f"{_short(slot)} ({clock(slot.begin)} in the plan)"
            at_home = "as homework, " if slot.memo else ""
            said = f"{slot.minutes} min: {where}: {at_home}{cost(slot)}."
            said = said.replace("*", "")
            lines += textwrap.wrap(said, _WIDTH, initial_indent="- ", subsequent_indent="  ")
    else:
        lines += ["", "Drop nothing." if not found.missing else "Nothing small is left to drop."]
    if found.buffers:
        given = ", ".join(f"{b.minutes} at {clock(b.begin)}" for b in found.buffers)
        lines.append(f"Give up buffers of {total(found.buffers)} min ({given}); they cost nothing.")
    if found.missing:
        lines += ["", f"That is not enough: {found.missing} minutes are still missing."]
        end = clock(session.end + found.missing)
        if found.larger:
            still = max(0, found.missing - total(found.larger))
            lines += textwrap.wrap(
                f"Leave out {_large(plan, found.larger)} and end at {clock(session.end + still)}, "
                f"or say now that you end at {end}.",
                _WIDTH,
            )
        else:
            lines.append(f"Say now that you end at {end}.")
    lines += ["", "From here on:"]
    lines += [f"{clock(s.begin)}  {s.minutes:>3} min  {_short(s)}" for s in found.rest]
    lines.append(f"{clock(found.rest[-1].end)}           end (planned {clock(session.end)})")
    return "\n".join(lines)


def _large(plan: Plan, gone: Sequence[Slot]) -> str:
    """Return a lesson or exercise to leave out, and what goes with it."""
    block = [slot for slot in gone if slot.stem]
    said = f"{block_title(plan, block)} ({total(block)} min)"
    also = [
        f"the {s.title.lower()} ({clock(s.begin)} in the plan, {s.minutes} min)"
        for s in gone
        if not s.stem
    ]
    return f"{said}, with it {' and '.join(also)}," if also else said


def _remark(slot: Slot) -> str:
    """Return what a late facilitator has to know of a part, or nothing."""
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


def _emphasis(words: str) -> str:
    parts = escape(words).split("*")
    return "".join(f"<em>{part}</em>" if i % 2 else part for i, part in enumerate(parts))
