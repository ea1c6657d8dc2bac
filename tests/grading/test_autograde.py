"""A class of strangers: grades as nbgrader gives them, nothing lost, nobody stops the others."""

from __future__ import annotations

import fcntl
import io
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import nbformat
import pytest
import small_course as small
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.dbutil import _temp_alembic_ini
from small_course import NAME

from boxgrader.box.bench import Settings
from boxgrader.engine.executors import executor
from boxgrader.errors import GraderError
from boxgrader.nbgrader_course.assignment import Feedback, Outcome, grade_assignment, grader
from boxgrader.nbgrader_course.autograde import BoxedAutograde
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.gradebook import Record, records
from boxgrader.nbgrader_course.notices import EARLIER
from thousandfold.cli import main

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's, of SQLAlchemy and of kernels
]

STRANGE = {
    "leaves": small.submission("import os\nos._exit(0)"),
    "deletes": small.without("share"),
    "copies": small.with_copy(),
    "no_notebook": "Dear instructor",
    "forges": small.submission(
        "class Yes:\n    def __eq__(self, other): return True\n"
        "def double(x): return Yes()\nshare = 9"
    ),
}


def grade(folder: Path, *, workers: int = 1, anyway: bool = False, **more: Any) -> Outcome:
    options = {"workers": workers, "anyway": anyway}
    return grade_assignment(folder, NAME, options=options, **more)


def book(folder: Path) -> dict[tuple[str, str], tuple[float | None, float | None, bool]]:
    """Return everything that the gradebook says about grades."""
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        return {
            (submission.student.id, grade.cell.name): (
                grade.auto_score, grade.manual_score, bool(grade.needs_manual_grade),
            )
            for submission in gradebook.assignment_submissions(NAME)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }  # fmt: skip


def comments(folder: Path) -> dict[tuple[str, str], str | None]:
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        return {
            (submission.student.id, comment.name): comment.auto_comment
            for submission in gradebook.assignment_submissions(NAME)
            for notebook in submission.notebooks
            for comment in notebook.comments
        }


def notebooks(folder: Path) -> dict[str, Any]:
    """Return the graded notebooks, with what differs from run to run made equal."""
    found = {}
    for path in sorted((folder / "autograded").rglob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)  # when it ran
            for output in cell.get("outputs", []):
                if "text" in output:
                    output["text"] = re.sub(r"\S*ipykernel_\d+/\d+", "ipykernel", output["text"])
        found[path.parent.parent.name] = notebook
    return found


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    folder = small.make(tmp_path_factory.mktemp("ours"), {**small.HONEST, **STRANGE})
    return folder, grade(folder, workers=2)


