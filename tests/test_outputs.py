"""Nothing that a notebook shows is raw: no lesson and no template leaves what Python prints."""

from __future__ import annotations

import nbformat
import pytest
from conftest import ROOT, lessons
from raw import raw, raw_of


@pytest.mark.parametrize("stem", lessons())
def test_a_lesson_shows_words(stem: str) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    assert raw_of(notebook) == [], "show(...) says it in words"


@pytest.mark.parametrize(
    "text",
    [
        "np.float64(0.265)",
        "array([0.02, 0.1 , 0.33, 0.87])",
        "<thousandfold.models.debt.Debt object at 0x7f>",
        "Reed       inf          inf",
        "forecast  NaN",
        "                  authors_core  authors_extension",
        "(45, 4950)",
        "(0.16, {0.19: 0.0, 0.21: 0.8})",
        "[679, 623, 568, 513]",
        "{'today': 685, '1': 1127}",
        "hours: [0.5 1.5 5. ]",
        "weeks: [18.0, 24.0]",
        "1153368.0",
        "236000 customers",
        "page   0.083333",
        "2951.2  2774.3",
        "a share of 0.1234",
        "1e-05",
        "1.5e+20",
    ],
)
def test_what_python_prints_is_refused(text: str) -> None:
    assert raw(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "1,153,368 customers, 39 % of them in 2026; 9,204 at 0.0833",
        "-404 (-535 to 2,309), 0.40 hours, 12.3 weeks, without end",
        "99.95 % of the time, a promise of 0.9995",
        "ok       Python 3.11\nok       matplotlib 3.11.2",
        "repayment 15 % of the time left   1,141    927  1,373",
        "builtin/providers/aws – website",
        "information, nancy, the infinite",
        "(1; 2); (3)",
        "1.18 × 10²¹",
    ],
)
def test_what_a_person_says_is_not(text: str) -> None:
    assert raw(text) == []


def test_a_name_that_stands_in_the_notebook_is_known() -> None:
    assert raw("No slip found in best_share.") != []
    assert raw("No slip found in best_share.", known={"best_share"}) == []
