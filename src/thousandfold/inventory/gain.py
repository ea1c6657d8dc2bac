"""What a group gained from before to after, and how sure that is; nothing about one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thousandfold.inventory.answers import CONFIDENCES, Answer, AnswersError
from thousandfold.inventory.intervals import Crossed, Interval, bonett_price, crossed, wilson
from thousandfold.inventory.item import Item
from thousandfold.inventory.items import ITEMS

FEWEST = 5
"""Of fewer people nothing is computed: a mean of four would nearly be a line about each."""

_POINTS = 100.0  # of a share: percentage points


class Matched(NamedTuple):
    """Answers of those who answered both times, and each form once.

    Attributes
    ----------
    a_first : array of bool, shape (people,)
        Who met form A before.
    right : array of bool, shape (2, people, items)
        Before and after; what was left empty is not right.
    given : array of bool, shape (2, people, items)
        Whether an answer was given.
    sure : array, shape (2, people, items)
        Confidence in per cent; NaN where none was said, or no answer was given.
    later : dict of str to array, shape (people,)
        By question: 1 right, 0 wrong, NaN where nobody answered four weeks later.
    only_before, only_after, same_form : int
        How many are left out, and why.
    """

    a_first: NDArray[np.bool_]
    right: NDArray[np.bool_]
    given: NDArray[np.bool_]
    sure: NDArray[np.float64]
    later: dict[str, NDArray[np.float64]]
    only_before: int
    only_after: int
    same_form: int


@dataclass(frozen=True, eq=False)
class ItemGain:
    """One question: shares from 0 to 1, and the change between them.

    Attributes
    ----------
    item : Item
    taught : bool
        Whether a module that teaches it was held.
    before, after : float
        Share of people who were right.
    change : Interval
        After minus before, in shares.
    """

    item: Item
    taught: bool
    before: float
    after: float
    change: Interval


@dataclass(frozen=True, eq=False)
class Level:
    """What became of the answers that were given with one confidence.

    Attributes
    ----------
    confidence : int
        In per cent.
    answers : int
    share : Interval or None
        Share that was right; None where fewer than `FEWEST` people said so, or where it would tell
        what so few said, taken from the sum of all.
    """

    confidence: int
    answers: int
    share: Interval | None


@dataclass(frozen=True, eq=False)
class Sureness:
    """How sure people were, and how right: at one time.

    Attributes
    ----------
    surer : Interval or None
        Mean confidence minus share right over the people, in percentage points: above zero they
        were surer than right. None where fewer than `FEWEST` people said how sure they are.
    people : int
        Who said how sure they are.
    levels : tuple of Level
    sure_and_wrong, sure : int or None
        Answers at the highest confidence that were wrong, and all of them; None where the share at
        that confidence is not shown.
    """

    surer: Interval | None
    people: int
    levels: tuple[Level, ...]
    sure_and_wrong: int | None
    sure: int | None


@dataclass(frozen=True, eq=False)
class Later:
    """One question, four weeks later, of those who answered it then.

    Attributes
    ----------
    item : Item
    people : int
        Who answered, of those who had answered before and after.
    before, after : float or None
        The share of the same people that was right then; None below `FEWEST`.
    later : Interval or None
    change : Interval or None
        Later minus after, in shares.
    """

    item: Item
    people: int
    before: float | None = None
    after: float | None = None
    later: Interval | None = None
    change: Interval | None = None


@dataclass(frozen=True, eq=False)
class Gain:
    """What a group gained.

    Attributes
    ----------
    people : int
        Who answered before and after, in both forms.
    a_first : int
        Of them, who met form A before.
    only_before, only_after, same_form : int
        Who is left out.
    empty : tuple of int
        Answers that were left empty, before and after.
    before, after : float
        Share right of the questions on what was taught, in per cent.
    taught : Crossed
        Change of that share, in percentage points.
    untaught : Crossed or None
        The same of the questions on what was not taught: what practice, time and talk bring alone.
    beyond : Crossed or None
        Taught minus untaught, person by person.
    items : tuple of ItemGain
    sureness : tuple of Sureness
        Before and after.
    calmer : Crossed or None
        Change of mean confidence minus share right, in percentage points; below zero people know
        better what they know.
    later : tuple of Later
    """

    people: int
    a_first: int
    only_before: int
    only_after: int
    same_form: int
    empty: tuple[int, int]
    before: float
    after: float
    taught: Crossed
    untaught: Crossed | None
    beyond: Crossed | None
    items: tuple[ItemGain, ...]
    sureness: tuple[Sureness, Sureness]
    calmer: Crossed | None
    later: tuple[Later, ...]

    @property
    def began(self) -> int:
        """How many answered before: those who are left out, too."""
        return self.people + self.only_before + self.same_form

    @property
    def taught_items(self) -> tuple[ItemGain, ...]:
        """Those questions whose module was held."""
        return tuple(one for one in self.items if one.taught)


def gain_of(answers: Iterable[Answer], modules: Collection[str] | None = None) -> Gain:
    """Compute what a group gained.

    Parameters
    ----------
    answers : iterable of Answer
        As `read_answers` reads them.
    modules : collection of str, optional
        Numbers of the modules that were held, such as ``["00", "01"]``: questions on others show
        what practice alone brings. Without it all questions count as taught.

    Raises
    ------
    AnswersError
        If fewer than five people answered both times, or no question stands on these modules.
    """
    taught = taught_by(modules)
    matched = match(answers)
    people = len(matched.a_first)
    if people < FEWEST:
        raise AnswersError(_too_few(matched))
    change = _POINTS * (matched.right[1].astype(float) - matched.right[0])
    means = {who: change[:, which].mean(axis=1) for who, which in _groups(taught)}
    shares = _POINTS * matched.right[:, :, taught].mean(axis=(1, 2))
    untaught = means.get("untaught")
    return Gain(
        people=people,
        a_first=int(matched.a_first.sum()),
        only_before=matched.only_before,
        only_after=matched.only_after,
        same_form=matched.same_form,
        empty=(int((~matched.given[0]).sum()), int((~matched.given[1]).sum())),
        before=float(shares[0]),
        after=float(shares[1]),
        taught=_mean(means["taught"], matched.a_first),
        untaught=None if untaught is None else _mean(untaught, matched.a_first),
        beyond=None if untaught is None else _mean(means["taught"] - untaught, matched.a_first),
        items=tuple(
            _item_gain(item, bool(taught[place]), matched.right[:, :, place])
            for place, item in enumerate(ITEMS)
        ),
        sureness=(_sureness(matched, 0), _sureness(matched, 1)),
        calmer=_calmer(matched),
        later=tuple(_later(item, place, matched) for place, item in _asked_later(matched)),
    )


def taught_by(modules: Collection[str] | None) -> NDArray[np.bool_]:
    """Return for each question whether one of the modules teaches it; without modules, all.

    Raises
    ------
    AnswersError
        If no question stands on any of them.
    """
    if modules is None:
        return np.ones(len(ITEMS), dtype=bool)
    taught = np.array([any(module in modules for module in item.modules) for item in ITEMS])
    if not taught.any():
        asked = sorted({module for item in ITEMS for module in item.modules})
        raise AnswersError(
            f"no question stands on {'module' if len(modules) == 1 else 'modules'} "
            f"{', '.join(sorted(modules))}; there are questions on {', '.join(asked)}. For this "
            "workshop the twelve questions say nothing"
        )
    return taught


def match(answers: Iterable[Answer]) -> Matched:
    """Put together what the same people answered before, after and later."""
    said: dict[tuple[str, str], dict[str, Answer]] = {}
    for answer in answers:
        said.setdefault((answer.person, answer.time), {})[answer.item] = answer
    # Sheets are printed, and their lines laid out, for more people than come.
    said = {who: found for who, found in said.items() if any(a.answer for a in found.values())}
    codes = {time: {who for who, when in said if when == time} for time in ("before", "after")}
    both = sorted(codes["before"] & codes["after"])
    form = {(who, when): next(iter(found.values())).form for (who, when), found in said.items()}
    kept = [who for who in both if form[who, "before"] != form[who, "after"]]
    rows = [
        [[said[who, time].get(item.name) for item in ITEMS] for who in kept]
        for time in ("before", "after")
    ]
    shape = (2, len(kept), len(ITEMS))
    later = {
        item.name: np.array([_right(said.get((who, "later"), {}).get(item.name)) for who in kept])
        for item in ITEMS
    }
    return Matched(
        a_first=np.array([form[who, "before"] == "A" for who in kept], dtype=bool),
        right=np.array([[[_right(a) == 1 for a in one] for one in time] for time in rows]).reshape(
            shape
        ),
        given=np.array(
            [[[bool(a and a.answer) for a in one] for one in time] for time in rows]
        ).reshape(shape),
        sure=np.array([[[_sure(a) for a in one] for one in time] for time in rows]).reshape(shape),
        later=later,
        only_before=len(codes["before"] - codes["after"]),
        only_after=len(codes["after"] - codes["before"]),
        same_form=len(both) - len(kept),
    )


def _mean(changes: NDArray[np.float64], a_first: NDArray[np.bool_]) -> Crossed:
    """Return the mean change of people, without the forms where enough met each of them first.

    The mean of both orders beside that of all people tells the mean of either. Of fewer than five
    that would be a line about them, so then it is the plain mean of all, with the forms in it.
    """
    smaller = min(int(a_first.sum()), int((~a_first).sum()))
    orders = a_first if smaller >= FEWEST else np.ones(len(a_first), dtype=bool)
    return crossed(changes, orders)


def _groups(taught: NDArray[np.bool_]) -> list[tuple[str, NDArray[np.bool_]]]:
    return [("taught", taught)] + ([] if taught.all() else [("untaught", ~taught)])


_RIGHT = {item.name: item.forms for item in ITEMS}


def _right(answer: Answer | None) -> float:
    """Return 1 for right, 0 for wrong or empty, NaN where nobody was asked."""
    if answer is None:
        return np.nan
    return float(answer.answer == _RIGHT[answer.item][answer.form].right)


def _sure(answer: Answer | None) -> float:
    if answer is None or not answer.answer or answer.confidence is None:
        return np.nan
    return float(answer.confidence)


def _item_gain(item: Item, taught: bool, right: NDArray[np.bool_]) -> ItemGain:
    before, after = right
    return ItemGain(
        item,
        taught,
        float(before.mean()),
        float(after.mean()),
        bonett_price((after & ~before).sum(), (before & ~after).sum(), len(before)),
    )


def _surer(matched: Matched, time: int) -> NDArray[np.float64]:
    """Return each person's mean confidence minus share right, in points, of what they rated."""
    rated = ~np.isnan(matched.sure[time])
    count = rated.sum(axis=1)
    excess = np.where(rated, matched.sure[time] - _POINTS * matched.right[time], 0).sum(axis=1)
    return np.where(count > 0, excess / np.maximum(count, 1), np.nan)