@pytest.fixture(scope="module")
def by_nbgrader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The honest ones, graded by nbgrader itself."""
    folder = small.release(small.make(tmp_path_factory.mktemp("theirs"), dict(small.HONEST)))
    course = course_directory(folder)
    course.assignment_id = NAME
    Autograde(coursedir=course, config=course.config).start()
    return folder


@pytest.fixture(scope="module")
def recorded(graded: tuple[Path, Outcome]) -> dict[str, Record]:
    return records(f"sqlite:///{graded[0]}/gradebook.db", NAME)


def test_grades_and_comments_equal_nbgraders_own(
    graded: tuple[Path, Outcome], by_nbgrader: Path
) -> None:
    ours = {key: it for key, it in book(graded[0]).items() if key[0] in small.HONEST}
    assert ours == book(by_nbgrader)
    told = {key: it for key, it in comments(graded[0]).items() if key[0] in small.HONEST}
    assert told == comments(by_nbgrader)


def test_without_a_run_the_grades_equal_nbgraders_own(by_nbgrader: Path, tmp_path: Path) -> None:
    found = []
    for kind in (Autograde, BoxedAutograde):
        folder = small.copy_of(by_nbgrader, tmp_path / kind.__name__)
        course = course_directory(folder)
        course.assignment_id = NAME
        course.config.Execute.enabled = False
        kind(coursedir=course, config=course.config, force=True).start()
        found.append(book(folder))
    assert found[0] == found[1] != book(by_nbgrader)


def test_graded_notebooks_equal_nbgraders_own(
    graded: tuple[Path, Outcome], by_nbgrader: Path
) -> None:
    theirs = notebooks(by_nbgrader)
    ours = notebooks(graded[0])
    for student in small.HONEST:
        for mine, other in zip(ours[student].cells, theirs[student].cells, strict=True):
            assert mine.source == other.source
            assert mine.metadata == other.metadata
            assert mine.get("execution_count") == other.get("execution_count"), student
            if student == "warns" and mine.metadata.get("nbgrader", {}).get("grade"):
                continue  # the warning names the file of the cell that called
            assert mine.get("outputs") == other.get("outputs"), student
        assert ours[student].metadata == theirs[student].metadata


def test_a_crash_keeps_what_was_graded(recorded: dict[str, Record], graded: Any) -> None:
    assert recorded["leaves"].status == "graded"
    assert "exit code 0" in recorded["leaves"].reasons[0].text
    assert book(graded[0])["leaves", "double"] == (0, None, False)
    assert book(graded[0])["leaves", "memo"] == (None, None, True)


def test_a_deleted_test_scores_zero(recorded: dict[str, Record], graded: Any) -> None:
    assert book(graded[0])["deletes", "share"] == (0, None, False)
    assert book(graded[0])["deletes", "double"] == (2, None, False)
    assert [reason.kind for reason in recorded["deletes"].reasons] == ["deleted"]


def test_a_copied_cell_is_mended(recorded: dict[str, Record], graded: Any) -> None:
    assert book(graded[0])["copies", "double"] == (2, None, False)
    assert recorded["copies"].reasons[0].kind == "copied"


def test_what_is_no_notebook_is_refused(recorded: dict[str, Record], graded: Any) -> None:
    assert recorded["no_notebook"].status == "refused"
    assert not (graded[0] / "autograded" / "no_notebook").exists()
    assert not any(student == "no_notebook" for student, _ in book(graded[0]))


def test_a_forgery_gains_nothing(graded: Any) -> None:
    assert book(graded[0])["forges", "double"] == (0, None, True)  # a person looks at it


def test_everybody_has_a_page(graded: tuple[Path, Outcome]) -> None:
    pages = {path.parts[-3] for path in (graded[0] / "feedback").rglob("*.html")}
    assert pages == set(small.HONEST) | set(STRANGE)


def test_nothing_is_left_behind(graded: tuple[Path, Outcome]) -> None:
    assert not list((graded[0] / "autograded").glob(".part-*"))


def test_what_is_saved_is_let_go(little: Path) -> None:
    converter = grader(little, NAME, options={"workers": 1})
    converter.start()
    assert [it.student for it in converter._found] == list(TWO)
    assert not any(it.sanitised or it.running or it.files for it in converter._found)


def test_what_a_killed_grader_left_is_removed(little: Path) -> None:
    left = little / "autograded" / f".part-{NAME}" / "one" / "half.ipynb"
    left.parent.mkdir(parents=True)
    left.write_text("{")
    grade(little)
    assert not list(little.rglob(".part-*"))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course whose assignment is released: nbgrader takes seconds, a copy takes none."""
    return small.release(small.make(tmp_path_factory.mktemp("released"), {}))


TWO = {"one": small.submission(), "two": small.submission("share = 1")}


@pytest.fixture
def little(released: Path, tmp_path: Path) -> Path:
    """A class of two, of whom nobody is graded yet."""
    return small.copy_of(released, tmp_path, {**TWO})


