"""Every sentence that lesson 09 claims; without a repository, so of the stand-in."""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from histories import Commit, build, isolated  # noqa: F401

from thousandfold.datasets import load
from thousandfold.models.border_search import random_crossing
from thousandfold.models.cutting import SquadCut
from thousandfold.repository.areas import AreaCounts, PairCounts, count_areas, suggested_split
from thousandfold.repository.co_change import CoChange, network, without_most_tied
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


def saved(product: CoChange, squads: int) -> float:
    """Return how much less crosses good borders than random ones, as a share."""
    cut = SquadCut(squads=squads)
    return 1 - cut.of(product).crossing / random_crossing(product, squads, cut.uneven)


def most_tied(product: CoChange, areas: int) -> CoChange:
    """Return a product of so many areas: those that share most."""
    for area in product.order_by(product.coupling)[areas:]:
        product = product.without(area)
    return product


def test_few_areas_leave_little_to_save(stand_in: Organisation) -> None:
    """How much good borders save depends on the code, and on how uneven squads may be: compare at one limit, with about as many areas."""  # noqa: E501
    whole = stand_in.network
    assert saved(most_tied(whole, 10), 5) < 0.15 < 0.7 < saved(whole, 6)
    elsewhere = [(int(row[1]), 1 - int(row[3]) / int(row[4])) for row in stand_in.among().rows[:5]]
    assert max(share for _, share in elsewhere) < saved(whole, 6)
    larger = [(areas, share) for areas, share in elsewhere if areas > 20]
    assert len(larger) == 2
    for areas, share in larger:
        assert share < saved(most_tied(whole, areas), 6), "the code, not its areas alone"


def test_how_uneven_squads_may_be_moves_the_number_most(stand_in: Organisation) -> None:
    crosses = {
        uneven: 100 * SquadCut(squads=6, uneven=uneven).of(stand_in.network).crossing
        for uneven in (1.2, 2, 3)
    }
    assert [round(each) for each in crosses.values()] == [48, 24, 10]
    assert float(stand_in.cut().uneven) == 2, "we chose 2"
    assert crosses[1.2] - crosses[3] > 28 - 20, "more than the tries do"


def test_what_crosses_because_of_one_area(stand_in: Organisation) -> None:
    whole, rest = stand_in.network, without_most_tied(stand_in.network)
    crosses, left = (
        [stand_in.cut(n).of(product).crossing_changes for n in range(1, 9)]
        for product in (whole, rest)
    )
    assert (whole.shared, crosses[5], left[5]) == (415, 100, 55)
    said = stand_in.cut().picture().sentence
    assert said.endswith(
        "Of 415 shared changes 100 cross; without command, which shares most, 55 would. With "
        "command, it takes 4 squads to cross no more."
    )
    assert crosses[3] <= left[5] < crosses[4]
    line, dashed, random = stand_in.cut().picture().series
    at_six = [float(each.y[list(each.x).index(6)]) for each in (line, dashed, random)]
    assert at_six == pytest.approx([100 * 100 / 415, 100 * 55 / 415, 85], abs=0.5)
    assert (np.asarray(dashed.y) <= np.asarray(line.y) + 0.5).all(), "of the same hundred"
    work = [stand_in.cut(n).of(whole).work.max() for n in (4, 6)]
    assert work[0] > work[1] + 0.08, "the busiest squad pays"
    four = stand_in.cut(4).picture().sentence
    assert four.endswith("Another year might differ by as much, so do not rely on it.")
    assert "20 to 28 in 90" in stand_in.squads().note


def test_module_07_counts_more_of_the_same_terraform(stand_in: Organisation) -> None:
    whole = network("terraform")
    assert set(stand_in.network.areas) < set(whole.areas)
    assert SquadCut(squads=8).of(whole).crossing > 3 * stand_in.crossing / 100


def test_each_circle_is_named_as_its_row(stand_in: Organisation) -> None:
    rows = [row[0].rpartition("/")[2] for row in stand_in.squads().rows]
    assert sorted(stand_in.map().names) == sorted(rows)


def test_no_table_prints_how_many_are_new_before_it_is_asked(stand_in: Organisation) -> None:
    assert "683" not in str(stand_in.beside())
    assert not any("new" in column for column in stand_in.beside().header)


def test_partners_stay_few(stand_in: Organisation) -> None:
    each = {row[0]: float(row[4]) for row in stand_in.beside().rows}
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
    assert table.rows[5] == ("Terraform", "70", "5", "24", "85")
    assert table.rows[1][2] == "too few"
    assert table.note.startswith("In all five, good borders save less than in Terraform.")
    every = load("ordinary_repositories")
    assert (every["crosses"] < every["at_random"]).all()


def test_after_the_split_fewer_were_left_than_after_any_other_month(stand_in: Organisation) -> None:
    sentence = stand_in.change_picture().sentence
    assert "2017-06: 23 %; none of 98 other months fell as far" in sentence
    assert "only 5 of these months share nothing" in sentence
    moved = before_and_after(load("core_and_extensions"), {"terraform": "2017-06"})
    before, after = (moved.xs(when, level=-1).iloc[0] for when in ("before", "after"))
    assert after["authors_core"] < 0.5 * before["authors_core"], "fewer on the part that stayed"
    assert before["authors_extension"] > 50, "and a part moved"


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
