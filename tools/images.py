"""Build the images of images/Dockerfile and try them, with no registry and no daemon.

The base is made from Debian's own archive by debootstrap, in place of `debian:13-slim`; buildah
follows the recipe. In what comes out JupyterLab is started as a learner's, a lesson is run, and no
answer is to be found. Last comes `own`, the image of docs/grader-alone.md: in it a course is graded
that is not ours. Takes some minutes and 8 GB; needs root, debootstrap and buildah, and runc.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import own_image
from course import ROOT

from thousandfold.errors import ExplainedError

BASE = "docker.io/library/debian:13-slim"
WORKSHOP = "thousandfold"  # where `thousandfold start` lays it at home, and what JupyterLab shows
SHOWN = "notebooks/00_start_here.ipynb"
LESSON = f"{WORKSHOP}/{SHOWN}"
OWN_CAS = Path("/usr/local/share/ca-certificates")
ANSWERS = "BEGIN SOLUTION|BEGIN HIDDEN TESTS|BEGIN MARK SCHEME"
KNOW_THE_MARKS = ("nbgrader", "boxgrader")  # they take them away
OWN = "own"
SAID = "/tmp/said"  # noqa: S108 - of the container
TOKEN = "of-this-check"  # noqa: S105
PROGRAMS = ("debootstrap", "buildah", "runc")
MINUTES = 5  # until JupyterLab answers, on a machine however busy


class Store:
    """Images and containers in a folder of their own, by buildah."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._buildah = ["buildah", "--root", str(folder / "images")]
        self._buildah += ["--runroot", str(folder / "running")]

    def make_base(self) -> None:
        """Make the base as Debian installs itself, with this machine's own authorities."""
        system = self._folder / "system"
        _run("debootstrap", "--variant=minbase", "trixie", str(system))
        if OWN_CAS.is_dir():
            shutil.copytree(OWN_CAS, system / OWN_CAS.relative_to("/"), dirs_exist_ok=True)
        _run("tar", "-C", str(system), "-cf", str(self._folder / "system.tar"), ".")
        shutil.rmtree(system)
        recipe = self._folder / "Dockerfile"
        recipe.write_text("FROM scratch\nADD system.tar /\n")
        self._build(recipe, "--tag", BASE, str(self._folder))

    def make(self, target: str) -> None:
        """Build one of ours, or the one that a page has others build."""
        if target == OWN:
            (own := self._folder / OWN).mkdir()
            own_image.lay(own)
            self._build(own / "Dockerfile", "--tag", OWN, str(own))
            return
        recipe = ROOT / "images" / "Dockerfile"
        self._build(recipe, "--layers", "--target", target, "--tag", target, str(ROOT))

    def _build(self, recipe: Path, *arguments: str) -> None:
        build = ["build", "--isolation=chroot", "--pull=never", "--file", str(recipe)]
        _run(*self._buildah, *build, *arguments)

    @contextmanager
    def container(self, image: str) -> Iterator[Container]:
        """Give a container of an image, and remove it at the end."""
        name = _run(*self._buildah, "from", "--pull=never", image).strip()
        try:
            yield Container(self._buildah, name)
        finally:
            _run(*self._buildah, "rm", name)

    def remove(self) -> None:
        """Leave nothing; the folder itself is somebody else's."""
        _run(*self._buildah, "rmi", "--all", "--force")


class Container:
    """One container, in which commands run as the image's own user."""

    def __init__(self, buildah: list[str], name: str) -> None:
        self._buildah, self._name = buildah, name
        about = json.loads(_run(*buildah, "inspect", "--type", "container", name))
        self.settings = about["OCIv1"]["config"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def command(self, *command: str) -> list[str]:
        """Return what starts a command as the image would, or the image's own without one."""
        inside = [*self.settings.get("Entrypoint", []), *(command or self.settings["Cmd"])]
        run = ["run", "--isolation=chroot", "--user", self.settings["User"]]
        given = ["--env", f"JUPYTER_TOKEN={TOKEN}", "--env", f"JUPYTER_PORT={self.port}"]
        return [*self._buildah, *run, *given, self._name, "--", *inside]

    def answers(self) -> bool:
        """Whether something listens at its port; it shares this machine's network."""
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def asked(self, path: str, method: str = "GET") -> Any:
        """Return what JupyterLab in it says, as data."""
        headers = {"Authorization": f"token {TOKEN}"}
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}", headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
                return json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            said = f"JupyterLab in the image answers {error.code} to who asks for {path}"
            raise ExplainedError(said) from error

    def files(self) -> Path:
        """Return where its files lie on this machine, until it is removed."""
        return Path(_run(*self._buildah, "mount", self._name).strip())

    def says(self, *command: str) -> str:
        """Run a command in it, and return what that prints.

        By a file: buildah loses now and then what it has to pass on, and nothing is what a search
        for answers hopes for.
        """
        _run(*self.command("sh", "-c", f'"$@" >{SAID}', "sh", *command))
        return (self.files() / SAID.lstrip("/")).read_text("utf-8").strip()


