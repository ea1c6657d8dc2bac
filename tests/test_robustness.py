"""In how many plausible companies a claim holds: against published figures, and with bad input."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from scipy.stats import binomtest, qmc

from thousandfold import ExplainedError, Model, quantity, robust
from thousandfold.core import Array, Pictures, companies
from thousandfold.core.companies import _spread
from thousandfold.core.robustness import _explained
from thousandfold.picture import Lines


class Pictured(Model):
    def pictures(self) -> Pictures:
        return {}


@dataclass(frozen=True)
class Firm(Pictured):
    """A firm that earns `price` for each of `sold`, and pays `cost`."""

    price: float = quantity(10, "euros", "what one brings", low=0, high=100, decision=True)
    sold: float = quantity(
        50, "pieces", "how many are sold", low=0, high=1000, plausible=(0, 100), because="a test"
    )
    cost: float = quantity(
        0.2, "share of it", "what is lost", low=0, high=1, source="measured in 2020"
    )
    whole: float = quantity(3, "shops", "how many shops", low=1, high=9, whole=True)
    nothing: float = quantity(0, "euros", "what is nothing", low=0, high=1)


def sells_thirty(made: Sequence[Model]) -> Array:
    return np.array([cast(Firm, firm).sold for firm in made]) - 30


def test_a_share_of_a_range_is_counted_and_the_number_behind_it_found() -> None:
    tried = robust(Firm(), sells_thirty, "It sells thirty", draws=1000, unit="pieces")
    assert tried.share == 0.7  # of 0..100, drawn evenly
    assert tried.deciders == ("sold",)
    row = tried.table().loc["sold"]
    assert row["cut at"] == pytest.approx(30, abs=0.1)
    assert row["decides, %"] == pytest.approx(100)
    assert row[["holds below, %", "holds above, %"]].tolist() == [0, 100]
    assert "this holds in 700 of 1000 plausible companies (67 to 73 %)" in tried.sentence
    assert (
        "It hangs most on sold (how many are sold): below 30 it holds in 0 %, from there on "
        "in 100 %" in str(tried)
    )


def test_the_interval_is_wilsons() -> None:
    """Newcombe 1998, Statistics in Medicine 17:857-872, table I: 81 of 263 is 0.2553 to 0.3662."""

    def interval(held: int, of: int) -> tuple[float, float]:
        margins = np.where(np.arange(of) < held, 1.0, -1.0)
        return robust(Firm(), lambda _: margins, draws=of).interval()

    assert interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    for held, of in ((0, 10), (10, 10), (1, 29), (84, 100)):
        theirs = binomtest(held, of).proportion_ci(method="wilson")
        assert interval(held, of) == pytest.approx(tuple(theirs), abs=1e-6)


def test_the_draw_is_as_even_as_scipys() -> None:
    """Each number on its own is spread evenly, and no two of them go together."""
    columns = np.stack([_spread(200, 1, name) for name in ("sold", "price")], axis=1)
    theirs = qmc.LatinHypercube(2, seed=1).random(200)
    assert qmc.discrepancy(columns) < 1.5 * qmc.discrepancy(theirs)


def test_decisions_and_what_is_known_are_held_and_the_rest_is_drawn() -> None:
    drawn = companies(Firm(price=7), cost=0.4)
    assert set(drawn.drawn) == {"sold", "whole"}
    assert {firm.price for firm in cast(Any, drawn.models)} == {7}
    assert {firm.cost for firm in cast(Any, drawn.models)} == {0.4}
    shops = drawn.drawn["whole"]
    assert set(shops) == {2, 3, 4}  # nobody said what is plausible: a half to both sides
    sold = drawn.drawn["sold"]
    assert np.histogram(sold, bins=100, range=(0, 100))[0].tolist() == [1] * 100


def test_a_wide_range_is_drawn_in_factors() -> None:
    @dataclass(frozen=True)
    class Wide(Firm):
        users: float = quantity(
            50, "users", "how many", low=0, high=1000, plausible=(1, 100), because="a test"
        )

    drawn = companies(Wide(), 1000).drawn["users"]
    assert (drawn < 10).mean() == 0.5
    assert drawn.min() >= 1
    assert drawn.max() <= 100


def test_around_the_company_here_what_was_measured_is_left() -> None:
    drawn = companies(Firm(sold=40), within=0.25)
    assert set(drawn.drawn) == {"sold", "whole"}
    assert drawn.ranges["sold"] == (30, 50)


def test_only_what_is_named_is_drawn() -> None:
    drawn = companies(Firm(), only=["sold"])
    assert set(drawn.drawn) == {"sold"}
    assert (drawn.drawn["sold"] == companies(Firm()).drawn["sold"]).all()
    with pytest.raises(ExplainedError, match="there is no parameter of Firm 'luck'; there are"):
        companies(Firm(), only=["luck"])
    with pytest.raises(ExplainedError, match="Firm has nothing to vary"):
        companies(Firm(), only=["price"])


def test_what_is_known_changes_nothing_else() -> None:
    assert (companies(Firm(), whole=2).drawn["sold"] == companies(Firm()).drawn["sold"]).all()


def test_same_seed_same_companies() -> None:
    first, again, other = (companies(Firm(), seed=seed).drawn["sold"] for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_what_a_model_refuses_is_left_out_and_counted() -> None:
    @dataclass(frozen=True)
    class Picky(Firm):
        def __post_init__(self) -> None:
            super().__post_init__()
            if self.sold < 25:
                raise ExplainedError("too few")

    tried = robust(Picky(), sells_thirty, "It sells thirty")
    assert len(tried.margin) == 75
    assert tried.companies.refused == 25
    assert "70 of 75" in tried.sentence
    assert "25 more were no company that the model knows" in tried.sentence


def test_a_claim_speaks_for_some_companies_only() -> None:
    tried = robust(
        Firm(), sells_thirty, where=lambda made: [cast(Firm, firm).sold > 20 for firm in made]
    )
    assert len(tried.margin) == 80
    assert "20 more are companies of which it does not speak" in tried.sentence
    with pytest.raises(ExplainedError, match="speaks for 0 of 100 companies"):
        robust(Firm(), sells_thirty, where=lambda made: [False] * len(made))


def test_a_share_is_told_in_percent_and_a_share_per_something_is_not() -> None:
    @dataclass(frozen=True)
    class Talk(Pictured):
        share: float = quantity(0.5, "share of the day", "talk", low=0, high=1)
        each: float = quantity(0.0006, "share of the day per person squared", "it", low=0, high=1)

    def told(name: str, cut: float) -> str:
        return robust(Talk(), lambda made: [getattr(one, name) - cut for one in made]).sentence

    assert "below 40 % it holds" in told("share", 0.4)
    assert "below 0.0005 it holds" in told("each", 0.0005)


def test_chance_is_not_taken_for_a_reason() -> None:
    luck = np.random.default_rng(7).standard_normal(100)
    tried = robust(Firm(), lambda _: luck)
    assert tried.deciders == ()
    assert "No single number decides it" in tried.sentence


def test_numbers_that_decide_about_as_much_are_named_together() -> None:
    def both(made: Sequence[Model]) -> Array:
        rows = np.array([[cast(Two, firm).sold, cast(Two, firm).staff] for firm in made])
        return rows.sum(axis=1) - 60

    @dataclass(frozen=True)
    class Two(Firm):
        staff: float = quantity(
            50, "people", "who sells", low=0, high=100, plausible=(0, 100), because="a test"
        )

    tried = robust(Two(), both, "Both together are sixty", draws=1000)
    assert set(tried.deciders) == {"sold", "staff"}
    assert "on each about as much" in tried.sentence
    assert "decides" not in tried.picture().title


def test_a_share_is_drawn_in_percent_and_a_wide_range_in_factors() -> None:
    @dataclass(frozen=True)
    class Odd(Pictured):
        rare: float = quantity(
            0.01, "share of users", "who ask", low=0, high=1, plausible=(0.001, 0.5), because="x"
        )

    def rare(made: Sequence[Model]) -> Array:
        return np.array([0.1 - cast(Odd, firm).rare for firm in made])

    tried = robust(Odd(), rare)
    picture = cast(Lines, tried.picture())
    assert picture.log_x
    assert picture.x_label == "rare (% of users)"
    assert picture.notes[1].x == pytest.approx(10, rel=0.1)
    assert picture.notes[1].words.endswith(" %")
    assert float(np.max(np.asarray(picture.series[0].x))) <= 10


def test_where_it_holds_everywhere_the_margin_says_what_counts() -> None:
    tried = robust(Firm(), lambda made: 1 + sells_thirty(made) ** 2)
    assert tried.share == 1
    assert tried.deciders == ("sold",)
    assert "100 of 100" in tried.sentence
    assert "It hangs" not in tried.sentence


def test_one_cut_explains_of_ishigamis_function_what_it_does() -> None:
    """Ishigami & Homma 1990: its first-order indices are 0.314, 0.442 and 0.

    One cut explains less than the whole index. For the first number, whose effect is
    (1 + pi**4 / 50) sin x, the cut at 0 explains (2 / pi)**2 / (1 / 2) of it: 0.81 of 0.314.
    """
    x = np.random.default_rng(1).uniform(-np.pi, np.pi, (3, 200_000))
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    best = [_explained(row, y[np.newaxis])[0].max() for row in x]
    assert best[0] == pytest.approx(0.3139 * 8 / np.pi**2, abs=0.005)
    assert best[0] <= 0.3139
    assert 0.02 < best[1] < 0.4424
    assert best[2] == pytest.approx(0, abs=0.001)


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (lambda made: np.full(len(made), np.nan), "no finite number for 100 of them"),
        (lambda made: [1.0], r"this one gave numbers of shape \(1,\)"),
        (lambda made: 1.0, "this one gave one number"),
        (lambda made: None, "this one gave"),
        (lambda made: "yes", "this one gave str"),
        (lambda made: [[1.0]] * len(made), r"shape \(100, 1\)"),
    ],
)
def test_a_claim_that_does_not_fit_is_refused_in_a_sentence(claim: Any, told: str) -> None:
    with pytest.raises(ExplainedError, match=told):
        robust(Firm(), claim)


def test_a_model_with_nothing_to_vary_is_refused() -> None:
    @dataclass(frozen=True)
    class Decided(Pictured):
        price: float = quantity(10, "euros", "what one brings", low=0, high=100, decision=True)

    with pytest.raises(ExplainedError, match="Decided has nothing to vary"):
        robust(Decided(), lambda made: [1.0] * len(made))


def test_fewer_than_ten_companies_are_refused() -> None:
    @dataclass(frozen=True)
    class Never(Firm):
        def __post_init__(self) -> None:
            super().__post_init__()
            if self.sold != 50:
                raise ExplainedError("no")

    with pytest.raises(ExplainedError, match="refuses 100 of 100 companies"):
        robust(Never(), sells_thirty)
    with pytest.raises(ExplainedError, match="draws must be a whole number from 10"):
        robust(Firm(), sells_thirty, draws=9)
    with pytest.raises(ExplainedError, match="within must be a share"):
        robust(Firm(), sells_thirty, within=25)
    with pytest.raises(ExplainedError, match="no parameter 'prize'"):
        robust(Firm(), sells_thirty, prize=3)


def test_no_warning_reaches_a_reader() -> None:
    def careless(made: Sequence[Model]) -> Any:
        warnings.warn("a library speaks", RuntimeWarning, stacklevel=1)
        return np.where(np.log(np.zeros(len(made))) < 0, 1.0, -1.0)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert robust(Firm(), careless).share == 1


def test_the_picture_holds_one_mark_for_each_company() -> None:
    picture = cast(Lines, robust(Firm(), sells_thirty, unit="pieces").picture())
    assert sum(np.size(series.x) for series in picture.series) == 100
    assert [series.label for series in picture.series] == ["holds", "does not"]
    assert picture.x_label == "sold (pieces)"
    assert picture.notes[1].words == "30"
    assert picture.title == "Holds in 70 of 100 companies: “sold” decides"
    everywhere = cast(Lines, robust(Firm(), lambda made: [1.0] * len(made)).picture())
    assert [series.label for series in everywhere.series] == ["holds"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"plausible": (5, 20)}, "say because of what"),
        ({"plausible": (5, 20), "because": " "}, "say because of what"),
        ({"plausible": (11, 20), "because": "a test"}, "hold 10"),
        ({"plausible": (5, 200), "because": "a test"}, r"must lie in 0\.\.100"),
        ({"plausible": (5, 20), "because": "a test", "decision": True}, "is not drawn"),
    ],
)
def test_a_range_without_reason_or_sense_is_refused_when_a_model_is_written(
    given: Any, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        quantity(10, "euros", "what one brings", low=0, high=100, **given)


def test_the_basis_follows_from_what_is_said() -> None:
    def basis(**given: Any) -> str:
        described = quantity(10, "euros", "what one brings", low=0, high=100, **given)
        return str(described.metadata["quantity"].basis)

    assert basis() == "illustrative"
    assert basis(source="somebody 2020") == "cited"
    assert basis(source="somebody 2020", measured=False) == "textbook"
    assert basis(decision=True) == "decision"
