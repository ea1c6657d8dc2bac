"""The one shape of a model and the one engine that runs it.

A model is a frozen dataclass. Its fields are *quantities*: each states default, unit, meaning,
sensible range and source once, and validation, sliders and the parameter table follow from that.
A model that moves through time adds `start` and `step`; `simulate`, `sweep` and `compare` run it
over many possible futures at once and return a `Trajectory`.
"""

from thousandfold.core.arguments import (
    Quantity,
    fitting,
    instance,
    labelled,
    numbers,
    one_of,
    quantity,
    single,
    tabular,
    whole,
)
from thousandfold.core.companies import Companies, Condition, companies
from thousandfold.core.engine import (
    SEED,
    DynamicModel,
    TimedModel,
    compare,
    extent,
    luck_of,
    run,
    simulate,
    stacked,
    sweep,
    with_arrays,
)
from thousandfold.core.model import Array, Model, Pictures, State
from thousandfold.core.robustness import Claim, Robustness, robust
from thousandfold.core.trajectory import BAND, Trajectory, number, readable

__all__ = [
    "BAND",
    "SEED",
    "Array",
    "Claim",
    "Companies",
    "Condition",
    "DynamicModel",
    "Model",
    "Pictures",
    "Quantity",
    "Robustness",
    "State",
    "TimedModel",
    "Trajectory",
    "companies",
    "compare",
    "extent",
    "fitting",
    "instance",
    "labelled",
    "luck_of",
    "number",
    "numbers",
    "one_of",
    "quantity",
    "readable",
    "robust",
    "run",
    "simulate",
    "single",
    "stacked",
    "sweep",
    "tabular",
    "whole",
    "with_arrays",
]