@pytest.fixture(scope="module")
def marked(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small.copy_of(released, tmp_path_factory.mktemp("marked"), {**TWO})
    assert len(grade(folder).records) == 2
    return folder


@pytest.fixture
def known(marked: Path, tmp_path: Path) -> Path:
    """A class of two, both graded."""
    return small.copy_of(marked, tmp_path)


def test_only_what_changed_is_graded_again(little: Path) -> None:
    assert len(grade(little).records) == 2
    again = grade(little)
    assert again.records == []
    assert len(again.unchanged) == 2
    small.hand_in(little, "two", small.submission())
    assert [record.student for record in grade(little).records] == ["two"]
    assert book(little)["two", "double"] == (2, None, False)
    small.write(
        little / "source" / NAME / f"{NAME}.ipynb",
        nbformat.from_dict(
            nbformat.reads(
                nbformat.writes(small.source()).replace("double(21) == 42", "double(21) == 43"), 4
            )
        ),
    )
    with pytest.raises(
        GraderError, match=r"your own solution .* fails the test double of ps\.ipynb"
    ):
        grade(little)
    assert book(little)["one", "double"] == (2, None, False)  # what was graded stays
    changed = grade(little, anyway=True)
    assert len(changed.records) == 2  # the instructor has changed a test
    assert book(little)["one", "double"] == (0, None, False)
    assert len(grade(little, again=True, anyway=True).records) == 2


def test_what_is_refused_leaves_the_work_that_stands_in_the_gradebook(known: Path) -> None:
    page = next((known / "feedback" / "two").rglob("*.html"))
    before, points, seen = notebooks(known), book(known), page.read_text("utf-8")
    (known / "submitted" / "two" / NAME / f"{NAME}.ipynb").write_text("Dear instructor")
    (record,) = grade(known).records
    assert record.status == "refused"
    assert (notebooks(known), book(known)) == (before, points)
    told = f'<div class="alert alert-info">{EARLIER}<br>{record.reasons[0].text}</div>'
    assert page.read_text("utf-8").replace(f'<div class="container">{told}</div>', "") == seen
    mended = page.stat().st_mtime_ns
    assert [it.status for it in grade(known).records] == []
    assert page.stat().st_mtime_ns == mended, "nothing has changed"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (f"exercises_{NAME}_{NAME}", "graded"),  # as JupyterLite downloads it
        (f"{NAME} (1)", "graded"),  # as a browser does for the second time
        (f"{NAME}10", "refused"),  # another exercise
        ("another", "refused"),
    ],
)
def test_a_notebook_is_known_by_its_name_within_another(
    little: Path, name: str, status: str
) -> None:
    handed_in = little / "submitted" / "one" / NAME / f"{NAME}.ipynb"
    handed_in.rename(handed_in.with_name(f"{name}.ipynb"))
    record = next(record for record in grade(little).records if record.student == "one")
    assert record.status == status
    if status == "graded":
        assert [reason.kind for reason in record.reasons] == ["renamed"]
        assert book(little)["one", "double"] == (2, None, False)
        graded = little / "autograded" / "one" / NAME
        assert [path.name for path in graded.glob("*.ipynb")] == [f"{NAME}.ipynb"]
        assert [record.student for record in grade(little).records] == []


