"""Sliders over a model: move one, and the figure follows."""

from __future__ import annotations

from typing import Any

from thousandfold.core import Model, Quantity, Robustness, readable
from thousandfold.errors import ExplainedError
from thousandfold.language import say
from thousandfold.language.lists import listed
from thousandfold.picture import Picture
from thousandfold.teaching.fallback import Fallback
from thousandfold.teaching.sliders import SliderRange, company_of, picture_at


def explore(model: Model | Robustness, *names: str, of: str | None = None) -> Fallback:
    """Show a figure of a model with a slider for each named parameter.

    The figure is drawn once; a moved slider only updates its lines. Tab moves between sliders,
    the arrow keys move one. Below the figure stands one sentence that says what it shows. Figure
    and sentence stay in the notebook file, for where no kernel runs.

    Parameters
    ----------
    model : Model or Robustness
        Where to start. Of what `robust` gives, each slider is a number that you know: in how many
        companies does the claim hold then?
    *names : str
        Parameters to move, for example ``"hired"``.
    of : str, optional
        What to show, for example a stock; the model's own choice by default.

    Returns
    -------
    Fallback
        Its ``widget`` holds sliders, figure and sentence.

    Raises
    ------
    ExplainedError
        If no parameter is named or the model has none of that name.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> shown = explore(Debt(), "repayment", of="repayment")
    >>> shown.widget is None
    False
    """
    import html

    import ipywidgets

    from thousandfold.drawing import draw, figure_of, image, png

    company = company_of(model, names)
    first = picture_at(model, {name: getattr(company, name) for name in names}, of)
    chart = draw(first)
    figure = ipywidgets.HTML()
    sentence = ipywidgets.HTML()
    sliders = {
        name: _slider(name, company.quantities()[name], getattr(company, name)) for name in names
    }

    def show(picture: Picture, *, stays: bool = False) -> None:
        figure.value = image(png(figure_of(chart.ax), stays=stays), picture.sentence)
        sentence.value = f'<p aria-live="polite">{html.escape(picture.sentence)}</p>'

    def moved(_: object) -> None:
        settings = {name: slider.value for name, slider in sliders.items()}
        try:
            picture = picture_at(model, settings, of)
        except ExplainedError as error:
            sentence.value = f'<p role="alert">{html.escape(str(error))}</p>'
            return
        chart.update(picture)
        show(picture)

    for slider in sliders.values():
        slider.observe(moved, names="value")
    show(first, stays=True)
    box = ipywidgets.VBox([*sliders.values(), figure, sentence])
    moved_by = listed(map(readable, names))
    return Fallback(box, say("Run this cell, then move: {sliders}.", sliders=moved_by))


def _slider(name: str, described: Quantity, value: float) -> Any:
    import ipywidgets

    named, unit = readable(name), say(described.unit)
    label = named if named == unit else say("{name} ({unit})", name=named, unit=unit)
    look = {
        "description": label,
        "tooltip": say(described.meaning),
        "style": {"description_width": "28em"},
        "layout": {"width": "60em", "max_width": "calc(100% - 4px)"},
    }
    place = SliderRange.of(described, value)
    ends = {"min": place.low, "max": place.high}
    if described.whole:
        return ipywidgets.IntSlider(place.value, **ends, **look)
    return ipywidgets.FloatSlider(
        place.value, **ends, step=place.step, readout_format=f".{place.decimals}f", **look
    )
