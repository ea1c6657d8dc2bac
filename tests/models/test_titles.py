"""The title of a picture is true and plain English wherever a slider can stand."""

from __future__ import annotations

import re
import warnings
from importlib import import_module
from pkgutil import iter_modules

import pytest

from thousandfold import models
from thousandfold.core import Model
from thousandfold.errors import ExplainedError
from thousandfold.teaching.demonstration import models_of
from thousandfold.teaching.sliders import SliderRange

KINDS = [
    kind
    for file in iter_modules(models.__path__)
    if import_module(f"{models.__name__}.{file.name}")
    for kind in models_of(file.name)
]
ODD = re.compile(
    r"nan|inf\b|without end|unknown|e\+|(?<!\d)-0(?![\d.])"
    r"|\b1 (people|squads|areas|services|users|quarters|ways|hours|changes|servers|days)\b"
)
MOST = 90


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_title_is_plain_at_both_ends_of_every_slider(kind: type[Model]) -> None:
    usual = kind()
    for name, described in kind.quantities().items():
        ends = SliderRange.of(described, getattr(usual, name))
        for value in {described.low, described.high, ends.low, ends.high}:
            try:
                model = usual.replace(**{name: int(value) if described.whole else value})
            except ExplainedError:
                continue  # two parameters that do not go together
            for picture in model.pictures().keys() - set(getattr(kind, "units", ())):
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    try:
                        title = model.picture(picture).title
                    except ExplainedError:
                        continue
                assert 10 <= len(title) <= MOST, title
                assert not ODD.search(title), f"{title!r} at {name}={value:g}"
