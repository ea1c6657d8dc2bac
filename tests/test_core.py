from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from thousandfold import DynamicModel, ExplainedError, Model, compare, quantity, simulate, sweep
from thousandfold.core import Array, Pictures, State, number


@dataclass(frozen=True)
class Savings(DynamicModel):
    """Money that grows, with luck."""

    rate: float = quantity(0.1, "share a year", "interest", low=0, high=1)
    years_off: float = quantity(0, "years", "holidays", low=0, high=10, whole=True, source="a book")
    luck: float = quantity(0.0, "share", "how much a year varies", low=0, high=1)

    period: ClassVar[str] = "year"
    periods: ClassVar[int] = 10
    units: ClassVar[Mapping[str, str]] = {"money": "euro"}
    shocks: ClassVar[int] = 1

    def start(self) -> Mapping[str, ArrayLike]:
        return {"money": 100}

    def step(self, state: State, shock: Array) -> State:
        return {"money": state["money"] * (1 + self.rate + self.luck * shock[0])}


def test_a_quantity_out_of_range_is_refused_with_value_range_and_unit() -> None:
    with pytest.raises(ExplainedError, match=r"rate must lie in 0..1 \(share a year\), not 1.5"):
        Savings(rate=1.5)


def test_a_share_given_in_per_cent_is_recognised() -> None:
    with pytest.raises(ExplainedError, match=r"not 20; write 20 % as 0\.2"):
        Savings(rate=20)


@pytest.mark.parametrize("value", ["ten", None, ..., [1, "2"], True, [[1], [1, 2]], 1j, object()])
def test_what_is_not_a_number_is_refused(value: object) -> None:
    with pytest.raises(ExplainedError, match="rate must be a number"):
        Savings(rate=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e-9])
def test_what_is_no_sensible_number_is_refused(value: float) -> None:
    with pytest.raises(ExplainedError, match="rate must lie in"):
        Savings(rate=value)


def test_half_a_year_off_is_refused() -> None:
    with pytest.raises(ExplainedError, match="whole number"):
        Savings(years_off=0.5)


def test_replace_names_the_parameters_there_are() -> None:
    assert Savings().replace(rate=0.2).rate == 0.2
    with pytest.raises(ExplainedError, match="no parameter 'ratte'; it has rate, years_off, luck"):
        Savings().replace(ratte=0.2)


def test_the_parameter_table_says_what_stands_behind_each_value() -> None:
    table = Savings().parameters()
    assert list(table.index) == ["rate", "years_off", "luck"]
    assert table.loc["rate", "basis"] == "illustrative"
    assert table.loc["years_off", "basis"] == "cited: a book"
    assert table.loc["rate", "range"] == "0..1"


def test_a_run_follows_the_steps() -> None:
    run = simulate(Savings(), periods=2, replications=3)
    assert run["money"].shape == (3, 1, 3)
    np.testing.assert_allclose(run["money"][:, 0, 0], [100, 110, 121])
    np.testing.assert_allclose(run.final("money"), [[121, 121, 121]])


def test_the_record_cannot_be_changed() -> None:
    run = simulate(Savings(), replications=1)
    with pytest.raises(ValueError, match="read-only"):
        run["money"][0, 0, 0] = 1


def test_the_same_seed_gives_the_same_luck_and_another_seed_another() -> None:
    lucky = Savings(luck=0.1)
    first, second = simulate(lucky)["money"], simulate(lucky)["money"]
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, simulate(lucky, seed=1)["money"])


@given(st.integers(1, 40), st.integers(1, 40))
def test_more_replications_leave_the_first_ones_as_they_were(few: int, more: int) -> None:
    lucky = Savings(luck=0.1)
    short = simulate(lucky, replications=few)["money"]
    long = simulate(lucky, replications=few + more)["money"]
    np.testing.assert_allclose(long[:, :, :few], short, rtol=1e-12)


def test_scenarios_share_their_luck() -> None:
    both = compare({"one": Savings(luck=0.1), "same": Savings(luck=0.1), "calm": Savings()})
    np.testing.assert_allclose(both["money"][:, 0], both["money"][:, 1], rtol=1e-12)
    assert np.ptp(both.final("money")[2]) == 0


def test_comparing_gives_what_each_alone_gives() -> None:
    models = {str(rate): Savings(rate=rate, luck=0.1) for rate in (0.0, 0.3)}
    both = compare(models)
    for i, model in enumerate(models.values()):
        np.testing.assert_allclose(both["money"][:, i], simulate(model)["money"][:, 0])


def test_a_sweep_is_labelled_by_its_values() -> None:
    run = sweep(Savings(), years_off=[0, 5])
    assert run.scenarios == ("years off 0", "years off 5")


