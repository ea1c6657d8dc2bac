"""Setting up: by uv, or else by pip; whole, or as it was before.

Nothing comes from a network. The packages are made here, and among them is a uv that can be told to
fail; else it is the real one.
"""

from __future__ import annotations

import ast
import hashlib
import os
import runpy
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
import set_up
from conftest import ROOT
from set_up import OURS, Environment, SetUpError

from kit import SET_UP

NOWHERE = "http://127.0.0.1:9"  # nobody listens there
NO_NETWORK = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_FIND_LINKS": "",
    "PIP_INDEX_URL": NOWHERE,
    "PIP_RETRIES": "0",
    "UV_DEFAULT_INDEX": NOWHERE,
    "UV_HTTP_RETRIES": "0",
    "UV_NO_CONFIG": "1",
}
SCRIPT = ROOT / "tools" / "set_up.py"
TAG = "Tag: py3-none-any\n"
REAL_UV = shutil.which("uv", path=str(Path(sys.executable).parent))
UV = f"""#!/bin/sh
eval "$INSTEAD_OF_UV"
exec {REAL_UV} "$@"
"""
FAILS_HALF_WAY = f'{REAL_UV} "$@"; rm .venv/lib/*/site-packages/lesson.py; exit 2'

# pip starts from its wheel, and compiles all of it, twenty times. Here it starts compiled.
COMPILED = """
import runpy, sys
sys.path.insert(0, "")
import set_up
run, pip = set_up._run, sys.argv.pop(1)
def run_compiled(command, **variables):
    if "PYTHONPATH" in variables:
        variables["PYTHONPATH"] = pip
    return run(command, **variables)
set_up._run = run_compiled
runpy.run_path("start.py", run_name="__main__")
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its programs are shell scripts")


def wheel(folder: Path, name: str, files: dict[str, str], size: int = 0) -> str:
    """Write a package, and return its line in a lock."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-1-py3-none-any.whl"
    described = {
        f"{name}-1.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        f"{name}-1.dist-info/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n{TAG}",
    }
    sizes = {file: size or len(text) for file, text in {**files, **described}.items()}
    listed = "".join(f"{file},,{length}\n" for file, length in sizes.items())
    with zipfile.ZipFile(path, "w") as written:
        for file, text in {**files, **described, f"{name}-1.dist-info/RECORD": listed}.items():
            entry = zipfile.ZipInfo(file)
            entry.external_attr = 0o100755 << 16
            written.writestr(entry, text)
    return f"{name}==1 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def kit_in(folder: Path) -> Path:
    """Make a small learner kit with all its packages."""
    made = folder / "a kit"
    made.mkdir()
    shutil.copy(ROOT / "kit" / "start.py", made)
    for name in SET_UP:
        shutil.copy(ROOT / "tools" / name, made)
    uv = wheel(made / "wheels", "uv", {"uv-1.data/scripts/uv": UV})
    lesson = wheel(made / "wheels", "lesson", {"lesson.py": "taught = True"})
    wheel(made / "package", "thousandfold", {"thousandfold.py": "scaled = True"})
    (made / "requirements-uv.lock").write_text(uv)
    (made / "requirements.lock").write_text(lesson)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return kit_in(tmp_path)


