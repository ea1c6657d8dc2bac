"""What holds for every model there is: they are found by looking into the package."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
import tracemalloc
import warnings

import numpy as np
import pytest

from thousandfold import DynamicModel, ExplainedError, Model, flight, models, simulate, sweep
from thousandfold.core import arguments
from thousandfold.picture import Lines
from thousandfold.teaching.demonstration import demonstrate, models_of
from thousandfold.teaching.sliders import SliderRange

MODELS = sorted(
    {kind for subject in pkgutil.iter_modules(models.__path__) for kind in models_of(subject.name)}
    | {kind for kind in vars(flight).values() if inspect.isclass(kind) and issubclass(kind, Model)},
    key=lambda kind: kind.__name__,
)
every_model = pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)


@every_model
def test_a_model_says_what_it_leaves_out_and_shows_an_equation(kind: type[Model]) -> None:
    told = inspect.getdoc(kind) or ""
    first = told.splitlines()[0]
    assert len(first) <= 100
    assert first.endswith(".")
    assert "leaves out" in told
    assert "`" in told or "::\n" in told, "an equation, in code"
    assert ">>>" in told, "an example that runs"


@every_model
def test_the_card_holds_every_parameter_with_its_basis(kind: type[Model]) -> None:
    card = kind.card()
    for name, q in kind.quantities().items():
        assert f"| `{name}` | {q.default:g} | {q.unit} |" in card
        assert q.unit
        assert q.low < q.high
        assert len(q.meaning.split()) >= 2
        if q.source is not None:
            assert any(letter.isdigit() for letter in q.source), "a source has a year"
    assert ">>>" not in card


@every_model
def test_what_nobody_decides_has_a_plausible_range_and_a_reason(kind: type[Model]) -> None:
    bare = [name for name, q in kind.quantities().items() if not q.decision and q.plausible is None]
    assert not bare, bare
    for name, q in kind.quantities().items():
        assert q.plausible is None or len(q.because.split()) >= 4, name


@every_model
def test_a_slider_reaches_over_the_plausible_range(kind: type[Model]) -> None:
    for name, q in kind.quantities().items():
        if q.plausible is None:
            continue
        least, most = q.plausible
        for start in (q.default, least, most):
            slider = SliderRange.of(q, start)
            assert slider.low <= least + slider.step, name
            assert slider.high >= most, name


@every_model
def test_defaults_are_sensible_and_every_field_is_a_quantity(kind: type[Model]) -> None:
    model = kind()
    assert {field.name for field in dataclasses.fields(kind)} == set(kind.quantities())
    assert model == kind()


PICTURES = [(kind, name) for kind in MODELS for name in kind().pictures()]


@pytest.mark.parametrize(("kind", "name"), PICTURES, ids=lambda one: getattr(one, "__name__", one))
def test_each_picture_has_units_and_a_sentence(kind: type[Model], name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = kind().picture(name)
    assert len(picture.sentence.split()) >= 10
    if not isinstance(picture, Lines):
        assert picture.title
        assert picture.shown
        return
    assert picture.x_label
    assert picture.y_label
    for series in picture.series:
        assert np.isfinite(np.asarray(series.y, dtype=float)).all()


@every_model
def test_the_first_picture_is_shown_and_an_unknown_one_refused_with_all_names(
    kind: type[Model],
) -> None:
    names = list(kind().pictures())
    assert kind().picture().sentence == kind().picture(names[0]).sentence
    for wrong in ("mood", "", 1, [names[0]]):
        with pytest.raises(ExplainedError, match=r"there is no picture ") as told:
            kind().picture(wrong)  # type: ignore[arg-type]
        assert str(told.value).endswith(f"; there are {', '.join(names)}")


@every_model
def test_each_parameter_can_be_swept(kind: type[Model]) -> None:
    """One that bears the name of an argument of the verb would be taken for it."""
    assert kind.quantities().keys() & inspect.signature(sweep).parameters.keys() == set()


every_dynamic_model = pytest.mark.parametrize(
    "kind", [k for k in MODELS if issubclass(k, DynamicModel)], ids=lambda kind: kind.__name__
)


@every_dynamic_model
def test_a_longer_run_checks_no_more_arguments(
    kind: type[DynamicModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a step calls is the formula alone; a check in each period costs a fifth of a run."""
    looked_at: list[object] = []
    look = arguments._is_plain

    def counted(value: object, *limits: object) -> bool:
        looked_at.append(value)
        return look(value, *limits)  # type: ignore[arg-type]

    monkeypatch.setattr(arguments, "_is_plain", counted)

    def looks(periods: int) -> int:
        looked_at.clear()
        simulate(kind(), periods=periods, replications=2)
        return len(looked_at)

    assert 0 < looks(2) == looks(5)


@every_dynamic_model
def test_ten_thousand_futures_of_sixty_periods_stay_under_200_megabytes(
    kind: type[DynamicModel],
) -> None:
    tracemalloc.start()
    simulate(kind(), periods=60, replications=10_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200e6


@every_dynamic_model
def test_a_dynamic_model_repeats_itself_and_leaves_its_state_alone(
    kind: type[DynamicModel],
) -> None:
    first, again = simulate(kind(), replications=7), simulate(kind(), replications=7)
    for stock in first.units:
        np.testing.assert_array_equal(first[stock], again[stock])
        assert np.isfinite(first[stock]).all()
    assert set(first.units) == set(first.stocks)


@every_model
def test_a_model_can_be_shown_in_a_terminal(
    kind: type[Model], capsys: pytest.CaptureFixture[str]
) -> None:
    demonstrate(kind())
    shown = capsys.readouterr().out
    assert shown.startswith("## ")
    assert "| parameter |" in shown
    assert max(map(len, shown.splitlines())) < 400
