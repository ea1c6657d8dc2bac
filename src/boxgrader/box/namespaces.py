"""A box for code that nobody vouches for: Linux namespaces, limits, and a list of allowed calls.

`enter` moves the calling process, which must not have threads, into a world that holds a read-only
Python environment and nothing else: no home, no course, no network, no other process. `spawn` then
forks a child into a world of its own inside that one, with an empty scratch folder, an unprivileged
user, limits, and a seccomp filter; nothing it starts outlives it, because the kernel ends a process
namespace with its first process.

An ordinary user gets all this through a user namespace, root without one and drops to a user id
that nobody owns. See namespaces(7), user_namespaces(7), seccomp(2).
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boxgrader.box.calls import allowed_calls
from boxgrader.box.loopback import switch_on
from boxgrader.box.readable import SYSTEM, sources
from boxgrader.box.released import SHOWN
from boxgrader.errors import BoxError, GraderError

if sys.platform != "win32":  # there a course is read, but nothing is run
    import resource

HOME = "/box/home"
TMP = "/tmp"  # noqa: S108 - of the box
NOBODY = 65534

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER = 0x20000, 0x4000000, 0x8000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_DETACH = 2

_DEVICES = ("null", "full", "random", "urandom")
ETC = {  # of the box: who somebody is, and where
    "passwd": f"learner:x:{{user}}:{{user}}::{HOME}:/bin/sh\n",
    "group": "learner:x:{user}:\n",
    "hosts": "127.0.0.1 localhost box\n::1 localhost box\n",
}
ZEROS = 64 << 20  # bytes of a file in place of /dev/zero, which gives memory that nobody counts


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    memory : int
        Bytes of address space on top of what the Python environment takes; also the sum over all
        processes, which whoever waits for the submission watches.
    processes : int
        Processes and threads.
    file : int
        Bytes of the largest file.
    scratch : int
        Bytes of all files together; they lie in memory.
    cpu : int
        Seconds of computing, for each process.
    entries : int
        Files and folders.

    Examples
    --------
    >>> Limits(memory=512 << 20, cpu=60).processes
    64
    """

    memory: int = 1 << 30
    processes: int = 64
    file: int = 32 << 20
    scratch: int = 64 << 20
    cpu: int = 600
    entries: int = 4096


_REMEDY = (
    "Grade as an ordinary user on Linux 5.12 or newer where user namespaces are permitted (a "
    "container started with --security-opt seccomp=unconfined permits them), install bubblewrap "
    "where they are not, or, only if you trust every learner, grade with --unsafe."
)

_libc: Any = None if sys.platform == "win32" else ctypes.CDLL(None, use_errno=True)


def why_not() -> str:
    """Say why this machine cannot give a box, or nothing.

    It tries: a process is forked that enters a box, spawns a child in it, and both end.
    """
    if sys.platform != "linux":
        here = {"win32": "Windows", "darwin": "macOS"}.get(sys.platform, sys.platform)
        return (
            f"Learners' code can be boxed on Linux only, and this is {here}. A Linux on this "
            "computer will do, as WSL, a virtual machine or a container: "
            "docs/grading-elsewhere.md goes the way step by step."
        )
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        said = b""
        try:
            os.close(read)
            os.dup2(write, 3)
            Box.enter(()).try_one()
        except BaseException as error:  # the parent tells
            said = str(error).encode()
        os.write(3, said or b"ok")
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    if said == b"ok":
        return ""
    return said.decode(errors="replace") or f"The box could not be built. {_REMEDY}"