def try_learner(store: Store) -> None:
    """Start JupyterLab as a learner does, run a lesson, look for answers."""
    with store.container("learner") as container:
        _is_nobody_special(container)
        _holds_no_answer(container)
        with _started(container):
            container.says("jupyter", "nbconvert", "--clear-output", "--inplace", LESSON)
            _same(str(_shown(container)), "0")  # also: what is changed stays at the next start
            container.says("jupyter", "execute", "--inplace", LESSON)
            shown = _shown(container)
    if not shown:
        raise ExplainedError(f"{LESSON} runs in the image, and shows nothing")
    print(f"learner: JupyterLab answers, {LESSON} runs, {shown} outputs, no answer inside")


def try_hub(store: Store) -> None:
    """See that a hub finds what it starts, in the version of the lock."""
    locked = re.search(r"^jupyterhub==(\S+)", (ROOT / "requirements-hub.lock").read_text(), re.M)
    with store.container("hub") as container:
        _is_nobody_special(container)
        _holds_no_answer(container)
        _same(container.says("jupyterhub-singleuser", "--version"), locked and locked[1])
    print(f"hub: jupyterhub-singleuser {locked and locked[1]}, no answer inside")


def try_grader(store: Store) -> None:
    """See that the image says by itself whether it may box learners' code."""
    with store.container("grader") as container:
        _is_nobody_special(container)
        print(f"grader: {container.says('boxgrader', '--version')}, as an ordinary user")


def try_workbench(store: Store) -> None:
    """See that all is there with which the environment is set up."""
    with store.container("workbench") as container:
        _is_nobody_special(container)
        for program in ("make", "git", "python3", "bwrap"):
            container.says(program, "--version")
    print("workbench: make, git, python3, bwrap")


def try_own(store: Store) -> None:
    """Grade in the image that somebody builds for a course of their own."""
    with store.container(OWN) as container:
        _is_nobody_special(container)
        with tempfile.TemporaryDirectory(prefix="own-") as place:
            own_image.grade(container.files(), container.settings, Path(place))
    print("own: a course that is not ours is graded in it, and comes back")


TRIES = {
    "learner": try_learner,
    "hub": try_hub,
    "grader": try_grader,
    "workbench": try_workbench,
    OWN: try_own,
}


def _is_nobody_special(container: Container) -> None:
    _same(container.says("id", "-u"), "1000")


def _holds_no_answer(container: Container) -> None:
    places = ["/opt", "/home", "/usr/local", "/srv"]
    but = [f"--exclude-dir={name}" for name in KNOW_THE_MARKS]
    look = ["grep", "-rlE", *but, ANSWERS, *places]
    found = container.says("sh", "-c", '"$@" || true', "sh", *look)
    _same(found, "")


def _shown(container: Container) -> int:
    """Return how many outputs the lesson has, as JupyterLab sees it after one more start."""
    container.says("thousandfold", "start", "--only-lay")
    cells = container.asked(f"api/contents/{SHOWN}")["content"]["cells"]
    return sum(len(cell.get("outputs", [])) for cell in cells)


@contextmanager
def _started(container: Container) -> Iterator[None]:
    process = subprocess.Popen(container.command(), start_new_session=True)
    try:
        end = time.monotonic() + MINUTES * 60
        while not container.answers():
            if process.poll() is not None or time.monotonic() > end:
                raise ExplainedError(
                    "JupyterLab in the image does not answer; what it said is above"
                )
            time.sleep(0.5)
        yield
    finally:
        if container.answers():  # buildah passes no signal on
            container.asked("api/shutdown", method="POST")
        elif sys.platform != "win32":
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _same(found: str, expected: str | None) -> None:
    if found != expected:
        raise ExplainedError(f"the image says {found!r}, and {expected!r} was expected")


def _run(*command: str) -> str:
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode:
        said = "\n".join((ended.stdout + ended.stderr).strip().splitlines()[-20:])
        raise ExplainedError(f"{' '.join(command[:8])} ... failed:\n{said}")
    return ended.stdout


def main() -> int:
    """Build and try the images that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TRIES))
    arguments = parser.parse_args()
    unknown = set(arguments.targets) - set(TRIES)
    if unknown:
        parser.error(f"no such image: {', '.join(sorted(unknown))}")
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or sys.platform == "win32" or os.geteuid() != 0:
        print(f"images: not tried: needs root, {', '.join(PROGRAMS)} ({missing or 'no root'})")
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="images-") as folder:
            store = Store(Path(folder))
            try:
                store.make_base()
                for target in arguments.targets or TRIES:
                    store.make(target)
                    TRIES[target](store)
            finally:
                store.remove()
    except ExplainedError as error:
        print(f"images: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
