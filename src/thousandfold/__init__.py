"""Thousandfold: the models, data and checks behind a workshop on scaling, from product to platform.

Five verbs cover the workshop: `simulate` one model, `sweep` one of its quantities, `compare`
several decisions under the same luck, `explore` it with sliders, and ask how `robust` a claim is
in other companies. Models stand in
`thousandfold.models`, data in `thousandfold.datasets`, the flight in `thousandfold.flight`.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from thousandfold.core import (
    DynamicModel,
    Model,
    Trajectory,
    companies,
    compare,
    quantity,
    robust,
    simulate,
    sweep,
)
from thousandfold.errors import ExplainedError
from thousandfold.language import speak
from thousandfold.picture import Lines, Note, Picture, Series
from thousandfold.teaching.stumbles import listen
from thousandfold.teaching.tables import let_tables_speak

if TYPE_CHECKING:
    from thousandfold.environment import check
    from thousandfold.facilitation.calibration import calibration
    from thousandfold.facilitation.notebook_form import questionnaire
    from thousandfold.facilitation.progress import where_was_i
    from thousandfold.keypoints import keypoint
    from thousandfold.teaching import checks
    from thousandfold.teaching.answers import answer, my_guesses
    from thousandfold.teaching.company import my_company
    from thousandfold.teaching.drawn_guess import draw_guess
    from thousandfold.teaching.hint_ladder import hint
    from thousandfold.teaching.numbers_for import numbers_for
    from thousandfold.teaching.own_numbers import with_my_numbers
    from thousandfold.teaching.own_reading import read_organisation
    from thousandfold.teaching.show import show
    from thousandfold.teaching.study import right
    from thousandfold.teaching.widgets import explore

__version__ = "0.2.0"

__all__ = [
    "DynamicModel",
    "ExplainedError",
    "Lines",
    "Model",
    "Note",
    "Picture",
    "Series",
    "Trajectory",
    "__version__",
    "answer",
    "calibration",
    "check",
    "checks",
    "companies",
    "compare",
    "draw_guess",
    "explore",
    "hint",
    "keypoint",
    "my_company",
    "my_guesses",
    "numbers_for",
    "quantity",
    "questionnaire",
    "read_organisation",
    "right",
    "robust",
    "show",
    "simulate",
    "speak",
    "sweep",
    "where_was_i",
    "with_my_numbers",
]

# What needs more than numpy is loaded when it is first asked for.
FILE_OF = {
    "answer": "thousandfold.teaching.answers",
    "calibration": "thousandfold.facilitation.calibration",
    "check": "thousandfold.environment",
    "checks": "thousandfold.teaching.checks",
    "draw_guess": "thousandfold.teaching.drawn_guess",
    "explore": "thousandfold.teaching.widgets",
    "hint": "thousandfold.teaching.hint_ladder",
    "keypoint": "thousandfold.keypoints",
    "my_company": "thousandfold.teaching.company",
    "my_guesses": "thousandfold.teaching.answers",
    "numbers_for": "thousandfold.teaching.numbers_for",
    "questionnaire": "thousandfold.facilitation.notebook_form",
    "read_organisation": "thousandfold.teaching.own_reading",
    "right": "thousandfold.teaching.study",
    "show": "thousandfold.teaching.show",
    "where_was_i": "thousandfold.facilitation.progress",
    "with_my_numbers": "thousandfold.teaching.own_numbers",
}


def __getattr__(name: str) -> object:
    if name not in FILE_OF:
        raise AttributeError(f"thousandfold has no {name!r}; it has {', '.join(__all__)}")
    module = import_module(FILE_OF[name])
    value = globals()[name] = getattr(module, name, module)
    return value


if "IPython" in sys.modules:
    shell = sys.modules["IPython"].get_ipython()
    listen(shell)
    let_tables_speak(shell)
