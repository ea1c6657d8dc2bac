"""Who may import whom: no circle, no door that is not drawn, nobody in another's private names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import names
import nbformat
import pytest
from conftest import ROOT

PACKAGE = ROOT / "src" / "thousandfold"

# Each room, and the rooms that a file in it may import; a file at the root is a room of its own.
MAY_IMPORT = {
    "errors": "",
    "interrupts": "",
    "writing": "errors",
    "language": "errors",
    "picture": "errors",
    "drawing": "errors language picture",
    "core": "errors language picture",
    "datasets": "errors",
    "environment": "datasets errors",
    "repository": "core datasets errors picture writing",
    "models": "core datasets errors language picture repository",
    "teaching": "core datasets drawing errors language models picture repository writing",
    "player": "core datasets drawing errors picture teaching writing",
    "flight": "core drawing errors models picture player teaching writing",
    "keypoints": "core datasets errors flight language models repository",
    "inventory": "core errors flight models picture writing",
    "facilitation": (
        "datasets drawing errors flight inventory keypoints language player teaching writing"
    ),
    "room": (
        "core drawing errors facilitation flight interrupts inventory picture player teaching "
        "writing"
    ),
    "commands": "environment errors facilitation inventory language repository room writing",
    "cli": "commands errors interrupts",
    "__init__": "core environment errors facilitation keypoints language picture teaching",
}
# A picture draws itself, when it is asked to.
DRAWING = ("picture.base", "drawing")

FORBIDDEN = [
    (room, other)
    for room, allowed in MAY_IMPORT.items()
    for other in MAY_IMPORT
    if other not in {room, "__init__", *allowed.split()}
]


def module(path: Path) -> str:
    """Return the name of a file inside the package, such as ``models.debt``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES = {module(path): path for path in PACKAGE.rglob("*.py")}


def imported(source: str) -> Iterator[str]:
    """Yield what a file imports from the package, wherever in it that stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            asked = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            asked = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in asked:
            inside = name.removeprefix("thousandfold.")
            if inside != name:
                while inside not in MODULES and "." in inside:
                    inside = inside.rpartition(".")[0]
                yield inside


def wrong_doors(name: str, source: str) -> list[str]:
    """Return what a file imports from rooms that it has no door to."""
    room = name.partition(".")[0]
    return [
        f"{name} imports {other}"
        for other in imported(source)
        if other.partition(".")[0] not in {room, *MAY_IMPORT[room].split()}
        and (name, other) != DRAWING
    ]


def test_every_room_is_in_the_table() -> None:
    assert {name.partition(".")[0] for name in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_file_imports_only_from_rooms_that_its_room_may(name: str) -> None:
    assert wrong_doors(name, MODULES[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("room", "other"), FORBIDDEN)
def test_a_forbidden_import_is_seen(room: str, other: str) -> None:
    for line in (
        f"from thousandfold.{other} import something",
        f"from thousandfold import {other}",
        f"import thousandfold.{other}",
    ):
        inside_a_function = f"def f():\n    {line}\n"
        assert wrong_doors(room, line) == [f"{room} imports {other}"]
        assert wrong_doors(f"{room}.file", inside_a_function) == [f"{room}.file imports {other}"]


def test_no_circle() -> None:
    doors = {
        name: {
            other
            for other in imported(path.read_text(encoding="utf-8"))
            if other != name and (name, other) != DRAWING
        }
        for name, path in MODULES.items()
    }
    while free := {name for name, others in doors.items() if not others & doors.keys()}:
        doors = {name: others for name, others in doors.items() if name not in free}
    assert doors == {}, "these import each other in a circle"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_file_imports_private_names_of_another(name: str) -> None:
    private = [
        alias.name
        for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert private == []


def test_the_root_holds_few_things_and_no_file_is_long() -> None:
    entries = [path for path in PACKAGE.iterdir() if path.name != "__pycache__"]
    assert len(entries) <= 23
    long = {
        name: lines
        for name, path in MODULES.items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines()))
        > (370 if name.startswith("models.") else 450)
    }
    assert long == {}, "one subject a file"


def test_the_names_of_the_models_are_those_that_the_files_define() -> None:
    assert names.STUB.read_text(encoding="utf-8") == names.stub(), "make names"


NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb")])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_lessons_and_exercises_import_from_four_places(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    places = set(re.findall(r"^\s*(?:from|import) (thousandfold\S*)", code, re.MULTILINE))
    assert places <= {
        "thousandfold",
        "thousandfold.datasets",
        "thousandfold.flight",
        "thousandfold.models",
    }