def test_feedback_that_cannot_be_written_stops_nobody(
    little: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written = Feedback.write

    def write(self: Feedback, student: str) -> None:
        if student == "one":
            raise PermissionError(13, "Permission denied")
        written(self, student)

    monkeypatch.setattr(Feedback, "write", write)
    small.hand_in(little, "three", "no notebook")
    where = ["--course", str(little), "--workers", "2"]
    assert main(["grade", NAME, *where]) == 3
    printed = capsys.readouterr().out
    assert "no feedback could be written: one." in printed
    assert "refused      1" in printed
    assert "three  " in printed
    kept = records(f"sqlite:///{little}/gradebook.db", NAME)
    assert {student: record.status for student, record in kept.items()} == dict.fromkeys(
        ["one", "two"], "graded"
    ) | {"three": "refused"}
    assert list((little / "feedback" / "two").rglob("*.html"))


def test_a_folder_with_the_name_of_the_feedback_gives_way(little: Path) -> None:
    beside = little / "submitted" / "one" / NAME / f"{NAME}.html" / "a.txt"
    beside.parent.mkdir()
    beside.write_text("mine")
    assert len(grade(little).records) == 2
    assert (little / "feedback" / "one" / NAME / f"{NAME}.html").is_file()


def test_an_instructors_notebook_that_cannot_be_read_is_nobodys_submission(known: Path) -> None:
    path = known / "source" / NAME / f"{NAME}.ipynb"
    broken = small.source()
    broken.metadata["kernelspec"]["name"] = 7
    small.write(path, broken)
    with pytest.raises(GraderError, match=r"cannot release ps: .*7 is not of type 'string'"):
        grade(known, again=True)


def test_points_that_a_person_gave_stay(known: Path) -> None:
    with Gradebook(f"sqlite:///{known}/gradebook.db") as gradebook:
        gradebook.find_grade("memo", NAME, NAME, "one").manual_score = 3
        gradebook.db.commit()
    grade(known)
    assert book(known)["one", "memo"][1] == 3


def test_links_are_not_followed(little: Path) -> None:
    notebook = little / "submitted" / "one" / NAME / f"{NAME}.ipynb"
    notebook.unlink()
    notebook.symlink_to(little / "source" / NAME / f"{NAME}.ipynb")
    (little / "submitted" / "two" / NAME / "data.csv").symlink_to(little / "nbgrader_config.py")
    submitted = little / "submitted"
    elsewhere = small.hand_in(little / "elsewhere", "right", small.submission()).parent
    (submitted / "a_linked_name").symlink_to(elsewhere.parent)
    (submitted / "a_linked_stem").mkdir()
    (submitted / "a_linked_stem" / NAME).symlink_to(elsewhere)
    outcome = grade(little)
    assert {record.student: record.status for record in outcome.records} == dict.fromkeys(
        ["one", "two", "a_linked_name", "a_linked_stem"], "refused"
    )
    assert not list((little / "autograded").glob("*/*/*.ipynb"))


def test_a_cluster_without_workers_ends_in_a_sentence(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    with (
        distributed.LocalCluster(
            n_workers=0, dashboard_address=None, local_directory=str(tmp_path)
        ) as cluster,
        pytest.raises(GraderError, match="has no workers"),
        executor(Settings(), 1, cluster.scheduler_address),
    ):
        pass


def test_a_second_grader_is_told(little: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (little / f".grading-{NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert main(["grade", NAME, "--course", str(little)]) == 1
    assert "graded by another program" in capsys.readouterr().err
    assert main(["grade", NAME, "--course", str(little)]) == 0


def test_a_locked_gradebook_ends_in_a_sentence(
    known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boxgrader.nbgrader_course.gradebook._WAIT_MILLISECONDS", 200)
    other = sqlite3.connect(known / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GraderError, match="locked"):
        grade(known, again=True)
    other.execute("ROLLBACK")
    other.close()
    assert len(grade(known, again=True).records) == 2


def test_a_full_disk_ends_in_a_sentence(little: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from boxgrader.nbgrader_course import files

    def full(made: Path, final: Path) -> None:
        raise OSError(28, "No space left on device", str(final))

    with monkeypatch.context() as patch:
        patch.setattr(files, "move", full)
        with pytest.raises(GraderError, match="No space left"):
            grade(little)
    assert all(score[0] is None for score in book(little).values())
    assert len(grade(little).records) == 2


def test_formgraders_button_uses_the_same_engine(
    known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.apps import NbGraderAPI, api, autogradeapp

    from boxgrader import install

    for module in (api, autogradeapp):
        monkeypatch.setattr(module, "Autograde", Autograde)
    install()
    small.hand_in(known, "one", STRANGE["leaves"])
    course = course_directory(known)
    result = NbGraderAPI(coursedir=course, config=course.config).autograde(NAME, "one")
    assert result["success"], result
    assert book(known)["one", "double"] == (0, None, False)
    kept = records(f"sqlite:///{known}/gradebook.db", NAME)
    assert [reason.kind for reason in kept["one"].reasons] == ["ended"]


def test_a_dask_cluster_grades_as_well(little: Path, tmp_path: Path) -> None:
    """Learners' code ends its own process there too, and not the worker."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    small.hand_in(little, "three", STRANGE["leaves"])
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
    ) as cluster:
        workers = {worker.pid for worker in cluster.workers.values()}
        with executor(Settings(), 1, cluster.scheduler_address) as (_, slots):
            assert slots() == 2, "as many as the cluster has threads, and not as this machine"
        options = {"scheduler": cluster.scheduler_address}
        outcome = grade_assignment(little, NAME, options=options)
        assert {worker.pid for worker in cluster.workers.values()} == workers
    assert [record.status for record in outcome.records] == ["graded"] * 3
    assert book(little)["one", "double"] == (2, None, False)
    assert book(little)["three", "double"] == (0, None, False)


KILLS = int(os.environ.get("THOUSANDFOLD_KILLS", "2"))


def test_killed_at_any_moment_and_run_again_nothing_is_lost(tmp_path: Path) -> None:
    """THOUSANDFOLD_KILLS=20 kills twenty times."""
    students = {f"s{n}": small.submission(f"share = {n / 10}\nimport time") for n in range(6)}
    undisturbed = small.make(tmp_path / "a", students)
    start = time.monotonic()
    command = [sys.executable, "-m", "thousandfold.cli", "grade", NAME, "--course"]
    subprocess.run([*command, str(undisturbed)], check=True, capture_output=True)
    whole = time.monotonic() - start
    killed = small.make(tmp_path / "b", students)
    for _ in range(KILLS):
        with subprocess.Popen([*command, str(killed)], stdout=-3, stderr=-3) as grader:
            time.sleep(random.SystemRandom().uniform(0.3, 1) * whole)
            grader.send_signal(signal.SIGKILL)
    last = subprocess.run([*command, str(killed)], capture_output=True, text=True)
    assert last.returncode == 0, last.stderr
    assert book(killed) == book(undisturbed)
    assert not list(killed.rglob(".part-*"))
    for name in ("autograded", "feedback"):
        files = {str(path.relative_to(killed)) for path in (killed / name).rglob("*.*")}
        assert files == {
            str(path.relative_to(undisturbed)) for path in (undisturbed / name).rglob("*.*")
        }


def test_nbgraders_own_command_in_the_folder_of_the_course_grades_with_this_engine(
    known: Path,
) -> None:
    with (known / "nbgrader_config.py").open("a") as config:
        config.write("from boxgrader import install\ninstall()\n")
    small.hand_in(known, "one", STRANGE["leaves"])
    program = Path(sys.executable).parent / "nbgrader"
    done = subprocess.run(
        [program, "autograde", NAME, "--force"], cwd=known, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    kept = records(f"sqlite:///{known}/gradebook.db", NAME)
    assert [reason.kind for reason in kept["one"].reasons] == ["ended"], "by this engine"


def test_a_course_that_the_box_would_show_is_not_graded(
    little: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (little.parent, little / "source" / NAME):
        monkeypatch.setenv("PYTHONPATH", str(place))
        with pytest.raises(GraderError, match="could read solutions or grades"):
            grade(little)


def test_a_course_that_nbgrader_has_put_on_its_own_search_path_is_graded(
    little: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(little))
    looks = small.submission(f"import os\nshare = os.path.exists({str(little)!r})")
    small.hand_in(little, "two", looks)
    assert [record.status for record in grade(little).records] == ["graded"] * 2
    assert book(little)["two", "share"] == (0, None, False), "learners' code does not see it"


def test_changed_points_are_released_and_everybody_is_graded_by_them(known: Path) -> None:
    path = known / "source" / NAME / f"{NAME}.ipynb"
    dear = small.source()
    for cell in dear.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.metadata["nbgrader"]["points"] = 7
    small.write(path, dear)
    assert len(grade(known).records) == 2
    with Gradebook(f"sqlite:///{known}/gradebook.db") as gradebook:
        assert gradebook.find_assignment(NAME).max_score == 7 + 4 + 3


def test_where_nothing_has_changed_no_process_for_learners_code_starts(
    known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boxgrader.nbgrader_course.autograde.executor", None)
    another = 59  # a limit is no change
    assert grade(known, timeout=another).records == []


def test_a_gradebook_is_made_as_nbgraders_program_makes_it(released: Path) -> None:
    said = io.StringIO()
    with _temp_alembic_ini("sqlite://") as settings:
        alembic.command.heads(alembic.config.Config(settings, stdout=said))
    with sqlite3.connect(released / "gradebook.db") as gradebook:
        (version,) = gradebook.execute("select * from alembic_version")
    assert said.getvalue().split()[0] == version[0]


@pytest.mark.parametrize(
    ("name", "told"),
    [("sp", "there is no assignment sp; there are ps"), (NAME, "Nobody handed in")],
)
def test_a_typing_error_is_told_from_an_empty_class(tmp_path: Path, name: str, told: str) -> None:
    folder = small.make(tmp_path, {})
    (folder / "submitted").mkdir(exist_ok=True)
    with pytest.raises(GraderError, match=told):
        grade_assignment(folder, name)
    with pytest.raises(GraderError, match="is not a folder"):
        grade_assignment(tmp_path / "nowhere", name)
