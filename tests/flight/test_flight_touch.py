"""The debrief under the reader's finger: what each slider shows is what the debrief would say."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from thousandfold.flight import touch
from thousandfold.flight.debrief import Room, example_game
from thousandfold.flight.debrief_pictures import lead_picture, luck_picture
from thousandfold.flight.engine import fly
from thousandfold.flight.loops import loops_picture
from thousandfold.flight.policies import COMPARED
from thousandfold.flight.second_flight import all_changed, fly_again
from thousandfold.player.lesson import CodeCell, tables_of
from thousandfold.player.table import SIZES, table

CELLS = {
    cell.id: cell
    for cell in nbformat.read(ROOT / "notebooks/08_flight_simulator.ipynb", as_version=4).cells
}
TOUCHED = {
    name: cell.metadata["thousandfold"]["touch"]
    for name, cell in CELLS.items()
    if "touch" in cell.metadata.get("thousandfold", {})
}
_made: dict[str, dict[str, Any]] = {}


def made(name: str) -> dict[str, Any]:
    """Return the table for a cell of the lesson, drawn once and for a laptop alone."""
    if name not in _made:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(touch, "table", partial(table, widths=["wide"]))
            _made.update(tables_of([CodeCell(name, CELLS[name].source, TOUCHED[name])]))  # type: ignore[arg-type]
    return _made[name]["wide"]  # type: ignore[no-any-return]


def sentence(name: str, *words: str) -> str:
    """Return what a reader is told where each slider stands at the given words."""
    table = made(name)
    place = 0
    for control, word in zip(table["controls"], words, strict=True):
        place = place * len(control["words"]) + control["words"].index(word)
    return str(table["pictures"][place]["sentence"])


def test_the_debrief_is_touched_where_it_has_a_picture() -> None:
    assert set(TOUCHED) == {"loops-plot", "luck-plot", "features-plot", "change-run"}


@pytest.mark.parametrize("name", TOUCHED)
def test_at_the_start_stands_what_the_lesson_shows_and_something_moves(name: str) -> None:
    [shown] = (one.data["text/html"] for one in CELLS[name].outputs if "data" in one)
    picture = BeautifulSoup(shown, "html.parser").find("img")
    assert picture is not None
    table = made(name)
    start = [control["words"][control["start"]] for control in table["controls"]]
    assert sentence(name, *start) == picture["alt"]
    assert len(table["pictures"]) <= 100
    assert not any("refused" in one for one in table["pictures"])
    for at, control in enumerate(table["controls"]):
        others = {sentence(name, *start[:at], word, *start[at + 1 :]) for word in control["words"]}
        assert len(others) >= len(control["words"]) - 1, f"{control['label']} moves little"


def test_a_telephone_has_a_table_of_its_own() -> None:
    assert touch.loops_by_policy().keys() >= SIZES.keys()


def test_the_loops_are_those_of_the_policy_that_flies() -> None:
    for name, policy in COMPARED.items():
        flown = fly({name: policy}, replications=1, seed=example_game().seed)
        assert sentence("loops-plot", name) == loops_picture(flown).sentence


def test_no_luck_takes_features_only_as_far_as_steady_comes_in_the_middle() -> None:
    ends = Room.of(example_game()).replay()
    best = sentence("luck-plot", "features only", "the best of 1,000")
    assert "more than in 100 %" in best
    place = ends.scenarios.index("features only")
    reached = ends.final("customers")[place].max()
    assert f"ended with {reached:,.0f} customers" in best
    steady = re.search(r"steady ([\d,]+)", best)
    assert steady is not None
    assert reached < float(steady[1].replace(",", ""))


def test_a_life_of_little_luck_stands_at_the_low_end_of_its_own_curve() -> None:
    runs = Room.of(example_game()).replay(replications=101)
    ends = runs.final("customers")[0]
    for share in (0, 10, 50, 100):
        life = int(np.argsort(ends, kind="stable")[share])
        [lived] = luck_picture(runs, lived=life).notes  # type: ignore[attr-defined]
        assert lived.x == pytest.approx(share, abs=1.5)
        assert lived.y == ends[life]


def test_a_share_for_features_is_held_against_the_balanced_split() -> None:
    assert sentence("features-plot", "80") == lead_picture(features=80).sentence
    even = lead_picture(replications=20, features=40)
    assert "100 % after round 12 (100 to 100" in even.sentence, "that is the balanced split"


def test_many_changes_flown_together_end_as_each_of_them_alone() -> None:
    assert sentence("change-run", "3", "20") == fly_again(example_game(), 3, hire=20).sentence
    changes: list[tuple[int, dict[str, int]]] = [(at, {"hire": 9}) for at in range(1, 7)]
    for (at, decided), together in zip(
        changes, all_changed(example_game(), changes, replications=20), strict=True
    ):
        alone = fly_again(example_game(), at, replications=20, **decided)
        np.testing.assert_array_equal(together.ends, alone.ends)


@pytest.mark.parametrize(
    "draw",
    [touch.loops_by_policy, touch.luck_by_life, touch.lead_by_features, touch.hired_otherwise],
)
def test_every_table_is_some_cells(draw: Callable[[], object]) -> None:
    assert f"flight.touch:{draw.__name__}" in TOUCHED.values()
