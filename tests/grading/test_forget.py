"""`forget`: one learner is taken out of a course, whole, and nobody else is touched."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shlex
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import small_course as small
import sqlalchemy
from nbgrader.api import Gradebook
from nbgrader.utils import notebook_hash
from small_course import NAME

from boxgrader.cli import main
from boxgrader.errors import GraderError
from boxgrader.nbgrader_course import (
    belongings,
    files,
    forgetting,
    gradebook,
    history,
    mentions,
    plans,
)
from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.course import course_directory

WHO, OTHER = "quaxilla", "bob"
MARKER, EARLIER, SAID = "zebra-4711", "okapi-0815", "gnu-1234"
MAIL = "q.llama@example.org"
SECRETS = {WHO: "a" * 64, OTHER: "b" * 64}
TIME = "2026-02-01 13:00:00.000000 UTC"

pytestmark = [pytest.mark.usefixtures("boxes"), pytest.mark.filterwarnings("ignore")]


def answer(word: str) -> Any:
    return small.submission(f"def double(x):\n    return 2 * x  # {word}\nshare = 0.5")


def url(course: Path) -> str:
    return f"sqlite:///{course}/gradebook.db"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, boxes: None) -> Path:
    """A learner who handed in twice, with names, an address and a comment; and another one."""
    folder = small.make(tmp_path_factory.mktemp("course"), {OTHER: answer("bob's own")})
    for word in ("first", MARKER):
        small.hand_in(folder, WHO, answer(word))
        for name, secret in SECRETS.items():
            place = folder / "submitted" / name / NAME
            (place / "submission_secret.txt").write_text(secret)
            (place / "timestamp.txt").write_text(TIME)
        grade_assignment(folder, NAME, options={"workers": 1})
    with Gradebook(url(folder)) as book:
        book.update_or_create_student(WHO, first_name="Quax", last_name="Llama", email=MAIL)
        for student in (WHO, OTHER):
            book.find_comment("memo", NAME, NAME, student).manual_comment = f"{SAID} {student}"
            grade = book.find_grade("memo", NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = 2, False
        book.db.commit()
    grade_assignment(folder, NAME, options={"workers": 1})
    _leave_in_free_pages(folder / "gradebook.db", EARLIER)
    return folder


def _leave_in_free_pages(path: Path, word: str) -> None:
    """Write a text and delete it, as most SQLites do: they keep it until they need the room."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        for comment in (word * 2_000, None):
            connection.execute("UPDATE comment SET auto_comment = ?", (comment,))
            connection.commit()


