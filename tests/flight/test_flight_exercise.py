"""The exercise `08_flight_simulator`: as hard for everybody, and points for work alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from class_list import NAMES
from course import source

from thousandfold import companies, numbers_for
from thousandfold.core import Array
from thousandfold.flight import COMPARED, STEADY, Decision, Flight, Rules, fly
from thousandfold.flight.companies import fly_companies
from thousandfold.flight.results import points

STEM = "08_flight_simulator"
LUCK, HIRE, REPAIR = [14, 27, 37, 49, 54, 57], [3, 4], [35, 40]


def fewest(luck: int, hire: int, repair: int) -> Iterator[tuple[int, Array, float]]:
    """Yield for worth, then for luck: the fewest people, tries less repair, and its worth."""
    rows = [Decision(50, 30, 10, 10, 0, hire, squads=1 + done // 3).row() for done in range(12)]

    def with_round_3(**change: float) -> list[dict[str, Any]]:
        return [*rows[:2], rows[2] | change, *rows[3:]]

    tries = {str(n): with_round_3(hire=n) for n in range(hire + 1, 19)}
    repaired = with_round_3(debt=repair, features=60 - repair)
    flown = fly({"flown": rows, "repaired": repaired, **tries}, seed=luck)
    ratio = flown.final("customers") / flown.final("customers")[0]
    for ends in (np.median(ratio, axis=1), ratio[:, 0]):
        beyond = 100 * (ends[2:] - ends[1])
        yield hire + 1 + int(np.argmax(beyond >= 0)), beyond, float(100 * (ends[1] - 1))


def test_everybody_s_own_decision_is_as_hard_as_any_other() -> None:
    text = "\n".join(cell.source for cell in source(STEM).cells)
    asked = f"numbers_for(my_name, luck={LUCK}, hire={HIRE}, repair={REPAIR})"
    assert text.count(asked) == 3, "where the team is made, and where both answers are checked"
    drawn = [numbers_for(name, luck=LUCK, hire=HIRE, repair=REPAIR) for name in NAMES]
    found = Counter((mine.luck, mine.hire, mine.repair) for mine in drawn)
    assert set(found) == set(product(LUCK, HIRE, REPAIR))
    answers: Counter[tuple[int, int]] = Counter()
    for (luck, hire, repair), people in found.items():
        (by_worth, beyond, worth), (by_luck, ends, _) = fewest(luck, hire, repair)
        assert 7 < worth < 11, "nobody's repair is a trifle, and nobody's decides all"
        assert 5 <= by_worth - hire <= 9
        assert abs(by_worth - by_luck) >= 2, "one life is not right, not even by half"
        for right, gap in ((by_worth, beyond), (by_luck, ends)):
            place = right - hire - 1
            assert (gap[:place] < -0.15).all(), "one fewer is clearly too few"
            assert (gap[place:] > 0.15).all(), "as many are enough, and more are enough too"
        answers[by_worth, by_luck] += people
    assert max(answers.values()) < len(NAMES) / 5


@pytest.fixture(scope="module")
def judged() -> tuple[Callable[[Sequence[Any]], list[float]], Rules]:
    """Return what the hidden test of the policy computes, and its reference."""
    cell = next(cell for cell in source(STEM).cells if cell.id == "policy")
    made = cell.source.partition("### BEGIN HIDDEN TESTS")[2].partition("\ngot, reference")[0]
    names: dict[str, Any] = {
        it.__name__: it for it in (Decision, Flight, Rules, companies, fly_companies, points)
    }
    exec(made, names)  # noqa: S102 - our own
    return names["earned"], names["best"]


def one_number_changed(policy: Rules) -> Iterator[Rules]:
    """Yield the policy with one number of its rules a third smaller, for each number."""
    for at, rule in enumerate(policy.rules):
        for number in re.finditer(r"\d+(?:,\d{3})*", rule):
            less = round(int(number[0].replace(",", "")) * 2 / 3)
            changed = f"{rule[: number.start()]}{less:,}{rule[number.end() :]}"
            yield Rules(policy.start, (*policy.rules[:at], changed, *policy.rules[at + 1 :]))


def test_a_policy_earns_for_work_alone(
    judged: tuple[Callable[[Sequence[Any]], list[float]], Rules],
) -> None:
    earned, best = judged
    *known, reference = earned([[Decision(hire=5)], *COMPARED.values(), best])
    zero = max(known)
    assert zero == pytest.approx(45, abs=0.5), "the text says about 45"
    assert reference == pytest.approx(84, abs=0.5), "the text says about 84"

    def points_of(policies: Sequence[Any]) -> Array:
        return 6 * (np.array(earned(policies)) - zero) / (reference - zero)

    never = Rules(STEADY.start, (*STEADY.rules, "when customers above 50,000,000: hire 7"))
    assert points_of([never])[0] <= 0
    luckily = sorted(points_of(list(one_number_changed(STEADY))))
    assert luckily[-2] < 0.05, "one number of a known policy changed earns nothing"
    assert luckily[-1] < 0.5, "or little, where it is the one that Quay asks for: fewer features"
    near = points_of(list(one_number_changed(best)))
    assert len(near) > 20
    assert min(near) > 2
    assert max(near) < 6.15, "the reference is not bettered by a number"
    without = points_of(
        [Rules(best.start, (*best.rules[:i], *best.rules[i + 1 :])) for i in range(len(best.rules))]
    )
    assert max(without) < 5.95, "no rule of the reference stands there for nothing"

    repairing = Decision(features=0, onboarding=25, debt=65, reliability=10, hire=5)
    guardrails, grows, faster, _, poor = STEADY.rules
    split = "features 0, onboarding 40, debt 40, reliability 15, platform 5"
    later = (guardrails, f"when round above 3: hire 30 %, {split}", faster)
    climbed = points_of(
        [
            STEADY,
            Rules(repairing, STEADY.rules),
            Rules(repairing, (*later, "when round above 7: api public, keep 90", poor)),
            Rules(repairing, (*later, "when round above 7: api public, keep 110", poor)),
            best,
        ]
    )
    assert grows in STEADY.rules
    assert (np.diff(climbed) > 0.8).all(), "each step of the work is paid"
