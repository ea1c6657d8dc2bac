from __future__ import annotations

from thousandfold.flight import Game
from thousandfold.flight.cockpit import cockpit
from thousandfold.models.squads import Squads
from thousandfold.teaching.fallback import Fallback
from thousandfold.teaching.widgets import explore

VIEW = "application/vnd.jupyter.widget-view+json"


def test_beside_its_view_a_widget_leaves_its_picture_and_its_words() -> None:
    shown = explore(Squads(), "squad", "liaisons")._repr_mimebundle_()
    said = Squads().picture().sentence
    assert shown["text/plain"] == said
    assert f'<img alt="{said}"' in shown["text/html"]
    assert f">{said}</p>" in shown["text/html"]
    assert shown["text/html"].endswith("Run this cell, then move: squad, liaisons.</em></p>")
    assert shown[VIEW]["model_id"]


def test_shown_a_second_time_it_is_the_same_widget_where_it_stands_now() -> None:
    explored = explore(Squads(), "squad")
    first = explored._repr_mimebundle_()
    explored.widget.children[0].value = 10
    second = explored._repr_mimebundle_()
    assert second[VIEW] == first[VIEW]
    assert second["text/plain"] == Squads(squad=10).picture().sentence != first["text/plain"]


def test_a_cockpit_leaves_its_report() -> None:
    left = cockpit(Game("Ann"))
    assert isinstance(left, Fallback)
    shown = left._repr_mimebundle_()
    assert "Ann: round 1 of 12" in shown["text/plain"]
    assert shown["text/html"].count("<img ") == 1
