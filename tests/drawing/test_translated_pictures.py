"""The pictures of translated lessons: longer words still fit, and nothing is cut."""

from __future__ import annotations

import pytest
import translate
from test_every_picture import assert_fits, texts

from thousandfold import keypoint
from thousandfold.datasets import load
from thousandfold.language import read, speaking
from thousandfold.models import BrooksLaw, Squads, counted_alike, finish_picture, growth_picture
from thousandfold.picture import Picture

PICTURES = {
    "people in a room": lambda: Squads(people=10, squad=1000).picture("people"),
    "people in squads": lambda: Squads(people=100, squad=10, circle=20).picture("people"),
    "people in many squads": lambda: Squads(people=150, squad=5, liaisons=2).picture("people"),
    "paths": lambda: Squads(people=100, squad=10).picture("paths"),
    "week": lambda: Squads(people=100, squad=10).picture("week"),
    "growth": lambda: growth_picture(
        counted_alike(load("project_growth")), "rails", "terraform", "ansible"
    ),
    "finish": lambda: finish_picture(BrooksLaw()),
    "won": lambda: BrooksLaw(hired=10).picture("won"),
    "won by one": lambda: BrooksLaw(hired=1, talk_power=0.5).picture("won"),
    "remaining": lambda: BrooksLaw(hired=10).picture("remaining"),
    "companies": lambda: keypoint("06.3").robust(anywhere=True, talk=0.24).picture(),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("language", translate.spoken_languages())
def test_words_of_another_language_fit(language: str, name: str) -> None:
    with speaking(read(language)):
        picture: Picture = PICTURES[name]()
        assert_fits(picture)
        for words, *_ in texts(picture):
            assert "…" not in words
