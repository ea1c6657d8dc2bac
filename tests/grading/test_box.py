"""What learners' code can see and do in the box, tried from inside."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from patience import patience

from boxgrader.box import namespaces, readable

pytestmark = pytest.mark.usefixtures("boxes")

# Runs in the box; says what it found as JSON.
PROBE = """
import json, mmap, os, socket, ctypes, resource, subprocess
def tried(what):
    try:
        return str(what())
    except Exception as error:
        return type(error).__name__
libc = ctypes.CDLL(None, use_errno=True)
found = {
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
    "root": sorted(os.listdir("/")),
    "etc": sorted(os.listdir("/etc")),
    "home": os.listdir(os.getcwd()),
    "folder": os.getcwd(),
    "user": os.getuid(),
    "secret": tried(lambda: open(SECRET).read()),
    "write": tried(lambda: open("/usr/planted", "w")),
    "internet": tried(lambda: socket.socket(socket.AF_INET)),
    "unshare": libc.unshare(0x10000000),
    "mount": libc.mount(b"tmpfs", b"/box", b"tmpfs", 0, None),
    "ptrace": libc.ptrace(0, 0, 0, 0),
    "keyctl": libc.syscall(250, 0, 0, 0, 0),
    "memfd": libc.syscall(319, b"x", 0),
    "io_uring": libc.syscall(425, 1, None),
    "clone_newuser": libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0),
    "bpf": libc.syscall(321, 0, None, 0),
    "capabilities": [l.split()[1] for l in open("/proc/self/status") if l.startswith("CapEff")],
    "no_new_privileges": [l.split()[1] for l in open("/proc/self/status") if "NoNewPrivs" in l],
    "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd"))[:-1],
    "big_file": tried(lambda: open("big", "wb").write(b"x" * (40 << 20))),
    "private": tried(lambda: mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)[0]),
    "shared": tried(lambda: mmap.mmap(-1, 4096)),
    "validated": tried(lambda: mmap.mmap(-1, 4096, 3 | mmap.MAP_ANONYMOUS)),  # another such flag
    "zeros": tried(lambda: open("/dev/zero", "rb").read(3)),
    "written_zeros": tried(lambda: open("/dev/zero", "r+b")),
    "program": tried(lambda: subprocess.run(["/bin/echo", "yes"], capture_output=True).stdout),
}
os.write(3, json.dumps(found).encode())
os._exit(0)
"""


def in_box(code: str, limits: namespaces.Limits | None = None, umask: int = -1) -> bytes:
    """Run code in a box in a process of its own; return what it writes to descriptor 3."""
    program = f"""
import os, sys
from boxgrader.box import namespaces, readable
inside = namespaces.Box.enter(())
read, write = os.pipe()
pid = inside.spawn({limits or namespaces.Limits()!r}, write)
if pid == 0:
    exec({code!r})
    os._exit(0)
os.close(write)
said = b""
while part := os.read(read, 65536):
    said += part
status = os.waitpid(pid, 0)[1]
os.write(1, said)
"""
    program = re.sub(r"(?<!namespaces\.)Limits\(", "namespaces.Limits(", program)
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        capture_output=True,
        timeout=patience(60),
        cwd="/",
        # An ordinary user enters with one thread, and numpy would start more.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        umask=umask,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    secret = tmp_path_factory.mktemp("course") / "gradebook.db"
    secret.write_text("every grade")
    return dict(json.loads(in_box(PROBE.replace("SECRET", repr(str(secret))))))


def test_it_is_the_only_process(found: dict[str, Any]) -> None:
    assert found["processes"] == [1]


def test_there_is_nothing_to_read(found: dict[str, Any]) -> None:
    assert found["secret"] == "FileNotFoundError"  # noqa: S105 - what reading it gave
    assert found["home"] == []
    assert "shadow" not in found["etc"]
    assert found["folder"] == namespaces.HOME


def test_nothing_can_be_planted(found: dict[str, Any]) -> None:
    assert found["write"] == "OSError"  # a read-only file system


def test_there_is_no_network(found: dict[str, Any]) -> None:
    assert found["internet"] == "PermissionError"


@pytest.mark.parametrize(
    "call",
    ["unshare", "mount", "ptrace", "keyctl", "memfd", "io_uring", "clone_newuser", "bpf"],
)
def test_what_could_lead_out_is_refused(found: dict[str, Any], call: str) -> None:
    assert found[call] == -1


def test_it_has_no_rights(found: dict[str, Any]) -> None:
    assert found["capabilities"] == ["0000000000000000"]
    assert found["no_new_privileges"] == ["1"]
    assert found["user"] not in (0, os.getuid())


def test_it_holds_one_line_to_the_outside(found: dict[str, Any]) -> None:
    assert found["descriptors"] == [0, 1, 2, 3]


def test_a_file_has_a_largest_size(found: dict[str, Any]) -> None:
    assert found["big_file"] == "OSError"


def test_nothing_gives_memory_that_belongs_to_no_process(found: dict[str, Any]) -> None:
    assert found["private"] == "0"
    assert found["shared"] == found["validated"] == "PermissionError"
    assert found["zeros"] == r"b'\x00\x00\x00'"
    assert found["written_zeros"] == "PermissionError"


def test_programs_can_be_started(found: dict[str, Any]) -> None:
    assert found["program"] == "b'yes\\n'"


def test_nothing_survives(tmp_path: Path) -> None:
    mark = "7777.31415"
    code = f"""
