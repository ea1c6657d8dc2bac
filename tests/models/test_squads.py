from __future__ import annotations

import itertools
import os
import subprocess
import sys
from typing import Any

import networkx as nx
import numpy as np
import pytest
from conftest import Published
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.border_search import _Search, random_crossing
from thousandfold.models.coordination import congruence, coordination_requirements, propagation_cost
from thousandfold.models.cutting import (
    FERRY_AREAS,
    SquadCut,
    invented_network,
    worth_removing,
)
from thousandfold.repository.co_change import CoChange, network
from thousandfold.repository.structures import structure_picture

PROJECTS = ("terraform", "prometheus", "rails")
some_squares = st.integers(1, 8).flatmap(lambda n: arrays(bool, (n, n)))


def small(together: Any, changes: Any = None) -> CoChange:
    upper = np.triu(np.asarray(together, dtype=float), 1)
    size = len(upper)
    work = np.full(size, 10.0) if changes is None else np.asarray(changes, dtype=float)
    return CoChange("small", tuple("abcdefghijklmnop"[:size]), work, upper + upper.T)


# What each number is, worked by hand or by another program.


def test_propagation_cost_of_the_published_example(published: Published) -> None:
    depends = np.zeros((6, 6))
    for user, used in ("AB", "AC", "BD", "CE", "EF"):
        depends["ABCDEF".index(user), "ABCDEF".index(used)] = 1
    published.agrees("propagation_cost_example", propagation_cost(depends))


def test_the_published_cost_of_a_large_and_a_small_team(published: Published) -> None:
    wide = load("team_size").query("lines_of_code == 40000")
    wide = wide.pivot(index="team", columns="measure", values="value")
    published.agrees("qsm_cost", 12 * wide["staff-months"])
    published.agrees("qsm_cost", wide["thousand dollars"])
    assert wide.loc["large", "staff-months"] / wide.loc["small", "staff-months"] == 4.775
    days_saved = (wide.loc["small", "months"] - wide.loc["large", "months"]) * 30
    assert days_saved == pytest.approx(12)


@given(some_squares)
def test_propagation_cost_is_the_density_of_the_transitive_closure(depends: Any) -> None:
    graph = nx.from_numpy_array(depends, create_using=nx.DiGraph)
    closed = nx.transitive_closure(graph, reflexive=True)
    assert propagation_cost(depends) == pytest.approx(closed.number_of_edges() / depends.size)


@given(st.integers(1, 20))
def test_propagation_cost_has_two_ends(parts: int) -> None:
    assert propagation_cost(np.zeros((parts, parts))) == pytest.approx(1 / parts)
    assert propagation_cost(np.ones((parts, parts))) == 1
    line = np.eye(parts, k=1)
    assert propagation_cost(line) == pytest.approx((parts + 1) / (2 * parts))


def test_coordination_requirements_by_hand() -> None:
    works = [[2, 1, 0], [0, 1, 0], [0, 0, 3]]
    needs = [[0, 1, 5], [1, 0, 0], [5, 0, 0]]
    required = coordination_requirements(works, needs)
    # The first works twice on a and once on b: b-a gives 2, c-a gives 2 * 5 * 3.
    assert required.tolist() == [[4, 2, 30], [2, 0, 0], [30, 0, 0]]
    # Ada's area needs Ben's, and not the other way round.
    assert coordination_requirements(np.eye(2), [[0, 1], [0, 0]]).tolist() == [[0, 1], [0, 0]]
    talks = np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]])
    assert congruence(required, talks) == 0.5
    assert congruence(required, required) == 1
    assert congruence(np.eye(3), np.zeros((3, 3))) == 1
    assert congruence(required >= 10, talks) == 1


@given(some_squares, st.randoms(use_true_random=False))
def test_congruence_falls_when_somebody_stops_talking(needed: Any, random: Any) -> None:
    talks = np.ones_like(needed)
    last = congruence(needed, talks)
    assert last == 1
    cells = [tuple(cell) for cell in np.argwhere(talks)]
    random.shuffle(cells)
    for cell in cells:
        talks[cell] = False
        now = congruence(needed, talks)
        assert 0 <= now <= last
        last = now


