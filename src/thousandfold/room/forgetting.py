"""Deletes what rooms have kept on this computer, and says what is still there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.room.journal import BESIDE, refuse_open, told_by
from thousandfold.room.opening import journals

OLD = timedelta(days=30)


def kept(day: str = "") -> list[Path]:
    """Return the journals on this computer, the oldest day first.

    Parameters
    ----------
    day : str, optional
        Such as ``"2026-11-29"``: of that day alone, also where it was opened the night before.

    Raises
    ------
    ExplainedError
        If this is no day.
    """
    found = sorted(journals().glob("*.room"))
    if not day:
        return found
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise ExplainedError(f"a day looks like 2026-11-29, not {day!r:.40}") from None
    return [path for path in found if path.name.startswith(f"{asked}") or _is_of(path, asked)]


def _is_of(path: Path, day: date) -> bool:
    told = told_by(path)
    if told is None:
        return False
    return date.fromtimestamp(told.first) <= day <= date.fromtimestamp(told.last)


def old(today: date) -> list[str]:
    """Return the days of which something has been kept for more than thirty days."""
    found = {path.name[:10] for path in kept()}
    return sorted(day for day in found if _is_old(day, today))


def _is_old(day: str, today: date) -> bool:
    with suppress(ValueError):
        return date.fromisoformat(day) < today - OLD
    return False


def forget(paths: Sequence[Path]) -> None:
    """Delete journals, and all that stands beside them.

    Raises
    ------
    ExplainedError
        If a room is open with one of them, or one cannot be deleted.
    """
    for path in paths:
        refuse_open(path)
    for path in paths:
        try:
            for beside in BESIDE:
                path.with_name(path.name + beside).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ExplainedError(
                f"{path} cannot be deleted: {error.strerror}; delete it by hand"
            ) from error