class Box:
    """The world that a process has entered, ready to spawn children in worlds of their own."""

    def __init__(self, as_root: bool, shown: list[str], loopback: bool) -> None:
        self._as_root = as_root
        self._below_tmp = [path for path in shown if path.startswith(TMP + "/")]
        self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._loopback = loopback
        self._filter = allowed_calls(loopback)

    @classmethod
    def enter(
        cls,
        readable: Iterable[str],
        hidden: Iterable[str] = (),
        released: str = "",
        loopback: bool = False,
    ) -> Box:
        """Move this process into a box, and return what spawns children in it.

        The process continues as a child of itself: the caller's process waits for it and ends with
        its exit code.

        Parameters
        ----------
        readable : iterable of str
            Files and folders that may be read in the box besides the system's programs and the
            Python environment.
        hidden : iterable of str
            Files and folders that nobody may see there, such as the solutions.
        released : str
            The folder that is shown as `released.SHOWN`, or nothing.
        loopback : bool
            Whether each child reaches itself over a network of its own.

        Raises
        ------
        BoxError
            If this machine does not permit it.
        ShownError
            If what may be read holds one of them, or is a folder in one of them.
        """
        shown = sources(readable, hidden)
        try:
            return cls._enter(shown, released, loopback)
        except (OSError, GraderError, RuntimeError, AttributeError) as error:
            raise BoxError(
                f"This machine gives no box for learners' code ({error}). {_REMEDY}"
            ) from error

    @classmethod
    def _enter(cls, shown: list[str], released: str, loopback: bool) -> Box:
        user, group, as_root = os.getuid(), os.getgid(), os.geteuid() == 0
        _unshare(_NEWNS | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS | (0 if as_root else _NEWUSER))
        if not as_root:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")
        _continue_as_child()
        socket.sethostname("box")
        os.umask(0o022)  # whatever the grader's is, the learner reads what is built here
        box = cls(as_root, shown, loopback)
        _build_root(shown, released)
        _own_tmp(box._below_tmp)
        return box

    def spawn(self, limits: Limits, keep: int, told: int = 2) -> int:
        """Fork a child into a world of its own; return its process id, and 0 in the child.

        Parameters
        ----------
        limits : Limits
        keep : int
            The file descriptor that the child keeps, as number 3; every other is closed.
        told : int
            Where the child writes why it could not be sealed, and then ends: 3 is what it keeps.
        """
        if _libc.setns(self._own_pids, _NEWPID):
            _raise("setns")
        _unshare(_NEWPID)
        pid = os.fork()
        if pid == 0:
            try:
                self._seal(limits, keep)
            except BaseException as error:  # never run half sealed
                try:
                    os.write(told, f"the box could not be sealed: {error}\n".encode())
                finally:
                    os._exit(70)
        return pid

    def ask(self, what: Callable[[], str]) -> str:
        """Return what a function says in a child; nothing if that does not end as it should."""
        said, ended = self._asked(what)
        return "" if ended else said

    def _asked(self, what: Callable[[], str]) -> tuple[str, int]:
        """Return what a child says, a function or why there is no child, and how it ended."""
        read, write = os.pipe()
        pid = self.spawn(Limits(), write, told=3)
        if pid == 0:
            try:
                os.write(3, what().encode())
                os._exit(0)
            finally:
                os._exit(1)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            said = pipe.read()
        return said.decode(errors="replace"), os.waitpid(pid, 0)[1]

    def try_one(self) -> None:
        """Spawn a child that does nothing.

        Raises
        ------
        BoxError
            If it does not end as it should.
        """
        said, ended = self._asked(lambda: "ok")
        if ended or said != "ok":
            cause = said.strip() or "it ended before it said anything"
            raise BoxError(
                f"This machine gives no box: its inner part cannot be sealed. {_REMEDY} "
                f"(For whoever looks into it: {cause}.)"
            )

    def _seal(self, limits: Limits, keep: int) -> None:
        if keep != 3:
            os.dup2(keep, 3, inheritable=False)
        os.closerange(4, 1 << 20)
        _prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: ends with whoever spawned it
        os.setsid()
        _unshare(_NEWNS | _NEWIPC | (_NEWNET if self._loopback else 0))
        if self._loopback:
            switch_on()
        try:
            _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
        except OSError:  # a container that hides parts of /proc lets nobody mount it
            _mount("tmpfs", "/proc", "tmpfs", _NOSUID | _NODEV | _NOEXEC, "size=4k,mode=555")
        _mount(
            "tmpfs", "/box", "tmpfs", _NOSUID | _NODEV,
            f"size={limits.scratch},mode=755,nr_inodes={limits.entries}",
        )  # fmt: skip
        for folder in (HOME, "/box/tmp"):
            os.mkdir(folder)
            os.chmod(folder, 0o1777)  # noqa: S103 - as /tmp, of one submission only
        _own_tmp(self._below_tmp)
        user = random.SystemRandom().randrange(1_900_000_000, 2_100_000_000)
        user = user if self._as_root else NOBODY
        for name, text in ETC.items():
            Path("/box", name).write_text(text.format(user=user))
        _mount("devpts", "/dev/pts", "devpts", _NOSUID | _NOEXEC, "newinstance,ptmxmode=0666")
        os.chdir(HOME)
        limit(limits)
        for capability in range(64):
            if _libc.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP, until the last there is
                break
        if self._as_root:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        _drop_capabilities()
        _prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
        self._filter.load()


def _continue_as_child() -> None:
    """Fork, because only a child is in the new process namespace; the parent mirrors its end."""
    pid = os.fork()
    if pid:
        os.closerange(3, 1 << 20)
        status = os.waitpid(pid, 0)[1]
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    _prctl(1, signal.SIGKILL)


