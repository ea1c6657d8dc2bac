"""Deletes what rooms have kept on this computer, and says what is still there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.room.journal import BESIDE, refuse_open
from thousandfold.room.opening import journals

OLD = timedelta(days=30)


def kept(day: str = "") -> list[Path]:
    """Return the journals on this computer, the oldest day first.

    Parameters
    ----------
    day : str, optional
        Such as ``"2026-11-29"``: of that day alone.

    Raises
    ------
    ExplainedError
        If this is no day.
    """
    if day:
        try:
            day = date.fromisoformat(day).isoformat()
        except ValueError:
            raise ExplainedError(f"a day looks like 2026-11-29, not {day!r:.40}") from None
    return sorted(journals().glob(f"{day}*.room"))


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
