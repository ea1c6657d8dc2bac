"""Run the steps of `.github/workflows` in fresh clones, as a runner of GitHub does.

    python tools/workflows.py                  # every job that a Linux runs: hours
    python tools/workflows.py locks release    # the jobs of these workflows
    python tools/workflows.py --list           # what would be run, and what not, and why

Only what is committed is looked at. What GitHub alone has is stood in for: the clone, artifacts, a
`gh` that answers nothing, the variables of a runner, and a bare clone in place of the remote.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from gone_after import gone_after
from pythons import find

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = ROOT / ".github" / "workflows"
OURS = "$/"
"""How GitHub knows an action of this repository: at the commit of the workflow itself."""
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
KNOWN = {
    "github.event.repository.default_branch": "main",
    "github.token": "a stand-in",
}
GH = '#!/bin/sh\necho "gh $*" >>"$GH_CALLS"\n'


class CannotRunError(Exception):
    """Why a step is not run here."""


@dataclass(frozen=True)
class Job:
    """A job of a workflow, once for each choice of its matrix."""

    workflow: str
    name: str
    steps: tuple[dict[str, Any], ...]
    runs_on: str
    needs: tuple[str, ...]
    matrix: Mapping[str, str]

    def __str__(self) -> str:
        """Return how the job is called in what is said."""
        chosen = ", ".join(self.matrix.values())
        return f"{self.workflow}, {self.name}" + (f" ({chosen})" if chosen else "")

    def filled(self, text: str) -> str:
        """Return a text with the values of its expressions.

        Raises
        ------
        CannotRunError
            If GitHub alone knows one.
        """

        def value(found: re.Match[str]) -> str:
            known = KNOWN | {f"matrix.{key}": value for key, value in self.matrix.items()}
            if found[1] not in known:
                raise CannotRunError(f"GitHub alone knows {found[1]}")
            return known[found[1]]

        return EXPRESSION.sub(value, text)


def choices(matrix: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield each choice of a matrix, and what it includes on top."""
    keys = [key for key in matrix if key != "include"]
    for values in itertools.product(*(matrix[key] for key in keys)):
        yield dict(zip(keys, map(str, values), strict=True))
    yield from matrix.get("include", ())


def jobs(path: Path) -> Iterator[Job]:
    """Yield the jobs of a workflow, each after those that it needs."""
    for name, said in yaml.safe_load(path.read_text("utf-8"))["jobs"].items():
        for matrix in choices(said.get("strategy", {}).get("matrix", {})):
            needs = said.get("needs", [])
            job = Job(
                path.stem,
                name,
                tuple(expanded(said["steps"])),
                said["runs-on"],
                tuple([needs] if isinstance(needs, str) else needs),
                matrix,
            )
            yield job