# A cut, by hand.


def test_a_cut_by_hand_is_measured() -> None:
    # a-b 8, a-c 1, b-c 0, c-d 6, b-d 5
    product = small([[0, 8, 1, 0], [0, 0, 0, 5], [0, 0, 0, 6], [0, 0, 0, 0]], [10, 20, 30, 40])
    cut = product.cut({"a": "one", "b": "one", "c": "two", "d": "two"})
    assert product.shared == 20
    assert cut.crossing_changes == 6
    assert cut.crossing == 0.3
    assert cut.squads == ("one", "two")
    assert cut.required.tolist() == [[0, 6], [6, 0]]
    assert cut.work.tolist() == [0.3, 0.7]
    table = cut.table()
    assert table.index.tolist() == ["two", "one"]
    assert table.loc["one"].tolist() == [2, 0.3, 6, "two"]
    assert product.table().loc["a"].tolist() == [10, 0.1, 9, 0.53]
    assert product.dependencies().iloc[0].tolist() == ["a", "b", 8]
    # Of the 10 changes of a 8 touched b, of the 20 of b only 8 touched a.
    assert product.depends(0.5)[0].tolist() == [False, True, False, False]
    assert not product.depends(0.5)[1].any()


def test_the_order_and_the_names_of_a_table_do_not_matter() -> None:
    ferry = invented_network(3)
    table = {area: i % 4 for i, area in enumerate(ferry.areas)}
    shuffled = {area: f"squad {table[area]}" for area in reversed(ferry.areas)}
    assert ferry.cut(table).crossing == ferry.cut(shuffled).crossing


@given(st.integers(0, 50), st.lists(st.integers(0, 4), min_size=13, max_size=13))
def test_crossing_is_counted_pair_by_pair_and_merging_squads_never_adds(
    seed: int, squads: list[int]
) -> None:
    ferry = invented_network(seed)
    table = dict(zip(ferry.areas, squads, strict=True))
    cut = ferry.cut(table)
    pairs = itertools.combinations(range(13), 2)
    counted = sum(ferry.together[i, j] for i, j in pairs if squads[i] != squads[j])
    assert cut.crossing_changes == counted
    assert cut.work.sum() == pytest.approx(1)
    merged = {area: max(squad, 1) for area, squad in table.items()}
    assert ferry.cut(merged).crossing <= cut.crossing
    assert ferry.cut(dict.fromkeys(ferry.areas, 0)).crossing == 0
    assert ferry.cut({area: area for area in ferry.areas}).crossing == 1


# Cut by itself.


def planted(seed: int) -> tuple[CoChange, np.ndarray]:
    generator = np.random.default_rng(seed)
    part = generator.permutation(np.repeat(np.arange(4), 4))
    inside = generator.integers(10, 20, (16, 16))
    return small(np.where(part[:, None] == part, inside, generator.integers(0, 4, (16, 16)))), part


@given(st.integers(0, 10_000))
def test_parts_that_were_planted_are_found(seed: int) -> None:
    product, part = planted(seed)
    cut = SquadCut(squads=4).of(product)
    found = [cut.squad_of[area] for area in product.areas]
    assert len(set(zip(part.tolist(), found, strict=True))) == 4


