"""Every sentence that lesson 09 claims; without a repository, so of the stand-in."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from histories import Commit, build, isolated  # noqa: F401

from thousandfold.datasets import load
from thousandfold.repository.areas import AreaCounts, PairCounts, count_areas, suggested_split
from thousandfold.repository.counts import read_history, write_table
from thousandfold.repository.openings import before_and_after
from thousandfold.teaching.organisation import Organisation
from thousandfold.teaching.own_reading import read_organisation

LESSON = nbformat.read(ROOT / "notebooks" / "09_your_own_organisation.ipynb", as_version=4)


@pytest.fixture(scope="module")
def stand_in() -> Organisation:
    return read_organisation("")


def test_pairs_that_share(stand_in: Organisation) -> None:
    """In the four public projects with over fifty people a month, fewer than one pair in ten shared a file."""  # noqa: E501
    table = stand_in.beside()
    large = table[table["people a month"] > 50]
    assert len(large) == 4
    assert (large["used of 100"] < 10).all()
    assert (table.loc[["Amazon.aws", "Terraform-provider-kubernetes"], "used of 100"] > 10).all()


def test_one_area_that_ties(stand_in: Organisation) -> None:
    """One area can tie all others: without its website, Terraform in six squads crosses borders as little as three do with it."""  # noqa: E501
    sentence = stand_in.cut().picture().sentence
    assert "6 squads: Terraform 73 %, Terraform without website 35 %" in sentence
    assert sentence.endswith("With website, at most 3 squads cross as little as 6 without it.")
    three = stand_in.cut(3).of(stand_in.network).crossing
    assert round(100 * three) == 35


@pytest.mark.usefixtures("git")
def test_counts_alone(tmp_path: Path) -> None:
    """The tables hold counts alone: no person, no address, and no folder unless you ask for it."""
    who, customer = "ada.lovelace@secret.example", "customer-umbrella"
    commits = [
        Commit(who, f"2024-0{month}-{day:02}", [f"{folder}/ada.lovelace"])
        for month in (1, 2)
        for day in range(1, 7)
        for folder in (customer, "pay")
    ]
    history = read_history(build(tmp_path / "shop", *commits))
    write_table(history.growth(), tmp_path / "growth.csv")
    for shown in (False, True):
        counted = count_areas(history, split=suggested_split(history), show_folders=shown)
        write_table(counted.areas, tmp_path / "areas.csv", AreaCounts._fields)
        write_table(counted.coupling, tmp_path / "coupling.csv", PairCounts._fields)
        text = "".join(path.read_text() for path in tmp_path.glob("*.csv"))
        assert (customer in text) is shown
        assert "lovelace" not in text
        assert "secret" not in text
    assert "lovelace" not in str(read_organisation(tmp_path / "shop"))


def test_the_stand_in_has_six_times_as_many_new_people_as_active_ones(
    stand_in: Organisation,
) -> None:
    row = stand_in.beside().loc["Terraform"]
    assert (row["new in the year"], row["people a month"]) == (683, 109)


def test_after_the_split_fewer_were_left_than_after_any_other_month(stand_in: Organisation) -> None:
    sentence = stand_in.change_picture("2017-06").sentence
    assert "2017-06: 23 %; none of 98 other months fell as far" in sentence
    assert "only 5 of these months share nothing" in sentence
    moved = before_and_after(load("core_and_extensions"), {"terraform": "2017-06"})
    core, extensions = moved.iloc[0][["authors_core", "authors_extension"]]
    assert extensions / (core + extensions) == pytest.approx(0.5, abs=0.02)


def test_the_worksheet_can_be_collected() -> None:
    memos = [cell for cell in LESSON.cells if "memo" in cell.metadata.get("tags", [])]
    assert len(memos) == 4
    assert all("*Write here.*" in cell.source for cell in memos)
    assert "nbgrader" not in str(LESSON)


def test_the_lesson_is_stored_without_anybody_s_repository() -> None:
    [cell] = [cell for cell in LESSON.cells if cell.id == "read"]
    assert 'mine = ""' in cell.source
    assert "show_folders=False" in cell.source
    assert cell.outputs[0].text.startswith("You named no repository")
