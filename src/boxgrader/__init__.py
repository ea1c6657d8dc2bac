"""Grade notebooks of strangers: each in a box of its own, several at a time.

`plan` reads an instructor's notebook, `mark` a learner's. `boxgrader grade` does that for a whole
nbgrader course.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boxgrader.box.bench import Settings
    from boxgrader.box.namespaces import Limits
    from boxgrader.engine.job import Plan, Reason
    from boxgrader.engine.marking import Marks, mark
    from boxgrader.engine.planning import plan
    from boxgrader.errors import BoxError, GraderError, GradingError, Refused
    from boxgrader.nbgrader_course.configuration import install

__version__ = "0.2.0"

_HOMES = {
    "BoxError": "errors",
    "GraderError": "errors",
    "GradingError": "errors",
    "Limits": "box.namespaces",
    "Marks": "engine.marking",
    "Plan": "engine.job",
    "Reason": "engine.job",
    "Refused": "errors",
    "Settings": "box.bench",
    "install": "nbgrader_course.configuration",
    "mark": "engine.marking",
    "plan": "engine.planning",
}

__all__ = [
    "BoxError",
    "GraderError",
    "GradingError",
    "Limits",
    "Marks",
    "Plan",
    "Reason",
    "Refused",
    "Settings",
    "__version__",
    "install",
    "mark",
    "plan",
]


def __getattr__(name: str) -> Any:
    # Imported when it is asked for: whoever runs in the box needs neither nbformat nor nbgrader.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
