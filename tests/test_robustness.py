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
from thousandfold.core.deciders import deciders, explained
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
    assert row["decides, %"] > 70  # five groups: the cut lies inside one of them
    assert row[["holds below", "of", "holds above", "of these"]].tolist() == [0, 300, 700, 700]
    assert "this holds in 700 of 1000 plausible companies (67 to 73 %)" in tried.sentence
    told = "It hangs most on sold (how many are sold): below 30 it holds in 0 of 300"
    assert f"{told}, from there on in 700 of 700." in str(tried)
    assert tried.split in told + ", from there on in 700 of 700"
    assert tried.split


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


@dataclass(frozen=True)
class Service(Pictured):
    """Something that is nearly always up."""

    up: float = quantity(
        0.9999, "share of the time", "availability", low=0.5, high=0.999999,
        plausible=(0.995, 0.99999), because="a test",
    )  # fmt: skip
    stays: float = quantity(
        0.9, "share a year", "who stays", low=0, high=1, plausible=(0.85, 0.97), because="a test"
    )
    tried: float = quantity(
        0.2, "share of users", "who try it", low=0, high=1, plausible=(0.01, 0.95), because="a test"
    )
    price: float = quantity(
        0.999, "euros", "what it costs", low=0, high=2, plausible=(0.9, 0.9999), because="a test"
    )


def test_of_a_share_near_one_what_is_missing_is_drawn_in_factors() -> None:
    drawn = companies(Service(), 1000).drawn
    middle = np.sqrt(0.005 * 0.00001)
    assert (1 - drawn["up"] < middle).mean() == 0.5
    assert 0.995 <= drawn["up"].min() < 0.996
    assert 0.9999 < drawn["up"].max() <= 0.99999
    for name, half in (("stays", 0.91), ("price", 0.94995)):
        assert (drawn[name] < half).mean() == 0.5, "five times as much missing, or no share: evenly"
    assert (drawn["tried"] < np.sqrt(0.01 * 0.95)).mean() == 0.5, "wide from nought up, too"
    around = companies(Service(), within=0.25)
    assert around.ranges["up"] == pytest.approx((0.999875, 0.999925), abs=1e-12)
    assert (around.drawn["up"] < 0.9999).mean() == 0.5


def test_what_is_missing_stands_on_the_axis() -> None:
    tried = robust(Service(), lambda made: [cast(Service, one).up - 0.999 for one in made])
    assert tried.deciders == ("up",)
    assert "below 99.901 % it holds in 0 of" in tried.sentence
    picture = cast(Lines, tried.picture())
    assert picture.log_x
    assert picture.x_label == "up, what is missing (% of the time)"
    assert "availability, by what is missing to 100 %" in picture.shown
    assert picture.notes[1].x == pytest.approx(0.1, rel=0.05)
    assert picture.notes[1].words == "99.901 %: 0.099 missing"
    assert 0.09 < float(np.max(np.asarray(picture.series[0].x))) < 0.1, "what holds lacks less"


def test_around_the_company_here_what_was_measured_is_left() -> None:
    drawn = companies(Firm(sold=40), within=0.25)
    assert set(drawn.drawn) == {"sold"}  # of shops, none but three
    assert drawn.ranges["sold"] == (30, 50)


def test_only_what_is_named_is_drawn() -> None:
    drawn = companies(Firm(), only=["sold"])
    assert set(drawn.drawn) == {"sold"}
    assert (drawn.drawn["sold"] == companies(Firm()).drawn["sold"]).all()
    with pytest.raises(ExplainedError, match="there is no parameter of Firm 'luck'; there are"):
        companies(Firm(), only=["luck"])
    with pytest.raises(ExplainedError, match="Firm has nothing to vary"):
        companies(Firm(), only=["price"])


