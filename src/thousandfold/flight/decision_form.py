"""A decision as a form of fields: their names, and what its errors say in these names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from thousandfold.flight.decision import API, DECIDES, SHARES

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "features": "features",
        "onboarding": "user onboarding",
        "debt": "debt",
        "reliability": "reliability",
        "platform": "platform",
        "hire": "people to hire",
        "squads": "squads",
        "keep": "partners keep, %",
        "decides": "who decides",
        "api": "API",
    }
)
"""What each part of a decision is called in a form."""

OPTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "decides": dict(zip(DECIDES, ("one approver", "guardrails", "squads alone"), strict=True)),
        "api": dict(zip(API, ("closed", "partners only", "public"), strict=True)),
    }
)
"""What can be chosen, and how a form says it."""


def entries() -> list[dict[str, Any]]:
    """Return the entries of the form in their order; Python says what is out of range."""
    told = []
    for name, label in LABELS.items():
        options = [list(option) for option in OPTIONS.get(name, {}).items()]
        kind = "share" if name in SHARES else "choice" if options else "number"
        told.append({"name": name, "label": label, "kind": kind, "options": options})
    return told


def plain(error: str) -> str:
    """Return an error with the words that stand in the form."""
    name, space, rest = error.partition(" ")
    return f"{LABELS.get(name, name)}{space}{rest}"
