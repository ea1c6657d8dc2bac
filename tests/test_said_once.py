"""Where the project lives and which version it is are said once, and repeated everywhere."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import book_first_page
import pytest
import said_once
import yaml
from book_lesson import Running
from conftest import ROOT
from said_once import UNSET, VERSIONS, pages, places, read

import boxgrader
import thousandfold
from thousandfold import ExplainedError

HOME = "https://github.com/owner/name"
PLACES = list(places(read()))
SOURCES = ("pyproject.toml", "CHANGELOG.md", "src/thousandfold/__init__.py")


def copied(folder: Path) -> Path:
    """Copy what says something once, and what repeats it, as long as nobody says where it lives."""
    for name in {*SOURCES, *PLACES, *VERSIONS}:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    project = folder / "pyproject.toml"
    lives = re.compile(r'^\[project\.urls\]\nRepository = ".*"\n', re.MULTILINE)
    project.write_text(lives.sub("", project.read_text("utf-8")), encoding="utf-8")
    return folder


def changed(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def living(folder: Path, address: str) -> Path:
    """Say in a copy where the project lives."""
    where = f'[project.urls]\nRepository = "{address}"\n\n[project.scripts]'
    changed(copied(folder), "pyproject.toml", "[project.scripts]", where)
    return folder


def test_both_packages_have_one_version() -> None:
    assert thousandfold.__version__ == boxgrader.__version__ == read().version


@pytest.mark.skipif(bool(read().repository), reason="this copy says where it lives")
@pytest.mark.parametrize("name", PLACES)
def test_a_place_says_honestly_that_nobody_has_said_where(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert UNSET in text
    assert "github.com/" not in text.partition(UNSET)[2].partition("the end of the address")[0]
    assert UNSET in said_once.first_page(read())


def test_set_once_it_stands_in_all_places(tmp_path: Path) -> None:
    root = living(tmp_path, HOME)
    made = pages(root)
    for name in PLACES:
        assert HOME in made[root / name], name
        assert UNSET not in made[root / name], name
    for name in ("SECURITY.md", "CODE_OF_CONDUCT.md", ".github/ISSUE_TEMPLATE/config.yml"):
        assert f"{HOME}/security/advisories/new" in made[root / name]
    assert yaml.safe_load(made[root / "CITATION.cff"])["repository-code"] == HOME
    assert HOME in said_once.first_page(read(root))
    for path, text in made.items():  # written twice it stays as it is
        path.write_text(text, encoding="utf-8")
    assert pages(root) == made


@pytest.mark.parametrize("lab", ["", "lab/index.html"], ids=["book", "site"])
@pytest.mark.parametrize("home", [HOME, ""], ids=["set", "unset"])
def test_the_first_page_says_who_made_it_and_whom_to_ask_and_invents_nothing(
    home: str, lab: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copied(tmp_path / "project")
    said = read(living(root, home) if home else root)
    monkeypatch.setattr(said_once, "read", lambda: said)
    page = book_first_page.first_page([], Running(lab), "", tmp_path, {})
    [line] = re.findall(r"^- \*\*Who made it, and whom to ask:\*\* (.*)$", page, re.MULTILINE)
    assert line.startswith(f"{' and '.join(said.authors)}. ")
    if home:
        assert re.findall(r"\]\((\S+)\)", line) == [home, f"{home}/issues"]
        assert UNSET not in page
    else:
        assert line.endswith(f"{UNSET}.")
        assert "github" not in page


@pytest.mark.parametrize(
    "address",
    [
        "http://github.com/owner/name",
        "https://example.org/owner/name",
        "https://github.com/owner",
        "https://github.com/owner/name/",
        "https://github.com/owner/name.git",
        "https://github.com/owner/name\\n# more",
        "https://github.com/owner/name) <script>",
    ],
)
def test_an_address_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    root = living(tmp_path, address)
    with pytest.raises(ExplainedError, match="with nothing behind it"):
        pages(root)


def test_a_new_version_is_repeated(tmp_path: Path) -> None:
    root = copied(tmp_path)
    old, new = f'"{read().version}"', '"7.8.9"'
    changed(root, "src/thousandfold/__init__.py", f"__version__ = {old}", f"__version__ = {new}")
    made = pages(root)
    assert f"__version__ = {new}" in made[root / "src/boxgrader/__init__.py"]
    package = json.loads(made[root / "src/thousandfold/labextension/package.json"])
    assert package["version"] == "7.8.9"
    assert yaml.safe_load(made[root / "CITATION.cff"])["version"] == "7.8.9"


def test_the_day_of_a_release_is_read_from_the_list_of_changes(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "CHANGELOG.md").write_text(f"## {read().version}, 2026-12-31: more\n\n## 0.0.1, now\n")
    assert read(root).released == "2026-12-31"
    assert yaml.safe_load(pages(root)[root / "CITATION.cff"])["date-released"] == "2026-12-31"
    (root / "CHANGELOG.md").write_text(
        f"## {read().version}, soon: more\n\nCounted anew on 2026-12-30.\n\n## 0.0.1, 2026-12-31\n"
    )
    assert read(root).released == ""


@pytest.mark.parametrize(
    ("name", "line", "why"),
    [
        ("SUPPORT.md", "<!-- the end of the address -->", "no place for the address"),
        ("CITATION.cff", "# the address: written by `make tables`", "no place for the address"),
        ("src/boxgrader/__init__.py", "__version__ =", "no line for the version"),
        ("src/thousandfold/__init__.py", "__version__ =", "says no version"),
    ],
)
def test_a_file_that_lost_its_place_is_explained(
    name: str, line: str, why: str, tmp_path: Path
) -> None:
    root = copied(tmp_path)
    changed(root, name, line, "")
    with pytest.raises(ExplainedError, match=why):
        pages(root)


LINK = re.compile(
    r"\]\(([^)]*)\)|^\[[^]]+\]: *(\S+)|\b(?:href|src)=[\"']?([^\"'>\s]+)", re.MULTILINE
)


@pytest.mark.parametrize("address", ["", HOME])
def test_no_link_of_the_grader_on_an_index_of_packages_leads_nowhere(
    address: str, tmp_path: Path
) -> None:
    """What `readme` names goes into the wheel, and is shown where no file of ours lies beside."""
    root = living(tmp_path, address) if address else copied(tmp_path)
    readme = said_once.read_project(root / "src/boxgrader/pyproject.toml")["readme"]
    text = pages(root)[root / "src/boxgrader" / readme]
    links = ["".join(found) for found in LINK.findall(text)]
    assert links
    assert [link for link in links if not link.startswith("https://")] == []
    for name in said_once.GOES_ON:
        assert (ROOT / name).is_file()
        assert (f"{HOME}/blob/HEAD/{name}" in links) is bool(address)
        assert name in text