@pytest.fixture(scope="module")
def set_up_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one that was set up. Each test that takes it leaves it whole."""
    made = kit_in(tmp_path_factory.mktemp("set-up"))
    started(made)
    return made


def start(home: Path, instead_of_uv: str = "") -> subprocess.CompletedProcess[str]:
    """Set up as the start scripts do, with a pip that is compiled."""
    pip = home.parent / "pip"
    if not pip.exists():
        pip.mkdir()
        (pip / "pip").symlink_to(Path(sysconfig.get_path("purelib"), "pip"))
    return started(home, ["-c", COMPILED, str(pip)], instead_of_uv)


def started(
    home: Path, program: Sequence[str] = ("start.py",), instead_of_uv: str = ""
) -> subprocess.CompletedProcess[str]:
    """Set up as the start scripts do."""
    told = {**NO_NETWORK, "INSTEAD_OF_UV": instead_of_uv, "UV_CACHE_DIR": str(home.parent / "uv")}
    return subprocess.run(
        [sys.executable, *program, "--only-set-up"],
        cwd=home,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        start_new_session=True,  # so that `kill -INT 0` is Ctrl+C: it reaches all of them
    )


def assert_whole(home: Path, installer: str) -> None:
    """Assert that everything is there, and who installed it."""
    python = home / ".venv" / "bin" / "python"
    subprocess.run([python, "-I", "-c", "import lesson, thousandfold, pip"], check=True)
    [by] = (home / ".venv").glob("lib/*/site-packages/lesson-1.dist-info/INSTALLER")
    assert by.read_text().strip() == installer
    assert [path.name for path in home.glob(".venv*")] == [".venv"]
    assert not (home / ".venv" / ".unfinished").exists()
    again = start(home, "kill -KILL $PPID")
    assert (again.returncode, again.stdout) == (0, "Everything is installed.\n")


def assert_refused(ended: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert ended.returncode == 1
    assert sentence in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_uv_installs_and_the_second_start_calls_nobody(set_up_home: Path) -> None:
    assert_whole(set_up_home, "uv")


def test_where_uv_fails_pip_installs_and_says_so(home: Path) -> None:
    assert start(home, FAILS_HALF_WAY).stdout.count("pip does") == 1
    assert_whole(home, "pip")


def test_where_uv_is_not_to_be_had_pip_installs(home: Path) -> None:
    next((home / "wheels").glob("uv-*")).unlink()
    assert start(home).stdout.count("pip does") == 1
    assert_whole(home, "pip")


def test_a_package_that_was_changed_on_the_way_is_not_installed(home: Path) -> None:
    wheel(home / "wheels", "lesson", {"lesson.py": "evil = True"})
    assert_refused(start(home), "Not everything could be installed")
    assert not (home / ".venv").exists()


def test_wherever_the_network_goes_away_nothing_half_made_is_left_and_the_next_call_mends_it(
    home: Path, tmp_path: Path
) -> None:
    (home / "wheels").rename(tmp_path / "wheels")
    (home / "wheels").mkdir()
    for next_to_come in ("uv", "lesson"):
        assert_refused(start(home), "Is there a network? Start again when there is. Or put your")
        assert list(home.glob(".venv*")) == []
        [had] = (tmp_path / "wheels").glob(f"{next_to_come}-*")
        had.rename(home / "wheels" / had.name)
    start(home)
    assert_whole(home, "uv")


@pytest.mark.parametrize("ending", ["kill -INT 0; exec sleep 60", "kill -KILL $PPID; exit 1"])
def test_what_was_interrupted_begins_anew(home: Path, ending: str) -> None:
    ended = start(home, ending)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    if "INT" in ending:
        assert_refused(ended, "Stopped. Start again")
        assert list(home.glob(".venv*")) == []
    start(home)
    assert_whole(home, "uv")


def test_an_update_that_fails_or_is_killed_leaves_what_worked(set_up_home: Path) -> None:
    lock = set_up_home / "requirements.lock"
    right = lock.read_text()
    other = wheel(set_up_home / "package", "thousandfold", {"thousandfold.py": "new = True"})
    lock.write_text(other)
    lesson = [set_up_home / ".venv" / "bin" / "python", "-c", "import lesson"]
    assert start(set_up_home, "kill -KILL $PPID; exit 1").returncode < 0
    assert (set_up_home / ".venv.old").exists()
    assert_refused(start(set_up_home), "Not everything could be installed")
    subprocess.run(lesson, check=True)
    lock.write_text(right)
    start(set_up_home)
    assert_whole(set_up_home, "uv")


def broken_link(folder: Path) -> None:
    for link in folder.glob("bin/python*"):
        link.unlink()
        link.symlink_to("/nowhere/python3.9")


def other_version(folder: Path) -> None:
    [lib] = folder.glob("lib/python3.*")
    lib.rename(lib.with_name("python3.1"))


def unfinished(folder: Path) -> None:
    (folder / ".unfinished").touch()


def cut_off(folder: Path) -> None:
    for name in ("lesson", "thousandfold"):
        os.truncate(next(folder.glob(f"lib/*/site-packages/{name}.py")), 5)


@pytest.mark.parametrize("damage", [broken_link, other_version, unfinished, cut_off])
def test_a_damaged_environment_is_made_anew(
    set_up_home: Path, damage: Callable[[Path], None]
) -> None:
    damage(set_up_home / ".venv")
    assert "Setting up" in start(set_up_home).stdout
    assert_whole(set_up_home, "uv")


@pytest.mark.parametrize("name", ["thousandfold.py", "lesson.py", "lesson-1.dist-info/RECORD"])
def test_a_file_that_is_gone_or_short_is_seen(set_up_home: Path, name: str) -> None:
    [file] = set_up_home.glob(f".venv/lib/*/site-packages/{name}")
    content = file.read_bytes()
    environment = Environment(set_up_home / ".venv", set_up_home / "requirements.lock", ())
    for damage in (lambda: os.truncate(file, 0), lambda: os.truncate(file, 9), file.unlink):
        assert environment.is_whole()
        damage()
        assert not environment.is_whole(), damage
        file.write_bytes(content)


def test_a_package_that_says_wrong_sizes_is_not_installed_at_each_start(home: Path) -> None:
    lock = home / "requirements.lock"
    lock.write_text(wheel(home / "wheels", "lesson", {"lesson.py": "taught = True"}, size=10_000))
    start(home)
    assert_whole(home, "uv")


def test_a_folder_that_nobody_can_write_to_says_so(home: Path) -> None:
    (home / ".venv").symlink_to("/proc/nowhere")  # as root, all other folders can be written to
    assert_refused(start(home), "in a place that is yours")


def test_all_but_tests_of_packages_is_compiled_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tests"
    packages = folder / "lib" / "python3" / "site-packages"
    for name in ("lesson.py", "lesson/tests/test_lesson.py"):
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).touch()
    monkeypatch.setattr(Environment, "python", Path(sys.executable))
    monkeypatch.setattr(Environment, "_by_uv", lambda environment, source: True)
    Environment(folder, tmp_path / "requirements.lock", (), compiled=True).install()
    assert [path.name.split(".")[0] for path in folder.rglob("*.pyc")] == ["lesson"]


def test_on_a_full_disk_pip_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=50_000_000))
    monkeypatch.setattr(set_up, "_run", lambda command, **variables: False)
    with pytest.raises(SetUpError, match=r"The disk is full.*make room, then start again\."):
        Environment(tmp_path / "made", tmp_path / "requirements.lock", ()).make()
    assert "pip does" not in capfd.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Held:
    """Let an environment stand on Windows, with a program that has some of its files open."""
    held = Held()

    def unless_held(change: Callable[..., None]) -> Callable[..., None]:
        def changed(path: Path, *arguments: object, **options: object) -> None:
            if Path(path).name in held.names and len(held.waited) < held.times:
                if options.get("ignore_errors"):
                    return
                raise PermissionError(13, "Access is denied")
            change(path, *arguments, **options)

        return changed

    monkeypatch.setattr(set_up, "WINDOWS", True)
    monkeypatch.setattr(Environment, "python", Path(sys.executable))
    monkeypatch.setattr(set_up.time, "sleep", held.waited.append)
    monkeypatch.setattr(set_up.venv, "create", lambda folder, symlinks: None)
    monkeypatch.setattr(Path, "rename", unless_held(Path.rename))
    monkeypatch.setattr(shutil, "rmtree", unless_held(shutil.rmtree))
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "works").touch()
    return held


@dataclass
class Held:
    """What another program has open, until somebody has waited for it so many times."""

    names: tuple[str, ...] = ()
    times: int = 99
    waited: list[float] = field(default_factory=list)


def made_on_windows(tmp_path: Path, install: Callable[[Environment], None]) -> None:
    environment = Environment(tmp_path / ".venv", tmp_path / "requirements.lock", ())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Environment, "install", install)
        environment.make()


def installs(environment: Environment) -> None:
    (environment.folder / "new").touch()
    (environment.folder / ".unfinished").unlink()


def fails(environment: Environment) -> None:
    raise SetUpError("no network")


def test_windows_waits_until_a_virus_scanner_lets_go(tmp_path: Path, on_windows: Held) -> None:
    on_windows.names, on_windows.times = (".venv",), 2
    made_on_windows(tmp_path, installs)
    assert len(on_windows.waited) == 2
    assert [path.name for path in tmp_path.rglob("*")] == [".venv", "new"]


def test_while_jupyterlab_runs_windows_says_so_and_keeps_what_works(
    tmp_path: Path, on_windows: Held
) -> None:
    on_windows.names = (".venv",)
    with pytest.raises(SetUpError, match=r"has it open\. Close JupyterLab.*then start again"):
        made_on_windows(tmp_path, installs)
    assert [path.name for path in tmp_path.rglob("*")] == [".venv", "works"]
    assert sum(on_windows.waited) < 10


def test_what_is_left_of_before_goes_the_next_time(tmp_path: Path, on_windows: Held) -> None:
    on_windows.names = (".venv.old",)
    made_on_windows(tmp_path, installs)
    assert (tmp_path / ".venv" / "new").exists()
    with pytest.raises(SetUpError, match="has it open"):
        made_on_windows(tmp_path, installs)
    on_windows.names = ()
    made_on_windows(tmp_path, installs)
    assert [path.name for path in tmp_path.iterdir()] == [".venv"]


def test_why_it_failed_is_told_even_where_nothing_can_be_put_back(
    tmp_path: Path, on_windows: Held
) -> None:
    on_windows.names = (".venv.old",)
    with pytest.raises(SetUpError, match="no network"):
        made_on_windows(tmp_path, fails)
    on_windows.names = ()
    with pytest.raises(SetUpError, match="no network"):
        made_on_windows(tmp_path, fails)


def test_a_python_without_pip_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: iter(()))
    with pytest.raises(SetUpError, match="apt-get install python3-venv"):
        Environment(tmp_path / "made", tmp_path / "requirements.lock", ()).make()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setitem(sys.modules, "venv", None)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        runpy.run_path(str(SCRIPT))


def test_a_python_that_is_too_old_says_which_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, and this is 3\.10\."):
        runpy.run_path(str(SCRIPT))
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))  # else it says SyntaxError


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder whose Makefile is ours, and whose set-up writes down how it was called."""
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    for ours in OURS:
        (tmp_path / ours).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / ours / "pyproject.toml", tmp_path / ours)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "set_up.py").write_text(
        "import os, sys\n"
        "open('calls', 'a').write(' '.join([sys.executable, *sys.argv[1:]]) + '\\n')\n"
        "os.makedirs('.venv/bin', exist_ok=True)\n"
        "sys.exit(os.environ.get('FAILS'))\n"
    )
    return tmp_path


