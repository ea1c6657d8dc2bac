"""What a browser draws: its state, its parts, and the name of its style sheet."""

from __future__ import annotations

from thousandfold.teaching.canvas import canvas


def test_widgets_of_one_kind_share_no_state() -> None:
    one, other = (
        canvas("thousandfold.teaching", "drawn_guess", axes={}, heights=heights)
        for heights in ([1], [2])
    )
    assert (one.heights, other.heights) == ([1], [2])


def test_two_kinds_do_not_write_over_the_styles_of_each_other() -> None:
    guess = canvas("thousandfold.teaching", "drawn_guess", axes={}, heights=[])
    parts = ("elements", "small_picture", "decision_form", "cockpit")
    cockpit = canvas("thousandfold.flight", *parts, form=[], view={}, bill={}, loops={})
    assert guess.get_state()["_anywidget_id"] != cockpit.get_state()["_anywidget_id"]


def test_parts_become_one_script_in_their_order() -> None:
    made = canvas("thousandfold.flight", "elements", "small_picture", view={})
    assert made._esm.index("function make") < made._esm.index("function drawPicture")
    assert ".thousandfold-flight svg" in made._css
