"""What to drop now: how a session that is late ends in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import (
    LUNCH,
    Session,
    Slot,
    clock,
    questions_about,
    timed,
    total,
)

LEAST_BREAK = 10  # minutes: to the door, a coffee, and back
LEAST_LUNCH = 40
LEAST_TALK = 4  # two in pairs, two with all
RESERVE = 3  # minutes that the last buffer keeps as long as something cheap is left


@dataclass(frozen=True)
class Change:
    """A line of the plan that gets other minutes.

    Attributes
    ----------
    slot : Slot
        As it was planned.
    minutes : int
        What it has now; 0 if it is left out.
    """

    slot: Slot
    minutes: int

    @property
    def won(self) -> int:
        """Minutes that this gives back; negative where a buffer grows."""
        return self.slot.minutes - self.minutes


@dataclass(frozen=True)
class Recovery:
    """How a late session gets back to its plan.

    Attributes
    ----------
    late : int
        Minutes behind the plan.
    changes : tuple of Change
        All lines that get other minutes, in the order of the plan.
    missing : int
        Minutes that the session still ends late.
    larger : tuple of Slot
        Then: the lesson whose loss would make up for most of them at once, as it stands in
        `rest`, with what goes with it: its vote, its talk, its two questions, and the second of
        two breaks without work between.
    rest : tuple of Slot
        What is still to come, with its new times, beginning with what runs now.
    """

    late: int
    changes: tuple[Change, ...]
    missing: int
    larger: tuple[Slot, ...]
    rest: tuple[Slot, ...]

    @property
    def dropped(self) -> tuple[Slot, ...]:
        """Parts that are left out, as they were planned."""
        return tuple(c.slot for c in self.changes if not c.minutes and c.slot.kind != "buffer")

    @property
    def shortened(self) -> tuple[Change, ...]:
        """Breaks and talks that get fewer minutes."""
        return tuple(c for c in self.changes if c.minutes and c.slot.kind != "buffer")

    @property
    def buffers(self) -> tuple[Change, ...]:
        """Buffers that give minutes; they cost nothing."""
        return tuple(c for c in self.changes if c.won > 0 and c.slot.kind == "buffer")

    @property
    def won(self) -> int:
        """Minutes that all of it gives back."""
        return sum(change.won for change in self.changes)


@dataclass(frozen=True)
class _Offer:
    """Minutes that a line of the plan could give: any part of them, or `whole`."""

    slot: Slot
    minutes: int
    whole: bool = False


def recover(session: Session, *, late: int, now: int, running: Slot | None = None) -> Recovery:
    """Say what to drop so that a session that is late ends in time.

    The cheapest goes first, until the minutes are enough:

    1. Half of each buffer. They cost nothing, but the room may be late once more, so half stays,
       and of the last one a few minutes.
    2. What the notebooks mark as the first to drop.
    3. Memos: they are only moved, and written at home.
    4. Breaks, down to 10 minutes, lunch to 40. People need them, but not all of them.
    5. Talk after a lesson, down to 4 minutes: shorter, it still happens.
    6. What is left of the buffers.
    7. Single tasks of exercises, the last ones first. The decision at the end of an exercise
       goes after all other tasks, because it is what the exercise is for.

    Until the tasks, what is next goes first: what comes later can still be given up later. What a
    large cut gives too much goes back to what was given up before, the dearest first, and at last
    into the last buffer, if one is left, so that the session ends in time and not before.

    What is over or runs now, votes, predictions, the rest of a lesson, the two questions and the
    close are never touched. A buffer that runs now ends at once.

    Parameters
    ----------
    session : Session
        As it was planned.
    late : int
        Minutes behind the plan.
    now : int
        Minutes after midnight.
    running : Slot, optional
        The line of the session at which the room really is, where somebody knows it; what the
        clock and `late` say otherwise.

    Raises
    ------
    ExplainedError
        If the session does not run now.
    """
    if not (session.begin <= now and now - late < session.end):
        raise ExplainedError(
            f"at {clock(now)}, {late} minute{'s' * (late != 1)} late, this plan "
            f"({clock(session.begin)} to {clock(session.end)}) is not running; say when you are "
            "and when it began, such as --now 10:40 --start 09:00"
        )
    reached = max(now - late, session.begin)  # the line of the plan at which the room really is
    if running is None:
        running = next(slot for slot in session.slots if slot.begin <= reached < slot.end)
    else:  # after it the session may have a gap, where it has been late before
        reached = min(max(reached, running.begin), running.end)
    ahead = [slot for slot in session.slots if slot.begin > running.begin]
    offers = list(_offers(session, running, ahead, reached))
    taken = _taken(offers, late)
    won = Counter[Slot]()
    for offer, minutes in zip(offers, taken, strict=True):
        won[offer.slot] += minutes
    buffers = [slot for slot in ahead if slot.kind == "buffer"]
    if buffers and sum(taken) > late:
        won[buffers[-1]] -= sum(taken) - late
    left = [replace(slot, minutes=slot.minutes - won[slot]) for slot in (running, *ahead)]
    rest = timed(left, running.begin + late)
    missing = max(0, late - sum(taken))
    return Recovery(
        late=late,
        changes=tuple(Change(s, s.minutes - won[s]) for s in (running, *ahead) if won[s]),
        missing=missing,
        larger=_larger(rest, missing),
        rest=rest,
    )


def chosen(found: Recovery, wanted: Collection[Slot]) -> tuple[Change, ...]:
    """Return what is changed where somebody leaves some lines as they are.

    The last buffer grows by no more than what the others then give too much.

    Parameters
    ----------
    found : Recovery
    wanted : collection of Slot
        Lines that are left out, or get fewer minutes.
    """
    kept = [change for change in found.changes if change.won > 0 and change.slot in wanted]
    extra = max(0, sum(change.won for change in kept) - found.late)
    grown = [
        Change(change.slot, change.slot.minutes + min(-change.won, extra))
        for change in found.changes
        if change.won < 0
    ]
    return (*kept, *(change for change in grown if change.won))


def _offers(
    session: Session, running: Slot, ahead: Sequence[Slot], reached: int
) -> Iterator[_Offer]:
    """Yield what could be given up, the cheapest first."""
    buffers = [slot for slot in ahead if slot.kind == "buffer"]
    kept = {slot: slot.minutes - slot.minutes // 2 for slot in buffers}
    for last in buffers[-1:]:
        kept[last] = min(last.minutes, max(kept[last], RESERVE))
    free = [slot for slot in ahead if slot.kind not in ("vote", "predict")]
    marked = [slot for slot in free if slot.drop_if_late]
    memos = [slot for slot in free if slot.memo and slot not in marked]
    tasks = [slot for slot in free if slot.part == "exercise" and slot not in (*marked, *memos)]
    decisions = _decisions(session)
    tasks.sort(key=lambda task: (task in decisions, -task.begin))
    if running.kind == "buffer":
        yield _Offer(running, running.end - reached)
    yield from (_Offer(slot, slot.minutes - kept[slot]) for slot in buffers)
    yield from (_Offer(slot, slot.minutes, whole=True) for slot in (*marked, *memos))
    breaks = [slot for slot in ahead if slot.kind == "break"]
    talks = [slot for slot in ahead if slot.part == "talk"]
    for slot in (*breaks, *talks):
        yield _Offer(slot, max(0, slot.minutes - _least(slot)))
    yield from (_Offer(slot, kept[slot]) for slot in buffers)
    yield from (_Offer(slot, slot.minutes, whole=True) for slot in tasks)


def _least(slot: Slot) -> int:
    """Return how short a break or a talk may become."""
    if slot.part == "talk":
        return LEAST_TALK
    return LEAST_LUNCH if slot.minutes >= LUNCH else LEAST_BREAK


def _decisions(session: Session) -> set[Slot]:
    """Return the last task of each exercise, the memo aside: it is the decision."""
    tasks = [slot for slot in session.slots if slot.part == "exercise" and not slot.memo]
    return set({slot.stem: slot for slot in tasks}.values())


def _taken(offers: Sequence[_Offer], late: int) -> list[int]:
    """Return the minutes that each offer gives: no more in all than needed, as far as it goes."""
    taken = [0] * len(offers)
    need = late
    for i, offer in enumerate(offers):
        if need <= 0:
            break
        taken[i] = offer.minutes if offer.whole else min(offer.minutes, need)
        need -= taken[i]
    surplus = max(0, -need)
    gone: set[str] = set()  # exercises that lost more than what is marked
    for i, offer in reversed(list(enumerate(offers))):
        back = min(taken[i], surplus)
        if offer.whole and (back < taken[i] or (offer.slot.memo and offer.slot.stem in gone)):
            back = 0
        taken[i] -= back
        surplus -= back
        if offer.whole and taken[i]:
            gone.add(offer.slot.stem)
    return taken


def _larger(rest: Sequence[Slot], missing: int) -> tuple[Slot, ...]:
    """Return the smallest lesson to come that makes up for it, else the largest."""
    if not missing:
        return ()
    blocks = Session("", tuple(rest)).blocks()[1:]
    whole = [_with_it(block, rest) for block in blocks if block[0].half == "lesson"]
    enough = [block for block in whole if total(block) >= missing]
    return min(enough, key=total) if enough else max(whole, key=total, default=())


def _with_it(block: Sequence[Slot], rest: Sequence[Slot]) -> tuple[Slot, ...]:
    """Return a lesson with all that has no sense without it."""
    stem = block[0].stem
    left = [slot for slot in rest if slot not in block]
    gone = list(block)
    if not any(slot.stem == stem for slot in left):
        gone += [slot for slot in left if slot.title == questions_about(stem)]
        left = [slot for slot in left if slot not in gone]
    for before, after in pairwise(left):
        if before.kind == after.kind == "break":
            free = [slot for slot in (before, after) if slot in rest[1:]]
            gone.append(min(free, key=lambda slot: slot.minutes))
    return tuple(gone)