def test_more_may_be_known_later() -> None:
    first = robust(Firm(), sells_thirty, "It sells thirty", within=0.5, draws=50, seed=3, whole=2)
    later = first.replace(price=40)
    asked = robust(
        Firm(), sells_thirty, "It sells thirty", within=0.5, draws=50, seed=3, whole=2, price=40
    )
    assert later.sentence == asked.sentence
    assert later.companies.known == {"whole": 2, "price": 40}
    assert later.here == Firm(whole=2, price=40)
    assert first.companies.known == {"whole": 2}


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


def test_a_claim_speaks_of_some_companies_and_is_tried_in_as_many_as_asked_for() -> None:
    def large(made: Sequence[Model]) -> list[bool]:
        return [cast(Firm, firm).sold > 20 for firm in made]

    tried = robust(Firm(), sells_thirty, "It sells thirty", where=large)
    assert len(tried.margin) == 100
    assert tried.share == pytest.approx(70 / 80, abs=0.05)
    assert "It speaks of 80 in 100 companies" in tried.sentence
    margins = robust(Firm(), sells_thirty, where=lambda made: sells_thirty(made) + 10)
    assert (margins.margin == tried.margin).all(), "a condition may be a margin, too"
    with pytest.raises(ExplainedError, match="speaks of 0 of 100 companies, too few"):
        robust(Firm(), sells_thirty, where=lambda made: [False] * len(made))
    with pytest.raises(ExplainedError, match="does not speak of companies with sold 10: do not"):
        robust(Firm(), sells_thirty, where=large, sold=10)


def test_what_is_known_is_said_again_and_what_is_odd_about_it() -> None:
    assert "plausible companies with whole 2 (" in robust(Firm(), sells_thirty, whole=2).sentence
    odd = robust(Firm(), sells_thirty, sold=200)
    assert "with sold 200, outside 0 to 100," in odd.sentence
    assert "with cost 40 %" in robust(Firm(), sells_thirty, cost=0.4).sentence


def test_no_more_are_drawn_than_a_model_may_have() -> None:
    some = robust(Firm(), sells_thirty, draws=9_000, where=lambda made: sells_thirty(made) + 10)
    assert 7_000 < len(some.margin) <= 9_000


def test_each_whole_number_is_drawn_as_often() -> None:
    @dataclass(frozen=True)
    class Shops(Firm):
        whole: float = quantity(
            2, "shops", "how many", low=1, high=9, whole=True, plausible=(1, 3), because="a test"
        )

    drawn = companies(Shops(), 300).drawn["whole"]
    assert np.unique(drawn, return_counts=True)[1].tolist() == [100, 100, 100]


@pytest.mark.parametrize(
    ("low", "high", "told"), [(990, 1010, "below 1,002 it"), (0.99, 0.9999, "below 99.59 %")]
)
def test_a_cut_is_told_with_the_digits_that_its_range_has(
    low: float, high: float, told: str
) -> None:
    share = high < 1

    @dataclass(frozen=True)
    class Narrow(Pictured):
        number: float = quantity(
            (low + high) / 2, "share of the time" if share else "units", "what is narrow",
            low=0, high=2000, plausible=(low, high), because="a test",
        )  # fmt: skip

    at = low + 0.6 * (high - low)
    tried = robust(Narrow(), lambda made: [cast(Narrow, one).number - at for one in made])
    assert told in tried.sentence


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
    assert "these companies cannot say on which most" in tried.sentence
    assert tried.picture().title.endswith(" companies: no single number decides")


def test_where_no_number_decides_companies_stand_from_the_worst_to_the_best() -> None:
    luck = np.random.default_rng(7).standard_normal(100)
    tried = robust(Firm(), lambda _: luck)
    picture = cast(Lines, tried.picture())
    assert picture.x_label == "companies, worst to best"
    assert "companies, from the worst to the best" in picture.shown
    assert not picture.log_x
    assert [note.y for note in picture.notes] == [0]
    holds, fails = picture.series
    fell = int((luck <= 0).sum())
    assert sorted(fails.x) == list(range(1, fell + 1))
    assert sorted(holds.x) == list(range(fell + 1, 101))
    across, up = (np.concatenate([getattr(one, of) for one in picture.series]) for of in "xy")
    assert (up[np.argsort(across)] == np.sort(luck)).all()


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


