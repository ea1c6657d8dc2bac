"""What docs/windows-and-mac.md tells people to type is what the verbs of the Makefile run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

from thousandfold.errors import verb

PAGE = (ROOT / "docs" / "windows-and-mac.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE))
CODE = re.compile(r"`([^`]+)`")
TYPED = [
    (found[1], command)
    for ours, theirs in ROWS.items()
    if (found := re.fullmatch("`make ([a-z-]+)`", ours))
    for command in CODE.findall(theirs)
    if command.startswith(".venv")
]
VERB = re.compile(r"(?:^|`)make ([a-z]+(?:-[a-z]+)*)", re.MULTILINE)


def on_windows(recipe: str) -> str:
    """Return a line of a recipe as somebody types it in PowerShell."""
    words = recipe.removeprefix("@").replace(f'"{ROOT}"', ".").split()
    return " ".join(
        word.replace("/", "\\") if word.startswith((".venv", "tools/", "notebooks/", "dist/"))
        else word
        for word in words
    ).replace("\\bin\\", "\\Scripts\\")  # fmt: skip


@pytest.mark.parametrize(("name", "command"), TYPED)
def test_windows_is_told_what_the_verb_runs(name: str, command: str) -> None:
    if shutil.which("make") is None:
        pytest.skip("no make on PATH: apt-get install make")
    told = ["make", "--dry-run", name, "STEM=STEM", "TITLE=TITLE"]
    lines = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    runs = [on_windows(line).replace("'", "") for line in lines.splitlines()]
    assert sorted(command.split()) in [sorted(line.split()) for line in runs], runs[-2:]


def test_each_verb_of_a_page_for_facilitators_and_instructors_is_told() -> None:
    pages = [*(ROOT / "facilitator").glob("*.md"), ROOT / "docs" / "grading.md", ROOT / "README.md"]
    used = {verb for page in pages for verb in VERB.findall(page.read_text(encoding="utf-8"))}
    assert len(used) > 8
    told = {name for ours in ROWS for name in VERB.findall(ours)}
    assert used - told == {"release-check", "test", "test-kit"}, "what the last row sends to WSL"


def test_an_error_tells_what_the_page_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {
        name
        for folder in ("src/thousandfold", "tools")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"""\{verb\(["']([a-z-]+)""", path.read_text(encoding="utf-8"))
    }
    assert {"site", "kit", "release"} <= named
    assert {verb(name) for name in named} == {f"make {name}" for name in named}
    assert verb("kit", "--wheels") == "make kit ARGS='--wheels'"
    monkeypatch.setattr(sys, "platform", "win32")
    assert {(name, verb(name)) for name in named} <= {*TYPED}


def test_no_command_for_windows_is_written_for_another_shell() -> None:
    for command in CODE.findall(" ".join(ROWS.values())):
        assert not re.search(r"'|\$\(|\.venv/|tools/", command), command
