"""The product of the flight: what is built, what fades, and what customers wish for."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.core import quantity

_KOHAVI = (
    "Kohavi, Crook & Longbotham 2009, Online Experimentation at Microsoft, section 5, as others "
    "quote it: about a third of well-made experiments improved what they were meant to"
)


@dataclass(frozen=True)
class Product:
    """What the product is at the start, the size of the example, and how it meets wishes."""

    first_deep: float = quantity(
        230,
        "days of work that helped",
        "features at the start",
        low=100,
        high=500,
        decision=True,
    )
    first_easy: float = quantity(
        170,
        "days of work that helped",
        "onboarding at the start",
        low=70,
        high=400,
        decision=True,
    )
    first_safe: float = quantity(
        100, "days of work", "reliability work at the start", low=0, high=400, decision=True
    )
    helping: float = quantity(
        0.33, "share of product work", "how much of it helps what it was meant for",
        low=0.05, high=1, source=_KOHAVI, plausible=(0.1, 0.6),
        because="tuned products report one idea in ten; young ones, with much missing, over half",
    )  # fmt: skip
    helping_varies: float = quantity(
        0.3, "share", "how much one round differs in what helps",
        low=0, high=0.6, plausible=(0.1, 0.6),
        because="of twenty ideas at one in three the share differs by 0.3, of five by 0.6",
    )  # fmt: skip
    fading: float = quantity(
        0.12, "share a round", "what the product loses as the world moves on",
        low=0.02, high=0.2, plausible=(0.04, 0.18),
        because=(
            "US tax writes software off in three years, 17 % a "
            "round; twelve years are 4 % a round"
        ),
    )  # fmt: skip
    pull: float = quantity(
        8, "appeal", "what all the team's work adds",
        low=4, high=10, plausible=(5, 10),
        because="one that meets half of all wishes wins 8 in 10 who look at it, or nearly all",
    )  # fmt: skip
    inertia: float = quantity(
        1, "appeal", "pull of what users have today",
        low=0, high=3, plausible=(0.5, 2),
        because="what gains nothing is taken by four in ten at most and by one in eight at least",
    )  # fmt: skip
    conflict: float = quantity(
        1, "appeal", "what a user loses at the other segment's ideal",
        low=0, high=5, plausible=(0.3, 4),
        because="at 0.3 the other's ideal is nearly as good as one's own; module 04 begins with 4",
    )  # fmt: skip
    expected: float = quantity(
        1000, "days of work that helped", "what half of all wishes take at first",
        low=500, high=1700, plausible=(500, 1700),
        because="it takes ten people 7 months to 2 years: less is a tool, more no start-up begins",
    )  # fmt: skip
    diversity: float = quantity(
        10, "days per root of customers", "how wishes grow as customers differ more",
        low=3, high=30, plausible=(3, 30),
        because="a million customers add 45 to 230 years of work: products that large take so many",
    )  # fmt: skip
    by_hand: float = quantity(
        1000, "days of work that helped",
        "onboarding that help by hand replaces, while all know each other",
        low=300, high=1700, plausible=(300, 1700),
        because=(
            "two to ten times the onboarding of the start: less "
            "hardly helps, more none could build"
        ),
    )  # fmt: skip
    known: float = quantity(
        15_000, "customers", "with which half of the help by hand is gone",
        low=5000, high=40_000, plausible=(5000, 40_000),
        because="ten people may know 500 each; among 40,000 nobody knows a customer by name",
    )  # fmt: skip
