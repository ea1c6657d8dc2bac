"""Sliders without Python: every picture of every lesson's slider, in a small table."""

from __future__ import annotations

import ast
import copy
import json
from typing import Any

import nbformat
import pytest
from conftest import ROOT, lessons

from thousandfold import ExplainedError, states
from thousandfold.models import ErrorBudgetPolicy, RareNeed, Squads
from thousandfold.teaching.sliders import SliderRange

MOST_BYTES = 300_000


def played(first: Any, change: Any) -> Any:
    """Put one state over the first picture, as a page does it."""
    if not isinstance(change, dict) or not isinstance(first, dict | list):
        return change
    shown = copy.copy(first)
    for key, value in change.items():
        place = int(key) if isinstance(first, list) else key
        shown[place] = played(first[place], value)
    return shown


def explored(stem: str) -> list[dict[str, Any]]:
    """Return the states of a lesson's slider, with what its line needs of the lines above."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    lines = [
        node
        for cell in notebook.cells
        if cell.cell_type == "code"
        for node in ast.parse(cell.source).body
    ]
    calls = [
        node.value
        for node in lines
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "explore"
    ]
    needed, kept = {n.id for call in calls for n in ast.walk(call) if isinstance(n, ast.Name)}, []
    for node in reversed(lines):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in needed:
            needed |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
            kept.append(node)
        elif isinstance(node, ast.ImportFrom):
            kept.append(node)
    known: dict[str, Any] = {}
    for node in reversed(kept):
        exec(ast.unparse(node), known)  # noqa: S102 - ours
    known["explore"] = states
    return [eval(ast.unparse(call), known) for call in calls]  # noqa: S307 - ours


@pytest.mark.parametrize("stem", lessons())
def test_the_sliders_of_a_lesson_fit_into_a_small_table(stem: str) -> None:
    for table in explored(stem):
        written = json.dumps(table, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        assert len(written.encode()) < MOST_BYTES
        assert_is_played(json.loads(written))


def assert_is_played(table: dict[str, Any]) -> None:
    pictures = [
        played(table["first"], {} if set(change) == {"refused"} else change)
        for change in table["pictures"]
    ]
    assert any(picture["sentence"] != table["first"]["sentence"] for picture in pictures)
    place = 0
    for slider in table["sliders"]:
        place = place * len(slider["values"]) + slider["start"]
    assert pictures[place] == table["first"], "it begins where the slider stands"


def test_each_state_is_the_picture_of_its_settings() -> None:
    table = states(RareNeed(), "by_hand", "build", steps=4)
    by_hand, build = (slider["values"] for slider in table["sliders"])
    for i, hours in enumerate(by_hand):
        for j, built in enumerate(build):
            shown = played(table["first"], table["pictures"][i * len(build) + j])
            real = RareNeed(by_hand=hours, build=built).picture().data()
            assert shown["sentence"] == real["sentence"]
            for line, there in zip(shown["series"], real["series"], strict=True):
                assert line["y"] == pytest.approx(there["y"], rel=1e-3)


def test_ties_of_a_network_are_runs() -> None:
    table = states(Squads(), "squad", of="people", steps=3)
    real = Squads().picture("people").data()["ties"]
    runs = table["first"]["ties"]["runs"]
    assert len(runs) < len(real) / 2
    assert [[start, end + i] for start, end, count in runs for i in range(count)] == real


def test_a_setting_that_the_model_refuses_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = RareNeed.picture

    def picky(self: RareNeed, of: str | None = None) -> Any:
        if self.by_hand > 30:
            raise ExplainedError("nobody works that long")
        return whole(self, of)

    monkeypatch.setattr(RareNeed, "picture", picky)
    assert states(RareNeed(), "by_hand")["pictures"][-1] == {"refused": "nobody works that long"}


def test_too_many_pictures_are_refused_before_any_is_made() -> None:
    with pytest.raises(ExplainedError, match="7,938 settings, and at most 400 pictures"):
        states(RareNeed(), "by_hand", "build", steps=101)
    with pytest.raises(ExplainedError, match="name fewer parameters"):
        states(RareNeed(), "by_hand", steps=2)
    with pytest.raises(ExplainedError, match="name a parameter to move: share"):
        states(RareNeed())
    with pytest.raises(ExplainedError, match="no parameter 'peopel'"):
        states(RareNeed(), "peopel")


@pytest.mark.parametrize(
    ("model", "name"),
    [(RareNeed(), "by_hand"), (Squads(), "squad"), (ErrorBudgetPolicy(), "promise")],
)
@pytest.mark.parametrize("most", [3, 5, 21, 400])
def test_places_of_a_slider_hold_its_start_and_its_ends(model: Any, name: str, most: int) -> None:
    described, value = model.quantities()[name], getattr(model, name)
    slider = SliderRange.of(described, value)
    places = slider.places(most)
    assert len(places) <= most
    assert places == sorted(set(places))
    assert value in places
    assert (places[0], places[-1]) == pytest.approx((slider.low, slider.high), abs=slider.step)
