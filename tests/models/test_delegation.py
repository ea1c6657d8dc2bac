from __future__ import annotations

import pytest

from thousandfold.models.cutting import SquadCut, invented_network
from thousandfold.models.delegation import outcome
from thousandfold.models.guardrails import GoalsAndGuardrails, ways_to_lead
from thousandfold.models.team_output import TeamOutput


def test_an_outcome_is_the_product_of_its_parts() -> None:
    ferry = invented_network(1)
    cut, way = SquadCut(squads=4).of(ferry), GoalsAndGuardrails()
    found = outcome(cut, way, people=40)
    assert found.crossing == cut.crossing
    again = outcome(cut, way.replace(squads=17), people=40)
    assert again == found
    assert outcome(cut, way, people=40, seed=2).waiting != found.waiting
    crossing = 1 + cut.crossing_changes / ferry.changes.sum()
    parts = found.undisturbed * (1 - found.waiting) * found.alignment / crossing
    assert found.output == pytest.approx(parts)
    uneven = ferry.cut({a: "one" if a == "booking" else "all" for a in ferry.areas})
    quiet = sum(share * (1 - 0.0006 * (20 * share) ** 2) for share in uneven.work)
    assert outcome(uneven, way, people=20).undisturbed == pytest.approx(quiet)
    one = ferry.cut(dict.fromkeys(ferry.areas, "all"))
    assert outcome(one, way, people=10).crossing == 0
    team = TeamOutput()
    quiet = team.output(10) / (team.productivity * 10)
    assert outcome(one, way, people=10).undisturbed == pytest.approx(float(quiet))


def test_how_many_squads_depends_on_who_decides() -> None:
    ferry = invented_network()
    cuts = {n: SquadCut(squads=n).of(ferry) for n in (1, 3, 4, 6, 8, 12)}
    best = {}
    for name, way in ways_to_lead().items():
        output = {n: outcome(cut, way).output for n, cut in cuts.items()}
        best[name] = max(output, key=lambda n: output[n])
    assert best["goals, all approved"] == 4
    assert best["goals and guardrails"] in (6, 8)