def test_where_all_cuts_can_be_tried_the_one_found_is_the_best_or_close_to_it() -> None:
    every = np.array(list(itertools.product(range(3), repeat=7)))
    apart = every[:, :, np.newaxis] != every[:, np.newaxis, :]
    excess = []
    for seed in range(60):
        generator = np.random.default_rng(seed)
        product = small(generator.integers(0, 10, (7, 7)), generator.integers(8, 13, 7))
        found = SquadCut(squads=3).of(product)
        even = product.changes.sum() / 3
        work = np.stack([(product.changes * (every == squad)).sum(axis=1) for squad in range(3)])
        fits = (work.max(axis=0) <= 2 * even) & (work.min(axis=0) >= even / 2)
        assert even / 2 <= product.changes.sum() * found.work.min()
        assert product.changes.sum() * found.work.max() <= 2 * even
        best = (product.together * apart[fits]).sum(axis=(1, 2)).min() / 2
        assert found.crossing_changes >= best
        excess.append(found.crossing_changes / best - 1)
    assert np.mean(excess) < 0.01
    assert np.median(excess) == 0


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 13), st.sampled_from([1.2, 1.5, 2, 3, 5]))
def test_there_are_as_many_squads_as_wanted_and_each_owns_something(
    seed: int, squads: int, uneven: float
) -> None:
    ferry = invented_network(seed)
    cut = SquadCut(squads=squads, uneven=uneven).of(ferry)
    assert len(cut.squads) == squads
    assert set(cut.squad_of) == set(ferry.areas)
    for squad in cut.squads:
        own = [area for area in ferry.areas if cut.squad_of[area] == squad]
        work = {area: ferry.changes[ferry.areas.index(area)] for area in own}
        assert work[squad] == max(work.values())


def test_an_area_that_is_too_large_stands_alone_and_the_others_share_the_rest() -> None:
    product = small(np.ones((9, 9)), [90, 5, 5, 5, 5, 5, 5, 5, 5])
    cut = SquadCut(squads=5, uneven=2).of(product)
    assert [cut.squad_of[area] for area in product.areas].count("a") == 1
    *others, largest = sorted(cut.work * 130)
    assert largest == pytest.approx(90)
    assert min(others) >= 5 - 1e-9
    assert max(others) <= 20 + 1e-9


def test_areas_that_share_nothing_can_be_cut_too() -> None:
    product = small(np.zeros((6, 6)))
    cut = SquadCut(squads=3).of(product)
    assert cut.crossing == 0
    assert sorted(cut.work * 6) == pytest.approx([2, 2, 2])


@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("squads", [2, 4, 8])
def test_limits_hold_on_real_projects(project: str, squads: int) -> None:
    product = network(project)
    cut = SquadCut(squads=squads).of(product)
    even = product.changes.sum() / squads
    alone = product.changes > 2 * even
    if alone.any():
        even = product.changes[~alone].sum() / (squads - alone.sum())
    for squad, work in zip(cut.squads, cut.work * product.changes.sum(), strict=True):
        if not alone[product.areas.index(squad)]:
            assert even / 2 <= work <= 2 * even


