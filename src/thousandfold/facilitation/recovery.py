"""What to drop now: how a session that is late ends in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import Session, Slot, clock, questions_about, timed, total


@dataclass(frozen=True)
class Recovery:
    """How a late session gets back to its plan.

    Attributes
    ----------
    late : int
        Minutes behind the plan.
    buffers : tuple of Slot
        Buffers that are given up; they cost nothing.
    dropped : tuple of Slot
        Parts that are left out, in the order of the plan.
    won : int
        Minutes that all of it gives back.
    missing : int
        Minutes that the session still ends late.
    larger : tuple of Slot
        Then: the lesson or exercise whose loss would make up for most of them at once, with
        what goes with it: its two questions, and the second of two breaks without work between.
    rest : tuple of Slot
        What is still to come, with its new times, beginning with what runs now.
    """

    late: int
    buffers: tuple[Slot, ...]
    dropped: tuple[Slot, ...]
    won: int
    missing: int
    larger: tuple[Slot, ...]
    rest: tuple[Slot, ...]


def recover(session: Session, *, late: int, now: int) -> Recovery:
    """Say what to drop so that a session that is late ends in time.

    Buffers go first, then what the notebooks mark as the first to drop, then the memo, which can
    be written at home. What is over, or running now, is never dropped.

    Parameters
    ----------
    session : Session
        As it was planned.
    late : int
        Minutes behind the plan.
    now : int
        Minutes after midnight.

    Raises
    ------
    ExplainedError
        If the session does not run now.
    """
    if not (session.begin <= now and now - late < session.end):
        raise ExplainedError(
            f"at {clock(now)}, {late} minutes late, this plan ({clock(session.begin)} to "
            f"{clock(session.end)}) is not running; say when you are and when it began, such as "
            "--now 10:40 --start 09:00"
        )
    reached = max(now - late, session.begin)  # the line of the plan at which the room really is
    running = next(slot for slot in session.slots if slot.begin <= reached < slot.end)
    ahead = [slot for slot in session.slots if slot.begin > reached]
    wanted = [slot for slot in (running, *ahead) if slot.kind == "buffer"]
    wanted += [slot for slot in ahead if slot.drop_if_late]
    wanted += [slot for slot in ahead if slot.memo]
    given_up: list[Slot] = []
    for slot in wanted:
        if total(given_up) < late:
            given_up.append(slot)
    for slot in reversed(list(given_up)):  # what later and larger ones made unnecessary
        if slot.kind != "buffer" and total(given_up) - slot.minutes >= late:
            given_up.remove(slot)
    rest = [slot for slot in (running, *ahead) if slot not in given_up]
    missing = max(0, late - total(given_up))
    return Recovery(
        late=late,
        buffers=tuple(slot for slot in given_up if slot.kind == "buffer"),
        dropped=tuple(slot for slot in session.slots if slot in given_up and slot.kind != "buffer"),
        won=total(given_up),
        missing=missing,
        larger=_larger(session, rest, given_up, missing),
        rest=timed(rest, min(now, running.begin + late)),
    )


def _larger(
    session: Session, rest: Sequence[Slot], given_up: Sequence[Slot], missing: int
) -> tuple[Slot, ...]:
    """Return the smallest exercise or lesson to come that makes up for it, else the largest.

    A lesson stays as long as its exercise does.
    """
    if not missing:
        return ()
    exercises = {slot.stem for slot in rest if slot.part == "exercise"}
    kept = [slot for slot in session.slots if slot not in given_up]
    whole = [
        _with_it([slot for slot in block if slot in rest], kept, rest)
        for block in session.blocks()
        if block[0] in rest[1:]
        and (block[0].part == "exercise" or (block[0].stem and block[0].stem not in exercises))
    ]
    enough = [block for block in whole if total(block) >= missing]
    return min(enough, key=total) if enough else max(whole, key=total, default=())


def _with_it(block: Sequence[Slot], kept: Sequence[Slot], rest: Sequence[Slot]) -> tuple[Slot, ...]:
    """Return a lesson or exercise with all that has no sense without it."""
    stem = block[0].stem
    left = [slot for slot in kept if slot not in block]
    gone = list(block)
    if not any(slot.stem == stem for slot in left):
        gone += [slot for slot in left if slot.title == questions_about(stem)]
        left = [slot for slot in left if slot not in gone]
    for before, after in pairwise(left):
        if before.kind == after.kind == "break" and after in rest[1:]:
            free = [slot for slot in (before, after) if slot in rest[1:]]
            gone.append(min(free, key=lambda slot: slot.minutes))
    return tuple(gone)