def _build_root(shown: list[str], released: str) -> None:
    """Build the file system of the box beside the old one, and step over."""
    _mount(None, "/", None, _REC | _PRIVATE)
    root = TMP  # covered by the mount; nobody else sees it
    # Opened and read before the new root covers anything.
    links = {path: os.readlink(path) for path in shown if path in SYSTEM and os.path.islink(path)}
    held = {path: os.open(path, os.O_PATH) for path in shown if path not in links}
    if released:
        held[SHOWN] = os.open(released, os.O_PATH)
    devices = {name: os.open(f"/dev/{name}", os.O_PATH) for name in _DEVICES}
    _mount("tmpfs", root, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=755,nr_inodes=4096")
    Path(root, "etc").mkdir()
    for path, target in links.items():
        Path(root + path).symlink_to(target)
    for path, descriptor in held.items():
        _bind(descriptor, root + path)
    for folder in ("proc", "box", "dev", "dev/pts", "tmp"):
        Path(root, folder).mkdir(exist_ok=True)
    for name, descriptor in devices.items():
        _bind(descriptor, f"{root}/dev/{name}")
    with open(f"{root}/dev/zero", "wb") as zeros:
        zeros.truncate(ZEROS)
    for link, target in {
        "home": HOME, "dev/shm": TMP, "var/tmp": TMP, "dev/ptmx": "pts/ptmx",
        "dev/fd": "/proc/self/fd", "dev/stdin": "/proc/self/fd/0", "dev/stdout": "/proc/self/fd/1",
        "dev/stderr": "/proc/self/fd/2", **{f"etc/{name}": f"/box/{name}" for name in ETC},
    }.items():  # fmt: skip
        if not os.path.lexists(f"{root}/{link}"):
            Path(root, link).parent.mkdir(parents=True, exist_ok=True)
            Path(root, link).symlink_to(target)
    with suppress(OSError):  # each child covers the place, with its own or with nothing
        _mount("proc", root + "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    os.chdir(root)
    if _libc.pivot_root(b".", b"."):
        _raise("pivot_root")
    if _libc.umount2(b".", _DETACH):
        _raise("umount")
    os.chdir("/")
    _read_only("/", recursive=False, devices=True)
    # For what imports leave behind; each child has its own over it.
    _mount("tmpfs", "/box", "tmpfs", _NOSUID | _NODEV, "size=16m,mode=755,nr_inodes=4096")
    Path("/box/tmp").mkdir()


def _own_tmp(shown: list[str]) -> None:
    """Put a folder that may be written over `/tmp`, but for what is shown below it."""
    held = {path: os.open(path, os.O_PATH) for path in shown}
    _mount("/box/tmp", TMP, None, _BIND)
    for path, descriptor in held.items():
        _bind(descriptor, path)


def _bind(descriptor: int, target: str) -> None:
    """Show what a descriptor stands for at another place, read-only with all that is in it."""
    source = f"/proc/self/fd/{descriptor}"
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        Path(target).mkdir(parents=True, exist_ok=True)
    else:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).touch()
    device = stat.S_ISCHR(os.fstat(descriptor).st_mode)
    _mount(source, target, None, _BIND | _REC)
    _read_only(target, recursive=True, devices=device)
    os.close(descriptor)


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def _read_only(path: str, recursive: bool, devices: bool) -> None:
    """Make a mount read-only by mount_setattr(2), which reaches what is mounted below it too."""
    attributes = _MountAttributes(1 | 2 | (0 if devices else 4), 0, 0, 0)  # RDONLY, NOSUID, NODEV
    flags = 0x8000 if recursive else 0  # AT_RECURSIVE
    number = 442  # the same on every architecture
    if _libc.syscall(
        number, -100, path.encode(), flags, ctypes.byref(attributes), ctypes.sizeof(attributes)
    ):
        _raise(f"mount_setattr {path}")


def limit(limits: Limits) -> None:
    """Let this process, and what it starts, use no more than that."""
    with (
        open("/proc/self/statm") if os.path.exists("/proc/self/statm") else open(os.devnull) as file
    ):
        pages = (file.read().split() or ["500000"])[0]
    space = int(pages) * resource.getpagesize() + limits.memory
    for kind, most in (
        (resource.RLIMIT_AS, space),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(kind, (most, most))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


def _drop_capabilities() -> None:
    header = _CapabilityHeader(0x20080522, 0)
    if _libc.capset(ctypes.byref(header), ctypes.create_string_buffer(24)):
        _raise("capset")


def _unshare(flags: int) -> None:
    if _libc.unshare(flags):
        _raise("unshare")


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    texts = [None if text is None else text.encode() for text in (source, target, kind, data)]
    if _libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]):
        _raise(f"mount {target}")


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0):
        _raise(f"prctl {option}")


def _raise(what: str) -> None:
    number = ctypes.get_errno()
    raise OSError(number, f"{what}: {os.strerror(number)}")
