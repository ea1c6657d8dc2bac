"""Set up an environment from a lock, as `make lab` and the learner kit do.

uv installs, in a fraction of the computing that pip needs. pip brings uv, checked by hash, and does
the work itself where uv cannot. Nothing but a Python is needed, and nothing half made is left.

    python3 tools/set_up.py                                  # .venv, to learn and to teach
    python3 tools/set_up.py --lock requirements-dev.lock     # what tests need, too
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Thousandfold needs Python 3.11 or newer, and this is "
        f"{sys.version_info[0]}.{sys.version_info[1]}. Install a newer one from python.org and "
        "start again; with make, say which: make lab PYTHON=python3.12"
    )

import argparse
import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from whole import MISDESCRIBED

NO_PIP = (
    "This Python came without pip. On Debian and Ubuntu: apt-get install python3-venv. "
    "Then start again."
)
try:
    import venv
except ImportError:
    sys.exit(NO_PIP)

ROOT = Path(__file__).resolve().parent.parent
OURS = (".", "src/boxgrader")
UV_LOCK = "requirements-uv.lock"  # lies beside the other locks
UNFINISHED = ".unfinished"  # lies in an environment that is being changed, or was left so
WINDOWS = sys.platform == "win32"
WHOLE = Path(__file__).resolve().with_name("whole.py")
THEIR_TESTS = r"site-packages[/\\].*[/\\]tests[/\\]"  # a quarter of all, and nobody imports them
FULL = 100_000_000  # bytes; with fewer nothing of size can be written
PAUSES = (0.1, 0.3, 1, 3)  # seconds, until a virus scanner or OneDrive has let go of a file


class SetUpError(Exception):
    """Why an environment could not be set up, and what to do."""


class NotInstalledError(SetUpError):
    """Some package cannot be had."""


@dataclass(frozen=True)
class Environment:
    """A folder with a Python, the packages of a lock, and our own.

    Python compiles what it imports first, and keeps that. `compiled` compiles all but tests now:
    for those who cannot write there, or start Python a thousand times.
    """

    folder: Path
    lock: Path
    ours: tuple[str, ...]
    wheels: Path | None = None
    compiled: bool = False

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / ("Scripts/python.exe" if WINDOWS else "bin/python")

    @property
    def _uv(self) -> Path:
        return self.python.with_name("uv.exe" if WINDOWS else "uv")

    def is_whole(self) -> bool:
        """Say whether its Python starts, which an update may take away, and finds all files."""
        return not (self.folder / UNFINISHED).exists() and self._has_all_files()

    def _has_all_files(self) -> bool:
        try:
            return subprocess.call([self.python, "-I", str(WHOLE)], stderr=subprocess.DEVNULL) == 0
        except OSError:
            return False

    def make(self) -> None:
        """Make it anew. What stood there before comes back if that fails.

        Raises
        ------
        SetUpError
            If something cannot be installed, or nothing can be written here.
        """
        with _told_in_a_sentence(self.folder), _in_place_of(self.folder):
            self.folder.mkdir(parents=True)
            (self.folder / UNFINISHED).touch()
            venv.create(self.folder, symlinks=not WINDOWS)
            self.install()

    def install(self) -> None:
        """Install the lock and our own packages, from the wheels or else from the internet.

        Raises
        ------
        SetUpError
            If something cannot be installed, or nothing can be written here.
        """
        with _told_in_a_sentence(self.folder):
            (self.folder / UNFINISHED).touch()
        for source in self._sources():
            if self._by_uv(source):
                break
            if shutil.disk_usage(self.folder).free < FULL:
                raise SetUpError(
                    f"The disk is full. {self.folder} needs 1 GB: make room, then start again."
                )
            print("uv cannot do it here; pip does, in a few minutes more.", flush=True)
            if self._by_pip(source):
                break
        else:
            raise NotInstalledError(
                "Not everything could be installed; the lines above say why. Is there a network? "
                "Start again when there is."
            )
        if self.compiled:
            command = [str(self.python), "-m", "compileall", "-qq", "-j0", "-x", THEIR_TESTS]
            _run([*command, str(self.folder / "lib")])
        if not self._has_all_files():  # fresh as it is: else it would be made anew at each start
            (self.folder / MISDESCRIBED).touch()
        (self.folder / UNFINISHED).unlink(missing_ok=True)

    def _sources(self) -> Iterator[list[str]]:
        if self.wheels:
            yield ["--no-index", "--find-links", str(self.wheels)]
            print("The folder wheels is for another system or Python; trying the internet.")
        yield []

    def _by_uv(self, source: Sequence[str]) -> bool:
        lock = self.lock.with_name(UV_LOCK)
        return (
            (self._uv.exists() or self._pip([*source, "--require-hashes", "-r", str(lock)]))
            and self._with_uv(source)
            # A file here may be one with that in uv's cache, and what cut it off has cut off both.
            and (self._has_all_files() or self._with_uv(["--reinstall", *source], UV_NO_CACHE="1"))
        )

    def _with_uv(self, source: Sequence[str], **variables: str) -> bool:
        command = [str(self._uv), "pip", "install", "--quiet", "--system-certs"]
        command += ["--python", str(self.python)]
        return (
            _run([*command, *source, *self._locked()], **variables)
            # Anew, since uv does not look whether the files of a folder have changed.
            and _run([*command, "--reinstall", *self._own()], **variables)
        )

    def _by_pip(self, source: Sequence[str]) -> bool:
        # What uv left half done is done anew.
        return self._pip(["--force-reinstall", *source, *self._locked()]) and self._pip(self._own())

    def _pip(self, arguments: Sequence[str]) -> bool:
        # Straight from its wheel: to install pip first would cost more than all that uv does.
        command = [str(self.python), "-m", "pip", "install", "--quiet", "--no-compile"]
        command += ["--disable-pip-version-check", "--no-warn-script-location"]
        return _run([*command, *arguments], PYTHONPATH=str(_bundled_pip()))

    def _locked(self) -> list[str]:
        return ["--no-deps", "--require-hashes", "-r", str(self.lock)]  # a lock is complete

    def _own(self) -> list[str]:
        return ["--no-deps", "--no-index", "--no-build-isolation", *self.ours, str(_bundled_pip())]


@contextmanager
def _told_in_a_sentence(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if WINDOWS and isinstance(error, PermissionError) and folder.exists():
            raise SetUpError(
                f"{folder} cannot be changed, because a program has it open. Close JupyterLab, its "
                "window, and others that show this folder, then start again."
            ) from error
        raise SetUpError(
            f"{folder} cannot be set up ({error.strerror or error}). It needs 1 GB of space, in a "
            "place that is yours."
        ) from error


@contextmanager
def _in_place_of(folder: Path) -> Iterator[None]:
    old = folder.with_name(f"{folder.name}.old")
    if old.exists() and (folder / UNFINISHED).exists():  # killed before it could put it back
        _patiently(lambda: shutil.rmtree(folder))
    elif folder.exists():
        if old.exists():
            _patiently(lambda: shutil.rmtree(old))
        _patiently(lambda: folder.rename(old))
    try:
        yield
    except BaseException:
        with suppress(OSError):  # what went wrong first is told
            if folder.exists():
                _patiently(lambda: shutil.rmtree(folder))
            if old.exists():
                _patiently(lambda: old.rename(folder))
        raise
    shutil.rmtree(old, ignore_errors=True)


def _patiently(change: Callable[[], object]) -> None:
    """Change a folder; Windows refuses while another program has something in it open."""
    for pause in PAUSES if WINDOWS else ():
        with suppress(PermissionError):
            change()
            return
        time.sleep(pause)
    change()


def _bundled_pip() -> Path:
    """Return the wheel from which Python itself would install pip."""
    places = [Path(sysconfig.get_path("stdlib"), "ensurepip", "_bundled")]
    distribution = sysconfig.get_config_var("WHEEL_PKG_DIR")  # := is a riddle to Python 3.7
    if distribution:
        places.append(Path(distribution))
    found = [wheel for place in places for wheel in sorted(place.glob("pip-*.whl"))]
    if not found:
        raise SetUpError(NO_PIP)
    return found[-1]


def _run(command: Sequence[str], **variables: str) -> bool:
    try:
        return subprocess.call(command, env={**os.environ, **variables}) == 0
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return False


def main() -> int:
    """Set up, or say in a sentence why not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".venv")
    parser.add_argument("--lock", default="requirements.lock", help="what to install")
    parser.add_argument("--compiled", action="store_true", help="compile all of it now")
    parser.add_argument("--copied", action="store_true", help="copy our packages, link nothing")
    asked = parser.parse_args()
    linked = () if asked.copied else ("--editable",)
    environment = Environment(
        asked.folder.absolute(),
        ROOT / asked.lock,
        tuple(part for path in OURS for part in (*linked, str(ROOT / path))),
        compiled=asked.compiled,
    )
    try:
        if environment.is_whole():
            environment.install()
        else:
            print("Setting up. This takes a minute, once.", flush=True)
            environment.make()
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start again when you like: it begins anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
