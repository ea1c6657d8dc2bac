"""What was gained, in sentences, and what the numbers cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from thousandfold.inventory.gain import FEWEST, Gain, Later, Sureness
from thousandfold.inventory.intervals import Crossed, Interval

_HIGH = 80.0  # per cent right before: above it, little can be gained
_CEILING = 0.9  # of one question
_FEW_ITEMS = 20  # below so many people the interval of one question spans half of all there is
_STAYED = 2 / 3
_ROUNDING = 1e-9  # of a sum of shares, in points


class Verdict(StrEnum):
    """What a study says of a gain that was called worth it beforehand."""

    WORKED = "worked"
    FAILED = "failed"
    OPEN = "open"


def verdicts(found: Crossed, worth: float) -> NDArray[np.str_]:
    """Judge gains by what was written down beforehand.

    Parameters
    ----------
    found : Crossed
        Gains on what was taught, in percentage points; of one study or of many.
    worth : float
        The smallest gain that is worth the time, in percentage points.

    Returns
    -------
    array of Verdict
        *failed* if the whole interval lies below `worth`, or if zero lies in it although four of
        five such studies would have found a gain of `worth`; *worked* if all of it lies above zero
        and the gain is `worth` or more; *open* if the study was too small to tell.
    """
    change = found.change
    short = change.high < worth - _ROUNDING
    missed = (change.low <= 0) & (found.detectable <= worth)
    worked = change.rises & (change.value >= worth - _ROUNDING)
    return np.where(short | missed, Verdict.FAILED, np.where(worked, Verdict.WORKED, Verdict.OPEN))


def judged(gain: Gain, worth: float) -> str:
    """Return the verdict as a sentence."""
    change, wanted = gain.taught.change, _as_written(worth)
    found = Verdict(str(verdicts(gain.taught, worth)))
    if np.isnan(change.low):
        why = "nobody differs, so nothing tells how far chance reaches"
    elif found is Verdict.WORKED:
        why = f"the whole interval lies above zero, and the gain is {wanted} or more"
    elif found is Verdict.FAILED and change.high < worth - _ROUNDING:
        why = f"the whole interval lies below {wanted}"
    elif found is Verdict.FAILED:
        why = (
            f"zero lies in the interval, and a true gain of {wanted} would have been found in four "
            "of five cases"
        )
    elif change.rises:
        why = f"there is a gain, and this study was too small to tell whether it is {wanted}"
    else:
        why = (
            f"zero lies in the interval, and this study was too small to find a true gain of "
            f"{wanted} in four of five cases. That is no success"
        )
    how = {Verdict.WORKED: "it worked", Verdict.FAILED: "it failed", Verdict.OPEN: "it is open"}
    return (
        f"A gain of {wanted} or more was called worth it beforehand. By that {how[found]}: {why}."
    )


def told(gain: Gain) -> tuple[str, ...]:
    """Return what was found, in the order in which one asks for it."""
    return tuple(_told(gain))


def cannot_be_said(gain: Gain) -> tuple[str, ...]:
    """Return what nobody may conclude from this study."""
    return tuple(_cannot(gain))


def points(value: float) -> str:
    """Return percentage points in words, without a sign.

    Examples
    --------
    >>> points(-1.2)
    '1 point'
    """
    size = round(abs(float(value)))
    return f"{size} point{'' if size == 1 else 's'}"


def _as_written(worth: float) -> str:
    """Return points as somebody wrote them down: rounded, they would be another promise."""
    return f"{worth:g} point{'' if worth == 1 else 's'}"


def people(count: int) -> str:
    """Return so many people in words."""
    return "1 person" if count == 1 else f"{count} people"


def span(change: Interval) -> str:
    """Return the ends of an interval in words.

    Examples
    --------
    >>> span(Interval(3, -4.2, 10))
    'from 4 less to 10 more'
    >>> span(Interval(7, 4.2, 10))
    'from 4 to 10 more'
    """
    if np.isnan(change.low):
        return "no interval: nobody differs"
    low, high = _end(float(change.low)), _end(float(change.high))
    same = low.endswith(" more") and high.endswith(" more")
    same = same or (low.endswith(" less") and high.endswith(" less"))
    return f"from {low.split()[0] if same else low} to {high}"


def _end(value: float) -> str:
    size = round(abs(float(value)))
    return "0" if not size else f"{size} {'less' if value < 0 else 'more'}"


def _changed(change: Interval) -> str:
    value = round(float(change.value))
    more = "" if not value else " more" if value > 0 else " less"
    return f"{points(value)}{more} ({span(change)})"


def _told(gain: Gain) -> Iterator[str]:
    taught, asked = len(gain.taught_items), len(gain.items)
    which = f"all {asked} questions" if taught == asked else f"the {_questions(taught)} on it"
    yield (
        f"{_came(gain)} answered before and after. Of what was taught, by {which}, "
        f"{gain.before:.0f} of 100 answers were right before and {gain.after:.0f} after. "
        f"The gain is {_changed(gain.taught.change)}{_in_the_mean(gain)}."
    )
    yield _chance(gain.taught)
    if gain.untaught and gain.beyond:
        yield (
            f"On the {_questions(asked - taught)} on what was not taught the change is "
            f"{_changed(gain.untaught.change)}. That is what being asked twice, time and talk "
            "bring, as far as these questions tell."
        )
        yield _beyond(gain.beyond, gain.taught)
    yield from _sure(gain)
    yield from (_four_weeks(gain, one) for one in gain.later)


def stayed(gain: Gain) -> bool:
    """Return whether two of three who began can be compared, or more."""
    return gain.people >= _STAYED * gain.began


def beyond_practice(gain: Gain) -> bool:
    """Return whether more was gained of what was taught than of the rest, beyond chance."""
    return gain.beyond is not None and bool(gain.beyond.change.rises)


def _came(gain: Gain) -> str:
    if gain.began == gain.people:
        return people(gain.people)
    return f"{gain.people} of {people(gain.began)} who began"


def _in_the_mean(gain: Gain) -> str:
    """Return why the gain is not what one subtracts, where that is so."""
    value = float(gain.taught.change.value)
    if abs(value - (gain.after - gain.before)) >= 0.5:
        return ", in the mean of those who met form A first and those who met form B"
    uneven = round(value) != round(gain.after) - round(gain.before)
    return "; each of these numbers is rounded by itself" if uneven else ""


def _questions(count: int) -> str:
    return f"{count} question{'' if count == 1 else 's'}"


def _chance(found: Crossed) -> str:
    change = found.change
    if np.isnan(change.low):
        return (
            "Nobody differs from the others who met the same form first, so these answers do not "
            "tell how far chance reaches."
        )
    if change.rises:
        return "Chance alone seldom does that: a gain is there."
    if change.found:
        return "Chance alone seldom does that: there is a loss."
    return f"Chance alone can do that: no gain was found. {_would(found)}"


def _would(found: Crossed) -> str:
    return (
        f"A study like this one finds a true gain of {points(float(found.detectable))} in four of "
        "five cases, and misses a smaller one more often."
    )


def _beyond(found: Crossed, taught: Crossed) -> str:
    change = found.change
    said = f"Beyond practice, taught minus not taught in the same people: {_changed(change)}."
    if np.isnan(change.low):
        return said
    if change.rises and taught.change.rises:
        return f"{said} Practice that brings as much to every question does not explain the gain."
    if change.found:
        compared = "better" if change.rises else "worse"
        but = ", but no gain on it was found" if change.rises else ""
        return f"{said} What was taught came off {compared} than what was not{but}."
    if not taught.change.rises:
        return f"{said} Chance alone can do that. {_would(found)}"
    return f"{said} Practice alone may explain all of it. {_would(found)}"


def _sure(gain: Gain) -> Iterator[str]:
    said = [
        f"{when} they were {_surer(one)}"
        for when, one in zip(("before", "after"), gain.sureness, strict=True)
        if one.surer is not None
    ]
    if not said:
        yield "Fewer than five people said how sure they are, so nothing is said of it."
        return
    sentence = "; ".join(said)
    yield f"{sentence[:1].upper()}{sentence[1:]}.{_calmer(gain.calmer)}"
    rest = [
        f"{one.sure_and_wrong} of {one.sure} {when}"
        for when, one in zip(("before", "after"), gain.sureness, strict=True)
        if one.sure is not None
    ]
    if rest:
        yield f"Answers called 95 % sure that were wrong: {', '.join(rest)}."


def _surer(one: Sureness) -> str:
    surer = one.surer
    assert surer is not None  # noqa: S101 - whoever asks has looked
    way = "surer than right" if surer.value >= 0 else "less sure than right"
    return f"{points(float(surer.value))} {way} ({span(surer)})"


def _calmer(change: Crossed | None) -> str:
    if change is None or np.isnan(change.change.low):
        return ""
    if not change.change.found:
        return " Whether that changed cannot be told from chance."
    way = "up" if change.change.rises else "down"
    by = points(float(change.change.value))
    return f" How sure they are went {way} by {by}, beside how much is right."


def _four_weeks(gain: Gain, one: Later) -> str:
    said = f"Four weeks later, {one.people} of {people(gain.people)} answered “{one.item.name}”"
    if one.later is None or one.change is None or one.before is None or one.after is None:
        return f"{said}: below {FEWEST}, nothing is computed."
    later = 100 * float(one.later.value)
    return (
        f"{said}. Of them {100 * one.before:.0f} % were right before, {100 * one.after:.0f} % "
        f"after, {later:.0f} % later ({100 * one.later.low:.0f} to {100 * one.later.high:.0f} %)."
    )


def _cannot(gain: Gain) -> Iterator[str]:
    yield (
        "That the workshop caused it. Nobody answered twice without it: who knew least rises by "
        "itself, a second sheet is easier than a first, and people try harder where they expect to "
        "have learned."
        + (
            ""
            if gain.beyond
            else " All questions stand on what was taught, so nothing here shows what practice "
            "alone brings."
        )
    )
    yield (
        "That anybody will act otherwise at work. A right answer on a sheet is knowledge; whether "
        "a decision changes is seen months later, and not here."
    )
    if missing := _missing(gain):
        yield missing
    yield (
        f"Anything about others. These are {people(gain.people)} who came and agreed to answer, "
        "with whoever taught them that day."
    )
    if gain.beyond:
        yield (
            "That all of the difference between taught and not taught is teaching. They are "
            "different questions, and some may gain more than others by being asked twice: nobody "
            "gains where nearly all were right before."
        )
    if gain.taught.form is None:
        yield (
            f"How much of it is the form: {_uneven(gain)}, so an easier second form would look "
            "like a gain. Next time let half begin with the other."
        )
    yield from _cannot_of_items(gain)
    yield (
        "How sure one person is. The intervals of each confidence take answers for independent, "
        "and those of one person are not: the true intervals are somewhat wider."
    )
    if gain.later:
        yield (
            "What those who did not answer four weeks later remember; whoever remembers answers "
            "more readily."
        )


def _uneven(gain: Gain) -> str:
    """Return why the forms are not told from the gain."""
    if gain.a_first in (0, gain.people):
        return "all met the same form first"
    return f"fewer than {FEWEST} met one of them first, and of so few nothing is computed by itself"


def _missing(gain: Gain) -> str:
    left = [
        f"{people(count)} {why}"
        for count, why in (
            (gain.only_before, "only before"),
            (gain.only_after, "only after"),
            (gain.same_form, "the same form twice"),
        )
        if count
    ]
    if not left:
        return ""
    said = (
        f"What the others gained: {', '.join(left)}; they are left out. If those went who learned "
        "least, the gain looks larger than it is."
    )
    if not stayed(gain):
        said += " So many are missing that the gain is one of those who stayed, and of nobody else."
    return said


def _cannot_of_items(gain: Gain) -> Iterator[str]:
    wide = (
        f" With {people(gain.people)} one answer moves a question by "
        f"{points(100 / gain.people)}, so its interval is wide."
        if gain.people < _FEW_ITEMS
        else ""
    )
    yield (
        f"Which question was taught well. Of {len(gain.items)} intervals one may miss the truth "
        f"by chance about every second time.{wide} Use the list to see where to look."
    )
    if gain.taught.form is not None and abs(2 * gain.a_first - gain.people) > gain.people / 5:
        yield (
            f"How much one question changed by being taught: {gain.a_first} of "
            f"{people(gain.people)} met form A first, and of a single "
            "question the easier form does not fall out."
        )
    full = [one.item.name for one in gain.items if one.before >= _CEILING]
    if full:
        yield (
            f"Whether more was learned of {', '.join(full)}: nearly all were right before, so "
            "there was nothing to gain."
        )
    if gain.before > _HIGH:
        yield (
            "How much more they could have learned: most answers on what was taught were right "
            "before."
        )
    if sum(gain.empty):
        yield (
            f"Why answers were left empty: {gain.empty[0]} before and {gain.empty[1]} after. They "
            "count as not right; somebody who ran out of time may have known."
        )
