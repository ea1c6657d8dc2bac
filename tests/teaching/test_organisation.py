"""A repository of one's own beside the projects of the workshop, and what stands in for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from histories import ANN, BOB, CAT, Commit, build, isolated  # noqa: F401

from thousandfold.cli import main
from thousandfold.repository.co_change import network
from thousandfold.teaching.organisation import Organisation
from thousandfold.teaching.own_reading import read_organisation
from thousandfold.teaching.tables import Table

pytestmark = pytest.mark.usefixtures("git")


def four_areas(month: str, author: str) -> list[Commit]:
    """Return a month in which somebody changes four areas, two at a time."""
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "b"), ("b", "c")]
    return [
        Commit(author, f"{month}-{day:02}", [f"{one}/f", f"{other}/f"])
        for day, (one, other) in enumerate(pairs, start=1)
    ]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a repository of three people, four areas and three years."""
    months = [f"{2020 + n // 12}-{n % 12 + 1:02}" for n in range(36)]
    commits = [c for n, month in enumerate(months) for c in four_areas(month, (ANN, BOB)[n % 2])]
    commits += [Commit(who, f"{month}-20", ["a/f"]) for month in months for who in (ANN, BOB, CAT)]
    return build(tmp_path / "shop", *commits)


def rows(table: Table) -> dict[str, list[str]]:
    """Return the cells of a table by the first word of each row."""
    return {row[0].partition(",")[0]: list(row[1:]) for row in table.rows}


def everything(own: Organisation) -> str:
    """Call all that the lesson calls, and return what it says."""
    for picture in (own.growth_picture(), own.change_picture("2021-06"), own.cut().picture()):
        picture.plot()
    own.map().plot()
    shown = (own.beside(), own.ties(), own.squads(), own.new_people(), own.growing())
    sentences = (own.growth_picture().sentence, own.change_picture("2021-06").sentence)
    return "\n".join([*own.notes, str(own), *sentences, *map(str, shown)])


def test_a_repository_stands_beside_the_nine_projects(place: Path) -> None:
    own = read_organisation(str(place))
    said = everything(own)
    assert "Months: yours, 36 with commits, 2020-01 to 2022-12." in said
    assert "Areas: yours, 4, 2022-01-01 to before 2023-01-01." in said
    few = "fewer than 5"
    assert rows(own.beside())["Yours"] == [few, *["too few"] * 4]
    assert "Of yours, pairs say nothing" in said
    assert len(own.beside().rows) == 10
    assert own.network.areas == ("area 01", "area 02", "area 03", "area 04")
    assert "two areas at once" in own.cut().picture().sentence
    assert "without area 0" in own.cut().picture().sentence
    assert "example.org" not in said
    assert {tuple(row[2:]) for row in own.new_people().rows} == {(few, few, "too few")}
    assert "In no area did five new people begin" in said


def test_the_same_from_the_tables_of_the_command_in_any_order(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tables = ["growth.csv", "areas.csv", "coupling.csv"]
    command = ["history", str(place), "--output", tables[0]]
    assert main([*command, "--areas", tables[1], "--coupling", tables[2]]) == 0
    direct, brought = read_organisation(place), read_organisation(tables[::-1])
    assert "NOT YOURS" not in " ".join(brought.notes)
    assert brought.beside() == direct.beside()
    assert brought.squads() == direct.squads()
    assert brought.new_people() == direct.new_people()
    assert brought.growth_picture().sentence == direct.growth_picture().sentence
    for table in map(Path, tables):  # as a spreadsheet on Windows saves it
        table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes().replace(b"\n", b"\r\n"))
    assert read_organisation(tables).beside() == direct.beside()
    assert read_organisation(tables).squads() == direct.squads()
    half = read_organisation(tables[:2])
    assert "one of the tables is missing" in " ".join(half.notes)
    assert half.network is network("terraform", documents=False)
    assert "Yours" in rows(half.beside())
    assert half.crossing is None, "the areas are another's"


