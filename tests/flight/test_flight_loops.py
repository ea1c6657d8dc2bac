"""The loops of the debrief are those of the engine, and their picture is the committed one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from thousandfold.drawing.vector import svg
from thousandfold.flight import Decision, Flight
from thousandfold.flight.engine import fly
from thousandfold.flight.loops import LOOPS, loops_picture, turned
from thousandfold.flight.policies import COMPARED, STEADY

# Round 5 of a flight with the API open, so that every loop is alive.
RUNS = fly({"steady": STEADY}, replications=1, rounds=5)
USUAL = Decision(features=35, onboarding=25, debt=20, reliability=10, platform=10, hire=5, squads=4,
                 api="public")  # fmt: skip


def after(state: dict[str, float] | None = None, **decided: Any) -> dict[str, float]:
    """Return what a round without luck makes of round 5, changed in some places."""
    now = {name: RUNS[name][-1] for name in RUNS.units} | {
        name: np.array([[value]]) for name, value in (state or {}).items()
    }
    decision = Decision.of({**USUAL.row(), **decided}).coded()
    then = Flight().step(now, decision, np.zeros((14, 1, 1)))
    return {name: float(np.squeeze(value)) for name, value in then.items()}


def grows(stock: str, *others: str) -> dict[str, float]:
    """Return the state with a quarter more of some stocks."""
    return {name: 1.25 * float(RUNS[name][-1, 0, 0]) + 1 for name in (stock, *others)}


BASE = after()


def change(then: dict[str, float], stock: str) -> float:
    return then[stock] - BASE[stock]


LINKS = {
    ("customers", "sign-ups"): lambda: change(after(grows("casual")), "casual_joined"),
    ("sign-ups", "customers"): lambda: change(after(grows("easy")), "customers"),
    # Wishes have no stock of their own: they show in how well the product fits.
    ("customers", "wishes"): lambda: -change(after(grows("customers")), "casual_uptake"),
    ("wishes", "fit of the product"): lambda: change(after(grows("customers")), "power_uptake"),
    ("fit of the product", "sign-ups"): lambda: change(after(grows("easy")), "casual_joined"),
    ("debt", "time lost"): lambda: change(after(grows("debt")), "lost"),
    ("time lost", "repayment"): lambda: change(after(grows("debt")), "built"),
    ("repayment", "debt"): lambda: change(after(debt=30, features=25), "debt"),
    # Teaching and questions have no stock either: they show in what is built, and in the waiting.
    ("new people", "teaching"): lambda: -change(after(hire=40), "built"),
    ("teaching", "delivery"): lambda: change(after(hire=40), "built"),
    ("delivery", "money"): lambda: change(after(grows("deep", "easy")), "cash"),
    ("money", "new people"): lambda: -change(after({"cash": -1.0}), "hired"),
    ("squads", "questions"): lambda: change(after(squads=8), "wait"),
    ("questions", "waiting"): lambda: change(after(squads=8), "wait"),
    ("waiting", "delivery"): lambda: change(after(squads=8), "built"),
    ("money", "squads"): lambda: -change(after({"cash": -1.0}), "people"),
    ("partners", "extensions used"): lambda: change(after(grows("partners")), "users"),
    ("extensions used", "partners"): lambda: change(after(grows("users")), "partners"),
}


def pairs() -> list[tuple[str, str, int]]:
    return [
        (here, there, sign)
        for loop in LOOPS
        for (here, sign), (there, _) in zip(
            loop.links, (*loop.links[1:], loop.links[0]), strict=True
        )
    ]


@pytest.mark.parametrize(("here", "there", "sign"), sorted(set(pairs())))
def test_each_link_has_the_sign_that_the_engine_gives_it(here: str, there: str, sign: int) -> None:
    assert np.sign(LINKS[here, there]()) == sign


def test_kinds_follow_from_the_signs() -> None:
    kinds = {loop.name: loop.reinforcing for loop in LOOPS}
    assert kinds["Debt breeds debt"]
    assert not kinds["Growth outruns the product"]
    assert "more debt makes more time lost, more time lost makes less repayment" in " ".join(
        loop.sentence for loop in LOOPS
    )


def test_the_picture_says_what_it_shows() -> None:
    drawn = ElementTree.fromstring(svg(loops_picture()))  # noqa: S314
    told = drawn.find("{http://www.w3.org/2000/svg}desc")
    assert told is not None
    assert told.text is not None
    assert all(loop.sentence in told.text for loop in LOOPS)
    words = "".join(drawn.itertext())
    assert all(name in words for loop in LOOPS for name, _ in loop.links)


def parts(drawn: str) -> tuple[list[str], list[float]]:
    """Return the words of a picture, and its numbers, which end differently by processor."""
    return re.split(r"-?\d+\.\d+", drawn), [float(n) for n in re.findall(r"-?\d+\.\d+", drawn)]


def test_the_committed_picture_is_this_one() -> None:
    stored = (ROOT / "facilitator" / "flight-loops.svg").read_text(encoding="utf-8")
    (words, numbers), (now, these) = parts(stored), parts(svg(loops_picture()))
    made = "python tools/loops.py"
    assert words == now, made
    np.testing.assert_allclose(numbers, these, atol=0.01, err_msg=made)


def test_the_loops_that_turned_are_those_of_the_report() -> None:
    ends = {name: turned(fly({name: policy}, replications=1)) for name, policy in COMPARED.items()}
    assert "Debt breeds debt" in ends["features only"]
    assert "Debt breeds debt" not in ends["steady"]
    assert "Partners and users" in ends["steady"]
    assert not {"Partners and users"} & set(ends["never open"])
    picture = loops_picture(fly({"features": COMPARED["features only"]}, replications=1))
    assert picture.lit == ends["features only"]
    assert picture.title == f"{len(picture.lit)} of 6 loops turned in this flight"
    assert "In this flight turned: Word of mouth" in picture.sentence