def _sureness(matched: Matched, time: int) -> Sureness:
    surer = _surer(matched, time)
    who = ~np.isnan(surer)
    one_kind = np.ones(int(who.sum()), dtype=bool)
    at = {confidence: matched.sure[time] == confidence for confidence in CONFIDENCES}
    hidden = _hidden(at)
    levels = [
        Level(
            confidence,
            int(said.sum()),
            None
            if confidence in hidden
            else wilson((said & matched.right[time]).sum(), said.sum()),
        )
        for confidence, said in at.items()
    ]
    sure = at[max(CONFIDENCES)]
    few_sure = max(CONFIDENCES) in hidden
    return Sureness(
        surer=crossed(surer[who], one_kind).change if who.sum() >= FEWEST else None,
        people=int(who.sum()),
        levels=tuple(levels),
        sure_and_wrong=None if few_sure else int((sure & ~matched.right[time]).sum()),
        sure=None if few_sure else int(sure.sum()),
    )


def _hidden(at: dict[int, NDArray[np.bool_]]) -> set[int]:
    """Return the confidences of which nothing may be shown.

    All of them add up to what is shown elsewhere: what is hidden must be of five people together.
    """
    people = {confidence: said.any(axis=1) for confidence, said in at.items()}
    few = sorted(people, key=lambda confidence: int(people[confidence].sum()))
    hidden = {confidence for confidence in few if people[confidence].sum() < FEWEST}
    for confidence in few:
        together = np.any([people[one] for one in hidden], axis=0).sum() if hidden else 0
        if not 0 < together < FEWEST:
            break
        hidden.add(confidence)
    return hidden


