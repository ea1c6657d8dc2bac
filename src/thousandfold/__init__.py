"""Thousandfold: the models, data and checks behind a workshop on scaling, from product to platform.

Four verbs cover the workshop: `simulate` one model, `sweep` one of its quantities, `compare`
several decisions under the same luck, and `explore` it with sliders
(`from thousandfold.widgets import explore`).
"""

from thousandfold.core import DynamicModel, Model, Trajectory, compare, quantity, simulate, sweep
from thousandfold.errors import ExplainedError

__all__ = [
    "DynamicModel",
    "ExplainedError",
    "Model",
    "Trajectory",
    "compare",
    "quantity",
    "simulate",
    "sweep",
]