@pytest.mark.parametrize(
    ("name", "values", "labels"),
    [
        ("rate", [0.15, 0.3, 1], ["rate 15 % a year", "rate 30 % a year", "rate 100 % a year"]),
        ("rate", np.arange(3) * 0.1, ["rate 0 % a year", "rate 10 % a year", "rate 20 % a year"]),
        ("rate", [0.0725, 1e-9], ["rate 7.25 % a year", "rate 0.0000001 % a year"]),
        ("market", [1e6, 1_000_001], ["market 1,000,000 people", "market 1,000,001 people"]),
        ("market", (x for x in (1, 2.5)), ["market 1 people", "market 2.5 people"]),
        ("market", [0.1 + 0.2, 0.3], ["market 0.30000000000000004 people", "market 0.3 people"]),
        ("talk", [0.01], ["talk 0.01 share of a day per person"]),
    ],
)
def test_labels_hold_every_digit_that_tells_values_apart(
    name: str, values: list[float], labels: list[str]
) -> None:
    @dataclass(frozen=True)
    class Shop(Savings):
        market: float = quantity(1000, "people", "how many there are", low=0, high=1e12)
        talk: float = quantity(
            0, "share of a day per person", "which nobody sums up", low=0, high=1
        )

    run = sweep(Shop(), replications=1, **{name: values})  # type: ignore[arg-type]
    assert list(run.scenarios) == labels
    assert run["money"].shape[1] == len(labels)


def test_a_scenario_that_comes_twice_is_refused() -> None:
    with pytest.raises(ExplainedError, match="rate 10 % a year comes twice"):
        sweep(Savings(), rate=[0.1, 0.2, 0.1])
    with pytest.raises(ExplainedError, match="two scenarios are called '1'"):
        compare({"1": Savings(), 1: Savings()})  # type: ignore[dict-item]


@pytest.mark.parametrize("values", [[], 0.1, "0.1", None, np.array(0.1)])
def test_a_sweep_needs_a_list_of_values(values: object) -> None:
    with pytest.raises(ExplainedError, match="rate needs a list of values"):
        sweep(Savings(), rate=values)  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [[0.1, 0.2], np.array([0.1]), []])
def test_a_model_is_made_of_single_numbers(values: object) -> None:
    with pytest.raises(ExplainedError, match="rate must be one number"):
        Savings(rate=values)  # type: ignore[arg-type]
    assert hash(Savings(rate=np.array(0.2))) == hash(Savings(rate=0.2))  # type: ignore[arg-type]


def test_one_sweep_moves_one_parameter() -> None:
    with pytest.raises(ExplainedError, match="one parameter at a time"):
        sweep(Savings(), rate=[0.1], luck=[0.1])


@pytest.mark.parametrize("wrong", [-1, 1.5, "3", True, float("nan"), [1, 2]])
@pytest.mark.parametrize("name", ["periods", "replications", "seed"])
def test_periods_replications_and_seed_are_whole_numbers(name: str, wrong: object) -> None:
    with pytest.raises(ExplainedError, match=f"{name} must be a whole number of . or above, not"):
        simulate(Savings(), **{name: wrong})  # type: ignore[arg-type]


@pytest.mark.parametrize("many", [{"periods": 10**9}, {"replications": 10**8}])
def test_more_than_a_computer_holds_is_refused_before_it_is_drawn(many: dict[str, int]) -> None:
    with pytest.raises(ExplainedError, match="more than a computer holds"):
        simulate(Savings(), **many)


def test_what_grows_beyond_all_numbers_is_told_with_its_time() -> None:
    with pytest.raises(ExplainedError, match=r"money grows beyond all numbers in year 1018"):
        simulate(Savings(rate=1), periods=1100, replications=1)


def test_what_cannot_be_compared_is_refused() -> None:
    @dataclass(frozen=True)
    class Curve(Model):
        """No steps."""

        def pictures(self) -> Pictures:
            return {}

    with pytest.raises(ExplainedError, match="nothing to compare"):
        compare({})
    with pytest.raises(ExplainedError, match="nothing to compare"):
        compare([Savings()])  # type: ignore[arg-type]
    with pytest.raises(ExplainedError, match="not Curve, Savings"):
        compare({"a": Savings(), "b": Curve()})  # type: ignore[dict-item]
    with pytest.raises(ExplainedError, match="not Curve"):
        sweep(Curve(), rate=[1, 2])  # type: ignore[arg-type]
    with pytest.raises(ExplainedError, match="not str"):
        simulate("Savings")  # type: ignore[arg-type]


def test_a_stock_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(ExplainedError, match="no stock 'monney'; it has money"):
        simulate(Savings())["monney"]


def test_an_unknown_picture_is_refused_with_all_there_are() -> None:
    assert Savings().picture().y_label == Savings().picture("money").y_label
    for wrong in ("monney", "", 3, ["money"]):
        with pytest.raises(ExplainedError, match=r"there is no picture .*; there are money"):
            Savings().picture(wrong)  # type: ignore[arg-type]


def test_a_model_must_say_what_it_shows_and_how_it_moves() -> None:
    with pytest.raises(TypeError, match="abstract"):
        DynamicModel()  # type: ignore[abstract]
    with pytest.raises(TypeError, match="abstract"):
        Model()  # type: ignore[abstract]


