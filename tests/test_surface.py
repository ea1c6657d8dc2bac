"""What is public: a name that comes or goes changes this file, and CHANGELOG.md with it."""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import boxgrader
import thousandfold
from thousandfold import ExplainedError, datasets, flight, models

# What the models give is derived: `make names` writes it where type checkers read it.
STUB = Path(models.__file__).with_suffix(".pyi")

PUBLIC = {
    models: " ".join(re.findall(r" as (\w+)$", STUB.read_text(encoding="utf-8"), re.MULTILINE)),
    thousandfold: """
        DynamicModel ExplainedError Lines Model Note Picture Series Trajectory __version__ answer
        calibration check checks companies compare draw_guess explore hint keypoint my_company
        my_guesses numbers_for quantity questionnaire read_organisation right robust show simulate
        speak sweep
        where_was_i with_my_numbers
        """,
    datasets: "folder load names",
    flight: """
        API COMPARED DECIDES FEATURES_ONLY GOAL MOST_HIRED MOST_KEPT MOST_SQUADS REACTING SHARES
        STEADY Decision Flight Game Room Rules Table cockpit fly fly_again fly_companies
        forecast_errors ignoring_one lead_picture loops_picture luck_picture points
        policy_form reaching_by_chance read_policy scorecard shares_of_skill_and_luck skill_and_luck
        to_look_at what_survives with_rules
        """,
    boxgrader: """
        BoxError GraderError GradingError Limits Marks Plan Reason Refused Settings __version__
        install mark plan
        """,
}


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_this_is_public_and_nothing_else(module: object) -> None:
    assert sorted(module.__all__) == sorted(PUBLIC[module].split())
    for name in module.__all__:
        assert getattr(module, name) is not None
    assert set(module.__all__) <= set(dir(module))


def test_all_of_it_is_there_in_a_browser_without_what_only_pages_need() -> None:
    """The workshop for browsers has no template engine; a name that needs one would stop `*`."""
    lacks = "import sys; sys.modules |= dict.fromkeys(['jinja2', 'markupsafe', 'tornado'])"
    done = subprocess.run(
        [sys.executable, "-c", f"{lacks}; from thousandfold import *; questionnaire('before')"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_a_name_that_is_not_there_is_said() -> None:
    for module in (thousandfold, models, boxgrader):
        with pytest.raises(AttributeError, match="no_such_name"):
            module.no_such_name  # noqa: B018


@pytest.mark.parametrize("package", ["thousandfold", "boxgrader"])
def test_type_checkers_read_the_package(package: str) -> None:
    assert (ROOT / "src" / package / "py.typed").is_file()


def errors(package: str) -> dict[str, type[BaseException]]:
    """Return all errors that a package defines, by the name of their class."""
    found = {}
    for path in (ROOT / "src" / package).rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and _may_raise(node):
                parts = path.relative_to(ROOT / "src").with_suffix("").parts
                kind = getattr(importlib.import_module(".".join(parts)), node.name)
                if issubclass(kind, Exception):
                    found[node.name] = kind
    return found


def _may_raise(node: ast.ClassDef) -> bool:
    bases = [ast.unparse(base) for base in node.bases]
    known = {name for name in vars(builtins) if name.endswith(("Error", "Exception", "Warning"))}
    return any(base in known or base.endswith(("Error", "Exception", "Warning")) for base in bases)


def test_all_errors_that_a_person_sees_explain_themselves() -> None:
    ours = errors("thousandfold")
    warnings = {name for name, kind in ours.items() if issubclass(kind, Warning)}
    assert {name for name, kind in ours.items() if not issubclass(kind, ExplainedError)} == warnings
    # Three of the grader's never leave it: two end a run in a box, one a look at its files.
    theirs = errors("boxgrader")
    inside = {"EndedError", "NotPlainError", "TooMuchError"}
    told = {name for name, kind in theirs.items() if issubclass(kind, boxgrader.GraderError)}
    assert theirs.keys() - told == inside


def test_an_error_shows_its_sentence_alone() -> None:
    for kind in (ExplainedError, boxgrader.GraderError):
        assert kind("Do this.")._render_traceback_() == ["Do this."]
        assert issubclass(kind, ValueError)


def test_the_list_of_changes_names_this_version() -> None:
    changes = Path(ROOT, "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {thousandfold.__version__}" in changes
