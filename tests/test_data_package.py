"""What the data sets say to programs, and the archive that a stranger unpacks."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import data_archive
import data_package
import pytest
import said_once
from conftest import ROOT

from thousandfold import datasets
from thousandfold.errors import ExplainedError

FOLDER = ROOT / "datasets"
FRICTIONLESS = ROOT / "build" / "publish" / "bin" / "frictionless"
NAMES = datasets.names()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "datasets"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data_archive.build(tmp_path_factory.mktemp("dist"))


def faults(descriptor: Path) -> dict[str, set[str]]:
    """Return what the standard's own library finds, by table."""
    if not FRICTIONLESS.is_file():
        pytest.skip("what looks at published files is not here: `make build/publish/.done`")
    asked = [FRICTIONLESS, "validate", "--json", descriptor.name]
    said = subprocess.run(asked, cwd=descriptor.parent, capture_output=True, text=True)
    report = json.loads(said.stdout)
    assert (said.returncode == 0) == report["valid"]
    assert report["stats"]["tasks"] == len(NAMES), report["errors"]
    return {
        task["name"]: {error["type"] for error in task["errors"]}
        for task in report["tasks"]
        if not task["valid"]
    }


def written() -> dict[str, Any]:
    package: dict[str, Any] = json.loads((FOLDER / "datapackage.json").read_text("utf-8"))
    return package


def table(name: str) -> dict[str, Any]:
    [found] = [one for one in written()["resources"] if one["name"] == name]
    return dict(found)


@pytest.mark.parametrize("name", ["datapackage.json", "sha256sums.txt"])
def test_what_is_made_from_the_cards_fits_them(name: str) -> None:
    path = FOLDER / name
    assert path.read_text(encoding="utf-8") == data_package.files()[path], "make tables"


BROKEN = (
    ("admissions", "A,women,108,89", "A,women,many,89", "type-error"),
    ("bass_parameters", "cell phone,0.00471", "cell phone,", "constraint-error"),  # it is empty
    ("core_and_extensions", "terraform,2014-05", "terraform,1914-05", "foreign-key"),
    ("outages", "trigger,binary push,37", "trigger,binary push,370", "constraint-error"),
    ("retention", "Regular,1,", "Usual,1,", "constraint-error"),
    ("travel_choice", "1,air,0,69", "1,train,0,69", "primary-key"),
    ("vcr_sales", "1980,840", "1980,841", "hash-count"),  # nothing else says so
)


def test_what_is_broken_is_seen(copy: Path) -> None:
    for name, old, new, _ in BROKEN:
        path = copy / f"{name}.csv"
        whole = path.read_text(encoding="utf-8")
        assert old in whole
        path.write_text(whole.replace(old, new, 1), encoding="utf-8", newline="")
    found = faults(copy / "datapackage.json")
    assert {name: fault in found[name] for name, _, _, fault in BROKEN} == dict.fromkeys(
        found, True
    )
    assert all("hash-count" in those for those in found.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_card_names_its_licence_and_how_it_was_counted(name: str) -> None:
    said = table(name)
    assert [one["name"] for one in said["licenses"]] == (
        ["other-pd"] if name == "travel_choice" else ["CC-BY-4.0"]
    )
    assert set(said["marks"]) <= {"V+R", "V", "V2", "counted"}
    counted = (
        "counted by us" in said["sources"][0]["title"] or "Our count" in said["sources"][0]["title"]
    )
    assert counted == (said["marks"] == ["counted"])
    assert counted or "cite" in said["rights"] or "Public domain" in said["rights"]


@pytest.mark.parametrize("part", data_package.PARTS)
def test_a_card_that_lacks_a_part_is_named(copy: Path, part: str) -> None:
    cards = copy / "README.md"
    whole = cards.read_text(encoding="utf-8")
    cards.write_text(re.sub(rf"^\*\*{part}\.\*\*", "", whole, count=1, flags=re.M), "utf-8")
    with pytest.raises(ExplainedError, match=rf"card of admissions\.csv .* \*\*{part}\.\*\*"):
        data_package.package(copy)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## `vcr_sales.csv`", "## `video.csv`", r"no card for vcr_sales\.csv; write one"),
        ("(V+R).", ".", r"admissions\.csv .* names no mark .* \(V\+R\)"),
        ("The arrangement as a table is CC BY 4.0", "Free", r"admissions\.csv .* no licence"),
        ("| `gender` |", "| `sex` |", r"admissions\.csv .* `sex`.* has department, gender"),
        (" stand in `code_areas` as", " of `code_areas` are", r"area_coupling\.csv .* semicolon"),
    ],
)
def test_a_card_that_does_not_fit_is_explained(copy: Path, old: str, new: str, said: str) -> None:
    cards = copy / "README.md"
    whole = cards.read_text(encoding="utf-8")
    assert old in whole
    cards.write_text(whole.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ExplainedError, match=said):
        data_package.package(copy)


