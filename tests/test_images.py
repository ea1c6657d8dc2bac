"""Recipes of images and what starts them elsewhere: linted, and none holds an answer.

`make test-images` builds and runs them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import own_image
import pytest
import yaml
from conftest import ROOT
from course import FOR_LEARNERS

RECIPE = ROOT / "images" / "Dockerfile"
PUBLISH = ROOT / "build" / "publish" / "bin"
CALLS = "unshare setns mount umount2 pivot_root mount_setattr sethostname"


def program(name: str) -> str:
    if not (PUBLISH / name).exists():
        pytest.skip(f"{name} is not here: `make build/publish/.done` brings it")
    return str(PUBLISH / name)


def stages() -> dict[str, str]:
    parts = re.split(r"^FROM \S+ AS (\S+)$", RECIPE.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def grading() -> dict[str, Any]:
    values = yaml.safe_load((ROOT / "hub" / "kubernetes" / "values.yaml").read_text("utf-8"))
    found = values["hub"]["config"]["KubeSpawner"]["group_overrides"]["grading"]
    assert isinstance(found, dict)
    return found


def test_the_recipe_is_as_its_linter_wants_it() -> None:
    said = subprocess.run([program("hadolint"), RECIPE], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    lays = ROOT / "images" / "lay-lessons"
    own = [program("hadolint"), "-"]
    said = subprocess.run(own, input=own_image.recipe(), capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    said = subprocess.run([program("shellcheck"), lays], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout


def test_no_image_starts_as_root() -> None:
    built = {"workbench", "learner", "hub", "grader"}
    assert built < set(stages())
    for name in built:
        own = stages()[name] + (stages()["for-learners"] if name in ("learner", "hub") else "")
        assert re.findall(r"^USER (\S+)$", own, re.MULTILINE) == ["1000"], name
    assert re.findall(r"^USER (\S+)$", own_image.recipe(), re.MULTILINE) == ["1000"]


def test_learners_get_what_the_kit_gives_them_and_nothing_else() -> None:
    asked = [
        line[1:]
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    ]
    material = [line for line in asked if line.endswith(".ipynb") or line.startswith("datasets")]
    assert sorted(material) == sorted(FOR_LEARNERS)
    hidden = ("solutions", "tests", "facilitator", "hub/prepare.py", "tools/course.py", ".git")
    assert not [line for line in asked if line.startswith(hidden) or line == "tools"]


def test_what_a_recipe_copies_is_let_through() -> None:
    copied = re.findall(r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", RECIPE.read_text("utf-8"), re.M)
    ignore = (ROOT / ".dockerignore").read_text("utf-8")
    for path in " ".join(copied).split():
        assert (ROOT / path).exists(), path
        assert re.search(rf"^!{re.escape(path)}(?:/|$)", ignore, re.MULTILINE), path


@pytest.mark.skipif(sys.platform == "win32", reason="images are Linux's")
@pytest.mark.parametrize("full", [False, True])
def test_lessons_are_laid_at_home_and_who_has_no_room_is_let_in(full: bool, tmp_path: Path) -> None:
    if full:  # something else lies there
        (tmp_path / "thousandfold").write_text("mine")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["sh", ROOT / "images" / "lay-lessons", "echo", "started"],
        env={**os.environ, "HOME": str(tmp_path), "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "started", done.stderr
    assert (tmp_path / "thousandfold" / "notebooks" / "00_start_here.ipynb").exists() is not full
    assert ("thousandfold:" in done.stderr) is full


def test_a_container_for_development_names_what_is_there() -> None:
    place = ROOT / ".devcontainer"
    settings = json.loads((place / "devcontainer.json").read_text("utf-8"))
    assert (place / settings["build"]["dockerfile"]).resolve() == RECIPE
    assert (place / settings["build"]["context"]).resolve() == ROOT
    assert settings["build"]["target"] in stages()
    for name in settings["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / name).exists()
    target = settings["updateContentCommand"].removeprefix("make ")
    assert f"\n{target}: " in (ROOT / "Makefile").read_text("utf-8")


def test_a_pod_that_grades_is_given_what_the_box_needs_and_no_more() -> None:
    override = grading()["spawner_override"]
    allowed = override["container_security_context"]
    assert allowed["seccompProfile"] == allowed["appArmorProfile"] == {"type": "Unconfined"}
    assert allowed["capabilities"] == {"drop": ["ALL"]}
    assert allowed["allowPrivilegeEscalation"] is False
    assert allowed["runAsUser"] == 1000  # root would give no user namespace, and no box
    assert override["extra_pod_config"] == {"hostUsers": False}
    values = yaml.safe_load((ROOT / "hub" / "kubernetes" / "values.yaml").read_text("utf-8"))
    groups = values["hub"]["config"]["JupyterHub"]["load_groups"]
    assert set(grading()["groups"]) <= set(groups)


@pytest.mark.skipif(sys.platform != "linux", reason="the box is Linux's alone")
def test_the_calls_that_a_pod_must_allow_are_those_that_the_box_makes() -> None:
    made = (ROOT / "src" / "boxgrader" / "box" / "namespaces.py").read_text("utf-8")
    for call in CALLS.split():
        assert call in made
    for page in ("docs/grading-at-scale.md", "hub/kubernetes/README.md"):
        text = (ROOT / page).read_text("utf-8")
        assert [call for call in CALLS.split() if f"`{call}`" not in text] == [], page


def test_a_list_of_calls_of_your_own_gets_those_and_no_more() -> None:
    [added] = re.findall(r"jq '\.syscalls \+= (\[.*\])' default\.json", own_image.page())
    assert json.loads(added) == [{"action": "SCMP_ACT_ALLOW", "names": CALLS.split()}]