def expanded(steps: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the steps of a job, with those of our own actions in their place."""
    for step in steps:
        if (name := step.get("uses", "")).startswith(OURS):
            action = yaml.safe_load(
                (ROOT / name.removeprefix(OURS) / "action.yml").read_text("utf-8")
            )
            yield from expanded(action["runs"]["steps"])
        else:
            yield step


def run(
    script: str, folder: Path, variables: Mapping[str, str], stand_ins: Path
) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does, and return how it ended, with what it said."""
    path = os.pathsep.join([str(stand_ins), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, **variables, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


@dataclass
class Runner:
    """Runs one job after another, and keeps what they leave for each other."""

    place: Path
    results: list[str] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._origin = self.place / "origin.git"
        self._stand_ins = self.place / "programs"
        self._artifacts = self.place / "artifacts"
        for folder in (self._stand_ins, self._artifacts):
            folder.mkdir()
        gh = self._stand_ins / "gh"
        gh.write_text(GH, encoding="utf-8")
        gh.chmod(0o755)
        _git("clone", "--quiet", "--bare", str(ROOT), str(self._origin))
        _git("--git-dir", str(self._origin), "update-ref", "refs/heads/main", "HEAD")
        _git("--git-dir", str(self._origin), "symbolic-ref", "HEAD", "refs/heads/main")

    def job(self, job: Job, *, only_listed: bool = False) -> None:
        """Run all steps of a job that can be run, and note what became of each."""
        with tempfile.TemporaryDirectory(dir=self.place) as folder:
            home = Path(folder, "checkout")
            home.mkdir()
            stopped = ""
            if missing := {f"{job.workflow}, {name}" for name in job.needs} & self.failed:
                stopped = f"{min(missing)} has failed"
            for step in job.steps:
                name = step.get("name") or step["uses"].partition("@")[0]
                begun = time.monotonic()
                try:
                    if stopped:
                        raise CannotRunError(stopped)
                    told = self._step(job, step, home, only_listed=only_listed)
                except CannotRunError as error:
                    told = f"not run: {error}"
                    if "uses" in step:  # what comes after stands on it
                        stopped = str(error)
                if told == "FAILED":
                    stopped = "a step before it has failed"
                    self.failed.add(f"{job.workflow}, {job.name}")
                spent = f" in {time.monotonic() - begun:.0f} s" if told in ENDED else ""
                self.results.append(f"{job}: {name}: {told}{spent}")
                print(self.results[-1], flush=True)

    def _step(self, job: Job, step: dict[str, Any], home: Path, *, only_listed: bool) -> str:
        if not job.filled(job.runs_on).startswith("ubuntu-"):
            raise CannotRunError(f"this is no {job.filled(job.runs_on)}")
        if "uses" in step:
            given = {key: job.filled(str(value)) for key, value in step.get("with", {}).items()}
            return self._action(step["uses"].partition("@")[0], given, home, only_listed)
        if "sudo " in step["run"]:
            raise CannotRunError("it changes the machine")
        variables = {key: job.filled(str(value)) for key, value in step.get("env", {}).items()}
        script = job.filled(step["run"])
        if only_listed:
            return "would be run"
        done = run(script, home, self._variables(job, home) | variables, self._stand_ins)
        if done.returncode:
            print(done.stdout, flush=True)
        return "FAILED" if done.returncode else "passed"

    def _action(self, name: str, given: Mapping[str, str], home: Path, only_listed: bool) -> str:
        if name not in STOOD_IN:
            raise CannotRunError("GitHub alone can do that")
        if only_listed:
            return "would be stood in for"
        if name == "actions/checkout":
            _git("clone", "--quiet", str(self._origin), str(home))
        elif name == "actions/setup-python":
            self._give_python(given["python-version"])
        elif name == "actions/upload-artifact":
            found = [path for pattern in given["path"].split() for path in home.glob(pattern)]
            if not found:
                return "FAILED"
            kept = self._artifacts / given["name"]
            kept.mkdir(exist_ok=True)
            for path in found:
                shutil.copy2(path, kept)
        else:
            wanted = self._artifacts.glob(f"{given.get('name', '*')}/*")
            target = home / given.get("path", ".")
            target.mkdir(exist_ok=True)
            for path in wanted:
                shutil.copy2(path, target)
        return "stood in for"

    def _give_python(self, version: str) -> None:
        found = find(version)
        if found is None:
            raise CannotRunError(f"there is no Python {version} here")
        python = self._stand_ins / "python"
        python.unlink(missing_ok=True)
        python.symlink_to(found)

    def _variables(self, job: Job, home: Path) -> dict[str, str]:
        there = (home / ".git").exists()
        sha = _git("-C", str(home), "rev-parse", "HEAD").strip() if there else ""
        tagged = job.workflow == "release" and there
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REF_NAME": _version_tag(home) if tagged else "main",
            "GITHUB_REPOSITORY": "owner/name",
            "GITHUB_SHA": sha,
            "GH_CALLS": str(self.place / "gh-calls.txt"),
            **{f"GITHUB_{name}": str(self.place / name) for name in ("ENV", "OUTPUT")},
        }


ENDED = ("passed", "FAILED")
STOOD_IN = (
    "actions/checkout",
    "actions/download-artifact",
    "actions/setup-python",
    "actions/upload-artifact",
)


def _version_tag(home: Path) -> str:
    text = (home / "src/thousandfold/__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(.*)"$', text, re.MULTILINE)
    return f"v{found[1]}" if found else ""


def _git(*command: str) -> str:
    return subprocess.run(
        ["git", *command], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


def main() -> int:
    """Run the jobs of the workflows that are named, or of all."""
    known = {path.stem: path for path in sorted(WORKFLOWS.glob("*.yml"))}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="workflow", help=", ".join(known))
    parser.add_argument("--list", action="store_true", help="say what would be run")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
    with gone_after("workflows") as place:
        runner = Runner(place)
        for name in asked.names or known:
            for job in jobs(known[name]):
                runner.job(job, only_listed=asked.list)
    ran = [result for result in runner.results if ": not run: " not in result]
    print(f"{len(ran)} of {len(runner.results)} steps; failed: {len(runner.failed)} jobs")
    return int(bool(runner.failed))


if __name__ == "__main__":
    sys.exit(main())
