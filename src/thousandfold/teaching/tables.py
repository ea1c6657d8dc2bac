"""A table as people read it: words and numbers, for a notebook, a terminal or a screen reader."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, TypeGuard

from thousandfold.core import readable
from thousandfold.language import say
from thousandfold.language.lists import listed
from thousandfold.teaching.words import is_number, words

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 40
_MOST_COLUMNS = 20
_SHOWN_OF_MORE = 10


@dataclass(frozen=True)
class Table:
    """What a table says.

    Attributes
    ----------
    header : tuple of str
        One per column.
    rows : tuple of tuple of str
    names : int
        How many columns at the left name their row.
    aligned : tuple of bool
        One per column: whether it holds numbers, which stand below each other.
    title, note : str
        A line above, and a sentence below; empty for none.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int
    aligned: tuple[bool, ...]
    title: str = ""
    note: str = ""

    def with_row(self, name: str, heading: str, text: str) -> Table:
        """Return the same table with a last row that says one thing, below one heading."""
        cells = [text if head == readable(heading) else "" for head in self.header]
        if self.names:
            cells[0] = name
        return replace(self, rows=(*self.rows, tuple(cells)))

    def __repr__(self) -> str:
        lines = [self.header, *self.rows] if any(self.header) else self.rows
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        written = [
            "  ".join(
                text.rjust(width) if right else text.ljust(width)
                for text, width, right in zip(line, widths, self.aligned, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join(filter(None, [self.title, *written, self.note]))

    def _repr_html_(self) -> str:
        title = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        head = f"<thead>{self._row(self.header, 'col')}</thead>" if any(self.header) else ""
        body = "\n".join(self._row(row, "row") for row in self.rows)
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        parts = [
            '<table class="dataframe">',
            title,
            head,
            "<tbody>",
            body,
            "</tbody>\n</table>",
            note,
        ]
        return "\n".join(filter(None, parts))

    def _row(self, texts: Sequence[str], scope: str) -> str:
        cells = []
        for place, (text, right) in enumerate(zip(texts, self.aligned, strict=True)):
            heads = text and (scope == "col" or place < self.names)
            tag, told = ("th", f' scope="{scope}"') if heads else ("td", "")
            # Without a style, the page that shows it aligns all cells alike.
            style = f"text-align: {'right' if right else 'left'}"
            cells.append(f'<{tag}{told} style="{style}">{escape(text)}</{tag}>')
        return f"<tr>{''.join(cells)}</tr>"


def spoken(frame: pd.DataFrame | pd.Series[Any], title: str = "") -> Table:
    """Return a table of pandas in words: three digits that matter, and no name from code.

    Its numbers stay as they are; only what is read of them is rounded. Of a long table the first
    rows are shown, and a sentence says so.
    """
    part, note = _beginning(_framed(frame))
    names = [] if _is_counted(part.index) else _names(part)
    columns = [part.iloc[:, place].tolist() for place in range(part.shape[1])]
    headed = names + list(zip(_headings(part.columns), columns, strict=True))
    texts = [words(values, heading) for heading, values in headed]
    return Table(
        header=tuple(heading for heading, _ in headed),
        rows=tuple(zip(*texts, strict=True)),
        names=len(names),
        aligned=tuple(any(map(is_number, values)) for _, values in headed),
        title=title,
        note=note,
    )


def is_frame(value: object) -> TypeGuard[pd.DataFrame | pd.Series[Any]]:
    """Whether it is a table or a column of pandas, which is not loaded to know it."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series)


def _framed(table: pd.DataFrame | pd.Series[Any]) -> pd.DataFrame:
    import pandas as pd

    if isinstance(table, pd.DataFrame):
        return table
    return table.to_frame("value" if table.name is None else table.name)


def _beginning(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return as much of a table as people read, and what is said of the rest."""
    rows, columns = frame.shape
    if not rows:
        return frame.iloc[:, :_MOST_COLUMNS], say("There is no row in it.")
    notes = []
    if rows > _MOST_ROWS:
        notes.append(
            say("These are the first {shown} of {rows:,} rows.", shown=_SHOWN_OF_MORE, rows=rows)
        )
        frame = frame.iloc[:_SHOWN_OF_MORE]
    if columns > _MOST_COLUMNS:
        notes.append(
            say(
                "These are the first {shown} of {columns:,} columns.",
                shown=_SHOWN_OF_MORE,
                columns=columns,
            )
        )
        frame = frame.iloc[:, :_SHOWN_OF_MORE]
    return frame, " ".join(notes)


def _is_counted(index: pd.Index[Any]) -> bool:
    """Whether the rows have numbers for want of a name: 0, 1, 2 and so on say nothing."""
    plain = index.nlevels == 1 and index.name is None and index.dtype.kind == "i"
    return plain and index.tolist() == list(range(len(index)))


def _names(frame: pd.DataFrame) -> list[tuple[str, list[object]]]:
    """Return what names the rows, and what stands above: else the unit of what they hold."""
    index = frame.index
    heads = ["" if name is None else readable(str(name)) for name in index.names]
    unit = frame.columns.name
    if unit is not None and not heads[0] and all(isinstance(label, str) for label in frame.columns):
        heads[0] = readable(str(unit))
    return [(head, index.get_level_values(level).tolist()) for level, head in enumerate(heads)]


def _headings(columns: pd.Index[Any]) -> list[str]:
    """Return what stands above the columns: numbers with what they count, or years."""
    if columns.nlevels > 1:
        return [listed(words(map(_readable, label))) for label in columns]
    counted = columns.name if columns.dtype.kind in "if" else None
    said = words(map(_readable, columns), heading="year")
    return said if counted is None else [f"{readable(str(counted))} {number}" for number in said]


def _readable(label: object) -> object:
    return readable(label) if isinstance(label, str) else label


def let_tables_speak(shell: Any) -> None:
    """Let a notebook, if one runs, show each table of pandas in words.

    What a lesson computes with keeps all its digits, and pandas is not loaded for it.
    """
    formatters = getattr(getattr(shell, "display_formatter", None), "formatters", {})
    for home, name in _TABLES:
        if "text/html" in formatters:
            formatters["text/html"].for_type_by_name(home, name, _as_html)
            formatters["text/plain"].for_type_by_name(home, name, _as_text)


# Where pandas keeps them: since its third edition, and before.
_TABLES = [
    ("pandas", "DataFrame"),
    ("pandas", "Series"),
    ("pandas.core.frame", "DataFrame"),
    ("pandas.core.series", "Series"),
]


def _as_html(frame: pd.DataFrame) -> str:
    return spoken(frame)._repr_html_()


def _as_text(frame: pd.DataFrame, printer: Any, cycle: bool) -> None:
    printer.text(repr(spoken(frame)))
