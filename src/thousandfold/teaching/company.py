"""The numbers of a learner's own company: entered once, kept in one file beside the notebooks."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from types import MappingProxyType
from typing import Any

from thousandfold.core import Quantity, number, quantity
from thousandfold.errors import ExplainedError
from thousandfold.language import languages, say
from thousandfold.teaching.typed import typed_number
from thousandfold.writing import write_whole

FILE = "my_company.toml"
KEPT_ASIDE = "my_company-before.toml"
MOST_BYTES = 65_536
TO_ENTER = (
    "To enter them, fill in the cell below *Your own company* in 00_start_here.ipynb and run it."
)

_FROM_AN_EXERCISE = Path("..", "..", "notebooks")
_KEPT = ".12g"
_WIDTH = 110
_DOTS = re.compile(r"[.…\s]*")
_FORGET = ("forget", "unknown", "none", "-", "–")
_HEAD = """\
# My company, as I entered it in 00_start_here.ipynb. It stays in this folder and goes nowhere else.
# A number may be changed here or there; a line may be left out.
"""


def _asked(
    ferry: float, unit: str, meaning: str, *, low: float, high: float, whole: bool = False
) -> Any:
    """Declare one number of a company; it is unknown until the learner says it."""
    described = quantity(ferry, unit, meaning, low=low, high=high, whole=whole).metadata
    return dataclasses.field(default=None, metadata=described)


@dataclass(frozen=True, repr=False)
class Company:
    """What a learner knows of their own company; each number may be unknown.

    The default of each quantity is Ferry's. A number out of range is refused when the company is
    made.

    Examples
    --------
    >>> Company(people=40, lost=30).known()
    {'people': 40, 'lost': 30}
    """

    people: float | None = _asked(
        10, "people", "people who build the product", low=1, high=1e6, whole=True
    )
    squads: float | None = _asked(
        1, "squads", "squads or teams they work in", low=1, high=1e5, whole=True
    )
    users: float | None = _asked(1000, "users", "users today", low=1, high=1e10, whole=True)
    revenue: float | None = _asked(
        23_600, "dollars a month", "revenue a month, in dollars", low=0, high=1e12
    )
    lost: float | None = _asked(
        23, "% of the time lost to old code", "time lost to old code, in %", low=0, high=100
    )
    releases: float | None = _asked(20, "releases a month", "releases a month", low=0, high=1e5)
    outages: float | None = _asked(2, "outages a month", "outages a month", low=0, high=1e4)
    decisions: float | None = _asked(
        9, "decisions a week", "decisions a week that wait for you", low=0, high=1e4
    )

    def __post_init__(self) -> None:
        for name, value in self.known().items():
            described = self.quantities()[name]
            described.check_one(described.meaning, value)

    def __repr__(self) -> str:
        if not self.known():
            return filled(f"No number of your own company is known yet. {TO_ENTER}")
        unknown = [q.meaning for name, q in self.quantities().items() if name not in self.known()]
        missing = f" Not said yet: {'; '.join(unknown)}." if unknown else ""
        return filled(f"Your company: {', '.join(map(self.said, self.known()))}.{missing}")

    @classmethod
    def quantities(cls) -> Mapping[str, Quantity]:
        """Name and description of each number, in the order in which they are asked."""
        return MappingProxyType(
            {field.name: field.metadata["quantity"] for field in dataclasses.fields(cls)}
        )

    @classmethod
    def form(cls) -> str:
        """Return the lines that a learner fills in, one for each number."""
        return "\n".join(f"{q.meaning} = ..." for q in cls.quantities().values())

    def known(self) -> dict[str, float]:
        """Return the numbers that the learner said, by name."""
        values = {name: getattr(self, name) for name in self.quantities()}
        return {name: value for name, value in values.items() if value is not None}

    def said(self, name: str) -> str:
        """Return one number in words, such as ``"40 people"``."""
        return in_words(getattr(self, name), self.quantities()[name].unit)


def in_words(value: float, unit: str) -> str:
    """Return a number with its unit, in the singular where it is one.

    Examples
    --------
    >>> in_words(1200, "users"), in_words(1, "outages a month")
    ('1,200 users', '1 outage a month')
    """
    first, space, rest = unit.partition(" ")
    if value == 1:
        first = {"people": "person"}.get(first, first.removesuffix("s"))
    return f"{number(value)} {say(f'{first}{space}{rest}')}"


def my_company(form: str = "", *, folder: str | Path = ".") -> Company:
    """Return the numbers of the learner's own company; with a filled-in form, keep them first.

    They are kept in `my_company.toml`, beside the notebooks, and nowhere else. A line that still
    holds its dots leaves what was said before, so a fresh copy of the form forgets nothing. What
    cannot be read or kept is said in a sentence, and the other lines are kept.

    Parameters
    ----------
    form : str
        Lines such as ``people who build the product = 40``, with numbers as people type them.
    folder : path
        Where the notebooks are.

    Returns
    -------
    Company
        All that is known by now.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     my_company("users today = 1,200", folder=folder).users
    Kept in my_company.toml, beside this notebook. It stays there and is sent nowhere.
    1200.0
    """
    path = _path(Path(folder))
    changes, problems = _read_form(form)
    company, damaged = Company(), False
    try:
        company = read_company(path)
    except ExplainedError as error:
        damaged = True
        problems.insert(0, str(error))
    if changes:
        before, company = company, dataclasses.replace(company, **changes)
        if damaged or company != before:
            problems += _keep(company, path, aside=damaged)
    for problem in problems:
        print(filled(problem))
    return company


def read_company(path: Path) -> Company:
    """Return the company that a file holds; one of which nothing is known if there is no file.

    Raises
    ------
    ExplainedError
        If the file is damaged. It is left as it is.
    """
    if not path.exists():
        return Company()
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise ExplainedError("it is no file that the workshop wrote")
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        return Company(**dict(_entries(found)))
    except OSError as error:
        reason = str(error.strerror)
    except (ExplainedError, ValueError, RecursionError) as error:
        reason = str(error)
    raise ExplainedError(
        f"The numbers of your company cannot be read: {FILE}: {reason}. Mend that line, or enter "
        "the numbers again in 00_start_here.ipynb."
    )


def _entries(found: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    quantities = Company.quantities()
    for name, value in found.items():
        if name not in quantities:
            raise ExplainedError(
                f"there is no line {name[:40]!r}; there are {', '.join(quantities)}"
            )
        typed = value if isinstance(value, str) else repr(value)
        yield name, _read_number(typed, quantities[name])


def _read_form(form: str) -> tuple[dict[str, float | None], list[str]]:
    """Return the numbers that were typed, and a sentence for each line that cannot be read."""
    if not isinstance(form, str):
        return {}, ['Write the lines between three quotes: my_company("""…""")']
    changes: dict[str, float | None] = {}
    problems = []
    for line in form[:MOST_BYTES].splitlines():
        label, _, typed = line.partition("=" if "=" in line else ":")
        name, typed = _field(label), typed.partition("#")[0]
        if not line.strip() or (name and _DOTS.fullmatch(typed)):
            continue
        if not name:
            problems.append(
                f"Not understood: “{line.strip()[:60]}”. Keep the words before the = as they were."
            )
        elif typed.strip().lower() in _FORGET:
            changes[name] = None
        else:
            try:
                changes[name] = _read_number(typed, Company.quantities()[name])
            except ExplainedError as error:
                problems.append(f"Not kept: {error}.")
    return changes, problems


def _field(label: str) -> str | None:
    """Return the number that a line is about: its first word is enough."""
    first = label.lower().split()[:1]
    for name, described in Company.quantities().items():
        if first and first[0] in (name, described.meaning.split()[0]):
            return name
    return None


def _read_number(typed: str, described: Quantity) -> float:
    """Return a number as people type it, such as `1,200`, `20 %` or `about 1.5 million`."""
    found = typed_number(typed)
    share = described.unit.startswith("%")
    if found is None or found.low < found.high or (found.percent and not share):
        raise ExplainedError(
            f"“{described.meaning}” must be a number, such as {number(described.default)}, not "
            f"{typed.strip()[:40]!r}"
        )
    value = found.low
    if share and not found.percent and 0 < value < 1:
        value = round(100 * value, 9)
    value = float(f"{value:{_KEPT}}")  # as it comes back from the file
    low, high = number(described.low), number(described.high)
    if not described.low <= value <= described.high:
        said = typed.strip()[:40]
        raise ExplainedError(f"“{described.meaning}” must be from {low} to {high}, not {said}")
    return described.check_one(f"“{described.meaning}”", value)


def _keep(company: Company, path: Path, *, aside: bool) -> list[str]:
    """Write the file, whole or not at all, and say what became of it."""
    lines = [
        f"{name} = {value:{_KEPT}}  # {Company.quantities()[name].unit}"
        for name, value in company.known().items()
    ]
    kept = f"Kept in {FILE}, beside this notebook. It stays there and is sent nowhere."
    try:
        if aside:
            with suppress(FileNotFoundError):
                path.replace(path.with_name(KEPT_ASIDE))
            kept = f"What stood there before is now {KEPT_ASIDE}. {kept}"
        write_whole(path, "\n".join([_HEAD, *lines, ""]))
    except (ExplainedError, OSError) as error:
        return [
            f"Your numbers are not kept: {error}. They still stand in this cell. Open a copy of "
            "the workshop in a folder of your own, and run the cell there."
        ]
    return [kept]


def _path(folder: Path) -> Path:
    """Return where the file is: beside the lessons, also for an exercise or another language."""
    beside = folder / FILE
    above = [folder / _FROM_AN_EXERCISE / FILE]
    with suppress(OSError, RuntimeError):  # the folder is gone, or a link leads to itself
        above += [
            place.parents[1] / "notebooks" / FILE
            for place in folder.resolve().parents
            if place.parent.name == "translations" and place.name in languages()
        ]
    found = next((path for path in above if path.is_file()), beside)
    return beside if beside.exists() else found


def filled(words: str, indent: str = "") -> str:
    """Return a paragraph in lines that fit on a page of JupyterLab, which breaks words."""
    return fill(
        words,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=2 * indent,
        break_on_hyphens=False,
    )
