"""Every sentence that lesson 09 claims; without a repository, so of the stand-in."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from histories import Commit, build, isolated  # noqa: F401

from thousandfold.datasets import load
from thousandfold.repository.areas import AreaCounts, PairCounts, count_areas, suggested_split
from thousandfold.repository.co_change import network, without_most_tied
from thousandfold.repository.counts import read_history, write_table
from thousandfold.repository.openings import before_and_after
from thousandfold.teaching.organisation import Organisation
from thousandfold.teaching.own_reading import read_organisation
from thousandfold.teaching.tables import Table

LESSON = nbformat.read(ROOT / "notebooks" / "09_your_own_organisation.ipynb", as_version=4)


@pytest.fixture(scope="module")
def stand_in() -> Organisation:
    return read_organisation("")


def rows(table: Table) -> dict[str, list[float]]:
    """Return the numbers of each row."""
    return {row[0]: [float(cell.replace(",", "")) for cell in row[1:]] for row in table.rows}


def test_pairs_that_share(stand_in: Organisation) -> None:
    """In the four public projects with over fifty people a month, fewer than one pair in ten shared a file."""  # noqa: E501
    table = rows(stand_in.beside())
    large = [row for row in table.values() if row[0] > 50]
    assert len(large) == 4
    assert all(row[-1] < 10 for row in large)
    assert table["Amazon.aws"][-1] > 10
    assert table["Terraform-provider-kubernetes"][-1] > 10
    assert round(table["Rails"][-1]) == 8, "about eight of a hundred"


def test_borders_save_less_elsewhere(stand_in: Organisation) -> None:
    """How much good borders save depends on the code: in five ordinary repositories less than in Terraform."""  # noqa: E501
    saved = [1 - int(row[2]) / int(row[3]) for row in stand_in.among().rows]
    assert len(saved) == 6
    assert max(saved[:5]) < saved[5]


def test_one_area_costs_nothing_that_can_be_measured(stand_in: Organisation) -> None:
    whole = [stand_in.cut(n).of(stand_in.network).crossing for n in range(1, 7)]
    without = without_most_tied(stand_in.network)
    rest = [stand_in.cut(n).of(without).crossing for n in range(1, 7)]
    assert all(whole[n - 1] < rest[n - 1] for n in range(2, 6)), "the dashed line runs higher"
    assert whole[4] <= rest[5] < whole[5]
    said = stand_in.cut().picture().sentence
    assert "at most 5 squads cross as little as 6 without it" in said
    assert said.endswith("what one area costs cannot be measured here.")
    assert "20 to 28 in 90" in stand_in.squads().note, "21 lies inside"


def test_partners_stay_few(stand_in: Organisation) -> None:
    each = {row[0]: float(row[5]) for row in stand_in.beside().rows}
    assert max(each.values()) < 10
    assert each["Rails"] == 8.9


def test_what_goes_along_ties_nothing() -> None:
    left = network("ansible", documents=False).shared / network("ansible").shared
    assert left == pytest.approx(0.25, abs=0.03)
    assert 0.7 < 1 - left < 0.75, "nearly three quarters go with them"


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


def test_the_stand_in_answers_each_guess(stand_in: Organisation) -> None:
    assert stand_in.new_in_year == 683
    assert stand_in.used_of_100 == 5.1
    assert stand_in.crossing == pytest.approx(24, abs=0.5)
    assert 90 < rows(stand_in.beside())["Terraform"][0] < 120, "about a hundred people in a month"


def test_five_ordinary_repositories_stand_beside_ones_own(stand_in: Organisation) -> None:
    table = stand_in.among()
    assert [row[0] for row in table.rows[:5]] == [
        "Click, small library",
        "Healthchecks, web application",
        "tRPC, monorepo",
        "OpenTelemetry, mostly documents",
        "Crush, seventeen months old",
    ]
    assert table.rows[5] == ("Terraform", "5", "24", "85", "21")
    assert table.rows[1][1] == "too few"
    assert table.note.startswith("In all five, good borders save less than in Terraform.")
    every = load("ordinary_repositories")
    assert (every["crosses"] < every["at_random"]).all()


def test_after_the_split_fewer_were_left_than_after_any_other_month(stand_in: Organisation) -> None:
    sentence = stand_in.change_picture().sentence
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