def test_units_types_and_limits_are_those_of_the_card() -> None:
    fields = {one["name"]: one for one in table("ordinary_repositories")["schema"]["fields"]}
    assert fields["since"]["type"] == "date"
    assert fields["pairs"]["constraints"] == {"minimum": 0, "maximum": 100}  # it may be empty
    assert fields["areas"]["constraints"] == {"required": True, "minimum": 0}
    assert fields["areas"]["unit"] == "areas"
    option = table("travel_choice")["schema"]["fields"][1]
    assert option["constraints"] == {"required": True, "enum": ["air", "train", "bus", "car"]}
    assert table("load_tests")["sources"][0]["path"] == "https://doi.org/10.1007/978-3-540-31010-5"
    assert len(table("project_growth")["sources"]) == 1 + 9


def test_a_stranger_unpacks_and_validates(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path)
    [top] = tmp_path.iterdir()
    assert archive.name == f"{top.name}.zip"
    assert faults(top / "datapackage.json") == {}
    for line in (top / "sha256sums.txt").read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        assert hashlib.sha256((top / name).read_bytes()).hexdigest() == digest
    assert {"README.md", "LICENSE", "data-archive.md", "datacite.json"} <= {
        path.name for path in top.iterdir()
    }


def test_the_same_data_make_the_same_archive(archive: Path, tmp_path: Path) -> None:
    assert data_archive.build(tmp_path).read_bytes() == archive.read_bytes()


def test_an_archive_is_made_of_what_fits_or_not_at_all(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_archive, "DATA", copy)
    monkeypatch.setattr(data_archive, "ROOT", tmp_path)
    with (copy / "vcr_sales.csv").open("a", encoding="utf-8") as more:
        more.write("1990,1\n")
    with pytest.raises(ExplainedError, match=r"sha256sums\.txt does not fit .* run make tables"):
        data_archive.build(tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


def test_the_metadata_invent_nothing() -> None:
    said = data_archive.datacite(written())
    assert "doi" not in said
    assert said["publisher"] == {"name": ":tba"}
    assert [one["name"] for one in said["creators"]] == ["The Thousandfold founders"]
    assert said["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    # What DataCite asks for beside what the archive alone can say.
    assert {"titles", "creators", "publisher", "types", "schemaVersion"} <= said.keys()


def test_one_doi_is_where_a_table_is_from_and_of_two_neither() -> None:
    [one] = data_package.sources("A, doi 10.1234/a.5.")
    assert one["path"] == "https://doi.org/10.1234/a.5"
    [two] = data_package.sources("A, doi 10.1234/a.5; B, doi 10.1234/b.6.")
    assert "path" not in two


@pytest.mark.parametrize(("day", "year"), [("", None), ("2027-01-31", "2027")])
def test_the_year_is_that_of_the_day_in_the_changelog(
    day: str, year: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = replace(said_once.read(), released=day)
    monkeypatch.setattr(said_once, "read", lambda: said)
    descriptor = data_package.package(FOLDER)
    assert data_archive.datacite(descriptor).get("publicationYear") == year
