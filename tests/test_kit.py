"""The learner kit: what is in it, what must not be, and that it starts with nothing else."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import study
from conftest import IGNORING, lessons
from course import release, stems
from given_out import ANSWERS
from only_in_solutions import BETWEEN, secret_lines, told_in
from patience import patience, wait_until

import kit
from thousandfold.errors import ExplainedError
from thousandfold.teaching.edition import FILE

SCRIPTS = ("start-linux.sh", "start-mac.command")
RIGHTS = sys.platform != "win32"  # there, all files may be run
FULL = "THOUSANDFOLD_KIT"  # the zip with wheels that `make test-kit` has made
LONGEST_SECONDS = 900


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kit.build(tmp_path_factory.mktemp("kit") / "kit.zip")


@pytest.fixture(scope="module")
def extracted(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return extract(made, tmp_path_factory.mktemp("learner"))


def extract(archive: Path, folder: Path) -> Path:
    """Extract as a learner's system does, with the rights that stand in the zip."""
    with zipfile.ZipFile(archive) as zipped:
        for entry in zipped.infolist():
            path = Path(zipped.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)
    return folder / kit.TOP


def test_everything_is_there(extracted: Path) -> None:
    for stem in lessons():
        assert (extracted / "notebooks" / f"{stem}.ipynb").is_file()
    for stem in stems():
        assert (extracted / "exercises" / stem / f"{stem}.ipynb").is_file()
    for name in (
        "README.txt",
        "LICENSE",
        "requirements.lock",
        "requirements-uv.lock",
        "start.py",
        *kit.SET_UP,
    ):
        assert (extracted / name).is_file(), name
    packages = {path.name.split("-")[0] for path in (extracted / "package").glob("*.whl")}
    assert packages == {"boxgrader", "thousandfold"}
    assert (extracted / "datasets" / "project_growth.csv").is_file()
    sheets = {path.suffix for path in (extracted / "worksheets").iterdir()}
    assert sheets in ({".pdf"}, {".html"}), "pages where no browser prints"


def test_no_answer_no_hidden_test_and_no_page_of_a_facilitator_is_in_it(extracted: Path) -> None:
    with zipfile.ZipFile(next((extracted / "package").glob("thousandfold-*.whl"))) as wheel:
        wheel.extractall(extracted.parent / "wheel")
    secrets = secret_lines()
    assert len(secrets) > 50
    for path in extracted.parent.rglob("*"):
        assert set(path.relative_to(extracted.parent).parts).isdisjoint(
            {"solutions", "facilitator", "tests", "answers", "autograded", "feedback", ".git"}
        ), path
        if path.is_file():
            assert not ANSWERS.search(path.read_bytes()) or path.suffix == ".py", path
            assert told_in(path.read_bytes().decode(errors="replace"), secrets) == set(), path