def _calmer(matched: Matched) -> Crossed | None:
    change = _surer(matched, 1) - _surer(matched, 0)
    who = ~np.isnan(change)
    return _mean(change[who], matched.a_first[who]) if who.sum() >= FEWEST else None


def _asked_later(matched: Matched) -> list[tuple[int, Item]]:
    return [
        (place, item)
        for place, item in enumerate(ITEMS)
        if not np.isnan(matched.later[item.name]).all()
    ]


def _later(item: Item, place: int, matched: Matched) -> Later:
    who = ~np.isnan(matched.later[item.name])
    people = int(who.sum())
    if people < FEWEST:
        return Later(item, people)
    before, after = matched.right[:, who, place]
    later = matched.later[item.name][who] == 1
    return Later(
        item,
        people,
        float(before.mean()),
        float(after.mean()),
        wilson(later.sum(), people),
        bonett_price((later & ~after).sum(), (after & ~later).sum(), people),
    )


def _too_few(matched: Matched) -> str:
    people = len(matched.a_first)
    if not (people or matched.only_before or matched.only_after or matched.same_form):
        return (
            "no answer stands in it yet. Type a letter under answer and a number under confidence, "
            "in the lines of each code, from the sheet with that code; then run this again"
        )
    others = [
        f"{count} {why}"
        for count, why in (
            (matched.only_before, "only before"),
            (matched.only_after, "only after"),
            (matched.same_form, "the same form twice"),
        )
        if count
    ]
    left_out = f" (left out: {', '.join(others)})" if others else ""
    return (
        f"{people} {'person' if people == 1 else 'people'} answered before and after{left_out}; "
        f"below {FEWEST} nothing is computed, because a mean of so few is nearly a line about "
        "each. Talk with them instead"
    )
