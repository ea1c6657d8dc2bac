"""A test that waits: the longer, the busier the machine; and with a reason when in vain."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from patience import patience, wait_until


def test_a_bound_is_never_shorter_than_on_a_quiet_machine_and_longer_on_a_slow_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert patience(3) >= 3
    monkeypatch.setattr("patience._measured", (float("-inf"), 1.0))
    monkeypatch.setattr("patience._QUIET_SECONDS", 1e-6)
    assert patience(3) > 100


def test_what_was_seen_instead_is_said() -> None:
    with pytest.raises(AssertionError, match="seen instead: only a log"):
        wait_until(lambda: False, 0, seen=lambda: "only a log")


def test_each_test_has_a_limit_of_its_own(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("timeout")
    assert marker is not None
    assert marker.args[0] >= 300


FILES = sorted(path for path in Path(__file__).parent.rglob("*.py") if path.stem != "patience")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_test_waits_a_fixed_time_or_gives_up_after_one(path: Path) -> None:
    """What is not a number of ours, such as a part of a measured time, is no fixed time."""
    found = []
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        bounds = [each.value for each in call.keywords if each.arg == "timeout"]
        if name in {"sleep", "wait", "wait_for_timeout", "communicate"}:
            bounds += call.args
        found += [ast.unparse(call) for bound in bounds if _is_a_number(bound)]
    assert found == [], "pass it through patience"


def _is_a_number(bound: ast.expr) -> bool:
    """Say whether a bound is made of numbers and of constants of its module alone."""
    numbers = (ast.Constant, ast.BinOp, ast.operator, ast.Load)
    return all(
        isinstance(part, numbers) or (isinstance(part, ast.Name) and part.id.isupper())
        for part in ast.walk(bound)
    )
