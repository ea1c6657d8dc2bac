"""The areas of a code base, on small repositories and against a slow count."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from histories import ANN, BOB, CAT, Commit, build, isolated  # noqa: F401
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold.cli import main
from thousandfold.datasets import load
from thousandfold.repository.areas import (
    AreaCounts,
    PairCounts,
    area_of,
    count_areas,
    readable,
    suggested_split,
)
from thousandfold.repository.counts import HistoryError, read_history

pytestmark = pytest.mark.usefixtures("git")

DAN = "dan.secret@example.org"


def often(author: str, month: str, *files: str, times: int = 5) -> list[Commit]:
    return [Commit(author, f"{month}-{day:02}", list(files)) for day in range(1, times + 1)]


def shop(tmp_path: Path) -> Path:
    """Return a year of a small shop: Ann and Bob from the first month, Cat is new in May."""
    return build(
        tmp_path / "shop",
        *often(ANN, "2023-01", "cart/a", "pay/a"),
        *often(BOB, "2023-02", "pay/b", "README"),
        *often(BOB, "2023-03", "cart/b", times=2),
        Commit(CAT, "2023-05-01", ["pay/a"]),
        Commit(CAT, "2023-06-01", ["cart/a"]),
        Commit(CAT, "2023-06-02", ["rare/a"]),
        Commit(ANN, "2023-12-30", ["README"]),
    )


def test_a_year_counted_by_hand(tmp_path: Path) -> None:
    counted = count_areas(read_history(shop(tmp_path)), show_folders=True)
    days = "2023-01-01", "2024-01-01"
    assert counted.areas == [
        # Bob began in February, with pay alone; Cat in May, with pay alone.
        AreaCounts("own", *days, "pay", 11, 3, 3),
        AreaCounts("own", *days, "cart", 8, 3, 1),
    ]
    assert counted.coupling == [PairCounts("own", "cart", "pay", 5, 3)]
    assert counted.commits == 15
    assert counted.heavy == counted.areas[0]


def test_areas_are_numbered_in_the_order_of_their_commits_unless_folders_are_wanted(
    tmp_path: Path,
) -> None:
    history = read_history(shop(tmp_path))
    numbered, named = count_areas(history), count_areas(history, show_folders=True)
    assert [area.area for area in numbered.areas] == ["area 01", "area 02"]
    assert [area[4:] for area in numbered.areas] == [area[4:] for area in named.areas]
    assert numbered.coupling == [PairCounts("own", "area 01", "area 02", 5, 3)]


def test_columns_and_rules_are_those_of_the_data_sets(tmp_path: Path) -> None:
    assert list(AreaCounts._fields[:-1]) == load("code_areas").columns.tolist()
    assert list(PairCounts._fields) == load("area_coupling").columns.tolist()
    counted = count_areas(read_history(shop(tmp_path)))
    for areas, pairs in (
        (load("code_areas"), load("area_coupling")),
        (pd.DataFrame(counted.areas), pd.DataFrame(counted.coupling)),
    ):
        assert areas["commits"].min() >= 5
        assert (pairs["area_a"] < pairs["area_b"]).all()
        assert pairs["authors_both"].min() >= 1
        year = pd.to_datetime(areas["until"]) - pd.to_datetime(areas["since"])
        assert year.dt.days.isin([365, 366]).all()
        by_area = areas.set_index(["project", "area"])
        for side in ("area_a", "area_b"):
            keys = pd.MultiIndex.from_frame(pairs[["project", side]])
            assert (pairs["commits_both"].to_numpy() <= by_area.loc[keys, "commits"]).all()
            assert (pairs["authors_both"].to_numpy() <= by_area.loc[keys, "authors"]).all()


TERRAFORM = [b"builtin/providers", b"builtin/provisioners", b"builtin", b"backend"]


@pytest.mark.parametrize(
    ("path", "area"),
    [
        (b"main.go", None),
        (b"command/apply.go", b"command"),
        (b"backend/backend.go", b"backend"),
        (b"backend/init/init.go", b"backend/init"),
        (b"builtin/providers/aws/a/b.go", b"builtin/providers/aws"),
        (b"builtin/providers/readme", b"builtin/providers"),
        (b"builtin/bins/provider-aws/main.go", b"builtin/bins"),
        (b"backends/x/y", b"backends"),
    ],
)
def test_a_file_belongs_to_one_area(path: bytes, area: bytes | None) -> None:
    assert area_of(path, TERRAFORM) == area


def test_the_order_in_which_folders_are_named_does_not_matter(tmp_path: Path) -> None:
    files = ["src/main/a/x", "src/main/b/x", "src/web/x"]
    history = read_history(build(tmp_path / "r", *often(ANN, "2023-01", *files)))
    for split in (["src", "src/main"], ["src/main/", "./src"]):
        names = [area.area for area in count_areas(history, split=split, show_folders=True).areas]
        assert names == ["src/main/a", "src/main/b", "src/web"]


def slow_count(
    commits: list[Commit], since: str, until: str, split: list[str]
) -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    """Count as the card of the data sets says it, one area and one pair at a time."""

    def area(path: str) -> str | None:
        parts = path.split("/")
        for folder in split:
            above = folder.split("/")
            if parts[: len(above)] == above and len(parts) >= len(above) + 2:
                return "/".join(parts[: len(above) + 1])
        return parts[0] if len(parts) > 1 else None

    first = {c.author: min(d.date[:7] for d in commits if d.author == c.author) for c in commits}
    year = [c for c in commits if since <= c.date[:7] < until and len(list(c.files)) <= 100]
    areas = {area(str(path)) for commit in year for path in commit.files} - {None}

    def changed(name: str | None) -> list[Commit]:
        return [c for c in year if name in {area(str(path)) for path in c.files}]

    kept = sorted(str(name) for name in areas if len(changed(name)) >= 5)
    rows = {
        (
            name,
            len(changed(name)),
            len({c.author for c in changed(name)}),
            len({c.author for c in changed(name) if first[c.author] == c.date[:7]}),
        )
        for name in kept
    }
    pairs = set()
    for one, other in combinations(kept, 2):
        people = {c.author for c in changed(one)} & {c.author for c in changed(other)}
        both = [c for c in changed(one) if c in changed(other)]
        if people:
            pairs.add((one, other, len(both), len(people)))
    return rows, pairs


@pytest.mark.parametrize("seed", [1, 2])
def test_against_a_slow_count_of_a_random_history(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    folders = ["", "a/", "b/", "src/", "src/x/", "src/x/deep/", "src/y/", "lib/z/", "lib/z/q/"]
    commits = [
        Commit(
            f"p{int(12 * chance.random() ** 2)}@example.org",
            f"202{chance.choice([1, 2, 2])}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            sorted(
                {
                    f"{chance.choice(folders)}f{chance.randrange(40)}"
                    for _ in range(150 if chance.random() < 0.05 else chance.randint(1, 4))
                }
            ),
        )
        for _ in range(180)
    ]
    assert any(len(list(commit.files)) > 100 for commit in commits)
    history = read_history(build(tmp_path / "r", *commits))
    for split in ([], ["src/x", "src"], ["lib/z", "src"]):
        counted = count_areas(history, "2022", split, show_folders=True)
        rows, pairs = slow_count(commits, "2022-01", "2023-01", split)
        assert {area[3:] for area in counted.areas} == rows
        assert {pair[1:] for pair in counted.coupling} == pairs


def test_the_year_is_the_newest_that_is_complete(tmp_path: Path) -> None:
    place = build(
        tmp_path / "r",
        *often(ANN, "2021-05", "old/a"),
        *often(ANN, "2021-06", "a/a"),
        *often(ANN, "2022-05", "b/a"),
        *often(ANN, "2022-06", "late/a"),
        later="",
    )
    history = read_history(place)

    def names(year: str | None) -> list[str]:
        return sorted(area.area for area in count_areas(history, year, show_folders=True).areas)

    assert names(None) == names("2021-06") == ["a", "b"]
    assert names("2021") == ["a", "old"]
    assert names("2021-12") == ["b", "late"]
    assert count_areas(history, "2021-12").areas[0][1:3] == ("2021-12-01", "2022-12-01")


def test_a_repository_without_a_complete_month_has_areas(tmp_path: Path) -> None:
    history = read_history(build(tmp_path / "r", *often(ANN, "2023-05", "a/x"), later=""))
    only = count_areas(history).areas
    assert [area[1:5] for area in only] == [("2023-05-01", "2023-06-01", "area 01", 5)]


@pytest.mark.parametrize(
    ("year", "split", "says"),
    [
        ("23", [], "'23' is no year; write a calendar year such as 2024"),
        ("2023-13", [], "is no year"),
        ("1999", [], "no folder with 5 commits in the twelve months from 1999-01"),
        (None, ["srv"], "two levels below srv; check how the folder is written"),
        (None, ["cart"], "two levels below cart"),
    ],
)
def test_what_cannot_be_counted_is_said(
    tmp_path: Path, year: str | None, split: list[str], says: str
) -> None:
    with pytest.raises(HistoryError, match=says):
        count_areas(read_history(shop(tmp_path)), year, split)


def test_a_folder_that_holds_nearly_everything_is_split(tmp_path: Path) -> None:
    deep = "src/main/java/com"
    place = build(
        tmp_path / "r",
        *often(ANN, "2023-01", f"{deep}/cart/a", "src/test/cart/t", times=8),
        *often(BOB, "2023-02", f"{deep}/pay/a", times=7),
        *often(CAT, "2023-03", f"{deep}/ship/a", times=6),
        *often(CAT, "2023-04", "docs/a"),
    )
    history = read_history(place)
    split = suggested_split(history)
    assert set(split) >= {"src", "src/main", "src/main/java", deep}
    named = count_areas(history, split=split, show_folders=True)
    assert {area.area for area in named.areas} == {*(f"{deep}/cart", f"{deep}/pay", f"{deep}/ship")}
    assert named.heavy is None


@pytest.mark.parametrize("files", [["a", "b"], ["src/main/a"], ["src/a", "docs/a"]])
def test_where_a_split_leads_nowhere_none_is_suggested(tmp_path: Path, files: list[str]) -> None:
    history = read_history(build(tmp_path / "r", *often(ANN, "2023-01", *files)))
    assert suggested_split(history) == ()


def test_what_goes_along_with_a_change_is_no_area_of_its_own(tmp_path: Path) -> None:
    release = [f"{area}/package.json" for area in ("cart", "pay", "ship")]
    place = build(
        tmp_path / "r",
        *often(ANN, "2023-01", "cart/a", "tests/cart", "changelogs/1", "docs/cart.md"),
        *often(BOB, "2023-02", "pay/a", "pay/tests/b", "tests/pay", ".github/w", "vendor/x/y"),
        *often(CAT, "2023-03", "ship/a", "pay/pnpm-lock.yaml", "cart/CHANGELOG.md"),
        *often(CAT, "2023-04", *release, "docs/versions"),
        *often(CAT, "2023-05", "docs/more", times=2),
    )
    history = read_history(place)
    counted = count_areas(history, show_folders=True)
    assert [(area.area, area.commits) for area in counted.areas] == [
        *(("cart", 5), ("pay", 5), ("ship", 5))
    ]
    assert counted.coupling == []
    assert (counted.commits, counted.alone) == (15, 7)
    assert counted.told_left_out == (
        "left out, because it goes along with other changes: code of others, documents, lists and"
        " changelogs, settings and tests; 7 of 22 commits changed nothing else"
    )
    every = count_areas(history, show_folders=True, everything=True)
    assert {"tests", "docs", "changelogs", ".github", "vendor"} < {a.area for a in every.areas}
    assert PairCounts("own", "cart", "ship", 10, 1) in every.coupling


def test_a_sweep_changes_each_area_and_ties_none(tmp_path: Path) -> None:
    areas = [f"a{n:02}/f" for n in range(11)]
    place = build(
        tmp_path / "r", *often(ANN, "2023-01", *areas), *often(BOB, "2023-02", *areas[1:])
    )
    counted = count_areas(read_history(place), show_folders=True)
    ties = {pair[1:4] for pair in counted.coupling}
    assert [area.commits for area in counted.areas] == [10] * 10 + [5]
    assert {("a01", "a02", 5), ("a00", "a01", 0)} <= ties
    every = count_areas(read_history(place), show_folders=True, everything=True)
    assert PairCounts("own", "a01", "a02", 10, 2) in every.coupling


def test_documents_that_are_most_of_the_work_are_the_product(tmp_path: Path) -> None:
    pages = [c for page in "abcd" for c in often(ANN, "2023-01", f"docs/{page}.md")]
    place = build(tmp_path / "r", *pages, *often(BOB, "2023-02", "build/a", "tests/a"))
    history = read_history(place)
    split = suggested_split(history)
    assert split == ("docs/*",)
    names = [a.area for a in count_areas(history, split=split, show_folders=True).areas]
    assert names == ["build", "docs/a.md", "docs/b.md", "docs/c.md", "docs/d.md"]


def test_what_somebody_wants_split_is_no_companion(tmp_path: Path) -> None:
    files = ["cart/a", "tests/one/a", "tests/two/a"]
    history = read_history(build(tmp_path / "r", *often(ANN, "2023-01", *files)))
    counted = count_areas(history, split=["tests"], show_folders=True)
    assert [area.area for area in counted.areas] == ["cart", "tests/one", "tests/two"]


def test_the_areas_of_a_small_library_are_its_files(tmp_path: Path) -> None:
    files = [f"src/shop/{name}.py" for name in ("cart", "pay", "ship", "__init__", "test_pay")]
    place = build(tmp_path / "r", *often(ANN, "2023-01", *files), *often(BOB, "2023-02", files[0]))
    history = read_history(place)
    split = suggested_split(history)
    assert set(split) == {"src", "src/shop/*"}
    names = [a.area for a in count_areas(history, split=split, show_folders=True).areas]
    assert names == ["src/shop/cart.py", "src/shop/pay.py", "src/shop/ship.py"]


@settings(deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=6), min_size=2, max_size=2, unique=True))
def test_folders_become_harmless_text_and_stay_apart(folders: list[bytes]) -> None:
    one, other = map(readable, folders)
    assert one != other or b"./" in folders[0] + folders[1]
    assert one.isprintable()
    assert one[0] not in "=+-@"
    one.encode("utf-8")


# The command


def run(tmp_path: Path, *options: str) -> int:
    return main(["history", str(shop(tmp_path)), "--output", str(tmp_path / "g.csv"), *options])


def test_the_command_writes_three_tables_without_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = tmp_path / "a.csv", tmp_path / "c.csv"
    place = build(
        tmp_path / "r",
        *often(DAN, "2023-01", "dan.secret/a", "customer-x/a"),
        *often(DAN, "2023-02", "dan.secret/b"),
    )
    output = ["--output", str(tmp_path / "g.csv")]
    wanted = ["--areas", str(tables[0]), "--coupling", str(tables[1])]
    assert main(["history", str(place), *output, *wanted]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    told, _, warned = shown.out.partition("a small count in a table is a person")
    assert "ask whoever owns the repository" in warned
    assert told == (
        "2 months with commits, 2023-01 to 2023-02\n"
        "2 areas with enough commits, 2022-03-01 to before 2023-03-01, and 1 pair that share"
        " people\n"
        "area 01 takes part in 10 of 10 commits, so it hides most borders; to look inside it, add"
        " --auto-split\n"
    )
    assert tables[0].read_text() == (
        "project,since,until,area,commits,authors,new_authors\n"
        "own,2022-03-01,2023-03-01,area 01,10,1,1\n"
        "own,2022-03-01,2023-03-01,area 02,5,1,1\n"
    )
    assert tables[1].read_text() == (
        "project,area_a,area_b,commits_both,authors_both\nown,area 01,area 02,5,1\n"
    )
    assert main(["history", str(place), *output, *wanted, "--show-folders"]) == 0
    assert ",customer-x," in tables[0].read_text()


def test_the_command_offers_to_split_and_does_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = build(
        tmp_path / "r",
        *often(ANN, "2023-01", "src/a/f"),
        *often(ANN, "2023-02", "src/b/f"),
        *often(BOB, "2023-03", "shop/f"),
    )
    command = ["history", str(place), "--output", str(tmp_path / "g.csv")]
    command += ["--areas", str(tmp_path / "a.csv")]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "area 01 takes part in 10 of 15 commits" in said
    assert "add --auto-split" in said
    assert "src" not in said
    assert main([*command, "--auto-split"]) == 0
    assert capsys.readouterr().out.count("\n") == 3
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 4
    assert main([*command, "--auto-split", "--show-folders"]) == 0
    assert "next time: src\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--year", "2023"], "are about areas; add --areas FILE.csv"),
        (["--areas", "missing/a.csv"], "cannot write missing/a.csv"),
        (["--areas", "{folder}/g.csv"], "two tables would have the same name"),
        (["--areas", "{folder}/a.csv", "--split", "nothing"], "two levels below nothing"),
    ],
)
def test_the_command_refuses_in_a_sentence_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    assert run(tmp_path, *(option.format(folder=tmp_path) for option in options)) == 1
    shown = capsys.readouterr().err
    assert says in shown
    assert shown.count("\n") == 1
    assert not list(tmp_path.glob("*.csv"))


def test_help_explains_each_column(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["history", "--help"])
    text = capsys.readouterr().out
    for column in AreaCounts._fields + PairCounts._fields:
        assert f"\n  {column} " in text
