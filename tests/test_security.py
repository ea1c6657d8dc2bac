"""SECURITY.md: every promise names a test that there is, every cell of its table is tried."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / "tests" / "grading"))
sys.path.append(str(ROOT / "tests" / "room"))
from hostile_class import attacks
from test_room_attacks import WHERE, WHO

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ATTACKS = attacks()
TRIED = {(attack.get("who"), attack.get("what")) for attack in ATTACKS.values()}


def names_of_tests() -> Iterator[str]:
    """Yield the name of each test there is."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node.name


def tables() -> dict[str, list[list[str]]]:
    """Return the rows of each table with its head, by the heading it stands under."""
    found: dict[str, list[list[str]]] = {}
    for section in TEXT.split("\n## ")[1:]:
        lines = [line for line in section.splitlines() if line.startswith("| ") or "|---" in line]
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        found[section.splitlines()[0]] = [row for row in rows if not row[0].startswith("---")]
    return found


WHO_WHAT = tables()["Who attacks what"]
CELLS = {
    (row[0], what): said
    for row in WHO_WHAT[1:]
    for what, said in zip(WHO_WHAT[0][1:], row[1:], strict=True)
}
PROMISES = [
    (heading, row[0], row[-1])
    for heading, rows in tables().items()
    if rows and rows[0][-1] == "held by"
    for row in rows[1:]
]


def test_each_test_and_attack_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 30
    assert named - set(names_of_tests()) == set()
    assert set(re.findall(r"`attacks/(\w+)`", TEXT)) - set(ATTACKS) == set()


def test_there_is_a_table_for_each_service() -> None:
    headings = " ".join({heading.lower() for heading, _, _ in PROMISES})
    for service in ("grader", "report", "room", "hub", "site's server", "history", "takeaway"):
        assert service in headings


@pytest.mark.parametrize(("heading", "tries", "held_by"), PROMISES)
def test_each_promise_is_held_by_a_test(heading: str, tries: str, held_by: str) -> None:
    assert re.search(r"`test_\w+`", held_by), f"{heading}: {tries}"


@pytest.mark.parametrize("cell", CELLS)
def test_each_cell_is_tried_or_says_why_not(cell: tuple[str, str]) -> None:
    said = CELLS[cell]
    assert ("attacks" in said) == (cell in TRIED)
    assert "attacks" in said or "`test_" in said or said.startswith("does not apply: ")


def test_whoever_attacks_the_room_by_whatever_is_tried() -> None:
    head, *rows = tables()["Who attacks the room by what"]
    assert (len(rows), len(head) - 1) == (len(WHO), len(WHERE))
    assert all(cell for row in rows for cell in row)


def test_each_attack_belongs_to_a_cell() -> None:
    lost = {name for name, it in ATTACKS.items() if (it.get("who"), it.get("what")) not in CELLS}
    assert lost == set()


def test_what_succeeds_is_said() -> None:
    succeed = {name for name, attack in ATTACKS.items() if "succeeds" in attack}
    assert set(re.findall(r"`attacks/(\w+)`", TEXT)) == succeed