def test_the_same_cut_everywhere() -> None:
    code = (
        "from thousandfold.models import SquadCut, network\n"
        "print([list(SquadCut(squads=k).of(network(p)).squad_of.values())\n"
        "       for p in ('rails', 'prometheus') for k in (4, 9)])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, threads in (("1", "1"), ("2", "2"))
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 1000


@pytest.mark.parametrize("network_name", PROJECTS)
def test_the_cut_is_far_from_random(network_name: str) -> None:
    product = network(network_name)
    found = SquadCut(squads=4).of(product).crossing
    generator = np.random.default_rng(0)
    for _ in range(100):
        dealt = dict(zip(product.areas, generator.integers(0, 4, len(product.areas)), strict=True))
        cut = product.cut(dealt)
        if cut.work.max() <= 0.5 and cut.work.min() >= 0.125:
            assert found < cut.crossing


def test_borders_at_random_separate_what_chance_separates() -> None:
    """Twelve equal areas that share alike, in three squads of four: 8 of 11 partners are away."""
    alike = small(1 - np.eye(12))
    cut = SquadCut(uneven=1.2)
    squads, found = (cut.crossing(alike)[0].tolist(), cut.crossing_at_random(alike))
    assert found[squads.index(1)] == 0
    assert found[squads.index(3)] == pytest.approx(8 / 11)
    assert found[squads.index(12)] == 1


@pytest.mark.parametrize("network_name", PROJECTS)
def test_borders_at_random_keep_the_limits_of_the_cut(network_name: str) -> None:
    product = network(network_name)
    cut = SquadCut(squads=4)
    assert (cut.crossing_at_random(product) >= cut.crossing(product)[1]).all()
    search, generator = _Search(product, 4, cut.uneven), np.random.default_rng(1)
    broken = [search.cost(search.deal(generator))[0] for _ in range(20)]
    assert min(broken) == 0


# What is taken away.


def test_a_dependency_is_taken_away_and_nothing_else() -> None:
    rails = network("rails")
    left = rails.without("activerecord", "railties")
    assert rails.shared - left.shared == 68
    assert left.areas == rails.areas
    assert (left.together == left.together.T).all()
    hubless = rails.without("railties")
    assert hubless.shared == rails.shared - rails.table().loc["railties", "shared changes"]
    assert "railties" not in hubless.areas
    assert hubless.changes.sum() == rails.changes.sum() - 414


def test_the_planted_dependency_is_the_one_worth_removing() -> None:
    product, part = planted(1)
    i, j = next((i, j) for i in range(16) for j in range(16) if part[i] != part[j])
    together = product.together.copy()
    together[i, j] = together[j, i] = 60
    tied = CoChange("tied", product.areas, product.changes, together)
    table = worth_removing(tied, SquadCut(squads=4))
    assert set(table.loc[0, "removed"].split(" – ")) == {product.areas[i], product.areas[j]}
    assert table.loc[0, "crossing then"] < table.loc[0, "crossing today"]
    assert (table["saved"] == table["crossing today"] - table["crossing then"]).all()
    assert table["saved"].is_monotonic_decreasing
    assert worth_removing(tied, SquadCut(squads=4), [("a",), ("b", "c")]).shape == (2, 5)


def test_another_year_is_drawn_around_what_was_seen() -> None:
    ferry = invented_network(5)
    first, again, other = (ferry.another_year(seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.together, again.together)
    assert (first.together != other.together).any()
    assert (first.changes != other.changes).any()
    assert (first.together == first.together.T).all()
    assert not first.together.diagonal().any()
    mean = np.mean([ferry.another_year(seed).shared for seed in range(200)])
    assert mean == pytest.approx(ferry.shared, rel=0.01)
    cut = SquadCut(squads=4).of(ferry)
    assert cut.another_year(1).squad_of == cut.squad_of
    assert cut.another_year(1).crossing != cut.crossing


def test_an_invented_network_is_repeated_by_its_seed_alone() -> None:
    assert invented_network(1).areas == (*FERRY_AREAS, "help pages")
    np.testing.assert_array_equal(invented_network(1).together, invented_network(1).together)
    assert (invented_network(1).together != invented_network(2).together).any()
    assert (invented_network(1).together.max(axis=1) <= invented_network(1).changes).all()


# Bad input.


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: coordination_requirements(np.ones((2, 3)), np.ones((2, 2))), "square of depend"),
        (lambda: congruence(np.ones((2, 2)), np.ones((3, 3))), "squares of one size"),
        (lambda: propagation_cost(np.ones((2, 3))), "must be a square"),
        (lambda: propagation_cost(np.empty((0, 0))), "must be a square"),
        (lambda: network("linux"), "no project 'linux'; there are terraform, ansible"),
        (lambda: network("rails").without("website"), "rails has no area 'website'"),
        (lambda: network("rails").without(".github", "tasks"), "nothing to remove"),
        (lambda: network("rails").cut({"guides": "docs"}), "14 of 15 areas have no squad"),
        (lambda: network("rails").cut({"docs": "docs"}), "no area 'docs'"),
        (lambda: network("rails").depends(20), "not 20"),
        (lambda: invented_network(1, parts=0), "parts must be a whole number from 1 to 12"),
        (lambda: SquadCut(squads=9).of(small(np.ones((4, 4)))), "4 areas and cannot be cut into 9"),
        (lambda: SquadCut(squads=2.5), "whole number"),
        (lambda: structure_picture(load("organisations"), since=2017), "for the year 2017"),
        (lambda: SquadCut().picture("linux"), "no picture 'linux'"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(call: Any, says: str) -> None:
    with pytest.raises(ExplainedError, match=says):
        call()


# What a lesson says.


def test_more_squads_more_crossing() -> None:
    """The more squads, the more of the shared work crosses a border, wherever the border runs."""
    for project in PROJECTS:
        _, crossing = SquadCut().crossing(network(project))
        assert crossing[0] == 0
        assert (np.diff(crossing) > 0).all()
        assert crossing[-1] > 0.7


def test_where_the_border_runs_matters() -> None:
    terraform = network("terraform")
    assert 0.72 < SquadCut().of(terraform).crossing < 0.74
    assert 0.9 < random_crossing(terraform, 6, 2) < 0.93
    prometheus = network("prometheus")
    assert SquadCut().of(prometheus).crossing < 0.45 < 0.8 < random_crossing(prometheus, 6, 2)


def test_rails_has_no_eight_squads_in_it() -> None:
    rails = network("rails")
    assert len(rails.areas) == 15
    assert SquadCut(squads=8).of(rails).crossing > 0.89


def test_one_dependency() -> None:
    """In Terraform one dependency is worth removing first; in Prometheus and Rails none is."""
    table = worth_removing(network("terraform"), SquadCut())
    assert table.loc[0, "removed"] == "builtin/providers/aws – website"
    assert table.loc[0, "shared changes"] == 356
    assert table.loc[0, "saved"] / table.loc[0, "crossing today"] > 1 / 3
    for project in ("prometheus", "rails"):
        table = worth_removing(network(project), SquadCut())
        assert table.loc[0, "saved"] / table.loc[0, "crossing today"] < 0.06


def test_documentation_in_one_place_ties_every_squad() -> None:
    terraform = network("terraform")
    assert terraform.table().index[0] == "website"
    assert terraform.table().loc["website", "shared changes"] > 0.62 * terraform.shared
    assert SquadCut().of(terraform.without("website")).crossing < 0.36


def test_terraforms_providers_shared_next_to_nothing_with_each_other() -> None:
    terraform = network("terraform")
    own = {a: a if a.startswith("builtin/providers/") else "core" for a in terraform.areas}
    cut = terraform.cut(own)
    here = cut.squads.index("core")
    among_providers = np.delete(np.delete(cut.required, here, 0), here, 1).sum() / 2
    assert among_providers / terraform.shared < 0.015


@pytest.mark.parametrize("often", [0.05, 0.1, 0.2, 0.3, 0.5])
def test_a_change_reaches_least_in_terraform_and_most_in_prometheus(often: float) -> None:
    terraform, prometheus, rails = (propagation_cost(network(p).depends(often)) for p in PROJECTS)
    assert terraform < rails < prometheus


def test_a_cut_by_hand_is_as_easy_to_measure_as_one_by_itself() -> None:
    cut = SquadCut().of(network("prometheus"))
    assert network("prometheus").cut(dict(cut.squad_of)).crossing == cut.crossing


def test_kubernetes_froze_its_groups_and_rust_its_team_size_and_the_load_went_elsewhere() -> None:
    table = load("organisations")
    assert len(table) == 94
    wide = table.pivot(index="year", columns=["organisation", "measure"], values="value")
    groups, owned = (wide["kubernetes"][m] for m in ("special interest groups", "subprojects"))
    assert (groups.loc[2019:] - 24).abs().max() <= 1
    assert (owned / groups)[[2018, 2026]].round(1).tolist() == [4.2, 9.8]
    rust = wide["rust"]
    assert rust["people per team"].dropna().between(5, 7).all()
    assert rust["memberships per person"][[2020, 2026]].tolist() == [1.59, 2.11]
    assert rust["depth"][[2020, 2026]].tolist() == [1, 3]
    sentence = structure_picture(table).sentence
    assert "subprojects 166, then 236" in sentence
    assert "teams per person 1.59, then 2.11" in sentence


def test_pictures_tell_their_numbers() -> None:
    picture = SquadCut(squads=4).picture("rails")
    assert [note.x for note in picture.notes] == [4]
    assert "4 squads" in picture.title
    assert "With 4 squads: Rails 54 %, Rails without railties" in picture.sentence
    picture = SquadCut().picture()
    assert len(picture.series) == 5
    assert "Terraform 73 %, Prometheus 44 %, Rails 73 %" in picture.sentence
