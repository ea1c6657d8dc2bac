"""A learner's folder: lessons, exercises and data, laid once and kept up to date.

What a learner has not touched follows the version that is installed. What they ran or wrote stays
as it is, and a new version is laid beside it, under the name that the workshop for browsers would
give it. To tell the two apart the folder remembers what was laid; to have opened and saved a
notebook is not to have touched it, since only its cells are compared.

A run that was killed can be run again, also by a newer version. First it is remembered what may
lie in the folder, then comes what lies beside, then it is remembered that it was given, and only
then is anything replaced. So nobody misses a version, and what was laid beside is known as ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from thousandfold import datasets
from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import MOST_BYTES
from thousandfold.facilitation.notebooks import version_of
from thousandfold.writing import write_whole

# What learners get of the project's files; what somebody keeps beside them is theirs.
LESSONS = (
    "notebooks/[0-9][0-9]_*.ipynb",
    "exercises/*/[0-9][0-9]_*.ipynb",
    "translations/*/notebooks/[0-9][0-9]_*.ipynb",
    "translations/*/exercises/*/[0-9][0-9]_*.ipynb",
)
DATA = ("*.csv", "README.md", "datapackage.json")
MEMORY = ".thousandfold.json"
FOLDER = "thousandfold"

_PACKAGE = Path(__file__).resolve().parents[1]
_LOOKS = ("collapsed", "scrolled")  # in the metadata of a cell; what was run stands elsewhere
_OF_THE_SYSTEM = ("desktop.ini", "Thumbs.db")  # and all whose names begin with a dot


@dataclass(frozen=True)
class Laid:
    """What was done in a folder.

    Attributes
    ----------
    folder : pathlib.Path
    new, updated : tuple of str
        Files that were not there, and files that nobody had touched and that have changed.
    beside : mapping of str to str
        By the name of a file that stays, the name of its new version.
    again : bool
        Whether something had been laid there before.
    """

    folder: Path
    new: tuple[str, ...]
    updated: tuple[str, ...]
    beside: Mapping[str, str]
    again: bool


@dataclass
class _Memory:
    """What was laid, by name: digests of content, and the versions that were given out."""

    laid: dict[str, list[str]] = field(default_factory=dict)
    given: dict[str, list[str]] = field(default_factory=dict)

    def note(self, name: str, content: bytes) -> None:
        self.note_laid(name, content)
        _add(self.given, name, _version(name, content))

    def note_laid(self, name: str, content: bytes) -> None:
        _add(self.laid, name, content_digest(name, content))

    def kept(self) -> str:
        return json.dumps(vars(self), indent=1) + "\n"


def _add(kept: dict[str, list[str]], name: str, digest: str) -> None:
    known = kept.setdefault(name, [])
    if digest not in known:
        known.append(digest)


def folder_here() -> Path:
    """Return the folder of a learner who is in it, or else the one that would be laid here.

    Raises
    ------
    ExplainedError
        If a workshop lies here that was not laid by this.
    """
    try:
        here = Path.cwd()
    except OSError as error:
        raise ExplainedError("the current folder is gone; change into another one") from error
    for place in (here, *here.parents):
        if (place / MEMORY).is_file():
            return place
        if any(place.glob(LESSONS[0])) and not _is_translated(place):
            raise ExplainedError(
                f"the workshop lies in {place} already, from a clone or a kit: open it with `make "
                "lab` or the kit's start script. For another copy, name its folder: "
                "thousandfold start FOLDER"
            )
    return here / FOLDER


def _is_translated(place: Path) -> bool:
    """Say whether lessons in another language lie there, below those in English."""
    return place.parent.name == "translations" and any(place.parents[1].glob(LESSONS[0]))


def lay(folder: Path) -> Laid:
    """Lay the workshop into a folder, or bring one up to date that was laid before.

    Parameters
    ----------
    folder : path
        A folder that is new, empty, or was laid before.

    Raises
    ------
    ExplainedError
        If the folder holds something else, leads elsewhere, or cannot be written to.
    """
    root = _place(folder)
    memory = _remembered(root)
    before, again = memory.kept(), bool(memory.laid)
    new: dict[str, bytes] = {}
    updated: dict[str, bytes] = {}
    beside: dict[str, str] = {}
    versions: dict[str, bytes] = {}
    for name, content in _workshop():
        _refuse_to_be_led_away(root, name)
        there = _content(root / name)
        if there is None:
            new[name] = content
        elif (mine := content_digest(name, there)) == content_digest(name, content):
            pass
        elif mine in memory.laid.get(name, ()):
            updated[name] = content
        elif _version(name, content) not in memory.given.get(name, ()):
            beside[name] = _name_beside(root, name, content, memory)
            versions[name] = content
            memory.note_laid(beside[name], content)
            continue  # it is given when it lies there
        memory.note(name, content)
    if memory.kept() != before:
        write_whole(root / MEMORY, memory.kept())
    for name, content in versions.items():
        write_whole(root / beside[name], content)
        memory.note(name, content)
    if versions:
        write_whole(root / MEMORY, memory.kept())
    for name, content in (new | updated).items():
        write_whole(root / name, content)
    return Laid(root, tuple(new), tuple(updated), beside, again)


def _workshop() -> Iterator[tuple[str, bytes]]:
    """Yield what learners get, by its name in their folder.

    The wheel carries it inside the package; in a checkout it stands at the top.
    """
    places = (_PACKAGE / "workshop", _PACKAGE.parent.parent)
    source = next((place for place in places if any(place.glob(LESSONS[0]))), None)
    if source is None:
        raise ExplainedError("the lessons are missing; install the package again")
    for pattern in LESSONS:
        for path in sorted(source.glob(pattern)):
            yield path.relative_to(source).as_posix(), path.read_bytes()
    for pattern in DATA:
        for path in sorted(datasets.folder().glob(pattern)):
            yield f"datasets/{path.name}", path.read_bytes()


def _place(folder: Path) -> Path:
    """Return where the folder really is, if it is one for a workshop."""
    try:
        root = folder.resolve()
        if root.exists() and not root.is_dir():
            raise ExplainedError(f"{root} is a file; name a folder that is new or empty")
        held = [path.name for path in root.iterdir()] if root.is_dir() else []
    except (OSError, RuntimeError) as error:  # a link that leads to itself
        why = getattr(error, "strerror", None) or error
        raise ExplainedError(f"{folder} cannot be looked into: {why}") from error
    other = [name for name in held if not name.startswith(".") and name not in _OF_THE_SYSTEM]
    if other and MEMORY not in held:
        raise ExplainedError(
            f"{root} holds other things, such as {sorted(other)[0]!r}, and they stay as they are; "
            "name a folder that is new or empty"
        )
    return root


def _refuse_to_be_led_away(root: Path, name: str) -> None:
    """Refuse folders that are links: what is written there would land elsewhere."""
    parent = root / Path(name).parent
    try:
        led_away = parent.resolve() != parent
    except (OSError, RuntimeError):  # a link that leads to itself
        led_away = True
    if led_away:
        raise ExplainedError(
            f"{parent} is a link, or lies in one, and leads out of the folder of the workshop. "
            "Move it away, and start again"
        )


def _remembered(root: Path) -> _Memory:
    """Return what was laid; where that is damaged, all that differs counts as touched."""
    try:
        memory = _Memory(**json.loads(_content(root / MEMORY) or b""))
    except (ValueError, TypeError, RecursionError):
        return _Memory()
    sound = all(
        isinstance(kept, dict) and all(isinstance(known, list) for known in kept.values())
        for kept in (memory.laid, memory.given)
    )
    return memory if sound else _Memory()


def _content(path: Path) -> bytes | None:
    """Return what a file holds; nothing that we laid where it is a link, or no file, or huge."""
    if not path.is_symlink() and not path.exists():
        return None
    try:
        ours = path.is_file() and not path.is_symlink() and path.stat().st_size <= MOST_BYTES
        return path.read_bytes() if ours else b""
    except OSError as error:
        raise ExplainedError(f"{path} cannot be read: {error.strerror}") from error


def _name_beside(root: Path, name: str, content: bytes, memory: _Memory) -> str:
    """Return a name beside it that nobody has, or whose file nobody has touched."""
    path = Path(name)
    for number in count(1):
        end = "-new" if number == 1 else f"-new{number}"
        other = path.with_name(f"{path.stem}{end}{path.suffix}").as_posix()
        there = _content(root / other)
        if (
            there is None
            or content_digest(other, there) in memory.laid.get(other, [])
            or content_digest(other, there) == content_digest(other, content)
        ):
            return other
    raise AssertionError


def content_digest(name: str, content: bytes) -> str:
    """Return what tells whether somebody has touched a file: of a notebook all that its cells are.

    JupyterLab saves what it has opened in its own words: lines put together, and how it looks.
    """
    notebook = _notebook(name, content)
    if notebook is not None:
        with suppress(RecursionError):  # what lies that deep is no notebook of ours
            cells = _joined(notebook["cells"])
            for metadata in (cell.get("metadata") for cell in cells):
                for look in _LOOKS if isinstance(metadata, dict) else ():
                    metadata.pop(look, None)
            content = json.dumps(cells, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()


def _version(name: str, content: bytes) -> str:
    """Return what tells whether an author has changed a file."""
    notebook = _notebook(name, content)
    return version_of(notebook) if notebook is not None else content_digest(name, content)


def _notebook(name: str, content: bytes) -> dict[str, Any] | None:
    if not name.endswith(".ipynb"):
        return None
    try:
        notebook = json.loads(content, parse_int=float)  # to JavaScript 19.0 is 19
    except (ValueError, RecursionError):
        return None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    sound = isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)
    return notebook if sound else None


def _joined(value: Any) -> Any:
    """Return JSON in which a text of several lines is one, however it was saved."""
    if isinstance(value, dict):
        return {key: _joined(one) for key, one in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(line, str) for line in value):
            return "".join(value)
        return [_joined(one) for one in value]
    return value