@pytest.fixture
def course(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with all that programs and people leave beside it, and an exchange."""
    folder = small.copy_of(graded, tmp_path / "course")
    notebook = answer(MARKER)
    for place in (
        f"submitted/.replaced/{WHO}/{NAME}/2026-02-01T12-00-00.0.ipynb",
        f"submitted/.replaced/{OTHER}/{NAME}/2026-02-01T12-00-00.0.ipynb",
        f"submitted/{NAME}/{WHO}/{NAME}.ipynb",
        f"submitted/{WHO}/wrong/{NAME}.ipynb",
        f"autograded/.part-{NAME}/half-done/{WHO}/{NAME}/{NAME}.ipynb",
    ):
        small.write(folder / place, notebook if WHO in place else answer("bob's own"))
    exchange = tmp_path / "exchange"
    for name, secret in SECRETS.items():
        for number in range(2):
            small.write(
                exchange / f"small/inbound/{name}+{NAME}+{TIME}+{number}" / f"{NAME}.ipynb",
                answer(MARKER if name == WHO else "bob's own"),
            ).with_name("submission_secret.txt").write_text(secret + str(number) * number)
            page = notebook_hash(secret=secret + str(number) * number, notebook_id=NAME)
            small.write(exchange / f"small/feedback/{page}.html", f"a page of {name}")
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Exchange.root = {str(exchange)!r}\n")
    monkeypatch.chdir(folder)
    return folder


def tree(folder: Path) -> dict[str, str]:
    """Return all that lies in a folder: links, and digests of files."""
    return {
        str(path.relative_to(folder)): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else ""
        for path in sorted(folder.rglob("*"))
    }


def found(folder: Path, *words: str) -> list[str]:
    """Return where in a folder a word stands: in names, in bytes, in the rows of a gradebook."""
    places = []
    for path in sorted(folder.rglob("*")):
        if any(word.casefold() in str(path.relative_to(folder)).casefold() for word in words):
            places.append(str(path))
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words):
            places.append(f"in {path}")
    for path in folder.rglob("gradebook.db"):
        with closing(sqlite3.connect(path)) as connection:
            dump = "\n".join(connection.iterdump())
        places += [f"a row: {word}" for word in words if word in dump]
    return places


def rows(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "gradebook.db")) as connection:
        return sorted(connection.iterdump())


def test_nothing_is_left_of_who_is_taken_out(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = (WHO, MARKER, EARLIER, MAIL, "Llama", f"{SAID} {WHO}", SECRETS[WHO])
    for word in everything:
        assert found(tmp_path, word), "else nothing is tried"
    before, others = rows(course), tree(tmp_path)
    assert main(["forget", WHO, "--yes"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^Of \d+ files searched in the course, none names them still\.$", out, re.M)
    assert "nothing in" not in out
    assert "backups" in out
    assert found(tmp_path, *everything) == []
    assert [row for row in rows(course) if row not in before] == []
    gone = [row for row in before if row not in rows(course)]
    assert not any(OTHER in row for row in gone)
    left = tree(tmp_path)
    for path, digest in others.items():
        if OTHER in path or "source" in path:
            assert left[path] == digest, path
    pages = [path.read_text() for path in (tmp_path / "exchange/small/feedback").iterdir()]
    assert pages == [f"a page of {OTHER}"] * 2
    assert grade_assignment(course, NAME, options={"workers": 1}).records == []
    with Gradebook(url(course)) as book:
        assert book.find_submission(NAME, OTHER).score == pytest.approx(6)


def test_a_look_changes_nothing_and_says_what_there_is(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(tmp_path)
    assert main(["forget", WHO, "--dry-run"]) == 0
    assert tree(tmp_path) == before
    out = capsys.readouterr().out
    for place in (
        f"submitted/{WHO}  (",
        f"autograded/{WHO}  (",
        f"feedback/{WHO}  (",
        f"submitted/.replaced/{WHO}  (1 file)",
        f"submitted/{NAME}/{WHO}  (1 file)",
        f"autograded/.part-{NAME}/half-done/{WHO}  (1 file)",
        "inbound  (submissions: 2)",
        "feedback  (pages of feedback: 2)",
        "submissions: 1, points: 3, comments: 1, rows on how it was graded: 4",
    ):
        assert place in out
    assert OTHER not in out


def test_an_exchange_that_a_hub_names_is_looked_into(
    course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text().partition("c.Exchange.root")[0])
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
        "c.CourseDirectory.course_id = 'another'\nc.Authenticator.plugin_class = 'a.hubs'\n"
    )
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "hub"))
    assert main(["forget", WHO, "--yes"]) == 0
    assert f"members in JupyterHub: take {WHO} out there" in capsys.readouterr().out
    assert found(tmp_path / "exchange", WHO, MARKER) == []


def test_it_asks_first(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(course)
    assert main(["forget", WHO]) == 1
    assert "nobody is here to ask: add --yes" in capsys.readouterr().err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "")
    assert main(["forget", WHO]) == 1
    assert "Nothing was removed." in capsys.readouterr().out
    assert tree(course) == before
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    assert main(["forget", WHO]) == 0
    assert found(course, WHO) == []


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "/", "../outside", "*", "quaxill?", "[q]uaxilla", "QUAXILLA", "quaxila",
     f"{WHO}/{NAME}", f"submitted/{WHO}", f"{WHO}/", ".replaced", f".part-{NAME}", NAME, "%",
     "\udcff"],
)  # fmt: skip
def test_a_name_that_is_nobodys_removes_nothing(
    course: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    small.write(tmp_path / "outside" / "kept.txt", "of somebody else")
    before = tree(tmp_path)
    assert main(["forget", name, "--yes"]) == 1
    err = capsys.readouterr().err
    assert f"{course}/submitted knows" in err
    assert "nothing was removed" in err
    if name in ("QUAXILLA", "quaxila"):
        assert f"Near it: {WHO}." in err
    assert tree(tmp_path) == before


def test_names_that_contain_each_other_are_of_several_people(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ann", "Ann", "ann-marie", "ann+b", "a*", "ann.b"):
        small.hand_in(course, name, f"of {name}")
        inbound = course.parent / "exchange/small/inbound"
        (inbound / f"{name}+{NAME}+{TIME}+x").mkdir()
        (inbound / f"{name}+2026+{TIME}").mkdir()
    for name in ("ann", "a*"):
        before = tree(course.parent)
        assert main(["forget", name, "--yes"]) == (3 if name == "ann" else 0)
        gone = {path for path in before if path not in tree(course.parent)}
        assert gone == {
            f"exchange/small/inbound/{name}+{NAME}+{TIME}+x",
            f"exchange/small/inbound/{name}+2026+{TIME}",
            f"course/submitted/{name}",
            f"course/submitted/{name}/{NAME}",
            f"course/submitted/{name}/{NAME}/{NAME}.ipynb",
        }
    out = capsys.readouterr().out
    assert "submitted/ann-marie: it has the name within its own" in out
    assert "submitted/bob" not in out


def test_a_name_that_is_spelled_in_two_ways_or_in_bytes_is_found(course: Path) -> None:
    for name in ("J\u00fcrgen", "Ju\u0308rgen", os.fsdecode(b"Zo\xeb")):
        small.hand_in(course, name, "notebook")
    assert main(["forget", "J\u00fcrgen", "--yes"]) == 0
    assert main(["forget", "Zo\\xeb", "--yes"]) == 0
    assert found(course, "rgen", "Zo") == []


def called_as_the_assignment(course: Path) -> None:
    """Let somebody call themselves `ps`, and hand in twice: a room puts the first work aside."""
    small.hand_in(course, NAME, answer("of one who is called so"))
    for place in (f".replaced/{NAME}/{NAME}/2026-02-01T12-00-00.0.ipynb", f"{NAME}/extra/a.txt"):
        small.write(course / "submitted" / place, "of one who is called so")
    grade_assignment(course, NAME, options={"workers": 1})


def test_who_is_called_as_an_assignment_hides_nobodys_work(course: Path, tmp_path: Path) -> None:
    called_as_the_assignment(course)
    assert any("'.replaced'" in row for row in rows(course)), "else nothing is tried"
    assert main(["forget", WHO, "--yes"]) == 0
    assert found(tmp_path, WHO, MARKER) == []
    assert (course / "submitted" / ".replaced" / NAME).is_dir()


def test_who_is_called_as_an_assignment_goes_and_takes_nobody_along(
    course: Path, tmp_path: Path
) -> None:
    called_as_the_assignment(course)
    small.write(course / "submitted" / "hw" / "hw" / "hw.ipynb", "of one who is called hw")
    small.write(course / "source" / "hw" / "hw.ipynb", small.source())
    small.write(course / "submitted" / NAME / "hw" / "hw.ipynb", "of one who is called so")
    grade_assignment(course, "hw", options={"workers": 1})
    before = tree(tmp_path)
    assert main(["forget", "hw", "--yes"]) == 3  # files speak of the assignment
    gone = {path for path in before if path not in tree(tmp_path)}
    assert {path.split("/")[2] for path in gone} == {"hw"}
    assert main(["forget", NAME, "--yes"]) == 3
    gone = {path for path in before if path not in tree(tmp_path)}
    assert [path for path in gone if WHO in path or OTHER in path] == []
    assert found(tmp_path, "of one who is called") == []


def test_a_link_of_one_who_is_called_as_an_assignment_goes_and_what_it_leads_to_stays(
    course: Path, tmp_path: Path
) -> None:
    called_as_the_assignment(course)
    mine, elsewhere = course / "submitted" / NAME, tmp_path / "elsewhere"
    shutil.move(mine, elsewhere)
    small.write(elsewhere / WHO / "a.txt", "of somebody else")
    mine.symlink_to(elsewhere)
    before = tree(elsewhere)
    assert main(["forget", NAME, "--yes"]) == 3  # files speak of the assignment
    assert not mine.is_symlink()
    assert tree(elsewhere) == before


def test_a_name_that_only_a_hidden_folder_has_removes_no_folder(
    course: Path, tmp_path: Path
) -> None:
    called_as_the_assignment(course)
    before = tree(tmp_path)
    assert main(["forget", ".replaced", "--yes"]) == 0
    after = tree(tmp_path)
    assert {path for path in before if after.get(path) != before[path]} == {"course/gradebook.db"}


def test_a_page_that_is_of_somebody_else_too_stays(course: Path, tmp_path: Path) -> None:
    """Whoever copies one work for two people copies its secret."""
    copied = course / "submitted" / OTHER / NAME / "submission_secret.txt"
    copied.write_text(SECRETS[WHO])
    small.write(course / "submitted" / WHO / "wrong" / "submission_secret.txt", "")
    page = notebook_hash(secret=SECRETS[WHO], notebook_id=NAME)
    assert main(["forget", WHO, "--yes"]) == 0
    left = {path.stem for path in (tmp_path / "exchange/small/feedback").iterdir()}
    assert page in left
    assert notebook_hash(secret=f"{SECRETS[WHO]}1", notebook_id=NAME) not in left


def test_a_copy_that_is_nobodys_keeps_no_page(course: Path, tmp_path: Path) -> None:
    shutil.copytree(course / "submitted" / WHO, course / "submitted" / f"{WHO} (old)")
    assert main(["forget", WHO, "--yes"]) == 3
    left = [path.read_text() for path in (tmp_path / "exchange/small/feedback").iterdir()]
    assert left == [f"a page of {OTHER}"] * 2


def test_pages_go_where_nothing_that_was_handed_in_lies_in_the_exchange(
    course: Path, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "exchange/small/inbound")
    page = notebook_hash(secret=SECRETS[WHO], notebook_id=NAME)
    half_done = small.write(tmp_path / f"exchange/small/feedback/{page}-tmp.html", "half a page")
    assert main(["forget", WHO, "--yes"]) == 0
    assert not half_done.exists()
    assert not (tmp_path / f"exchange/small/feedback/{page}.html").exists()


def test_a_link_goes_and_what_it_leads_to_stays(course: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    small.write(outside / NAME / f"{NAME}.ipynb", "of somebody else")
    small.write(outside / NAME / "submission_secret.txt", "c" * 64)
    page = notebook_hash(secret="c" * 64, notebook_id=NAME)
    small.write(tmp_path / f"exchange/small/feedback/{page}.html", "a page of somebody else")
    (course / "submitted" / "cy").symlink_to(outside)
    (course / "autograded" / "cy").mkdir()
    (course / "autograded" / "cy" / NAME).symlink_to(outside / NAME)
    (course / "feedback" / "cy").symlink_to(course / "feedback" / OTHER)
    (course / "submitted" / ".elsewhere").symlink_to(tmp_path)
    (tmp_path / "cy").mkdir()
    inbound = tmp_path / "exchange/small/inbound"
    (inbound / f"cy+{NAME}+{TIME}+x").symlink_to(inbound / f"{OTHER}+{NAME}+{TIME}+0")
    before = tree(tmp_path)
    assert main(["forget", "cy", "--yes"]) == 0
    after = tree(tmp_path)
    assert {path: digest for path, digest in before.items() if path not in after} == {
        "course/submitted/cy": str(outside),
        "course/autograded/cy": "",
        f"course/autograded/cy/{NAME}": str(outside / NAME),
        "course/feedback/cy": str(course / "feedback" / OTHER),
        f"exchange/small/inbound/cy+{NAME}+{TIME}+x": str(inbound / f"{OTHER}+{NAME}+{TIME}+0"),
    }


def test_a_folder_that_is_closed_to_its_owner_is_emptied(tmp_path: Path) -> None:
    folder = tmp_path / "ann" / "closed"
    small.write(folder / "within" / "file", "text")
    (folder / "within").chmod(0)
    folder.chmod(0o500)
    if os.geteuid():
        from boxgrader.nbgrader_course.removing import remove

        assert remove(tmp_path / "ann") == ""
        return
    # Root may do all: somebody else has to try.
    for path in (tmp_path, *tmp_path.parents[:3], *tmp_path.rglob("*")):
        if tmp_path in path.parents or path == tmp_path:
            os.chown(path, 65534, 65534)
    child = os.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.setuid(65534)
        from boxgrader.nbgrader_course.removing import remove

        os._exit(remove(Path("ann")) != "")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not (tmp_path / "ann").exists()


class Killed(BaseException):
    """As `kill -9` ends a program: nothing is caught, and nothing is mended on the way out."""


def dies_at(number: int, function: Callable[..., Any]) -> Callable[..., Any]:
    calls = iter(range(number))

    def dying(*arguments: Any, **keywords: Any) -> Any:
        if next(calls, None) is None:
            raise Killed
        return function(*arguments, **keywords)

    return dying


@pytest.mark.parametrize(
    ("module", "name", "number"),
    [
        *((forgetting, "remove", number) for number in range(10)),
        (forgetting, "_leave_no_trace", 0),
        (forgetting, "_leave_no_trace", 1),
        (gradebook.Book, "forget", 0),
        (gradebook.Book, "save", 0),
    ],
)
def test_a_run_that_was_killed_is_run_again(
    course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    number: int,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(module, name, dies_at(number, getattr(module, name)))
        with pytest.raises(Killed):
            main(["forget", WHO, "--yes"])
    again = main(["forget", WHO, "--yes"])
    if (name, number) == ("_leave_no_trace", 1):
        assert again == 1, "nothing is there that names the learner"
    else:
        assert again == 0
    assert found(tmp_path, WHO, MARKER, EARLIER, MAIL, SECRETS[WHO]) == []


def test_what_cannot_be_removed_is_named_and_all_else_goes(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = course / "submitted" / WHO

    def remove(path: Path) -> str:
        return "Permission denied" if path == kept else original(path)

    original = forgetting.remove
    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "remove", remove)
        assert main(["forget", WHO, "--yes"]) == 3
    assert f"{kept} could not be removed (Permission denied)" in capsys.readouterr().out
    assert {Path(it.removeprefix("in ")) for it in found(course, WHO)} <= {kept, *kept.rglob("*")}
    assert main(["forget", WHO, "--yes"]) == 0
    assert found(course, WHO) == []


def test_nobody_is_taken_out_while_somebody_grades_and_the_other_way_round(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(course / "submitted")
    for assignment in (NAME, "deleted"):  # one of a gradebook, and one that only a lock names
        with files.alone(course, assignment, []):
            assert main(["forget", WHO, "--yes"]) == 1
        assert f"{assignment} is being graded by another program" in capsys.readouterr().err
        assert tree(course / "submitted") == before

    def tried(path: Path) -> str:
        with (course / ".grading.lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nor may a new one begin
        with pytest.raises(GraderError, match="a learner is being taken out"):  # noqa: SIM117
            with files.alone(course, NAME, []):
                pass
        seen.append(path)
        return original(path)

    seen: list[Path] = []
    original = forgetting.remove
    monkeypatch.setattr(forgetting, "remove", tried)
    assert main(["forget", WHO, "--yes"]) == 0
    assert seen


def test_a_locked_gradebook_is_said_and_its_rows_stay(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(forgetting, "_WAIT_SECONDS", 0)
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert main(["forget", WHO, "--yes"]) == 1
    err = capsys.readouterr().err
    assert "is locked by another program; close it" in err
    assert "its rows are all there: run the same command again" in err
    assert any(WHO in row for row in rows(course))
    assert main(["forget", WHO, "--yes"]) == 0
    assert found(course, WHO) == []


def test_what_a_reader_keeps_in_a_log_beside_the_gradebook_is_not_left_there(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course / "gradebook.db"
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("PRAGMA journal_mode = WAL")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM student").fetchall()
        assert main(["forget", WHO, "--yes"]) == 1
    err = capsys.readouterr().err
    assert "is read by another program; close that" in err
    assert main(["forget", WHO, "--yes"]) == 0
    assert found(tmp_path, WHO, MARKER, EARLIER) == []


def test_tables_that_still_name_somebody_are_named_with_what_makes_them_anew(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = {
        "grades.html": "report",
        "sent/grades.html": "report --output sent/grades.html",
        "sent/all 1.csv": f"report {NAME} --csv 'sent/all 1.csv' --columns questions",
        "all.csv": f"report {NAME} --csv all.csv --columns canvas",
        "one.csv": f"report {NAME} --csv one.csv --columns moodle",
        "each.csv": f"report {NAME} --csv each.csv --columns questions",
    }
    (course / "sent").mkdir()
    (course / "sent" / "names.csv").write_text(f"data of others,{WHO}\n")
    (course / "elsewhere").symlink_to(course / "sent")
    for command in tables.values():
        assert main(shlex.split(command)) == 0
    small.write(course / "submitted" / OTHER / "t.csv", (course / "all.csv").read_text())
    (course / "gradebook.db-journal").write_text(WHO)
    (course / "class.csv").write_text(f"id,first_name,last_name,email\nx,Q,L,{MAIL}\n")
    shutil.copy("gradebook.db", "gradebook.db.2026-01-01-120000.000000")
    (course / f"alike-{NAME}.html").write_text(WHO)
    (course / "notes.txt").write_text(f"{WHO}x and x{WHO} are others\n")
    capsys.readouterr()
    assert main(["forget", WHO, "--yes"]) == 3
    out = capsys.readouterr().out
    for name, command in tables.items():
        assert f"  {name}: `boxgrader {command}` makes it anew (with --absent-as-zero or" in out
        assert main(shlex.split(command)) == 0
    assert "class.csv: take the name out by hand, or delete the file" in out
    assert f"alike-{NAME}.html: delete it; `boxgrader report {NAME} --alike` makes it anew" in out
    assert "gradebook.db.2026-01-01-120000.000000: take the name out" in out
    for name in ("sent/names.csv", f"submitted/{OTHER}/t.csv"):
        assert f"  {name}: " in out
    for name in ("notes.txt", "elsewhere/", "-journal", "  gradebook.db:"):
        assert name not in out
    assert "Not searched in the course:\n  links, which are not followed (1)\n" in out
    assert {Path(it.removeprefix("in ")).name for it in found(course, WHO, MAIL)} == {
        "class.csv", f"alike-{NAME}.html", "gradebook.db.2026-01-01-120000.000000", "notes.txt",
        "names.csv", "t.csv",
    }  # fmt: skip


def with_an_office(path: Path, member: str, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("other.xml", "<x/>" * 1000)
        archive.writestr(member, text)


def named_everywhere(course: Path) -> set[str]:
    """Write the name into files of every kind, and return which they are."""
    texts: dict[str, str | bytes] = {
        "ext.py": f"EXTENSIONS = {{'{WHO}': 3}}",
        "plan.yaml": f"groups: [{WHO}, x]",
        "LATE": f"{WHO}\n",
        "source/x.md": f"Ask {WHO}.",
        "sub/x.txt": f"{WHO}: ill",
        f"sub/{WHO}.pdf": "drawn",
        f"extra/of {WHO}/a.txt": "whose folder is called so",
        "sub/deep/notes.ipynb": '{"source": "for\\n' + WHO + '\\nonly"}',
        "excel.txt": f"id\t{WHO}\n".encode("utf-16"),
        "old.csv": f"J\u00f6rg,{WHO}".encode("cp1252"),
        f"submitted/{OTHER}/{NAME}/partner.txt": f"with {WHO}",
        "long.log": "x " * (1 << 20) + WHO + " y" * (1 << 20),
    }
    for name, text in texts.items():
        path = course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    words = f"<w:p><w:t>{WHO[:4]}</w:t></w:r><w:r><w:t>{WHO[4:]}</w:t></w:p>"
    with_an_office(course / "letter.docx", "word/document.xml", words)
    with_an_office(course / "sub/points.xlsx", "xl/sharedStrings.xml", f"<t>{WHO}</t>")
    with_an_office(course / "all.zip", "sub/a.txt", WHO)
    return {*texts, "letter.docx", "sub/points.xlsx", "all.zip"}


@pytest.mark.parametrize("options", [["--yes"], ["--dry-run"]], ids=["done", "looked"])
def test_every_file_of_the_course_is_searched_and_what_is_not_is_said(
    course: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    named = named_everywhere(course)
    for place in (".git/logs/HEAD", "env/pyvenv.cfg", "env/x.py"):
        small.write(course / place, f"{WHO} wrote")
    (course / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    (course / "plan.pdf").write_text("%PDF")
    (course / "others.md").write_text(f"{WHO}s, x{WHO}, {WHO}-2, {WHO}.b, {WHO.title()}")
    before = tree(course)
    assert main(["forget", WHO, *options]) == (3 if options == ["--yes"] else 0)
    out = capsys.readouterr().out
    said = out.partition(" searched in the course:\n")[2].partition("\nNot searched")[0]
    assert {line.strip().partition(": ")[0] for line in said.splitlines()} == {*named, "broken.zip"}
    assert "broken.zip: it cannot be read (" in said
    assert out.partition("Not searched in the course:\n")[2].startswith(
        "  the history in .git\n  the environment in env\n"
        "  files that hide their text, such as pictures or PDF (1)\n"
    )
    assert "nothing in" not in out.lower()
    if options == ["--dry-run"]:
        assert tree(course) == before


def test_where_the_search_stops_is_said_and_that_is_no_success(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "zz.txt").write_text(WHO)
    monkeypatch.setattr(mentions, "_MOST_FILES", 2)
    assert main(["forget", WHO, "--yes"]) == 3
    out = capsys.readouterr().out
    assert "Of 2 files searched in the course, none names them still.\nThe search stopped " in out
    assert "this is more than is searched" in out


def test_a_zip_without_end_is_not_read_to_its_end(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mentions, "_LARGEST", 4 << 20)
    with_an_office(course / "bomb.zip", "a.txt", "x" * (16 << 20))
    (course / "large.txt").write_text("x " * (3 << 20))
    assert main(["forget", WHO, "--yes"]) == 3
    out = capsys.readouterr().out
    for name in ("bomb.zip", "large.txt"):
        assert f"  {name}: it is too large to be searched whole: look, or delete it" in out


def test_what_makes_a_table_anew_leads_to_the_course_from_elsewhere(
    course: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["report", NAME, "--csv", "all.csv"]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["forget", WHO, "--yes", "--course", "course"]) == 3
    command = f"report {NAME} --csv course/all.csv --columns canvas --course course"
    assert f"  all.csv: `boxgrader {command}` makes it anew" in capsys.readouterr().out
    assert main(command.split()) == 0
    assert WHO not in (course / "all.csv").read_text()


def by_nbgrader(course: Path) -> None:
    with Gradebook(url(course)) as book:
        book.remove_student(WHO)


def test_after_nbgraders_own_removal_reports_say_what_is_true(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_nbgrader(course)
    capsys.readouterr()
    assert main(["report", NAME, "--student", WHO]) == 0
    out = capsys.readouterr().out
    assert "since then  taken out of the gradebook: 4 points before, none after" in out
    assert "by hand" not in out
    assert "`boxgrader forget NAME` takes out all that is left" in out
    assert main(["forget", WHO, "--yes"]) == 0
    assert found(course, WHO, MARKER, EARLIER, MAIL) == []
    capsys.readouterr()
    assert main(["report", NAME, "--student", WHO]) == 1
    assert f"submitted knows {WHO}: look how the name is written" in capsys.readouterr().err
    assert main(["grade", NAME, "--student", WHO]) == 1
    assert f"{WHO} handed in nothing for {NAME}" in capsys.readouterr().err


@pytest.mark.parametrize("status", ["tampered", "refused"])
def test_who_is_gone_is_not_counted_among_the_refused_nor_the_marked(
    course: Path, status: str
) -> None:
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        connection.execute("UPDATE boxgrader SET status = ?", (status,))
        connection.commit()

    def told() -> str:
        assert main(["report", NAME]) == 0
        page = (course / f"report-{NAME}.html").read_text("utf-8")
        return page.partition("Not graded: " if status == "refused" else "the checks: ")[2][:1]

    assert told() == "2"
    by_nbgrader(course)
    shutil.rmtree(course / "submitted" / WHO)
    shutil.rmtree(course / "submitted" / NAME)
    assert told() == "1"


def test_whoever_left_is_told_to_be_taken_out_by_this(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(course / "submitted" / WHO)
    assert main(["report", NAME]) == 0
    assert (
        f"({WHO}). Their points stay; `boxgrader forget NAME` takes out" in capsys.readouterr().err
    )


def test_without_a_gradebook_folders_go_and_without_a_course_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forget", WHO, "--yes", "--course", str(tmp_path)]) == 1
    assert "there is no gradebook" in capsys.readouterr().err
    assert tree(tmp_path) == {}
    small.hand_in(tmp_path, WHO, "text")
    small.hand_in(tmp_path, OTHER, "text")
    assert main(["forget", WHO, "--yes", "--course", str(tmp_path)]) == 0
    assert found(tmp_path, WHO) == []
    assert not (tmp_path / "gradebook.db").exists()
    assert main(["forget", WHO, "--yes", "--course", str(tmp_path / "none")]) == 1
    assert "is not a folder" in capsys.readouterr().err


def test_a_gradebook_that_cannot_be_read_is_said_and_nothing_goes(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "gradebook.db").write_text("no database at all, but a text that is long enough" * 99)
    before = tree(course)
    assert main(["forget", WHO, "--yes"]) == 1
    assert "is another kind of file" in capsys.readouterr().err
    assert tree(course) == before


@pytest.mark.parametrize(
    ("structure", "gone"),
    [
        ("{nbgrader_step}/{student_id}/{assignment_id}", "submitted/ann"),
        ("{nbgrader_step}/{assignment_id}/{student_id}", f"submitted/{NAME}/ann"),
        ("work/{student_id}/{nbgrader_step}/{assignment_id}", "work/ann"),
        ("{nbgrader_step}/of-{student_id}/{assignment_id}", "submitted/of-ann"),
        ("{nbgrader_step}/{assignment_id}-{student_id}", f"submitted/{NAME}-ann"),
    ],
)
def test_each_structure_of_folders_is_followed(tmp_path: Path, structure: str, gone: str) -> None:
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.directory_structure = {structure!r}\n"
    )
    course = course_directory(tmp_path)
    for name in ("ann", "ann-b", "b-ann", "bob"):
        small.write(Path(course.format_path("submitted", name, NAME), "file"), "text")
    known = belongings.Known((), {NAME})
    assert belongings.by_learner(course, known)["ann"] == [tmp_path / gone]


def test_a_folder_that_may_be_of_two_people_is_neithers(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.directory_structure = '{nbgrader_step}/{student_id}-{assignment_id}'\n"
    )
    course = course_directory(tmp_path)
    small.write(tmp_path / "submitted" / "ann-b-ps" / "file", "text")
    assert belongings.by_learner(course, belongings.Known((), {"ps", "b-ps"})) == {}
    assert list(belongings.by_learner(course, belongings.Known((), {"ps"}))) == ["ann-b"]


def test_each_table_of_ours_that_names_learners_is_emptied(course: Path) -> None:
    engine = sqlalchemy.create_engine(url(course))
    there = sqlalchemy.inspect(engine)
    ours = {name for name in there.get_table_names() if name.startswith("boxgrader")}
    naming = {
        name
        for name in ours
        if {"student", "learner"} & {it["name"] for it in there.get_columns(name)}
    }
    engine.dispose()
    assert ours - naming == {plans.TABLE.name}
    assert naming == {table.name for table in gradebook.OF_LEARNERS}
    assert history.TABLE in gradebook.OF_LEARNERS