def made(checkout: Path, goal: str, **variables: str) -> list[str]:
    """Call make, and return the calls of the set-up."""
    (checkout / "calls").write_text("")
    command = ["make", goal, f"PYTHON={sys.executable}"]
    ended = subprocess.run(
        command, cwd=checkout, env={**os.environ, **variables}, capture_output=True, text=True
    )
    assert bool(ended.returncode) == ("FAILS" in variables), ended.stderr
    return (checkout / "calls").read_text().splitlines()


def python_that_says(checkout: Path, status: int) -> Path:
    """Put a Python into the environment that finds our package or does not."""
    python = checkout / ".venv" / "bin" / "python"
    python.unlink(missing_ok=True)
    python.write_text(f'#!/bin/sh\n[ "$1" = -I ] && exit {status}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return python


@pytest.fixture
def gnu_make() -> None:
    if shutil.which("make") is None:
        pytest.skip("no make on PATH: apt-get install make")


@pytest.mark.usefixtures("gnu_make")
def test_make_sets_up_once_and_again_when_the_python_has_gone(checkout: Path) -> None:
    assert made(checkout, ".venv/.lab") == [sys.executable]
    python = python_that_says(checkout, 0)
    assert made(checkout, ".venv/.lab") == []
    dev = "--lock requirements-dev.lock --compiled"
    assert made(checkout, ".venv/.dev") == [f"{sys.executable} {dev}"]
    assert made(checkout, ".venv/.dev") == []
    python_that_says(checkout, 1)
    assert made(checkout, ".venv/.dev") == [sys.executable, f"{sys.executable} {dev}"]
    python.unlink()
    python.symlink_to("/nowhere/python3.9")
    assert made(checkout, ".venv/.lab") == [sys.executable]


@pytest.mark.usefixtures("gnu_make")
def test_a_set_up_that_fails_is_tried_again(checkout: Path) -> None:
    for _ in range(2):
        assert made(checkout, ".venv/.lab", FAILS="no network") == [sys.executable]
        assert not (checkout / ".venv" / ".lab").exists()
    assert made(checkout, ".venv/.lab") == [sys.executable]
    assert (checkout / ".venv" / ".lab").exists()