def test_nothing_named_falls_back_and_says_so() -> None:
    for nothing in ("", " ", [], [""]):
        own = read_organisation(nothing)
        assert list(own.notes) == [
            "You named no repository, so the workshop's own data stand in for it.",
            "Months: Terraform up to its split of June 2017, counted by us.",
            "Areas: Terraform in the year before its split, counted by us.",
        ]
    assert own.network is network("terraform", documents=False)
    assert {row[3] for row in own.new_people().rows} == {"not counted"}
    assert (own.used_of_100, own.new_in_year, round(own.crossing or 0)) == (5.1, 683, 24)
    everything(own)


def test_a_young_repository_of_one_person_is_no_fault(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r", *four_areas("2024-05", ANN), *four_areas("2024-05", ANN), later=""
    )
    said = everything(read_organisation(place))
    assert "Your repository is young" in said
    assert "NOT YOURS" not in said
    assert "not who needs whom" in said
    assert "cannot say how sharing grows: it has no complete month" in said


def test_too_few_areas_leave_the_growth(tmp_path: Path) -> None:
    commits = [Commit(ANN, f"2024-01-{day:02}", ["only/f"]) for day in range(1, 9)]
    own = read_organisation(build(tmp_path / "r", *commits))
    assert "NOT YOUR AREAS: you have 1 with enough commits in this year" in " ".join(own.notes)
    assert own.network is network("terraform", documents=False)
    assert "Yours" in rows(own.beside())


def test_year_and_folders_are_chosen_as_people_write_them(tmp_path: Path) -> None:
    months = ("2022-01", "2023-01")
    commits = [c for month in months for c in 2 * four_areas(month, ANN)]
    commits += [Commit(ANN, f"2022-02-{day:02}", ["src/x/f", "src/y/f"]) for day in range(1, 7)]
    place = build(tmp_path / "r", *commits)
    own = read_organisation(place, year=2022, split="src", show_folders=True)
    assert set(own.network.areas) == {"a", "b", "c", "src/x", "src/y"}
    assert "2022-01-01 to before 2023-01-01" in " ".join(own.notes)


def test_a_browser_has_no_git_and_is_told_what_to_do(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    own = read_organisation(place)
    assert " ".join(own.notes).startswith("NOT YOURS: a browser cannot run git")
    assert "run `thousandfold history` on a machine with git, and bring its tables" in " ".join(
        own.notes
    )
    assert own.network is network("terraform", documents=False)


MONTHS = (
    "month,commits,active_authors,new_authors,possible_paths,coedit_paths,files_touched,touches"
)
AREAS = "project,since,until,area,commits,authors,new_authors"
PAIRS = "project,area_a,area_b,commits_both,authors_both"
DAYS = "own,2023-01-01,2024-01-01"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            f"{MONTHS}\n2024-01,4,3,2,3,1,4,6\n2024-02,4,3",
            "line 3: .* perhaps the file was cut off",
        ),
        (
            f"{MONTHS}\nJan 24,4,3,2,3,1,4,6\n",
            "line 2: month 'Jan 24' is no month .* a spreadsheet",
        ),
        (f"{MONTHS}\n2024-01,4,3,2,3,1,-4,6\n", "files_touched '-4' is not a count"),
        (f"{MONTHS}\n2024-01,4,3,2,3,1,1e9,6\n", "files_touched '1e9' is not a count"),
        (f"{MONTHS}\n" + "2024-01,4,3,2,3,1,4,6\n" * 2, "line 3 cannot have been counted so"),
        (f"{MONTHS}\n", "no row below its first line"),
        (f"{MONTHS}\n2024-01,1,40,0,0,0,1,1\n", "line 2 cannot have been counted so"),
        (f"{MONTHS}\n2024-01,40,40,0,0,0,1,1\n", "line 2 cannot have been counted so"),
        (f"{MONTHS}\n2024-01,4,3,2,3,4,4,6\n", "line 2 cannot have been counted so"),
        (f"{MONTHS}\n2024-01,4,3,4,3,1,4,6\n", "line 2 cannot have been counted so"),
        (f"{MONTHS}\n2024-01,2,3,2,3,1,4,6\n", "line 2 cannot have been counted so"),
        (MONTHS.replace(",", ";"), "perhaps a spreadsheet saved it with semicolons or tabs, so"),
        ("name,size\n", "name, size, which is none of the three tables; take the file"),
        ("", "t.csv is empty; take the file"),
        ("\x00\x00", "t.csv"),
        (f"{AREAS}\n{DAYS},a,5,1,1\n{DAYS},a,5,1,1\n", "line 3 cannot have been counted so"),
        (f"{PAIRS}\nown,a,a,5,1\n", "line 2 cannot have been counted so"),
    ],
)
def test_a_damaged_table_is_named_and_the_lesson_goes_on(
    tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "t.csv").write_text(text)
    own = read_organisation([tmp_path / "t.csv"])
    first = own.notes[0]
    assert first.startswith("NOT YOURS: ")
    assert re.search(says, first), first
    assert own.network is network("terraform", documents=False)