import os
from contextlib import suppress
from pathlib import Path
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv("/bin/sleep", ["sleep", "{mark}"])
        os._exit(0)
asleep = set()
while len(asleep) < 3:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            if path.read_bytes().startswith(b"sleep"):
                asleep.add(path)
os.write(3, b"done")
"""
    assert in_box(code) == b"done"
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            assert mark.encode() not in path.read_bytes()


def test_processes_are_limited() -> None:
    code = """
import os, time
count = 0
try:
    for _ in range(300):
        if os.fork() == 0:
            time.sleep(1000)
            os._exit(0)
        count += 1
except OSError:
    pass
os.write(3, str(count).encode())
"""
    assert int(in_box(code, namespaces.Limits(processes=20))) <= 20


def test_memory_is_limited() -> None:
    code = """
try:
    held = bytearray(600 << 20)
    os.write(3, b"had it")
except MemoryError:
    os.write(3, b"refused")
"""
    assert in_box(code, namespaces.Limits(memory=256 << 20)) == b"refused"
    assert in_box(code, namespaces.Limits(memory=1 << 30)) == b"had it"


def test_an_ordinary_user_gets_the_same_box() -> None:
    """Debian's Python, because others may not read root's."""
    python = f"/usr/bin/python3.{sys.version_info.minor}"  # that can load our packages
    if os.getuid() != 0 or not Path(python).exists():
        pytest.skip(f"needs root, to become somebody else, and {python}, which everybody may run")
    source = Path(namespaces.__file__).resolve().parents[2]
    import pyseccomp

    program = (
        f"import sys; sys.path[:0] = [{str(source)!r}, {str(Path(pyseccomp.__file__).parent)!r}];"
        "from boxgrader.box import namespaces; print(namespaces.why_not() or 'boxed')"
    )
    done = subprocess.run(
        [python, "-I", "-B", "-c", program],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=patience(60),
        user=65534,
        group=65534,
        extra_groups=[],
    )
    assert done.stdout.strip() == "boxed", done.stdout + done.stderr


def test_a_grader_who_shows_others_nothing_makes_the_same_box() -> None:
    code = "import os; os.write(3, open('/etc/passwd').read(7).encode())"
    assert in_box(code, umask=0o077) == b"learner"


def test_without_namespaces_it_refuses_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no(*_: object) -> None:
        raise PermissionError(1, "unshare: Operation not permitted")

    monkeypatch.setattr(namespaces, "_unshare", no)
    said = namespaces.why_not()
    assert "--unsafe" in said
    assert "container" in said


@pytest.mark.usefixtures("boxes")
@pytest.mark.parametrize("step", ["_mount", "_drop_capabilities", "_prctl"])
def test_a_box_that_cannot_be_sealed_is_one_sentence_with_its_cause_at_the_end(
    step: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    sealing: list[bool] = []
    seal, real = namespaces.Box._seal, getattr(namespaces, step)

    def sealed(*given: Any) -> None:
        sealing.append(True)
        seal(*given)

    def no(*given: Any) -> None:
        if sealing:
            raise PermissionError(1, f"{step}: Operation not permitted")
        real(*given)

    monkeypatch.setattr(namespaces.Box, "_seal", sealed)
    monkeypatch.setattr(namespaces, step, no)
    said = namespaces.why_not()
    assert said.startswith("This machine gives no box: its inner part cannot be sealed. Grade as")
    assert said.endswith(f"could not be sealed: [Errno 1] {step}: Operation not permitted.)")
    assert said.count("\n") == 0
    assert capfd.readouterr() == ("", "")


def test_other_systems_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(namespaces.sys, "platform", "darwin")
    assert "this is macOS" in namespaces.why_not()


def test_a_package_that_is_edited_elsewhere_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `pip install -e` leaves it: a finder that knows where, and no folder to search."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    left = ModuleType("__editable___package_1_finder")
    exec(f"MAPPING = {{'package': {str(package)!r}}}\nclass Finder: pass", vars(left))  # noqa: S102
    monkeypatch.setitem(sys.modules, left.__name__, left)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, left.Finder])
    assert str(package) in readable.sources(())
