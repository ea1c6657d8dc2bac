"""What all tests share: the figures that somebody else published, and the modules there are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
# How long an example takes says how busy the machine is, and nothing about our code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
PUBLISHED = json.loads((ROOT / "tests" / "published.json").read_text(encoding="utf-8"))


BROWSERS = {"browser", "hub", "room", "visitor"}  # fixtures that a test drives a browser with


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try a test once more if its browser was waited for in vain.

    How long a page takes says how busy the machine is; whatever else is wrong fails at once.
    """
    again = pytest.mark.flaky(reruns=1, only_rerun="(?i)timeout")
    for item in items:
        if BROWSERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(again)


@dataclass(frozen=True)
class Published:
    """Figures that somebody else published, by id."""

    entries: dict[str, dict[str, Any]]

    def agrees(self, name: str, ours: Any) -> None:
        """Assert that what we calculate lies within the tolerance of what was published."""
        entry = self.entries[name]
        np.testing.assert_allclose(ours, entry["value"], rtol=0, atol=entry["tolerance"])


@pytest.fixture(scope="session")
def published() -> Published:
    return Published({entry["id"]: entry for entry in PUBLISHED})


def lessons() -> list[str]:
    """Name of each lesson. A module is found by its stem: a new one needs no line here."""
    return sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
