"""The roads of two pages, gone in a bare Debian: their commands, and a class graded.

docs/grading-elsewhere.md leads to the whole workshop, docs/grader-alone.md to the grader alone and
a course that is not ours. It takes minutes and the network, and stands in for WSL and virtual
machines: `make test-long` runs it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import own_course
import own_image
import pytest
from conftest import ROOT

PAGE = ROOT / "docs" / "grading-elsewhere.md"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
FRAMED = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BUNDLE = "thousandfold.bundle"  # the repository as one file
PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@pytest.fixture
def debian(tmp_path: Path) -> Path:
    """Return the folder of a bare Debian with one ordinary user, ann."""
    if not os.environ.get("THOUSANDFOLD_ALL"):
        pytest.skip("takes minutes and the network: `make test-long` runs it")
    for program in ("debootstrap", "bwrap", "git"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on PATH: apt-get install debootstrap bubblewrap git")
    if os.geteuid() != 0:
        pytest.skip("only root makes a Debian in a folder")
    folder = tmp_path / "debian"
    made = ["debootstrap", "--variant=minbase", "bookworm", str(folder)]
    subprocess.run(made, check=True, capture_output=True)
    tmp_path.chmod(0o755)
    typed(folder, "useradd --create-home --shell /bin/bash ann", user="root")
    return folder


def typed(
    debian: Path, line: str, user: str = "ann", below: str = "~"
) -> subprocess.CompletedProcess[str]:
    """Run a line in it as somebody would type it."""
    box = ["bwrap", "--unshare-pid", "--die-with-parent", "--bind", str(debian), "/"]
    box += ["--dev", "/dev", "--proc", "/proc"]
    box += ["--ro-bind", "/etc/resolv.conf", "/etc/resolv.conf", "--cap-add", "ALL"]
    return subprocess.run(
        [*box, "su", "-", user, "-c", f"cd {below} && {line}"],
        env={"PATH": PATHS, "TERM": "dumb"},
        capture_output=True,
        text=True,
    )


def trust_what_this_machine_trusts(debian: Path) -> None:
    """Let it ask the network as this machine does, which may stand behind a proxy of its own."""
    if CERTIFICATES.is_file():
        (debian / "etc/ssl/certs").mkdir(parents=True, exist_ok=True)
        shutil.copy(CERTIFICATES, debian / CERTIFICATES.relative_to("/"))
    for settings in ("/etc/pip.conf", "/etc/gitconfig"):
        if Path(settings).is_file():
            shutil.copy(settings, debian / settings.lstrip("/"))


@pytest.mark.timeout(3600)
def test_the_commands_of_the_page_lead_to_a_graded_class(debian: Path) -> None:
    blocks = FRAMED.findall(PAGE.read_text("utf-8"))
    assert [block.splitlines()[0] for block in blocks] == [
        "sudo apt-get update", "cd ~", "make class", "make grade ASSIGNMENT=06_communication"
    ]  # fmt: skip
    bundle = ["git", "bundle", "create", str(debian / BUNDLE), "HEAD"]
    subprocess.run(bundle, cwd=ROOT, check=True)
    said: dict[str, str] = {}
    below = "~"
    for line in "".join(blocks).splitlines():
        if line.startswith("cd "):
            below = line.removeprefix("cd ") if "~" in line else f"{below}/{line[3:]}"
            continue
        if line.startswith("make grade"):  # here the page says: bring the submissions over
            typed(debian, "cp -r build/class/submitted .", below=below)
        user = "root" if line.startswith("sudo ") else "ann"
        command = line.removeprefix("sudo ").replace("YOUR-REPOSITORY", f"/{BUNDLE}")
        done = typed(debian, command, user, "/" if user == "root" else below)
        refused = line.startswith("make grade")  # two of the sample class are no notebooks
        assert bool(done.returncode) == refused, f"{line}\n{done.stdout}\n{done.stderr}"
        said[line] = done.stdout + done.stderr
        trust_what_this_machine_trusts(debian)
    assert "Learners' code can be graded in a box here." in said[".venv/bin/boxgrader check"]
    [right] = [it for it in said["make class"].splitlines() if it.startswith("right ")]
    assert right.split()[-1] == "15"
    assert "Error 3" in said["make grade ASSIGNMENT=06_communication"]
    graded = debian / "home/ann/thousandfold/feedback"
    assert (graded / "right/06_communication/06_communication.html").is_file()


@pytest.mark.timeout(3600)
def test_the_grader_alone_grades_a_course_that_is_not_ours(debian: Path) -> None:
    shared = debian / "mnt/c/Users/YOU/Documents"
    shared.mkdir(parents=True)
    own_image.build_wheel(debian)
    [wheel] = debian.glob("*.whl")
    own_course.lay(shared / "course")
    class_list = b"\xef\xbb\xbfid,first_name\r\nann,Ann\r\nben,Ben\r\n"  # as Excel writes it
    (shared / "course" / "class.csv").write_bytes(class_list)
    typed(debian, "chown -R ann /mnt/c", user="root", below="/")
    late = f"cp -r {str(shared).removeprefix(str(debian))}/course/submitted ."
    said: dict[str, str] = {}
    below = "~"
    for line in "".join(
        block for block in own_image.framed() if "docker" not in block
    ).splitlines():
        if line.startswith("cd "):
            below = line.removeprefix("cd ")
            continue
        if line == late:  # here the page says: handed in later
            own_course.hand_in(shared / "course", "cleo", own_course.RIGHT)
        user = "root" if line.startswith("sudo ") else "ann"
        command = line.removeprefix("sudo ").replace(" boxgrader ", f" /{wheel.name} ")
        done = typed(debian, command, user, "/" if user == "root" else below)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        said[line] = said.get(line, "") + done.stdout + done.stderr
        trust_what_this_machine_trusts(debian)
    assert "Learners' code can be graded in a box here." in said["boxgrader check"]
    graded = said["boxgrader grade ps1"]
    assert "ps1: 2 done now" in graded
    assert "ps1: 1 done now" in graded
    assert "refused      0" in graded
    assert late in said
    back = shared / "graded"
    assert own_course.points(back) == {**own_course.POINTS, "cleo": own_course.POINTS["ann"]}
    assert (back / "feedback/cleo/ps1/problem.html").is_file()
    importing = "nbgrader db student import class.csv"
    refused = typed(debian, importing, below="~/course")
    assert refused.returncode
    assert "'id'" in refused.stderr
    [mended] = re.findall(r"`(sed [^`]*class\.csv)`", own_image.page())
    done = typed(debian, f"{mended} && {importing}", below="~/course")
    assert done.returncode == 0, done.stderr
