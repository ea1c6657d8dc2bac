"""What Binder would build, as far as that can be seen without its engine.

repo2docker, the program behind Binder, reads a folder and writes the recipe of an image. A badly
indented `environment.yml` makes it take another Python without a word, so its words are read here.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

pytest.importorskip("repo2docker", reason="the recipe was not read: repo2docker is not installed")


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("binder")
    for name in ("environment.yml", "postBuild", "requirements.lock"):
        shutil.copy2(ROOT / name, folder)
    return written_for(folder)


def written_for(folder: Path) -> str:
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def asked() -> str:
    [python] = [
        line
        for line in yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
        if str(line).startswith("python=")
    ]
    return str(python).removeprefix("python=")


def test_binder_takes_the_python_that_is_asked_for(recipe: str) -> None:
    assert f"environment for python={asked()}\n" in recipe
    prepared = recipe.replace("-2e", ".").replace("-2d", "-")  # its files have quoted names
    assert f"environment.py-{asked()}-linux-64.lock" in prepared, "Binder has no base for it"


def test_binder_installs_the_lock_and_runs_our_last_step(recipe: str) -> None:
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"' in recipe
    assert "RUN ./postBuild" in recipe
    assert recipe.index('--file "environment.yml"') < recipe.index("RUN ./postBuild")


def test_another_python_would_be_noticed(tmp_path: Path) -> None:
    text = (ROOT / "environment.yml").read_text("utf-8")
    (tmp_path / "environment.yml").write_text(text.replace(f"python={asked()}", "python=3.12"))
    assert f"environment for python={asked()}\n" not in written_for(tmp_path)