def test_the_frame_is_tidy() -> None:
    frame = sweep(Savings(luck=0.1), periods=2, replications=3, rate=[0.1, 0.2]).frame()
    assert list(frame.columns) == ["scenario", "future", "year", "money"]
    assert len(frame) == 2 * 3 * 3
    first = frame[(frame["scenario"] == "rate 20 % a year") & (frame["future"] == 0)]
    run = sweep(Savings(luck=0.1), periods=2, replications=3, rate=[0.1, 0.2])
    np.testing.assert_allclose(first["money"], run["money"][:, 1, 0])


def test_the_sentence_holds_start_middle_end_and_spread() -> None:
    sentence = simulate(Savings(), replications=1).describe("money")
    assert sentence == "Money in euro, 100 at year 0; at year 5 and year 10: 161, then 259."
    lucky = sweep(Savings(luck=0.1), rate=[0.1, 0.2]).describe("money")
    assert "rate 20 % a year: " in lucky
    assert " to " in lucky
    assert "1,000 futures" in lucky


def test_the_summary_holds_median_and_eight_of_ten_futures() -> None:
    run = simulate(Savings(luck=0.1), replications=77)
    expected = np.quantile(run.final("money")[0], [0.5, 0.1, 0.9])
    np.testing.assert_allclose(run.summary("money").to_numpy()[0], expected)


def test_a_summary_shows_nothing_as_nothing() -> None:
    @dataclass(frozen=True)
    class Balanced(Savings):
        def start(self) -> Mapping[str, ArrayLike]:
            return {"money": -1e-13}

    assert "-0.0" not in str(simulate(Balanced()).summary("money"))


def test_numbers_are_written_for_people() -> None:
    written = [number(value) for value in (0, 0.123, 12.34, 1234.5, 3, float("inf"))]
    assert written == ["0", "0.12", "12.3", "1,234", "3", "without end"]


@pytest.mark.parametrize("value", [0, 1, 5, 10, 12.25, 100, 1234.5])
def test_how_a_number_is_written_does_not_hang_on_its_last_digit(value: float) -> None:
    beside = (value, np.nextafter(value, -1), np.nextafter(value, 2e3), value - 1e-13)
    assert {number(one) for one in beside} == {number(value)}


@dataclass(frozen=True)
class Wave(DynamicModel):
    """A stock that goes where it is told."""

    way: ClassVar[tuple[float, ...]] = (5, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    level: float = quantity(1, "times", "how high", low=0, high=10)

    period: ClassVar[str] = "week"
    periods: ClassVar[int] = 10
    units: ClassVar[Mapping[str, str]] = {"work": "days", "week": "weeks"}
    shocks: ClassVar[int] = 1

    def start(self) -> Mapping[str, ArrayLike]:
        return {"work": self.level * self.way[0], "week": 0}

    def step(self, state: State, shock: Array) -> State:
        now = np.asarray(self.way)[np.minimum(state["week"].astype(int) + 1, 10)]
        return {"work": self.level * now, "week": state["week"] + 1}


@pytest.mark.parametrize(
    ("way", "title"),
    [
        ((5, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0), "Work: 5 at first, nothing from week 3 on"),
        ((1, 4, 9, 6, 4, 3, 2, 2, 2, 2, 2), "Work: highest in week 2 (9), 2 in week 10"),
        ((5, 3, 1, 2, 3, 3, 4, 4, 4, 5, 6), "Work: lowest in week 2 (1), 6 in week 10"),
        ((0, 3, 6, 8, 8, 8, 8, 8, 8, 8, 8), "Work: 0 at first, about 8 from week 3 on"),
        ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), "Work: 0 at first, 10 in week 10"),
        ((0, 1, 2, 0, 2, 3, 4, 5, 6, 7, 0), "Work: highest in week 9 (7), nothing from week 10 on"),
        ((7,) * 11, "Work: 7 from the first to the last week"),
    ],
)
def test_a_title_names_where_a_line_turns(
    way: tuple[float, ...], title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wave, "way", way)
    assert simulate(Wave()).picture("work").title == title


def test_several_scenarios_are_compared_where_they_differ(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def title() -> str:
        return sweep(Wave(), level=[1, 2]).picture("work").title

    ends = "(level 1 times) to {} (level 2 times)"
    monkeypatch.setattr(Wave, "way", tuple(range(11)))
    assert title() == f"Work in week 10: 10 {ends.format(20)}"
    monkeypatch.setattr(Wave, "way", (0, 5, 9, 6, 4, 3, 2, 1, 0.1, 0.1, 0.1))
    assert title() == f"Work, at most: 9 {ends.format(18)}"
    monkeypatch.setattr(Wave, "way", (5, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0))
    assert title() == "Work, nothing left from week 3 in every case"


def test_a_picture_ends_where_nothing_is_left_in_any_future(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = simulate(Wave())
    assert list(runs.picture("work").series[0].x) == [0, 1, 2, 3]
    assert list(runs.picture("week").series[0].x) == list(range(11))
    monkeypatch.setattr(Wave, "way", (0,) * 11)
    assert len(np.asarray(simulate(Wave()).picture("work").series[0].x)) == 11