def test_what_numbers_explain_of_ishigamis_function() -> None:
    """Ishigami & Homma 1990: its first-order indices are 0.3139, 0.4424 and 0.

    Five groups see the slow wave nearly whole, and the fast one not between their bounds.
    """
    x = np.random.default_rng(1).uniform(-np.pi, np.pi, (3, 200_000))
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    found = [float(explained(row, y[np.newaxis])[0]) for row in x]
    assert 0.25 < found[0] < 0.3139
    assert 0.2 < found[1] < 0.4424
    assert found[2] == pytest.approx(0, abs=0.001)


def test_what_five_groups_differ_by_chance_is_taken_off() -> None:
    generator = np.random.default_rng(3)
    found = explained(generator.random((500, 100)), generator.random((500, 100)))
    assert found.mean() == pytest.approx(0, abs=0.01)  # 0.04 with it


def test_a_number_that_matters_in_its_middle_is_found() -> None:
    """Of Ishigami's function above 3.5 the second number decides most: 0.46, against 0.13."""
    generator = np.random.default_rng(5)
    named = []
    for _ in range(30):
        x = {name: generator.uniform(-np.pi, np.pi, 100) for name in ("one", "two", "three")}
        slow = np.sin(x["one"])
        y = slow + 7 * np.sin(x["two"]) ** 2 + 0.1 * x["three"] ** 4 * slow
        named.append(deciders(x, (y > 3.5).astype(float)))
    assert sum(one[:1] == ("two",) for one in named) >= 20
    assert sum("three" in one for one in named) <= 3


def test_numbers_that_have_nothing_to_say_are_hardly_ever_named() -> None:
    generator = np.random.default_rng(5)
    named = 0
    for _ in range(60):
        x = {str(place): generator.random(100) for place in range(8)}
        named += deciders(x, (generator.random(100) < 0.8).astype(float)) != ()
    assert named <= 8


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (lambda made: np.full(len(made), np.nan), "no finite number for 100 of them"),
        (lambda made: [1.0], r"this one gave numbers of shape \(1,\)"),
        (lambda made: 1.0, "this one gave one number"),
        (lambda made: None, "this one gave"),
        (lambda made: "yes", "this one gave str with what is no number"),
        (lambda made: ["1"] * len(made), "with what is no number"),
        (lambda made: [1j] * len(made), "with what is no number"),
        (lambda made: np.ma.masked_less(np.arange(len(made)), 5), "no finite number for 5"),
        (lambda made: made.sold, "the claim stopped .AttributeError"),
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

    @dataclass(frozen=True)
    class Alone(Pictured):
        shops: float = quantity(1, "shops", "how many", low=0, high=9, whole=True)

    with pytest.raises(ExplainedError, match="Alone has nothing to vary"):
        robust(Alone(), lambda made: [1.0] * len(made), within=0.25)
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
    for odd in (25, "a", True, [0.2, 0.3]):
        with pytest.raises(ExplainedError, match="within must"):
            robust(Firm(), sells_thirty, within=cast(Any, odd))
    with pytest.raises(ExplainedError, match="must be one company, such as Debt"):
        robust(cast(Any, Firm), sells_thirty)
    for said in (None, 5, " "):
        with pytest.raises(ExplainedError, match="the claim in words"):
            robust(Firm(), sells_thirty, cast(Any, said))
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
    assert [series.colour for series in picture.series] == ["blue", "red"]
    assert picture.notes[0].words == "above this line it holds"
    assert picture.x_label == "sold (pieces)"
    assert picture.notes[1].words == "30"
    assert picture.title == "Holds in 70 of 100 companies: “sold” decides"
    everywhere = cast(Lines, robust(Firm(), lambda made: [1.0] * len(made)).picture())
    assert [series.colour for series in everywhere.series] == ["blue"]


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