def unpacked(path: Path, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, and all that is packed in it, however deep."""
    yield path.as_posix(), content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from unpacked(path / name, packed.read(name))
    elif content.startswith(b"\x1f\x8b"):
        yield from unpacked(path / "unpacked", gzip.decompress(content))


def test_an_hour_with_the_graded_kit_finds_no_answer(made: Path) -> None:
    """Whoever unpacks everything and searches it for what only the solutions say finds nothing."""
    secrets = {
        line
        for stem in stems()
        for question in study.questions(stem).values()
        for text in (question["answer"], question["reason"], *BETWEEN.findall(question["test"]))
        for line in map(str.strip, text.splitlines())
        if len(line) > 25
        and "checks.slips" not in text
        and not line.startswith(("from ", "def ", '"when '))
    }
    assert len(secrets) > 150
    searched = dict(unpacked(Path(), made.read_bytes()))
    assert any(name.endswith("teaching/named_slips/06_communication.json") for name in searched)
    assert not any(FILE in name for name in searched)
    found = {
        (name, line)
        for name, content in searched.items()
        for line in secrets
        if line.encode() in content
    }
    public = {
        line
        for stem in stems()
        for cell in release(stem).cells
        for line in map(str.strip, cell.source.splitlines())
    }
    assert {(name, line) for name, line in found if line not in public} == set()


def test_a_kit_for_study_holds_one_file_more(made: Path, tmp_path: Path) -> None:
    alone = kit.build(tmp_path / "study.zip", study=True)
    with zipfile.ZipFile(made) as graded, zipfile.ZipFile(alone) as more:
        assert set(more.namelist()) - set(graded.namelist()) == {f"{kit.TOP}/{FILE}"}
        assert [
            name
            for name in graded.namelist()
            if not name.endswith(".pdf") and graded.read(name) != more.read(name)
        ] == []
        assert more.read(f"{kit.TOP}/{FILE}") == study.study()


def test_names_rights_and_line_ends_suit_every_system(made: Path, extracted: Path) -> None:
    with zipfile.ZipFile(made) as zipped:
        names = zipped.namelist()
    assert all(name.startswith(f"{kit.TOP}/") and ".." not in name for name in names)
    assert len({name.lower() for name in names}) == len(names)
    for name in SCRIPTS:
        assert not RIGHTS or os.access(extracted / name, os.X_OK)
        assert b"\r" not in (extracted / name).read_bytes()
    for name in ("start-windows.bat", "README.txt"):
        text = (extracted / name).read_bytes()
        assert text.count(b"\r\n") == text.count(b"\n") > 10
        assert text.isascii(), f"{name}: no code page is needed"
    assert not RIGHTS or not os.access(extracted / "start.py", os.X_OK)


def test_the_same_files_make_the_same_kit(made: Path, tmp_path: Path) -> None:
    again = kit.build(tmp_path / "again.zip")
    with zipfile.ZipFile(made) as one, zipfile.ZipFile(again) as other:
        assert one.namelist() == other.namelist()
        differing = [name for name in one.namelist() if one.read(name) != other.read(name)]
        assert [name for name in differing if not name.endswith(".pdf")] == []
        described = [
            [(entry.filename, entry.date_time, entry.external_attr) for entry in zipped.infolist()]
            for zipped in (one, other)
        ]
    assert described[0] == described[1]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("exercises/a/a.ipynb", b"### BEGIN HIDDEN TESTS", "holds an answer or a hidden test"),
        ("datasets/a b?.csv", b"", "no name for every system"),
        ("../a.csv", b"", "no name for every system"),
    ],
)
def test_a_kit_that_would_be_wrong_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, says: str
) -> None:
    monkeypatch.setattr(kit, "contents", lambda folder, wheels, study: iter([(name, content)]))
    with pytest.raises(ExplainedError, match=re.escape(says)):
        kit.build(tmp_path / "kit.zip")
    assert list(tmp_path.iterdir()) == []


def test_the_package_in_it_finds_its_data_and_the_workshop(extracted: Path, tmp_path: Path) -> None:
    """Runs the wheel of the kit, not this checkout, from inside the kit."""
    with zipfile.ZipFile(next((extracted / "package").glob("thousandfold-*.whl"))) as wheel:
        wheel.extractall(tmp_path)
    code = (
        "import thousandfold; from thousandfold.datasets import load, names;"
        "from thousandfold.facilitation.course import find_course;"
        "print(thousandfold.__file__); print(len(load('project_growth')), len(names()));"
        "print(len(find_course().modules))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=extracted / "notebooks",
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[0].startswith(str(tmp_path))
    assert int(told[1].split()[0]) > 1000
    assert told[2] == str(len(lessons()))


@pytest.mark.skipif(sys.platform == "win32", reason="these scripts are for the other systems")
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_start_script_takes_a_python_that_is_new_enough(
    extracted: Path, tmp_path: Path, name: str
) -> None:
    for python, status in (("python3.13", 1), ("python3.12", 0)):
        program = tmp_path / python
        program.write_text(
            f'#!/bin/sh\n[ "$1" = -c ] && exit {status}\necho "{python} $*" "$PWD"\n'
        )
        program.chmod(0o755)
    (tmp_path / "dirname").symlink_to(str(shutil.which("dirname")))
    run = ["/bin/sh", str(extracted / name), "--no-browser"]
    told = subprocess.run(run, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert told.stdout == f"python3.12 start.py --no-browser {extracted}\n"
    (tmp_path / "python3.12").unlink()
    told = subprocess.run(run, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert told.returncode == 1
    assert "needs Python 3.11 or newer" in told.stderr


def test_a_kit_that_was_not_extracted_whole_says_so(extracted: Path, tmp_path: Path) -> None:
    for name in ("start.py", *kit.SET_UP):
        shutil.copy(extracted / name, tmp_path)
    told = subprocess.run(
        [sys.executable, "start.py", "--only-set-up"], cwd=tmp_path, capture_output=True, text=True
    )
    assert told.returncode == 1
    assert "Extract the whole zip" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("folder", "says"),
    [
        ("/" + "deep/" * 30, "Move it to C:\\thousandfold."),
        ("C/OneDrive - Ferry", "OneDrive copies all of this folder"),
    ],
)
def test_windows_is_told_where_the_folder_had_better_lie(
    extracted: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: str,
    says: str,
) -> None:
    start: dict[str, Any] = {"__name__": "start", "__file__": str(extracted / "start.py")}
    exec(compile((extracted / "start.py").read_text("utf-8"), "start.py", "exec"), start)  # noqa: S102
    start |= {"WINDOWS": True, "HERE": Path(folder)}
    monkeypatch.setattr(sys, "argv", ["start.py", "--only-set-up"])
    with pytest.raises(SystemExit):
        start["main"]()
    assert says in "".join(capsys.readouterr())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has nothing like it")
def test_what_ends_the_script_ends_jupyterlab(extracted: Path, tmp_path: Path) -> None:
    lab = tmp_path / "python"
    lab.write_text('#!/bin/sh\necho $$ "$PWD" $*\n')
    lab.chmod(0o755)
    code = f"""
import runpy, sys
sys.argv = ["start.py", "--no-browser"]
start = runpy.run_path({str(extracted / "start.py")!r})["main"]
import set_up
set_up.Environment.python = {str(lab)!r}
set_up.Environment.make = lambda environment: environment.folder.mkdir()
start()
"""
    running = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    said, _ = running.communicate()
    last = said.splitlines()[-1]
    assert last.startswith(f"{running.pid} {extracted} -m thousandfold.commands.lab {extracted} ")
    assert "--no-browser" in last
    assert "Open the address" in said  # nothing opens by itself


@pytest.mark.timeout(3 * LONGEST_SECONDS)
def test_an_offline_kit_starts_on_a_machine_with_nothing(tmp_path: Path) -> None:
    """What `make test-kit` runs: no network, no package but those in the zip."""
    archive = os.environ.get(FULL)
    if not archive:
        pytest.skip("takes minutes and needs all packages: `make test-kit` makes them and runs it")
    home = extract(Path(archive), tmp_path)
    runtime = tmp_path / "runtime"
    environment = {
        "HOME": str(tmp_path),
        "PATH": os.pathsep.join([str(Path(sys.base_prefix) / "bin"), "/usr/bin", "/bin"]),
        "PIP_NO_INDEX": "1",
        "JUPYTER_RUNTIME_DIR": str(runtime),
    }
    script = ["/bin/sh", str(home / "start-linux.sh")]
    longest = patience(LONGEST_SECONDS)
    subprocess.run([*script, "--only-set-up"], env=environment, check=True, timeout=longest)
    programs = home / ".venv" / "bin"
    checked = subprocess.run(
        [programs / "thousandfold", "check"],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "Everything is in place." in checked.stdout, checked.stdout
    ran = [programs / "jupyter", "execute", home / "notebooks" / "06_communication.ipynb"]
    subprocess.run(ran, env=environment, check=True, timeout=longest)
    options = ["--no-browser", "--ServerApp.port=0", "--ServerApp.allow_root=True"]
    server = subprocess.Popen([*IGNORING, *script, *options], env=environment)
    try:
        told: dict[str, Any] = {}

        def started() -> bool:
            assert server.poll() is None
            for found in runtime.glob("jpserver-*.json"):
                with suppress(ValueError):  # not written whole yet
                    told.update(json.loads(found.read_text()))
            return bool(told)

        wait_until(started, 180)
        url = f"{told['url']}lab/tree/notebooks/00_start_here.ipynb?token={told['token']}"
        page = urllib.request.urlopen(url, timeout=patience(60)).read().decode()  # noqa: S310
        assert '"thousandfold"' in page, "the button Present is not there"
        server.send_signal(signal.SIGINT)
        server.wait(patience(60))
    finally:
        server.kill()
        server.wait()
