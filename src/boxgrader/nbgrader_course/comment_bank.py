"""Comments that an instructor has ready: formgrader offers them beside the box for a comment."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from boxgrader.errors import GraderError, clause
from boxgrader.nbgrader_course.page_templates import template

_MOST = 1 << 20  # bytes: more is no list that somebody reads


@dataclass(frozen=True)
class Row:
    """A row of a rubric.

    Attributes
    ----------
    name : str
    levels : sequence of tuple of float and sequence of str
        Points, the most first, and what may be said to whoever gets them.
    """

    name: str
    levels: tuple[tuple[float, tuple[str, ...]], ...]

    @property
    def most(self) -> float:
        """The most points of the row."""
        return self.levels[0][0]


def read_bank(path: Path) -> list[Row]:
    """Read comments from a file of TOML, a table ``[[row]]`` for each row of a rubric.

    Parameters
    ----------
    path : path
        Each row has a ``name``, and lists of sentences whose names are points: ``2 = ["Well
        argued."]``.

    Raises
    ------
    GraderError
        If it cannot be read; the message says what is wrong where.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MOST + 1)
        if len(text) > _MOST:
            raise ValueError("it is too large")
        rows = tomllib.loads(text.decode("utf-8")).get("row")
        if not isinstance(rows, list) or not rows:
            raise ValueError("there is no [[row]] in it")
        return [_row(told) for told in rows]
    except (OSError, ValueError) as error:
        raise GraderError(
            f"the ready comments of {path.name} cannot be shown ({clause(error)}): mend the file, "
            "and open this page again"
        ) from error


def _row(told: Any) -> Row:
    name = told.get("name") if isinstance(told, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise ValueError('a [[row]] has no name = "…"')
    levels = []
    for points, sentences in told.items():
        if points == "name":
            continue
        if not isinstance(sentences, list) or not all(isinstance(it, str) for it in sentences):
            raise ValueError(f"{points} of {name} is no list of sentences")
        try:
            number = float(points)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"{points} of {name} is no number of points")
        levels.append((number, tuple(sentences)))
    if not levels:
        raise ValueError(f"{name} has no sentences")
    return Row(name, tuple(sorted(levels, reverse=True)))


def offered(path: Path) -> Markup:
    """Return what a page of formgrader has at its end; a sentence, where the file is damaged.

    Parameters
    ----------
    path : path
        As `read_bank` reads it; nothing is offered where there is none.
    """
    try:
        rows, problem = read_bank(path), ""
    except GraderError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return Markup("")
        rows, problem = [], str(error)
    page = template("comment_bank.html")
    return Markup(page.render(rows=rows, problem=problem))  # noqa: S704 # escaped by the template
