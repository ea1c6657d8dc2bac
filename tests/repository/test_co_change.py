from __future__ import annotations

import numpy as np
import pytest

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.strangler_fig import FERRY, StranglerFig
from thousandfold.repository.co_change import CoChange, network

PROJECTS = ("ansible", "prometheus", "rails", "terraform")


def code_of(project: str) -> CoChange:
    return network(project, documents=False)


def test_the_two_tables_of_areas_fit_each_other() -> None:
    areas, pairs = load("code_areas"), load("area_coupling")
    assert not areas.duplicated(["project", "area"]).any()
    assert not pairs.duplicated(["project", "area_a", "area_b"]).any()
    assert (pairs["area_a"] < pairs["area_b"]).all()
    assert (areas["commits"] >= 5).all()
    assert (areas["authors"] <= areas["commits"]).all()
    assert (areas["since"] < areas["until"]).all()
    known = areas.set_index(["project", "area"])
    for counted, both in (("commits", "commits_both"), ("authors", "authors_both")):
        for side in ("area_a", "area_b"):
            of_area = known[counted].loc[list(zip(pairs["project"], pairs[side], strict=True))]
            assert (pairs[both].to_numpy() <= of_area.to_numpy()).all()
    assert (pairs["authors_both"] >= 1).all(), "a commit in both areas has an author in both"


def test_three_areas_cannot_overlap_more_than_their_commits_allow() -> None:
    for project in PROJECTS:
        code = code_of(project)
        both = code.together
        # |A and B| + |A and C| - |A| <= |B and C|
        least = both[:, :, np.newaxis] + both[:, np.newaxis, :] - code.changes[:, None, None]
        different = ~np.eye(len(both), dtype=bool)[np.newaxis]
        assert (np.where(different, least, 0) <= both[np.newaxis] + 1e-9).all()


def test_tables_that_make_no_sense_are_explained() -> None:
    with pytest.raises(ExplainedError, match="no project 'linux'; there are terraform"):
        network("linux")
    with pytest.raises(ExplainedError, match="rails has no area 'nowhere'"):
        CoChange.of("rails", load("code_areas"), load("area_coupling"), leave_out=["nowhere"])
    with pytest.raises(ExplainedError, match="stands twice in the table of areas"):
        CoChange.of("rails", load("code_areas"), load("area_coupling"))
    with pytest.raises(ExplainedError, match="lopsided"):
        CoChange("small", ("a", "b"), np.ones(2), np.array([[0, 1.0], [0, 0]]))
    with pytest.raises(ExplainedError, match="scenarios must be labels"):
        StranglerFig().migrate(FERRY, {})


def test_a_code_base_is_what_its_tables_say() -> None:
    rails = code_of("rails")
    table = rails.table()
    assert len(table) == 12
    assert table.index[0] == "activerecord"
    assert table.loc["activerecord", "changes"] == 844
    both = load("area_coupling").query("project == 'rails'").set_index(["area_a", "area_b"])
    record, model = (rails.areas.index(name) for name in ("activerecord", "activemodel"))
    expected = both.loc[("activemodel", "activerecord"), "commits_both"]
    assert rails.together[record, model] == rails.together[model, record] == expected
    assert rails.coupling.sum() == rails.together.sum()
