"""The workflows: what they may do, what they hang on, and what their steps do when they are run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import linux_alone
import pytest
import workflows
import yaml
from conftest import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
PROGRAMS = ROOT / "build" / "publish" / "bin"
READ: dict[str, Any] = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in FILES}
TRIGGERS = True  # what `on` is to YAML
# Who may write what, and where: whatever else is asked for must be argued for here.
MAY: dict[tuple[str, str], dict[str, str]] = {
    ("locks", "propose"): {"actions": "write", "contents": "write", "pull-requests": "write"},
    ("release", "announce"): {"contents": "write"},
    ("release", "publish"): {"id-token": "write"},
    ("site", "publish"): {"pages": "write", "id-token": "write"},
}
NAMES = [f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]


def program(name: str) -> str:
    """Return one that looks at what is published; without it a test is skipped."""
    if not (PROGRAMS / name).is_file():
        pytest.skip(f"no {name} in build/publish, so no workflow was read: `make test` sets it up")
    return str(PROGRAMS / name)


def looked_at(command: Sequence[str | Path]) -> None:
    """Run a program that reads workflows, and fail with what it says."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def every_step() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, workflow in READ.items():
        for job, said in workflow["jobs"].items():
            for step in workflows.expanded(said["steps"]):
                yield name, job, step


def test_workflows_have_the_form_that_github_reads() -> None:
    check = [program("check-jsonschema"), "--builtin-schema"]
    looked_at([*check, "vendor.github-workflows", *FILES])
    looked_at([*check, "vendor.github-actions", *ACTIONS])
    looked_at([*check, "vendor.dependabot", ROOT / ".github" / "dependabot.yml"])


def test_nothing_in_them_is_known_to_be_dangerous() -> None:
    looked_at([program("zizmor"), "--offline", "--persona=pedantic", ROOT / ".github"])


def test_shellcheck_finds_nothing_in_a_step(tmp_path: Path) -> None:
    shellcheck = program("shellcheck")
    scripts = [step["run"] for _, _, step in every_step() if "run" in step]
    for number, script in enumerate(scripts):
        (tmp_path / f"{number}.sh").write_text(f"#!/bin/bash -e\n{script}", encoding="utf-8")
    assert len(scripts) > 8
    looked_at([shellcheck, *sorted(tmp_path.iterdir())])


