"""Numbers of a task that come from a name."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from thousandfold import ExplainedError, numbers_for
from thousandfold.teaching.hints import Hint


def test_the_same_name_gives_the_same_numbers_however_it_is_typed() -> None:
    among = {"team": range(1000), "talk": range(1000)}
    first = numbers_for("Zoë Müller", **among)
    for typed in ("  zoë   MÜLLER ", "Zoe\u0308 Mu\u0308ller"):
        assert numbers_for(typed, **among) == first
    assert numbers_for("Zoe Muller", **among) != first


def test_names_are_spread_evenly_and_one_number_says_nothing_of_the_next() -> None:
    drawn = [numbers_for(f"Name {i}", team=[1, 2, 3], talk=[1, 2]) for i in range(6000)]
    counts = Counter((mine.team, mine.talk) for mine in drawn)
    assert len(counts) == 6
    assert all(800 < count < 1200 for count in counts.values())


@pytest.mark.parametrize("name", ["...", "", "  ", "…", ...])
def test_where_no_name_is_yet_it_waits(name: Any) -> None:
    with pytest.raises(Hint, match="There is no name yet") as raised:
        numbers_for(name, team=[1, 2])
    assert raised.value.waiting


@pytest.mark.parametrize("name", [3, None, ["Ada"], b"Ada", "A" * 201])
def test_what_is_no_name_gets_a_sentence(name: Any) -> None:
    with pytest.raises(Hint) as raised:
        numbers_for(name, team=[1, 2])
    assert raised.value.form


def test_a_name_that_cannot_be_encoded_gets_numbers() -> None:
    assert numbers_for("A\ud800", team=[1]).team == 1


def test_a_task_without_values_is_refused() -> None:
    with pytest.raises(ExplainedError, match="team has no values"):
        numbers_for("Ada", team=[])
