"""`thousandfold start`: lay the workshop into a folder of one's own, and open it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from thousandfold.commands import Command, say
from thousandfold.errors import ExplainedError
from thousandfold.language import IN_ENGLISH, read

if TYPE_CHECKING:
    from thousandfold.facilitation.laying import Laid

_NO_LAB = (
    "JupyterLab is not installed here. Install the workshop whole: pip install "
    "'thousandfold[workshop]', then start again; with uv in one line: uvx --from "
    "'thousandfold[workshop]' thousandfold start. To lay the folder for another program that "
    "opens notebooks: thousandfold start --only-lay"
)
_TRANSLATED = re.compile(r"translations/(\w+)/notebooks/[^/]+\.ipynb")
_FEW = 5  # names that somebody reads


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        help="where to lay it (default: the one you are in, or a new one, thousandfold, here)",
    )
    parser.add_argument(
        "--only-lay", action="store_true", help="lay it, or bring it up to date, and open nothing"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="start JupyterLab, and open no browser"
    )
    parser.add_argument(
        "--jupyter",
        metavar="OPTION",
        action="append",
        default=[],
        help="one more option for JupyterLab, such as --jupyter=--port=9000; may be repeated",
    )


def _run(arguments: argparse.Namespace) -> int:
    from thousandfold.commands.lab import FIRST, open_lab
    from thousandfold.facilitation.laying import folder_here, lay

    if not arguments.only_lay and find_spec("jupyterlab") is None:
        raise ExplainedError(_NO_LAB)
    laid = lay(arguments.folder or folder_here())
    for sentence in _told(laid):
        say(sentence)
    if arguments.only_lay:
        return 0
    opens = "JupyterLab opens in your browser"
    if arguments.no_browser:  # as in a container
        opens = "Open the address below, the one with 127.0.0.1, in a browser"
    say(
        f"{opens}. To end it, press Ctrl+C here, twice; to go on another day, start it again in "
        "the same place"
    )
    browser = ["--no-browser"] if arguments.no_browser else []
    open_lab(laid.folder, [FIRST, *browser, *arguments.jupyter])
    return 0


def _in_other_languages(names: Iterable[str]) -> Iterator[str]:
    """Yield a line for each lesson in another language, which begins with what it calls itself."""
    for name in names:
        if found := _TRANSLATED.fullmatch(name):
            [own, *_] = read(found[1]).messages.get(IN_ENGLISH, [found[1]])
            yield f"{own}: {name}"


def _told(laid: Laid) -> list[str]:
    told = [f"The workshop lies in {laid.folder}"]
    if laid.updated:
        told.append(f"Brought up to date, since you had not touched it: {_listed(laid.updated)}")
    if laid.again and laid.new:
        told.append(f"New: {_listed(laid.new)}")
    told += _in_other_languages(laid.new)
    told += [
        f"{name} holds what you did, and stays as it is; its new version lies beside it: "
        f"{Path(other).name}"
        for name, other in laid.beside.items()
    ]
    return told


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= _FEW else f"{len(names)} files"


COMMAND = Command(
    name="start",
    summary="lay the workshop into a folder of your own, and open it in JupyterLab",
    details="""
Lay lessons, exercises and data into a folder, and open JupyterLab on the first lesson. Run it again
in that folder, or where it lies, to go on.

After an update of this package, what you have not touched is brought up to date. What you ran or
wrote stays as it is, and its new version is laid beside it, as NAME-new. To begin a lesson anew,
move it away or delete it, and start again. A folder that holds something else is left alone.
""",
    example="thousandfold start",
    declare=_declare,
    run=_run,
)