def test_an_action_is_named_by_its_commit_with_its_version_and_by_one_alone() -> None:
    texts = [path.read_text("utf-8") for path in (*FILES, *ACTIONS)]
    uses = [line for text in texts for line in re.findall(r"^.*\buses:.*$", text, re.MULTILINE)]
    # Ours are those of the commit of the workflow, so they name no other.
    own = re.compile(r"\s*(?:- )?uses: \$/\.github/actions/([\w-]+)")
    named = {match[1] for line in uses if (match := own.fullmatch(line))}
    assert named == {path.parent.name for path in ACTIONS}
    uses = [line for line in uses if not own.fullmatch(line)]
    assert len(uses) == sum("uses" in step for _, _, step in every_step())
    # By commit: a tag can be moved to another one.
    pinned = re.compile(r"\s*(?:- )?uses: ([\w/-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
    found = [pinned.fullmatch(line) for line in uses]
    assert [line for line, match in zip(uses, found, strict=True) if not match] == []
    pins = {match.groups() for match in found if match}
    assert len({name for name, *_ in pins}) == len(pins), "one action, one commit"


@pytest.mark.parametrize("name", READ)
def test_a_workflow_may_do_no_more_than_it_must(name: str) -> None:
    workflow = READ[name]
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"]
    assert set(workflow[TRIGGERS]) <= {"push", "pull_request", "schedule", "workflow_dispatch"}
    assert "secrets." not in (ROOT / f".github/workflows/{name}.yml").read_text("utf-8")
    for job, said in workflow["jobs"].items():
        assert said["permissions"] == MAY.get((name, job), {"contents": "read"})
        assert said["timeout-minutes"] <= 240
        # Whoever could write is given no code of ours that was just built, and no shell of others.
        if "id-token" in said["permissions"]:
            assert not any("run" in step for step in said["steps"])
            assert said["environment"]["name"]


def test_where_learners_code_is_run_its_box_is_allowed_first() -> None:
    """The runner's Ubuntu forbids it, and grading then refuses. It is said in one place."""
    allowed = "kernel.apparmor_restrict_unprivileged_userns=0"
    checked = []
    for path in FILES:
        for job in workflows.jobs(path):
            runs = [step.get("run", "") for step in job.steps]
            tries = re.compile(r'make (test|release-check|"\$VERB")')
            if first := next((at for at, run in enumerate(runs) if tries.match(run)), 0):
                checked.append(job.workflow)
                assert any(allowed in run for run in runs[:first]), job
    assert sorted(set(checked)) == ["long", "release", "tests"]
    texts = [path.read_text("utf-8") for path in (*FILES, *ACTIONS)]
    assert sum(text.count(allowed) for text in texts) == 1


def test_a_step_calls_what_is_there() -> None:
    verbs = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    runs = "\n".join(step["run"] for _, _, step in every_step() if "run" in step)
    called = set(re.findall(r"make ([a-z-]+)", runs))
    called |= set(READ["long"]["jobs"]["verb"]["strategy"]["matrix"]["verb"])
    assert called - set(verbs) == set()
    files = re.findall(r"python (\S+\.py)|gh workflow run (\S+\.yml)", runs)
    assert len(files) > 2
    for tool, workflow in files:
        assert (ROOT / (tool or f".github/workflows/{workflow}")).is_file()


def test_what_a_linux_cannot_run_of_them_is_said(
    tmp_path: Path, git: None, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no clone, so no steps were laid out: test in a clone of yours")
    runner = workflows.Runner(tmp_path)
    for path in FILES:
        for job in workflows.jobs(path):
            runner.job(job, only_listed=True)
    told = "\n".join(runner.results)
    assert "this is no windows-2025" in told
    assert "gh-action-pypi-publish: not run: GitHub alone can do that" in told
    assert "Open a pull request, or renew it: would be run" in told
    assert runner.failed == set()


# What the steps of our own do, run as they stand in the file.


def script(workflow: str, job: str, name: str) -> str:
    [found] = [
        step["run"]
        for step in READ[workflow]["jobs"][job]["steps"]
        if step.get("name", "").startswith(name)
    ]
    return str(found)


class Remote:
    """A repository with a remote, and the calls of `gh` that a step has made."""

    def __init__(self, place: Path) -> None:
        self.origin, self.home = place / "origin.git", place / "home"
        self.programs, self.calls = place / "programs", place / "calls.txt"
        self.programs.mkdir()
        self.git("init", "--quiet", "--bare", "--initial-branch=main", self.origin, at=place)
        self.git("clone", "--quiet", self.origin, self.home, at=place)
        self.git("switch", "--quiet", "--create", "main")
        self.commit("requirements.lock", "numpy==2.1\n")
        self.git("push", "--quiet", "origin", "main")
        self.answers("")

    def git(self, *command: str | Path, at: Path | None = None) -> str:
        known = dict.fromkeys(NAMES, "a@b.c")
        return subprocess.run(
            ["git", *command],
            cwd=at or self.home,
            env={**os.environ, **known},
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout.strip()

    def commit(self, name: str, text: str) -> str:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.git("add", name)
        self.git("commit", "--quiet", "--message", name)
        return self.git("rev-parse", "HEAD")

    def answers(self, text: str, fails: str = "nothing") -> None:
        """Let `gh` answer with a text, and fail at one of its verbs."""
        gh = self.programs / "gh"
        fail = f'case "$*" in "{fails}"*) exit 1;; esac'
        gh.write_text(f'#!/bin/sh\necho "$*" >>"$GH_CALLS"\n{fail}\necho "{text}"\n', "utf-8")
        gh.chmod(0o755)

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        self.calls.write_text("", encoding="utf-8")
        given = {"GH_CALLS": str(self.calls), "GITHUB_REPOSITORY": "owner/name", "BASE": "main"}
        return workflows.run(script, self.home, given | variables, self.programs)

    @property
    def called(self) -> list[str]:
        return [line.split(" --")[0] for line in self.calls.read_text("utf-8").splitlines()]


@pytest.fixture
def remote(tmp_path: Path, git: None, monkeypatch: pytest.MonkeyPatch) -> Remote:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    return Remote(tmp_path)


def test_only_a_tag_that_is_the_version_and_lies_on_main_is_released(remote: Remote) -> None:
    check = script("release", "build", "The tag is the version")
    version = (ROOT / "src/thousandfold/__init__.py").read_text("utf-8")
    tag = "v" + re.findall(r'^__version__ = "(.*)"$', version, re.MULTILINE)[0]
    merged = remote.commit("src/thousandfold/__init__.py", version)
    remote.git("push", "--quiet", "origin", "main")
    done = remote.run(check, GITHUB_REF_NAME=tag, GITHUB_SHA=merged)
    assert (done.returncode, done.stdout) == (0, "")
    for wrong in ("v", tag + "0", tag[1:]):
        done = remote.run(check, GITHUB_REF_NAME=wrong, GITHUB_SHA=merged)
        assert done.returncode == 1
        assert f"Tag {tag}, or change the version first" in done.stdout
    beside = remote.commit("more.txt", "not on main")
    done = remote.run(check, GITHUB_REF_NAME=tag, GITHUB_SHA=beside)
    assert done.returncode == 1
    assert "does not lie on main" in done.stdout


def test_new_locks_are_proposed_once_and_renewed(remote: Remote) -> None:
    propose = script("locks", "propose", "Open a pull request")
    made = remote.home / "made"
    made.mkdir()
    shutil.copy(remote.home / "requirements.lock", made)
    done = remote.run(propose)
    assert done.returncode == 0
    assert "newest version" in done.stdout
    assert remote.called == []
    for text, there, called in (("2.2", "", ["pr create"]), ("2.3", "7", [])):
        remote.answers(there)
        remote.git("switch", "--quiet", "--detach", "origin/main")  # a runner's clone is a new one
        with_it = remote.git("branch", "--list", "locks")
        if with_it:
            remote.git("branch", "--quiet", "--delete", "--force", "locks")
        (made / "requirements.lock").write_text(f"numpy=={text}\n", encoding="utf-8")
        (made / "evil.sh").touch()
        done = remote.run(propose)
        assert done.returncode == 0, done.stdout
        assert remote.called == ["auth setup-git", "pr list", *called, "workflow run tests.yml"]
        shown = remote.git("show", "--format=%an", "--stat", "locks", at=remote.origin)
        assert shown.startswith("github-actions[bot]")
        assert remote.git("show", "locks:requirements.lock", at=remote.origin) == f"numpy=={text}"
        assert remote.git("rev-list", "--count", "main..locks", at=remote.origin) == "1"
        changed = remote.git("diff", "--name-only", "main", "locks", at=remote.origin)
        assert changed == "requirements.lock"


def test_what_was_made_where_code_of_others_ran_lands_apart() -> None:
    for workflow, job, step in every_step():
        if step.get("uses", "").startswith("actions/download-artifact@"):
            assert step["with"]["path"] in ("dist", "made"), (workflow, job)


def test_a_release_that_is_there_is_only_filled(remote: Remote) -> None:
    announce = script("release", "announce", "Create the release")
    (remote.home / "dist").mkdir()
    (remote.home / "dist" / "one.whl").touch()
    remote.answers("", fails="release view")
    assert remote.run(announce, GITHUB_REF_NAME="v1").returncode == 0
    assert remote.called == [
        "release view v1",
        "release create v1",
        "release upload v1 dist/one.whl",
    ]
    remote.answers("")
    assert remote.run(announce, GITHUB_REF_NAME="v1").returncode == 0
    assert remote.called == ["release view v1", "release upload v1 dist/one.whl"]


# What runs on every system.


def test_each_file_that_runs_on_linux_alone_is_there_and_has_a_reason() -> None:
    for name, reason in linux_alone.WHY.items():
        assert (ROOT / "tests" / name).exists(), name
        assert len(reason) > 20


@pytest.mark.parametrize("room", ["models", "lessons", "test_kit.py", "drawing"])
def test_kit_lessons_and_models_run_everywhere(room: str) -> None:
    files = [ROOT / "tests" / room, *(ROOT / "tests" / room).glob("test_*.py")]
    assert [path for path in files if linux_alone.why(path)] == []


def test_a_file_that_cannot_be_imported_elsewhere_is_skipped_in_a_sentence(tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    (tests / "grading").mkdir(parents=True)
    for name in ("conftest.py", "linux_alone.py", "patience.py", "published.json"):
        shutil.copy(ROOT / "tests" / name, tests)
    (tests / "grading" / "test_box.py").write_text("import nothing_like_it\n", encoding="utf-8")
    (tests / "test_core.py").write_text("def test_core(): pass\n", encoding="utf-8")
    command = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-n0", "-rs", "-p"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *command, "no:cacheprovider", tests, "--every-system"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert linux_alone.WHY["grading"] in done.stdout
    assert "1 passed" in done.stdout
