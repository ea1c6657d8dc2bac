"""Thousandfold: the models, data and checks behind a workshop on scaling, from product to platform.

Four verbs cover the workshop: `simulate` one model, `sweep` one of its quantities, `compare`
several decisions under the same luck, and `explore` it with sliders. Models stand in
`thousandfold.models`, data in `thousandfold.datasets`, the flight in `thousandfold.flight`.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from thousandfold.core import DynamicModel, Model, Trajectory, compare, quantity, simulate, sweep
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Note, Picture, Series
from thousandfold.teaching.stumbles import listen

if TYPE_CHECKING:
    from thousandfold.environment import check
    from thousandfold.teaching import checks
    from thousandfold.teaching.organisation import read_organisation
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
    "check",
    "checks",
    "compare",
    "explore",
    "quantity",
    "read_organisation",
    "right",
    "simulate",
    "sweep",
]

# What needs more than numpy is loaded when it is first asked for.
FILE_OF = {
    "check": "thousandfold.environment",
    "checks": "thousandfold.teaching.checks",
    "explore": "thousandfold.teaching.widgets",
    "read_organisation": "thousandfold.teaching.organisation",
    "right": "thousandfold.teaching.study",
}


def __getattr__(name: str) -> object:
    if name not in FILE_OF:
        raise AttributeError(f"thousandfold has no {name!r}; it has {', '.join(__all__)}")
    module = import_module(FILE_OF[name])
    value = globals()[name] = getattr(module, name, module)
    return value


if "IPython" in sys.modules:
    listen(sys.modules["IPython"].get_ipython())
