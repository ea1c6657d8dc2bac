"""`show`, the tables it makes, and the tables of pandas in a notebook."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError, show
from thousandfold.core import sweep
from thousandfold.models import BrooksLaw, Debt
from thousandfold.teaching.digits import figures
from thousandfold.teaching.tables import spoken
from thousandfold.teaching.words import words


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ([1153368.0, 944420.25], ["1,153,368", "944,420"]),
        ([4.3164, 43.2, 129.4], ["4.32", "43.2", "129"]),
        ([0.083333, 0.5, 6], ["0.0833", "0.500", "6"]),
        ([14.4, 6.0, 0.0], ["14.4", "6", "0"]),
        ([0.621, 0.059, 0.82], ["0.621", "0.059", "0.820"]),
        ([0.0012, 400.5], ["0.0012", "400"]),
        ([0.9995, 0.5], ["0.9995", "0.500"]),
        ([99.96, 12.345], ["99.96", "12.3"]),
        ([9.999], ["10"]),
        ([-0.0, -732.94], ["0", "-733"]),
        (
            [float("inf"), float("-inf"), float("nan")],
            ["without end", "below all numbers", "unknown"],
        ),
        ([10**400, 2.0**70], ["1.00 × 10⁴⁰⁰", "1.18 × 10²¹"]),
        ([1.0000000000000002, 1e-15], ["1", "0"]),
        ([], []),
    ],
)
def test_three_digits_matter(numbers: list[float], texts: list[str]) -> None:
    assert figures(numbers) == texts


@given(st.lists(st.floats(min_value=-1e12, max_value=1e12), min_size=1))
def test_a_figure_is_near_its_number_and_short(numbers: list[float]) -> None:
    for number, text in zip(numbers, figures(numbers), strict=True):
        read = float(text.replace(",", ""))
        assert read == pytest.approx(number, rel=0.05, abs=1e-9)
        digits = text.lstrip("-").replace(",", "").replace(".", "").lstrip("0")
        share = any(0.9 * whole < number < whole for whole in (1, 100))
        assert "." not in text or share or len(digits) <= 3


def test_values_of_every_kind_are_words() -> None:
    column = [True, np.bool_(False), None, pd.NaT, pd.NA, pd.Timestamp("2017-06-01"), "tsdb", ""]
    assert words(column) == ["yes", "no", "nothing", "unknown", "unknown", "2017-06-01", "tsdb", ""]
    assert words([2020, 1999], heading="year") == ["2020", "1999"]
    assert words([2020, 10700], heading="new in the year") == ["2,020", "10,700"]
    assert words([[1, [2, 3]], {"a": 0.5}, [], range(20)])[:3] == ["1; (2; 3)", "a: 0.5", "nothing"]
    assert words([range(20)])[0].endswith("11; and 8 more")
    assert words([len, BrooksLaw(), "x" * 999])[:2] == [
        "a function",
        "something of the kind BrooksLaw, which has no words",
    ]
    endless: list[object] = []
    endless.append(endless)
    assert "and so on" in words([endless])[0]


def shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_named_values_are_a_row_each(capsys: pytest.CaptureFixture[str]) -> None:
    show(pairs_of_ten=45, pairs_of_a_hundred=np.int64(4950), share=np.float64(1 / 3), done=False)
    assert shown(capsys) == [
        "pairs of ten        45",
        "pairs of a hundred  4,950",
        "share               0.333",
        "done                no",
    ]


def test_lists_of_one_length_are_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show(people=(10, 100), fails=np.array([0.02, 0.865]), unit={"fails": "%"})
    assert shown(capsys) == ["people  fails (%)", "    10          2", "   100       86.5"]
    show(people=(10, 100), one=[1])
    assert shown(capsys) == ["people  10; 100", "one     1"]


def test_tables_with_the_same_keys_stand_beside_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(at_first={0.19: 0.19, 0.21: 0.21}, after_thirty_rounds={0.19: 0.0, 0.21: 0.8})
    assert shown(capsys) == [
        "      at first  after thirty rounds",
        "0.19      0.19                    0",
        "0.21      0.21                  0.8",
    ]


def test_a_unit_stands_with_each_value(capsys: pytest.CaptureFixture[str]) -> None:
    show(one=4.3164, thirty=129.4, unit="minutes")
    assert shown(capsys) == ["one     4.32 minutes", "thirty   129 minutes"]
    show(share=[0.1, 0.256], unit="%")
    assert shown(capsys) == ["share  10; 25.6 %"]


def test_a_table_of_pandas_is_shown_with_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.DataFrame({"authors_core": [64.58, 25.3]}, index=["before", "after"])
    show(table, busiest_months=table, months=12)
    lines = shown(capsys)
    assert lines[0] == "        authors core"
    assert "busiest months" in lines
    assert lines[-1] == "months  12"


def test_what_cannot_be_shown_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ExplainedError, match="something to show"):
        show()
    with pytest.raises(ExplainedError, match="unit must be a text"):
        show(one=1, unit=3)  # type: ignore[arg-type]
    show(object())
    assert shown(capsys) == ["something of the kind object, which has no words"]


def test_settings_and_units_stand_in_the_table() -> None:
    runs = sweep(Debt(), repayment=[0, 0.15], periods=3)
    table = spoken(runs.summary("delivered"))
    assert table.header == ("days of features", "median", "low", "high")
    assert [row[0] for row in table.rows] == [
        "repayment 0 % of the time left",
        "repayment 15 % of the time left",
    ]
    assert table.rows[0][1] == "1,283"


def test_a_long_table_shows_its_beginning_and_a_sentence() -> None:
    table = spoken(pd.DataFrame({"n": np.arange(10_000), "m": 1.5}))
    assert len(table.rows) == 10
    assert table.header == ("n", "m")
    assert repr(table).endswith("These are the first 10 of 10,000 rows.")
    assert spoken(pd.DataFrame({"n": []})).note == "There is no row in it."
    assert repr(spoken(pd.DataFrame())) == "There is no row in it."


def test_headings_are_words() -> None:
    wide = pd.DataFrame(
        [[12, 32]], columns=pd.Index([50.0, 95.0], name="percentile"), index=["all"]
    )
    assert spoken(wide).header == ("", "percentile 50", "percentile 95")
    years = pd.DataFrame([[139, 224]], columns=[2020, "factor"])
    assert spoken(years).header == ("2020", "factor")
    deep = pd.DataFrame([[1]], columns=[("authors_core", "low")])
    deep.columns = pd.MultiIndex.from_tuples(deep.columns)
    assert spoken(deep).header == ("authors core, low",)


def test_numbers_that_name_rows_are_shown_unless_they_only_count_them() -> None:
    table = pd.DataFrame({"lead": [1.5, 2.5]}, index=[7, 9])
    assert spoken(table).rows == (("7", "1.5"), ("9", "2.5"))
    assert spoken(table["lead"]).rows == (("7", "1.5"), ("9", "2.5"))
    assert spoken(table.reset_index(drop=True)).rows == (("1.5",), ("2.5",))
    assert len(spoken(pd.DataFrame({"n": range(50)})).rows[0]) == 1


def test_years_are_years_below_any_heading() -> None:
    table = pd.DataFrame({"founded": [2009, 2024], "users": [2024, 55_000]}, index=[2012, 2013])
    assert spoken(table).rows == (("2012", "2009", "2,024"), ("2013", "2024", "55,000"))
    assert spoken(pd.DataFrame({"features": [2020]})).rows == (("2,020",),)
    assert spoken(pd.DataFrame({"days": [2020.0, 1999.0]})).rows == (("2,020",), ("1,999",))


def test_a_screen_reader_hears_which_row_and_column() -> None:
    frame = pd.DataFrame({"a<b": [1.5], "name": ["x&y"]}, index=pd.Index(["R"], name="area"))
    table = ElementTree.fromstring(spoken(frame, title="one & all")._repr_html_())  # noqa: S314
    assert table.findtext(".//caption") == "one & all"
    assert [th.text for th in table.iterfind(".//th[@scope='col']")] == ["area", "a<b", "name"]
    assert [th.text for th in table.iterfind(".//th[@scope='row']")] == ["R"]
    number, text = table.iterfind(".//td")
    assert (number.text, number.get("style")) == ("1.5", "text-align: right")
    assert (text.text, text.get("style")) == ("x&y", "text-align: left")


NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import thousandfold, sys
assert "pandas" not in sys.modules
import pandas as pd
table = pd.DataFrame({"authors_core": [1153368.25]})
for one in (table, table["authors_core"]):
    data, _ = shell.display_formatter.format(one)
    assert "1,153,368" in data["text/plain"] and "_" not in data["text/plain"], data
    assert '<th scope="col"' in data["text/html"], data
assert table["authors_core"][0] == 1153368.25
thousandfold.show(pairs=45)
"""


def test_in_a_notebook_every_table_speaks_and_keeps_its_numbers() -> None:
    ran = subprocess.run([sys.executable, "-c", NOTEBOOK], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "pairs  45\n"
