"""All that sliders can show, drawn beforehand: the right picture at each place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from markupsafe import Markup

from thousandfold import ExplainedError
from thousandfold.models import ErrorBudgetPolicy, RareNeed, Squads
from thousandfold.picture import Picture
from thousandfold.player import lesson
from thousandfold.player.lesson import CodeCell, tables_of
from thousandfold.player.markup import figure
from thousandfold.player.table import SIZES, Control, explored, table
from thousandfold.player.text import NUMBERS, written
from thousandfold.teaching.sliders import SliderRange


def test_each_place_has_the_picture_of_its_settings() -> None:
    tables = explored(RareNeed(), "by_hand", "build", steps=4)
    assert tables.keys() == {*SIZES, NUMBERS}
    for made in (tables[width] for width in SIZES):
        by_hand, build = (
            [float(word.replace(",", "")) for word in control["words"]]
            for control in made["controls"]
        )
        told = [RareNeed(by_hand=a, build=b).picture() for a, b in product(by_hand, build)]
        assert [one["sentence"] for one in made["pictures"]] == [one.sentence for one in told]
        assert [one["title"] for one in made["pictures"]] == [one.title for one in told]
        start = [control["start"] for control in made["controls"]]
        assert (by_hand[start[0]], build[start[1]]) == (4, 480)


def test_a_unit_stands_beside_the_name_as_in_the_lesson() -> None:
    made = explored(RareNeed(), "by_hand", steps=3)["wide"]
    assert made["controls"][0]["label"] == "by hand (hours)"
    people = explored(Squads(), "people", of="people", steps=3)["wide"]
    assert people["controls"][0]["label"] == "people"


def test_what_a_model_refuses_stands_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    real = RareNeed.picture

    def refuse(self: RareNeed, of: str | None = None) -> object:
        if self.by_hand == 40:
            raise ExplainedError("nobody works that long")
        return real(self, of)

    monkeypatch.setattr(RareNeed, "picture", refuse)
    tables = explored(RareNeed(), "by_hand", steps=5)
    assert tables[NUMBERS]["pictures"][-1] == []
    for made in (tables[width] for width in SIZES):
        assert made["pictures"][-1] == {"refused": "nobody works that long"}
        assert "refused" not in made["pictures"][0]


def test_what_cannot_be_drawn_beforehand_says_why() -> None:
    with pytest.raises(ExplainedError, match="7,938 settings, and at most 400 pictures"):
        explored(RareNeed(), "by_hand", "build", steps=101)
    with pytest.raises(ExplainedError, match="3 places or more"):
        explored(RareNeed(), "by_hand", steps=2)
    with pytest.raises(ExplainedError, match="name a parameter"):
        explored(RareNeed())
    with pytest.raises(ExplainedError, match="no parameter 'peopel'"):
        explored(RareNeed(), "peopel")
    source = "from thousandfold.models import RareNeed\nexplore(RareNeed(), 'peopel')"
    [(name, said)] = tables_of([CodeCell("a", source)])
    assert name == "a"
    assert "peopel" in str(said)


def test_any_picture_can_have_sliders() -> None:
    def picture_of(settings: Mapping[str, float]) -> Picture:
        return Squads(people=int(settings["size"]), squad=10).picture("people")

    size = Control("size", "how large", (10, 60, 100), start=1, words=("team", "floor", "house"))
    made = table([size], picture_of)["wide"]
    told = {"label": "how large", "words": ["team", "floor", "house"], "start": 1}
    assert made["controls"] == [told]
    assert "60 people" in made["pictures"][1]["sentence"]


def test_places_of_a_slider_keep_its_start_and_its_ends() -> None:
    described = ErrorBudgetPolicy.quantities()["freeze"]
    places = SliderRange.of(described, 0.01).places(8)
    assert places[0] == 0
    assert 0.01 in places
    assert places[-1] == 1


def test_a_page_cannot_be_left_by_what_a_picture_says() -> None:
    hostile = "</script><script>alert(1)</script>"
    made = explored(RareNeed(), "by_hand", steps=3)
    for one in (made[width] for width in SIZES):
        one["pictures"][1]["title"] = one["pictures"][1]["sentence"] = hostile
        one["controls"][0]["label"] = hostile
    page = figure("a", made, Markup("<img>"))
    assert "<script>alert" not in page
    assert json.loads(written(made["wide"]))["pictures"][1]["title"] == hostile


def test_what_was_drawn_is_not_drawn_again_until_something_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def counted(*names: object, **more: object) -> object:
        drawn.append(names)
        return {"wide": {"controls": []}}

    monkeypatch.setattr(lesson, "explored", counted)
    source = "hours = 4\nexplore(hours, 'by_hand')"
    cells = [CodeCell("words", "about = 'a lesson'"), CodeCell("a", source)]
    first = list(tables_of(cells, tmp_path))
    assert list(tables_of([CodeCell("words", "about = 'another'"), cells[1]], tmp_path)) == first
    assert len(drawn) == 1, "a line that the slider does not need has changed"
    list(tables_of([CodeCell("a", source.replace("4", "5"))], tmp_path))
    assert len(drawn) == 2
    monkeypatch.setattr(lesson, "_edition", lambda: "a package that was changed")
    list(tables_of(cells, tmp_path))
    assert len(drawn) == 3
    assert list(tables_of(cells)) == first, "without a folder"
    assert len(drawn) == 4


def test_a_slide_asks_for_fewer_pictures_of_one_width(tmp_path: Path) -> None:
    source = "from thousandfold.models import RareNeed\nexplore(RareNeed(), 'by_hand', 'build')"
    cells = [CodeCell("a", source)]
    [(_, made)] = tables_of(cells, tmp_path, pictures=9, widths=("wide",))
    assert not isinstance(made, str)
    assert list(made) == ["wide", NUMBERS]
    assert [len(control["words"]) for control in made["wide"]["controls"]] == [3, 3]
    [(_, more)] = tables_of(cells, tmp_path, pictures=16, widths=("wide",))
    assert not isinstance(more, str)
    assert len(more["wide"]["pictures"]) > 9, "what was kept is not what was asked for"


def test_what_was_kept_and_is_damaged_is_drawn_again(tmp_path: Path) -> None:
    source = "from thousandfold.models import RareNeed\nexplore(RareNeed(), 'by_hand')"
    cells = [CodeCell("a", source)]
    first = list(tables_of(cells, tmp_path, pictures=3, widths=("wide",)))
    [kept] = tmp_path.iterdir()
    kept.write_text(kept.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    assert list(tables_of(cells, tmp_path, pictures=3, widths=("wide",))) == first
    (tmp_path / "file").write_text("", encoding="utf-8")
    nowhere = tmp_path / "file" / "folder"
    assert list(tables_of(cells, nowhere, pictures=3, widths=("wide",))) == first


def test_lines_that_a_slider_needs_are_found_however_they_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    monkeypatch.setattr(lesson, "explored", lambda *names, **more: asked.append(names) or {})
    sources = (
        "import numpy.linalg as la\nfirst, second = 1, 2\nnever = undefined_name",
        "def doubled(number):\n    return first * number * la.norm([2])",
        "total = 0\nfor number in [1, 2]:\n    total = total + doubled(number)",
        "explore(total, 'by_hand')",
    )
    list(tables_of([CodeCell(str(place), text) for place, text in enumerate(sources)]))
    assert asked == [(6, "by_hand")]
