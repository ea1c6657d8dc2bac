"""The command line: what it prints, what it writes, what it returns."""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import os
import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from thousandfold import cli
from thousandfold.cli import main
from thousandfold.commands import Command
from thousandfold.repository import counts
from thousandfold.repository.counts import History, HistoryError, MonthCounts

SOURCE = Path(cli.__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the configuration of this machine out, and colours out of the help."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def repository(git: None, tmp_path: Path) -> Path:
    """Return a repository with two authors in two months, and one more commit."""
    place = tmp_path / "shop"
    subprocess.run(["git", "init", "--quiet", place], check=True)
    commits = [
        ("ann", "2024-01-05", "a"),
        ("bob", "2024-01-06", "a"),
        ("ann", "2024-02-05", "b"),
        ("ann", "2024-03-05", "c"),
    ]
    for number, (name, day, path) in enumerate(commits):
        (place / path).write_text(str(number))
        date = f"{day}T12:00:00Z"
        variables = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        for who in ("AUTHOR", "COMMITTER"):
            variables |= {f"GIT_{who}_NAME": name, f"GIT_{who}_EMAIL": f"{name}@secret.example"}
        for command in (["add", path], ["commit", "--quiet", "--message=words"]):
            subprocess.run(["git", *command], cwd=place, env=os.environ | variables, check=True)
    return place


TABLE = """\
month,commits,active_authors,new_authors,possible_paths,coedit_paths,files_touched,touches
2024-01,2,2,2,1,1,1,2
2024-02,1,1,0,0,0,1,1
"""


def test_history_writes_the_table(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", str(repository), "--output", "growth.csv"]) == 0
    assert Path("growth.csv").read_bytes() == TABLE.encode()
    first, warned = capsys.readouterr().out.splitlines()
    assert first == "2 months with commits, 2024-01 to 2024-02"
    assert warned.startswith("a small count in a table is a person: before you show one to anybody")


def test_a_package_that_only_the_workshop_brings_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As after `pip install thousandfold` alone."""
    monkeypatch.setitem(sys.modules, "segno", None)
    assert (
        main(
            [
                "link",
                "--lite=https://example.org",
                "--lesson=6",
                "--qr",
                f"--folder={SOURCE.parent}",
            ]
        )
        == 1
    )
    assert "segno is not installed here" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "jupyter_core.paths", None)
    assert main(["check"]) == 1
    told = capsys.readouterr().out
    assert "NOT YET  JupyterLab is missing: " in told
    assert "pip install 'thousandfold[workshop]'" in told


def test_history_replaces_a_table_and_leaves_nothing_else(repository: Path) -> None:
    Path("growth.csv").write_text("old", encoding="utf-8")
    assert main(["history", "shop", "--output", "growth.csv"]) == 0
    assert Path("growth.csv").read_text(encoding="utf-8") == TABLE
    assert sorted(Path().iterdir()) == [Path("growth.csv"), Path("shop")]


def test_the_program_as_a_process(repository: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "thousandfold.cli", "history", "shop", "--output", "growth.csv"],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "secret" not in done.stdout
    assert Path("growth.csv").read_text(encoding="utf-8") == TABLE


@pytest.mark.usefixtures("git")
def test_a_name_that_the_alphabet_of_windows_lacks_ends_no_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(arguments: argparse.Namespace) -> int:
        print("Łódź")
        return 0

    telling = Command("tell", "tell", "tell", "tell", lambda parser: None, run)
    monkeypatch.setattr(cli, "COMMANDS", (telling,))
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "cp1252", write_through=True))
    assert main(["tell"]) == 0
    assert written.getvalue().split() == [b"\\u0141\xf3d\\u017a"]


def test_a_stated_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "missing", "--output", "growth.csv"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("thousandfold: there is no folder missing")
    assert shown.err.count("\n") == 1
    assert not list(Path().iterdir())


def test_a_mistyped_folder_is_noticed_before_the_count(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(counts, "read_history", lambda *_, **__: pytest.fail("counted"))
    assert main(["history", "shop", "--output", "missing/growth.csv"]) == 1
    assert capsys.readouterr().err.startswith("thousandfold: cannot write missing/growth.csv")


def test_a_failed_count_leaves_the_old_table(repository: Path) -> None:
    Path("growth.csv").write_text("old", encoding="utf-8")
    assert main(["history", "..", "--output", "growth.csv"]) == 1
    assert Path("growth.csv").read_text(encoding="utf-8") == "old"


def test_a_warning_is_one_sentence(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=2", repository.as_uri(), "clone"], check=True
    )
    for _ in range(2):  # Python by itself shows a warning once
        assert main(["history", "clone", "--output", "growth.csv"]) == 0
        shown = capsys.readouterr()
        assert shown.out.splitlines()[0] == "1 month with commits, 2024-02 to 2024-02"
        assert shown.err.startswith("thousandfold: warning: clone is a shallow clone")
        assert shown.err.count("\n") == 1


def test_an_interruption_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(counts, "read_history", interrupt)
    assert main(["history", ".", "--output", "growth.csv"]) == 1
    assert capsys.readouterr().err.startswith("thousandfold: stopped")


def test_a_defect_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(counts, "read_history", fail)
    with pytest.raises(ValueError, match="a defect"):
        main(["history", ".", "--output", "growth.csv"])


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    asked = []

    def count(_: str, progress: bool) -> History:
        asked.append(progress)
        raise HistoryError("enough")

    monkeypatch.setattr(counts, "read_history", count)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    main(["history", ".", "--output", "growth.csv"])
    assert asked == [terminal]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unheard-of"],
        ["history"],
        ["history", "shop"],
        ["history", "shop", "--out", "growth.csv"],
        ["history", "--upload-pack=x", "--output", "growth.csv"],
    ],
)
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: thousandfold" in capsys.readouterr().err


def shown_by(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 0
    return capsys.readouterr().out


def test_help_names_each_command_with_an_example_that_parses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    overview = shown_by(capsys, "--help")
    for command in cli.COMMANDS:
        assert command.summary in overview
        assert command.example in overview
        assert command.example in shown_by(capsys, command.name, "--help")
        program, *arguments = shlex.split(command.example)
        assert program == "thousandfold"
        parsed = cli._parser().parse_args(arguments)
        assert parsed.run is command.run


def test_commands_within_a_help_can_be_pasted() -> None:
    found = [
        line.strip().split("  ")[0]
        for command in cli.COMMANDS
        for line in command.details.splitlines()
        if line.startswith("  thousandfold ")
    ]
    assert "thousandfold room --format half-day --rehearse" in found
    for line in found:
        assert cli._parser().parse_args(shlex.split(line)[1:])


def test_help_explains_each_column(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown_by(capsys, "history", "--help")
    for column in MonthCounts._fields:
        assert f"\n  {column} " in text


def test_version(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"1.2.3 of {name}")
    assert shown_by(capsys, "--version") == "thousandfold 1.2.3 of thousandfold\n"


def test_version_of_a_checkout_that_is_not_installed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", missing)
    assert shown_by(capsys, "--version") == "thousandfold (not installed)\n"


def test_no_command_loads_the_subject_of_another() -> None:
    script = "import sys, thousandfold.cli; print('thousandfold.repository.counts' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


def test_without_the_grader_its_doors_say_how_to_get_it() -> None:
    script = "import sys; sys.modules['boxgrader'] = None; from thousandfold.cli import main; "
    for arguments in (["grade", "a", "--db", "b"], ["report", "a"], ["check"], ["--help"]):
        done = subprocess.run(
            [sys.executable, "-c", f"{script}sys.exit(main({arguments}))"],
            capture_output=True,
            text=True,
        )
        said = " ".join((done.stdout + done.stderr).split())
        assert "pip install 'thousandfold[workshop]'" in said
        assert "Traceback" not in said
        assert done.returncode == (arguments[0] in ("grade", "report"))


def test_a_command_is_added_in_a_few_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def declare(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("word")

    def run(arguments: argparse.Namespace) -> int:
        warnings.warn("mind the step", UserWarning, stacklevel=1)
        print(arguments.word)
        return 0

    echo = Command(
        name="echo",
        summary="say a word",
        details="Say a word.",
        example="thousandfold echo hello",
        declare=declare,
        run=run,
    )
    monkeypatch.setattr(cli, "COMMANDS", (*cli.COMMANDS, echo))
    with warnings.catch_warnings(action="ignore"):
        assert main(["echo", "hello"]) == 0
    assert capsys.readouterr() == ("hello\n", "thousandfold: warning: mind the step\n")