@pytest.mark.parametrize(
    ("mine", "says"),
    [
        ("nowhere", "there is no folder nowhere"),
        (["nowhere.csv"], "there is no file nowhere.csv; put it beside this notebook"),
        ("https://ann:secret@host.example/shop.git", "nothing is fetched here; clone"),
        ("ann@secret.example:shop.git", "nothing is fetched here; clone"),
        (["https://ann:secret@host.example/a.csv", "a.csv"], "nothing is fetched here; clone"),
        (5, "in quotes"),
        (..., "in quotes"),
        (["a.csv", 5], "in quotes"),
    ],
)
def test_what_is_no_repository_is_said_without_repeating_a_secret(
    mine: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(f"{PAIRS}\n")
    said = " ".join(read_organisation(mine).notes)
    assert says in said
    assert "secret" not in said


def test_pairs_of_other_areas_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{AREAS}\n{DAYS},a,5,1,1\n")
    (tmp_path / "c.csv").write_text(f"{PAIRS}\nown,a,b,5,1\n")
    own = read_organisation([tmp_path / "a.csv", tmp_path / "c.csv"])
    assert "take both from one run" in " ".join(own.notes)


def test_a_folder_that_looks_like_a_formula_is_drawn(tmp_path: Path) -> None:
    names = ["$\\x", "<b>", "$", "d"]
    rows = "".join(f"{DAYS},{name},9,1,1\n" for name in names)
    (tmp_path / "a.csv").write_text(f"{AREAS}\n{rows}")
    pairs = "".join(f"own,{one},{other},5,1\n" for one, other in [("$", "d"), ("$\\x", "<b>")])
    (tmp_path / "c.csv").write_text(f"{PAIRS}\n{pairs}")
    own = read_organisation([tmp_path / "a.csv", tmp_path / "c.csv"])
    assert "NOT YOURS" not in " ".join(own.notes)
    own.cut().picture().plot()._repr_mimebundle_()


def months_table(*rows: tuple[str, int, int]) -> str:
    """Return a table of months from their names, people, and pairs who shared."""
    lines = [f"{m},{n},{n},0,{n * (n - 1) // 2},{used},1,{n}" for m, n, used in rows]
    return "\n".join([MONTHS, *lines]) + "\n"


def test_the_newest_twelve_months_are_twelve_on_the_calendar(tmp_path: Path) -> None:
    years_ago = [(f"2019-{month:02}", 40, 5) for month in range(1, 13)]
    (tmp_path / "t.csv").write_text(months_table(*years_ago, ("2023-02", 7, 3), ("2024-01", 5, 1)))
    table = read_organisation([tmp_path / "t.csv"]).beside()
    told = {row[0]: row[1:] for row in table.rows}
    now = told["Yours, 2023-02 to before 2024-02"]
    assert now == ("6", "15.5", "2", "0.7", "12.9"), "of 2024-01 and 2023-02 alone"
    busiest = told["Yours, busiest twelve months, from 2019-01"]
    assert busiest == ("40", "780", "5", "0.2", "0.6")


def test_few_pairs_are_shown_exactly_enough_to_calculate_with(tmp_path: Path) -> None:
    table = rows(read_organisation("").beside())
    assert table["Ansible"][1] == "20,871", "whole numbers stay whole beside 5.58"
    for _, possible, used, _, of_100 in table.values():
        share = 100 * float(used.replace(",", "")) / float(possible.replace(",", ""))
        assert share == pytest.approx(float(of_100), rel=0.02, abs=0.06)


def test_the_sentence_ends_where_the_line_of_its_own_ends(tmp_path: Path) -> None:
    own = [(f"{2020 + n // 12}-{n % 12 + 1:02}", 5 + n % 8, 4 + n % 8) for n in range(36)]
    (tmp_path / "t.csv").write_text(months_table(*own))
    sentence = read_organisation([tmp_path / "t.csv"]).growth_picture().sentence
    assert "At 12 people: 66 possible, " in sentence
    assert "used in your code" in sentence
    (tmp_path / "t.csv").write_text(months_table(*own[:5]))
    sentence = read_organisation([tmp_path / "t.csv"]).growth_picture().sentence
    assert "At 100 people: 4,950 possible, " in sentence
    assert "used in your code" not in sentence, "nobody drew that line"


def product(tmp_path: Path, size: int, ties: dict[tuple[int, int], int]) -> Organisation:
    """Return an organisation of so many areas, with shared changes between some."""
    names = [f"Src{n:02}" for n in range(size)]
    rows = "".join(f"{DAYS},{name},99,1,1\n" for name in names)
    (tmp_path / "a.csv").write_text(f"{AREAS}\n{rows}")
    pairs = "".join(f"own,{names[i]},{names[j]},{both},1\n" for (i, j), both in ties.items())
    (tmp_path / "c.csv").write_text(f"{PAIRS}\n{pairs}")
    own = read_organisation([tmp_path / "a.csv", tmp_path / "c.csv"])
    assert "NOT YOURS" not in " ".join(own.notes)
    return own


@pytest.mark.parametrize(("areas", "squads"), [(4, 2), (5, 2), (7, 3), (12, 6), (40, 6)])
def test_few_areas_are_cut_into_half_as_many_squads(
    tmp_path: Path, areas: int, squads: int
) -> None:
    own = product(tmp_path, areas, {(i, i + 1): 5 for i in range(areas - 1)})
    assert own.cut().squads == squads
    assert own.cut(4).squads == 4


def test_what_removing_an_area_does_is_said_as_far_as_it_was_tested(tmp_path: Path) -> None:
    everybody = {(i, j): 5 for i in range(6) for j in range(i + 1, 6)}
    among_others = product(tmp_path, 6, {**everybody, (0, 1): 6}).cut(3).picture().sentence
    assert among_others.endswith(
        " Of 76 shared changes 45 cross; without Src00, which shares most, 35 would. With Src00, "
        "it takes 1 squad to cross no more."
    )
    star = product(tmp_path, 6, {(0, i): 5 + i for i in range(1, 6)}).cut().picture()
    assert "without Src00, which shares most, 0 would." in star.sentence
    assert star.series[1].label == "Yours without Src00", "a folder is written as it is"
    pairs = product(tmp_path, 6, {(0, 1): 9, (2, 3): 9, (4, 5): 9}).cut().picture().sentence
    assert pairs.endswith("of the work."), "nothing crosses, so nothing is said of who is tied"


def test_a_small_repository_is_told_what_it_can_have(tmp_path: Path) -> None:
    commits = [Commit(ANN, f"2024-01-{day:02}", ["a/f"]) for day in range(1, 5)]
    own = read_organisation(build(tmp_path / "r", *commits))
    said = " ".join(own.notes)
    assert "NOT YOUR AREAS: " in said
    assert "count its months alone: it may be too small for areas" in said


def test_an_address_given_to_the_command_is_not_looked_for_on_the_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "https://ann:secret@host.example/shop"
    assert main(["history", address, "--output", str(tmp_path / "t.csv")]) == 1
    said = capsys.readouterr().err
    assert "an address was given, and nothing is fetched here; clone the repository first" in said
    assert "secret" not in said
    assert not (tmp_path / "t.csv").exists()


def year(author: str, files: list[str], times: int, month: str = "2024-03") -> list[Commit]:
    return [Commit(author, f"{month}-{day:02}", files) for day in range(1, times + 1)]


def people(count: int) -> list[str]:
    return [f"p{n}@example.org" for n in range(count)]


def test_a_tie_is_told_by_how_seldom_an_area_changes_alone(tmp_path: Path) -> None:
    commits = [c for who in people(6) for c in year(who, ["cart/a"], 8) + year(who, ["pay/a"], 8)]
    commits += [c for who in people(2) for c in year(who, ["small/a", "pay/b"], 4, "2024-04")]
    commits += (
        year(ANN, ["cart/a", "pay/a"], 12, "2024-05")
        + year(BOB, ["ship/a"], 6)
        + year(ANN, ["ship/a"], 6)
    )
    commits += year(CAT, ["one/a", "cart/b"], 20, "2024-06")
    own = read_organisation(build(tmp_path / "r", *commits), split=[], show_folders=True)
    table = own.ties()
    assert table.rows[0] == ("small", "8", "pay", "8", "100"), "not the two largest areas"
    assert "one" not in {row[0] for row in table.rows}, "one person, or a script, ties no two"
    assert "in 8 of 8 changes of small, pay changed, too. It never changed" in table.note
    assert table.note.endswith("does one team look after both, or does one wait for the other?")


def test_with_few_people_a_tie_is_what_the_next_one_has_to_learn(tmp_path: Path) -> None:
    commits = [c for area in "abcd" for c in year(ANN, [f"{area}/f"], 6)]
    commits += year(ANN, ["a/f", "b/f"], 9, "2024-04")
    own = read_organisation(build(tmp_path / "r", *commits))
    assert own.ties().note.endswith("what the next person has to learn together.")
    assert own.used_of_100 is None
    assert own.new_in_year is None
    assert own.crossing is None, "nine shared changes are chance"
    assert "the borders follow chance" in own.squads().note


def test_areas_without_a_tie_are_told_what_that_may_mean(tmp_path: Path) -> None:
    commits = [c for area in "abcd" for c in year(ANN, [f"{area}/f"], 9)]
    own = read_organisation(build(tmp_path / "r", *commits))
    assert "no tie can be told from chance" in own.ties().note
    everything(own)


def test_where_new_people_begin_is_beside_how_many_are_new_elsewhere(tmp_path: Path) -> None:
    old, new = people(12), [f"n{n}@example.org" for n in range(9)]
    files = ("a/f", "b/f", "c/f", "d/f")
    commits = [Commit(who, f"{begun}-01", list(files)) for who in old for begun in ("2020-01",)]
    commits += [Commit(who, "2024-03-01", list(files)) for who in old]
    commits += [Commit(who, "2024-04-02", ["a/g"]) for who in new]
    place = build(tmp_path / "r", *commits, later="2024-05-01")
    table = read_organisation(place, split=[], show_folders=True).new_people()
    assert table.rows[0] == ("a", "21", "21", "9", "43")
    assert table.note.startswith("9 of the 9 people who were new here touched a in their first")
    assert "In b many work and few begin" in table.note


def test_in_a_young_history_nearly_everybody_is_new_and_that_is_said(tmp_path: Path) -> None:
    commits = [Commit(who, "2024-03-01", [f"{a}/f" for a in "abcd"]) for who in people(9)]
    note = read_organisation(build(tmp_path / "r", *commits)).new_people().note
    assert note.startswith("This history begins in 2024-03, so nearly everybody counts as new")


@pytest.mark.parametrize(
    ("used", "says"),
    [
        (lambda n, _: n, "nearer to twice"),
        (lambda n, _: n * (n - 1) // 2, "nearer to four times"),
        (lambda n, month: 1 + (month * month * 7) % n, "months do not agree"),
    ],
)
def test_growth_says_no_more_than_its_months_agree_on(
    tmp_path: Path, used: Callable[[int, int], int], says: str
) -> None:
    sizes = [(n, 10 + n % 30) for n in range(60)]
    own = [(f"{2018 + n // 12}-{n % 12 + 1:02}", size, used(size, n)) for n, size in sizes]
    (tmp_path / "t.csv").write_text(months_table(*own))
    said = read_organisation([tmp_path / "t.csv"]).growing()
    assert says in said.sentence


def test_a_year_of_a_wrong_clock_is_no_month(tmp_path: Path) -> None:
    own = [("0001-01", 8, 2), ("2023-01", 6, 2), ("2023-02", 7, 2)]
    (tmp_path / "t.csv").write_text(months_table(*own))
    found = read_organisation([tmp_path / "t.csv"])
    everything(found)
    assert "Yours, 2022-03 to before 2023-03" in {row[0] for row in found.beside().rows}
