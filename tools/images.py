"""Build the images of images/Dockerfile and try them, with no registry and no daemon.

The base is made from Debian's own archive by debootstrap, in place of `debian:13-slim`; buildah
follows the recipe. In what comes out JupyterLab is started as a learner's, a lesson is run, and no
answer is to be found. Takes some minutes and 8 GB; needs root, debootstrap and buildah.
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
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course import ROOT

from thousandfold.errors import ExplainedError

BASE = "docker.io/library/debian:13-slim"
LESSON = "thousandfold/notebooks/00_start_here.ipynb"
OWN_CAS = Path("/usr/local/share/ca-certificates")
ANSWERS = "BEGIN SOLUTION|BEGIN HIDDEN TESTS|BEGIN MARK SCHEME"
KNOW_THE_MARKS = ("nbgrader", "boxgrader")  # they take them away
TOKEN = "of-this-check"  # noqa: S105
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
        """Build one of ours."""
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
        self._settings = about["OCIv1"]["config"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def command(self, *command: str) -> list[str]:
        """Return what starts a command as the image would, or the image's own without one."""
        inside = [*self._settings.get("Entrypoint", []), *(command or self._settings["Cmd"])]
        run = ["run", "--isolation=chroot", "--user", self._settings["User"]]
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
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            return json.loads(answer.read() or "null")

    def says(self, *command: str) -> str:
        """Run a command in it, and return what that prints."""
        return _run(*self.command(*command)).strip()


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


TRIES = {
    "learner": try_learner,
    "hub": try_hub,
    "grader": try_grader,
    "workbench": try_workbench,
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
    cells = container.asked(f"api/contents/{LESSON}")["content"]["cells"]
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
        else:
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
    missing = [name for name in ("debootstrap", "buildah") if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        print(f"images: not tried: needs root, debootstrap and buildah ({missing or 'no root'})")
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
