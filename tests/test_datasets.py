from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from conftest import ROOT, Published

from thousandfold import ExplainedError, datasets

FOLDER = ROOT / "datasets"
CARDS = (FOLDER / "README.md").read_text(encoding="utf-8")


def card(name: str) -> str:
    return CARDS.split(f"## `{name}.csv`")[1].split("\n## ")[0]


def test_every_file_has_a_checksum_that_fits() -> None:
    lines = (FOLDER / "sha256sums.txt").read_text().split("\n")
    written = {name: digest for digest, name in (line.split() for line in lines if line)}
    measured = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.csv")
    }
    assert written == measured


@pytest.mark.parametrize("name", datasets.names())
def test_every_data_set_has_a_card(name: str) -> None:
    for part in ("What.", "Source.", "How measured.", "Columns.", "Limits.", "Licence."):
        assert f"**{part}**" in card(name), f"the card of {name} does not say: {part}"
    described = re.findall(r"^\| `(\w+)` \|", card(name), re.MULTILINE)
    assert described == list(datasets.load(name).columns)


@pytest.mark.parametrize(
    "name",
    [
        "admissions",
        "core_and_extensions",
        "debt_studies",
        "project_growth",
        "scaling_studies",
        "travel_choice",
    ],
)
def test_the_card_says_how_many_rows(name: str) -> None:
    assert f"{len(datasets.load(name)):,} rows" in card(name)


def test_single_figures_are_those_that_were_published(published: Published) -> None:
    of = {
        row.figure: (row.value, row.mark)
        for name in ("debt_studies", "scaling_studies")
        for row in datasets.load(name).itertuples()
    }
    for figure, name in {
        "code bases compared": "code_red_bases",
        "defects in files of low quality against high": "code_red_defects",
        "more time to resolve issues in files of low quality": "code_red_time",
        "systems followed": "boudreau_systems",
        "new devices where outsiders were let in at most": "boudreau_access",
        "well-made experiments that improved what they were meant to": "kohavi_third",
        "power of the members that fits their value best": "network_power_2015",
        "power of the members that fits their value better with newer data": "network_power_2023",
    }.items():
        value, mark = of[figure]
        published.agrees(name, value)
        assert mark == {"V": "read", "V2": "second hand"}[published.entries[name]["mark"]]
    teams = (
        "teams in the experiment",
        "people in the smallest teams",
        "people in the largest teams",
    )
    published.agrees("mao_teams", [of[name][0] for name in teams])
    at = "cost of large teams against average at "
    published.agrees(
        "qsm_brooks_cost", [of[at + size][0] for size in ("50000 lines", "1 million lines")]
    )


def test_growth_is_consistent() -> None:
    growth = datasets.load("project_growth")
    assert growth["project"].nunique() == 9
    pairs = growth["active_authors"] * (growth["active_authors"] - 1) / 2
    assert (growth["possible_paths"] == pairs).all()
    assert (growth["coedit_paths"] <= growth["possible_paths"]).all()
    assert (growth["files_touched"] <= growth["touches"]).all()
    assert (growth["new_authors"] <= growth["active_authors"]).all()


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(ExplainedError, match=r"no data set 'grwoth'; there are .*project_growth"):
        datasets.load("grwoth")


def test_missing_data_sets_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "_PACKAGE", tmp_path / "src" / "thousandfold")
    with pytest.raises(ExplainedError, match="install the package again"):
        datasets.load("project_growth")


def test_a_damaged_data_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "data"
    broken.mkdir()
    (broken / "README.md").write_text("cards")
    (broken / "broken.csv").write_bytes(b"\xff\xfe\x00a,b\n\x00")
    monkeypatch.setattr(datasets, "_PACKAGE", tmp_path)
    with pytest.raises(ExplainedError, match=r"broken\.csv cannot be read"):
        datasets.load("broken")
