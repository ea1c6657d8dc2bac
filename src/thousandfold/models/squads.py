"""Squads that talk inside and hand over between: paths, chains and who is cut off."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import SEED, Array, Model, Pictures, number, quantity, whole
from thousandfold.models.chains import chain_lengths
from thousandfold.models.communication import possible_paths
from thousandfold.picture import Layer, Lines, Network, Picture, Series, Stack

if TYPE_CHECKING:
    import pandas as pd


_Links = NDArray[np.bool_]

_HOURS_A_WEEK = 40
_MOST_NAMED = 16
_SPENT = {
    "talking": "talking",
    "handing over": "handing over",
    "cut off": "waiting: contact is away",
}
_MOST_DAYS = 10_000


@dataclass(frozen=True)
class Squads(Model):
    """A company cut into squads that talk through liaisons.

    Inside a squad everybody talks with everybody. Each squad sends `liaisons` of its people to a
    circle, where liaisons talk with each other. When a circle would hold more than `circle`
    people, it is cut into circles of about that size, which send liaisons on to the next level.

    It leaves out: who is good at talking, what the talk is about, informal friendships, and
    squads that have nothing to say to each other.

    Examples
    --------
    >>> Squads(people=100, squad=100).paths
    4950
    >>> Squads(people=100, squad=8, circle=15).longest_chain
    3.0
    """

    people: float = quantity(
        100, "people", "size of the company", low=2, high=1000, whole=True, decision=True
    )
    squad: float = quantity(
        8, "people", "largest squad", low=2, high=1000, whole=True, decision=True
    )
    liaisons: float = quantity(
        1, "people", "how many of a squad talk with other squads", low=1, high=10, whole=True,
        decision=True,
    )  # fmt: skip
    circle: float = quantity(
        15, "people", "most liaisons who talk in one circle", low=2, high=1000, whole=True,
        decision=True,
    )  # fmt: skip
    path_hours: float = quantity(
        0.25, "hours a week", "what each path takes of both who talk",
        low=0, high=10, plausible=(0.05, 1),
        because="a greeting takes three minutes; an hour with each of seven others is a day a week",
    )  # fmt: skip
    handover_hours: float = quantity(
        0.5, "hours a week", "what each handover on the longest chain costs a person",
        low=0, high=10, plausible=(0.1, 2),
        because="six minutes to read what was passed on; two hours to mend what it lost",
    )  # fmt: skip
    cut_off_hours: float = quantity(
        20, "hours a week", "what a person loses who can reach nobody",
        low=0, high=_HOURS_A_WEEK, plausible=(5, 40),
        because="who can go on alone loses an hour a day; who cannot, the week",
    )  # fmt: skip
    away: float = quantity(
        0.1, "share of the people", "how many are away on a day",
        low=0, high=1, plausible=(0.04, 0.2),
        because="ten of 250 working days off and nobody ever ill; or thirty off, and twenty ill",
    )  # fmt: skip

    @cached_property
    def groups(self) -> tuple[tuple[NDArray[np.int_], ...], ...]:
        """Who talks with whom: for each level its groups, each an array of people's numbers."""
        levels = []
        here = np.arange(int(self.people))
        size = self.squad
        while True:
            cut = tuple(np.array_split(here, -(-len(here) // int(size))))
            sent = np.concatenate([group[: int(self.liaisons)] for group in cut])
            if len(cut) > 1 and len(sent) == len(here):
                cut = (here,)  # Everybody is a liaison: cutting would only repeat the level.
            levels.append(cut)
            if len(cut) == 1:
                return tuple(levels)
            here, size = sent, self.circle

    @property
    def uncut(self) -> str:
        """Why it is one squad although it is larger than `squad`, as a sentence; else nothing."""
        if len(self.groups) > 1 or self.people <= self.squad:
            return ""
        return f"With {self.liaisons:g} liaisons in squads of {self.squad:g}, all are one squad."

    @cached_property
    def links(self) -> _Links:
        """Whether two people talk, shape (people, people)."""
        links = np.zeros((int(self.people), int(self.people)), dtype=bool)
        for level in self.groups:
            for group in level:
                links[np.ix_(group, group)] = True
        np.fill_diagonal(links, False)
        return links

    @property
    def paths(self) -> int:
        """How many pairs talk."""
        return int(self.links.sum()) // 2

    @property
    def paths_per_person(self) -> float:
        """With how many people somebody talks, on average."""
        return 2 * self.paths / self.people

    @property
    def busiest(self) -> int:
        """With how many people the busiest liaison talks."""
        return int(self.links.sum(axis=1).max())

    @property
    def longest_chain(self) -> float:
        """Handovers that news needs between the two people who are furthest apart."""
        return chain_lengths(self.links)[0]

    def days(self, replications: int = 10, seed: int = SEED) -> tuple[Array, Array]:
        """Take away people at random and measure what is left, day by day.

        Parameters
        ----------
        replications : int
            How many days.
        seed : int
            The same seed sends the same people away, whatever the structure.

        Returns
        -------
        longest : array, shape (replications,)
            Longest chain between two people who can reach each other.
        cut_off : array, shape (replications,)
            Share of the pairs at work who cannot reach each other.
        """
        replications = whole("replications", replications, 1, _MOST_DAYS)
        generator = np.random.default_rng(whole("seed", seed, 0))
        present = generator.random((replications, int(self.people))) >= self.away
        measured = [chain_lengths(self.links[np.ix_(here, here)]) for here in present]
        longest, cut_off = np.transpose(measured)
        return longest, cut_off

    def week(self, replications: int = 10, seed: int = SEED) -> float:
        """Return the hours that staying aligned costs one person a week.

        ::

            week = path_hours * paths per person + handover_hours * longest chain
                   + cut_off_hours * share of the pairs who cannot reach each other

        Parameters
        ----------
        replications, seed
            As in `days`.
        """
        return sum(self.hours(replications, seed).values())

    def hours(self, replications: int = 10, seed: int = SEED) -> dict[str, float]:
        """Return the parts of `week`, in hours; `replications` and `seed` as in `simulate`."""
        longest, cut_off = self.days(replications, seed)
        return {
            "talking": self.path_hours * self.paths_per_person,
            "handing over": self.handover_hours * float(longest.mean()),
            "cut off": self.cut_off_hours * float(cut_off.mean()),
        }

    def costs(self, sizes: ArrayLike) -> pd.DataFrame:
        """Return what this structure costs at several sizes of the company, as a table.

        Parameters
        ----------
        sizes : array_like of int
            Numbers of people.
        """
        import pandas as pd

        people = np.ravel(self.quantities()["people"].check("sizes", sizes))
        grown = {size: self.replace(people=size) for size in people.astype(int).tolist()}
        rows = {
            size: {
                "paths per person": company.paths_per_person,
                "longest chain": company.longest_chain,
                "pairs cut off, %": 100 * company.days()[1].mean(),
                "hours a week": company.week(),
            }
            for size, company in grown.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="people")

    def pictures(self) -> Pictures:
        """Return paths against company size, the people and who talks with whom, and a week."""
        return {
            "paths": self._paths_picture,
            "people": self._people_picture,
            "week": self._week_picture,
        }

    def _people_picture(self) -> Picture:
        """Show everybody on a day on which the busiest of all is ill."""
        first, *above = self.groups
        group = np.empty(int(self.people), dtype=int)
        for place, members in enumerate(first):
            group[members] = place
        talk = np.unique([person for level in above for members in level for person in members])
        ill = int(self.links.sum(axis=1).argmax())
        network = Network(
            groups=group,
            ties=np.argwhere(np.triu(self.links)),
            hubs=tuple(talk.astype(int).tolist()),
            away=(ill,),
            title="",
            sentence="",
        )
        cut_off = int(network.cut_off.sum())
        everybody = number(float(possible_paths(self.people)))
        paths = f"{number(self.paths)} path{'s' if self.paths > 1 else ''}"
        heard = "nobody is cut off"
        if cut_off:
            heard = f"{cut_off} {'people are' if cut_off > 1 else 'person is'} cut off"
        silent = group[ill] if cut_off and len(first) <= _MOST_NAMED else None
        return dataclasses.replace(
            network,
            names=tuple("hears nothing" if i == silent else "" for i in range(len(first))),
            title=(
                (
                    f"{self.people:g} in squads of {self.squad:g}: {paths}, not {everybody}. "
                    if above
                    else f"{self.people:g} people, all with all: {paths}. "
                )
                + f"One is ill: {cut_off or 'nobody'} cut off"
            ),
            shown=(
                f"each of the {self.people:g} dots is a person, a line a pair who talk; "
                + ("a diamond talks for its squad; " if above else "")
                + (f"one line in {network.one_in} is drawn; " if network.one_in > 1 else "")
                + ("cross: ill today; hollow: hears nothing" if cut_off else "cross: ill today")
            ),
            sentence=(
                f"{self.people:g} people in "
                + (f"{len(first)} squads of up to {self.squad:g}" if above else "one squad")
                + f": {paths} in use, of {everybody} possible; news needs at most "
                f"{self.longest_chain:g} handover{'' if self.longest_chain == 1 else 's'}. Today "
                f"one of those who talk with most others ({self.busiest}) is ill, and {heard}"
                + (
                    f": {100 * network.cut_off_pairs:.0f} in 100 pairs cannot reach each other."
                    if cut_off
                    else "."
                )
                + f" {self.uncut}".rstrip()
            ),
        )

    def _week_picture(self) -> Picture:
        """Show a person's week when everybody talks with everybody, and in squads."""
        ways = (self.replace(squad=self.people), self)
        hours = [way.hours() for way in ways]
        work = [max(0.0, _HOURS_A_WEEK - sum(spent.values())) for spent in hours]
        layers = [Layer(_SPENT[name], [spent[name] for spent in hours]) for name in hours[0]]
        named = ("everybody with everybody", f"squads of {self.squad:g}")
        return Stack(
            named,
            (Layer("own work", work), *layers),
            "hours",
            _HOURS_A_WEEK,
            title=f"Own work: {number(work[0])} hours a week, in squads {number(work[1])}",
            shown=f"where the {_HOURS_A_WEEK} hours of a person go in a company of "
            f"{number(self.people)}, on days when {100 * self.away:g} in 100 are away",
            sentence=(
                f"A week of {_HOURS_A_WEEK} hours of one person in a company of "
                f"{number(self.people)}. "
                + " ".join(
                    f"{name[0].upper()}{name[1:]}: {number(own)} for own work, "
                    + ", ".join(f"{number(spent[part])} for {_SPENT[part]}" for part in spent)
                    + "."
                    for name, own, spent in zip(named, work, hours, strict=True)
                )
                + f" All prices are illustrative. {self.uncut}".rstrip()
            ),
        )

    def _paths_picture(self) -> Picture:
        sizes = np.unique(np.linspace(10, max(20, self.people), 24).astype(int))
        split = [self.replace(people=int(n)).paths for n in sizes]
        everybody = possible_paths(sizes)
        here = number(float(possible_paths(self.people))), number(self.paths)
        return Lines(
            (
                Series("everybody with everybody", sizes, everybody),
                Series(f"squads of {self.squad:g}", sizes, split),
            ),
            "people in the company",
            "paths (pairs who talk)",
            title=f"{self.people:g} people: {here[0]} paths, in squads {here[1]}",
            shown=f"Squads of {self.squad:g}; from each, {self.liaisons:g} talk with the others.",
            sentence=(
                f"Paths in a company of {self.people:g}: {here[0]} when everybody "
                f"talks with everybody, {here[1]} in squads of {self.squad:g} with "
                f"{self.liaisons:g} liaison{'s' if self.liaisons > 1 else ''} each; news then "
                f"needs at most {self.longest_chain:g} "
                f"handover{'' if self.longest_chain == 1 else 's'}, and on a day when "
                f"{100 * self.away:g} in 100 people are away, "
                f"{100 * self.days()[1].mean():.0f} in 100 pairs cannot reach each other. "
                f"{self.uncut}".rstrip()
            ),
        )
