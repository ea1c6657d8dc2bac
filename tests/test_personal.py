"""What is somebody's own stays out of all that is given out: kit, site, hub and slides."""

from __future__ import annotations

import importlib.util
import os
import stat
from functools import partial
from pathlib import Path
from typing import Any

import build_site
import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output
from personal import refuse_what_is_personal

import kit
from thousandfold import ExplainedError
from thousandfold.facilitation.progress import ABOUT_YOU
from thousandfold.teaching import curves
from thousandfold.teaching.company import FILE, KEPT_ASIDE, Company

OWN = (FILE, KEPT_ASIDE, curves.FILE, "flight-our-team.json")
GIVEN_OUT = 1_800_000_000  # when a site was built
CHECKPOINTS = ".ipynb_checkpoints"
EMPTY = f'my_company("""\n{Company.form()}\n""")'


def lesson(source: str, *shown: str) -> bytes:
    cell = new_code_cell(source, id="own", metadata={"tags": [ABOUT_YOU]})
    cell.outputs = [new_output("stream", text=text) for text in shown]
    return nbformat.writes(new_notebook(cells=[cell])).encode()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which somebody tried the lessons."""
    notebooks = tmp_path / "project" / "notebooks"
    notebooks.mkdir(parents=True)
    (notebooks / "00_start_here.ipynb").write_bytes(lesson(EMPTY))
    for name in OWN:
        (notebooks / name).write_text("people = 40\n", "utf-8")
    for tool in (kit, build_site):
        monkeypatch.setattr(tool, "ROOT", tmp_path / "project")
    return notebooks


def packed(folder: Path) -> list[str]:
    """Return what of the notebooks would be in a kit, in which they come first."""
    found = []
    for name, _ in kit.contents(folder, wheels=False, study=False):
        if not name.startswith("notebooks/"):
            break
        found.append(name)
    return found


def test_a_company_and_a_game_are_in_no_kit_and_on_no_site(project: Path, tmp_path: Path) -> None:
    build_site.contents(tmp_path / "site", GIVEN_OUT, study=False)
    assert [path.name for path in (tmp_path / "site" / "notebooks").iterdir()] == [
        "00_start_here.ipynb"
    ]
    assert packed(tmp_path) == ["notebooks/00_start_here.ipynb"]


@pytest.mark.parametrize(
    "content",
    [
        lesson(EMPTY.replace("...", "40", 1)),
        lesson(EMPTY.replace("...", " 20 %")),
        lesson(EMPTY.replace(" = ...", ": 40", 1)),
        lesson(EMPTY, "Your company: 40 people."),
        lesson("my_guess_load = 40  # how many?"),
        lesson("with_my_numbers(Debt())", "With your numbers: …"),
    ],
)
def test_a_lesson_that_holds_somebodys_numbers_is_not_given_out(
    content: bytes, project: Path, tmp_path: Path
) -> None:
    (project / "00_start_here.ipynb").write_bytes(content)
    for give_out in (packed, partial(build_site.contents, given_out=GIVEN_OUT, study=False)):
        with pytest.raises(ExplainedError, match=r"holds what somebody wrote for .* cell own"):
            give_out(tmp_path / "out")


def test_a_form_that_nobody_filled_in_is_given_out() -> None:
    refuse_what_is_personal("notebooks/00_start_here.ipynb", lesson(EMPTY))


def prepare() -> Any:
    """What fills a hub: a program beside the packages."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("needs root")
    spec = importlib.util.spec_from_file_location("prepare", ROOT / "hub" / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_hub_is_filled_without_them(project: Path, tmp_path: Path) -> None:
    prepare()._copy(project, tmp_path / "hub", "root")
    assert [path.name for path in (tmp_path / "hub").iterdir()] == ["00_start_here.ipynb"]


def test_a_hub_gives_lessons_in_each_language_to_read_and_no_more(tmp_path: Path) -> None:
    filling = prepare()
    before = os.umask(0o077)
    try:
        for _ in range(2):  # after each `git pull`
            filling.fill_start(tmp_path)
    finally:
        os.umask(before)
    places = (*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("translations/*/*/**/*.ipynb"))
    given = {path.relative_to(ROOT) for path in places if CHECKPOINTS not in path.parts}
    there = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.relative_to(tmp_path) for path in there} == given
    for path in tmp_path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def test_git_ignores_what_is_somebodys_own() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"my_company*.toml", curves.FILE, "notebooks/flight-*.json"} <= set(ignored)
