"""People of the flight: who learns, leaves and talks, who decides, and what debt costs."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.core import quantity
from thousandfold.flight.coefficients.taken_over import taken_over
from thousandfold.models.approval import Approval
from thousandfold.models.debt import Debt
from thousandfold.models.guardrails import GoalsAndGuardrails
from thousandfold.models.mentoring import Mentoring
from thousandfold.models.staffing import BrooksLaw


@dataclass(frozen=True)
class People:
    """What is true of the people, of how they decide, and of the debt that they leave."""

    practised: float = taken_over(Mentoring, "practised", 0.3, 0.8)
    training: float = taken_over(BrooksLaw, "training", 0.1, 0.5)
    attention: float = taken_over(Mentoring, "attention", 0.2, 0.8)
    learning: float = quantity(
        0.6, "share a round", "new people who are up to speed after half a year",
        low=0.2, high=0.9, plausible=(0.35, 0.85),
        because="Swimm asked 80 engineers in 2020: it takes 3 to 9 months on average, or a year",
    )  # fmt: skip
    quits: float = quantity(
        0.05, "share of people a round", "who leave in a good half-year",
        low=0.01, high=0.15, plausible=(0.02, 0.13),
        because=(
            "13 % in technology left in 2017 (LinkedIn), 7 % a round; "
            "elsewhere a third of that, or twice"
        ),
    )  # fmt: skip
    frustration: float = quantity(
        0.12, "share of people per share lost", "who leave more, as debt and waiting eat time",
        low=0, high=0.3, plausible=(0.02, 0.3),
        because="with half of all time lost 1 % more leave, which nobody sees, or 15 %, a flight",
    )  # fmt: skip
    restlessness: float = quantity(
        0.3, "share of those who leave", "how much one round differs",
        low=0, high=0.6, plausible=(0.1, 0.6),
        because="by chance alone a hundred leavers differ by a tenth, three by six tenths",
    )  # fmt: skip
    poached: float = quantity(
        0.1, "share of experienced people", "who leave when a competitor hires them",
        low=0.02, high=0.3, plausible=(0.03, 0.3),
        because="one in thirty passes as usual leaving; three in ten are whole teams that go",
    )  # fmt: skip
    contention: float = quantity(
        0.02, "share", "work that waits for something the squad shares",
        low=0, high=0.05, plausible=(0.005, 0.05),
        because="some sharing is always there; 0.05 costs a squad of ten a third of its work",
    )  # fmt: skip
    crosstalk: float = quantity(
        0.0011, "share per pair", "work that keeps each in a squad informed",
        low=0.0005, high=0.003, plausible=(0.0005, 0.003),
        because="a squad of ten talks at least two hours a week each, at most eight or nine",
    )  # fmt: skip
    liaison: float = quantity(
        0.4, "people per squad", "work of talking to other squads",
        low=0.1, high=1, plausible=(0.1, 1),
        because="half a day a week of one person is little; one who does nothing else is much",
    )  # fmt: skip
    coupling: float = quantity(
        0.9, "share of changes", "how many cross a border between squads in a monolith",
        low=0.5, high=1, plausible=(0.5, 1),
        because="where fewer than half cross a border, the code is in modules and no monolith",
    )  # fmt: skip
    # Who decides
    decisions: float = taken_over(GoalsAndGuardrails, "decisions", 0.5, 10)
    hours: float = taken_over(Approval, "hours", 0.5, 8)
    available: float = taken_over(Approval, "available", 8, 32)
    asked_inside: float = quantity(
        0.1, "share of decisions", "what squads inside guardrails still ask",
        low=0.02, high=0.3, plausible=(0.02, 0.3),
        because="one in fifty is hardly a question; three in ten are an approver by another name",
    )  # fmt: skip
    drift: float = taken_over(GoalsAndGuardrails, "drift", 5, 30)
    goals: float = taken_over(GoalsAndGuardrails, "goals", 0.05, 0.5)
    writing: float = quantity(
        4, "people", "work of writing goals and guardrails, in the round in which they are new",
        low=0, high=10, plausible=(1, 8),
        because="one person for half a year drafts a page; eight negotiate each sentence",
    )  # fmt: skip
    explaining: float = quantity(
        0.5, "people per squad", "work of keeping goals and guardrails alive in each squad",
        low=0.05, high=1.5, plausible=(0.1, 1.5),
        because="half a day a week of one person is little; more than one in each squad is a layer",
    )  # fmt: skip
    # Debt
    wasted: float = taken_over(Debt, "wasted", 0.1, 0.45)
    interest: float = taken_over(Debt, "interest", 0.05, 0.5)
    carelessness: float = taken_over(Debt, "carelessness", 0.05, 0.5)
    contagion: float = taken_over(Debt, "contagion", 0.05, 0.5)
    promised: float = quantity(
        0.25, "share of new work", "left as debt by a feature promised to one chain",
        low=0, high=0.6, plausible=(0.05, 0.6),
        because="a feature built for one customer in haste leaves some; 0.6 is more mess than work",
    )  # fmt: skip
