"""Squads that talk inside and hand over between: paths, chains and who is cut off."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import SEED, Array, Model, Pictures, number, quantity, whole
from thousandfold.language import say
from thousandfold.models.chains import chain_lengths
from thousandfold.models.communication import possible_paths
from thousandfold.models.squads_in_words import PathsInWords, PeopleInWords
from thousandfold.picture import Layer, Lines, Network, Picture, Series, Stack

if TYPE_CHECKING:
    import pandas as pd


_Links = NDArray[np.bool_]

_HOURS_A_WEEK = 40
_MOST_NAMED = 16
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
        return say(
            "With {liaisons:g} liaisons in squads of {squad:g}, all are one squad.",
            liaisons=self.liaisons,
            squad=self.squad,
        )

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
        silent = group[ill] if cut_off and len(first) <= _MOST_NAMED else None
        words = PeopleInWords(
            people=self.people,
            squad=self.squad,
            squads=len(first),
            paths=self.paths,
            possible=float(possible_paths(self.people)),
            handovers=self.longest_chain,
            busiest=self.busiest,
            cut_off=cut_off,
            pairs=network.cut_off_pairs,
            one_in=network.one_in,
        )
        return dataclasses.replace(
            network,
            names=tuple(say("hears nothing") if i == silent else "" for i in range(len(first))),
            title=words.title,
            shown=words.shown,
            sentence=f"{words.sentence} {self.uncut}".rstrip(),
        )

    def _week_picture(self) -> Picture:
        """Show a person's week when everybody talks with everybody, and in squads."""
        ways = (self.replace(squad=self.people), self)
        hours = [way.hours() for way in ways]
        work = [max(0.0, _HOURS_A_WEEK - sum(spent.values())) for spent in hours]
        told = [
            {
                "squad": self.squad,
                "own": number(own),
                "talking": number(spent["talking"]),
                "handing": number(spent["handing over"]),
                "waiting": number(spent["cut off"]),
            }
            for own, spent in zip(work, hours, strict=True)
        ]
        company = {"hours": _HOURS_A_WEEK, "people": number(self.people)}
        return Stack(
            (say("everybody with everybody"), say("squads of {squad:g}", squad=self.squad)),
            (
                Layer(say("own work"), work),
                Layer(say("talking"), [spent["talking"] for spent in hours]),
                Layer(say("handing over"), [spent["handing over"] for spent in hours]),
                Layer(say("waiting: contact is away"), [spent["cut off"] for spent in hours]),
            ),
            say("hours"),
            _HOURS_A_WEEK,
            title=say(
                "Own work: {alone} hours a week, in squads {squads}",
                alone=number(work[0]),
                squads=number(work[1]),
            ),
            shown=say(
                "where the {hours} hours of a person go in a company of {people}, on days when "
                "{away:g} in 100 are away",
                away=100 * self.away,
                **company,
            ),
            sentence=(
                say(
                    "A week of {hours} hours of one person in a company of {people}. Everybody "
                    "with everybody: {own} for own work, {talking} for talking, {handing} for "
                    "handing over, {waiting} for waiting: contact is away.",
                    **company,
                    **told[0],
                )
                + " "
                + say(
                    "Squads of {squad:g}: {own} for own work, {talking} for talking, {handing} for "
                    "handing over, {waiting} for waiting: contact is away. All prices are "
                    "illustrative.",
                    **told[1],
                )
                + f" {self.uncut}"
            ).rstrip(),
        )

    def _paths_picture(self) -> Picture:
        sizes = np.unique(np.linspace(10, max(20, self.people), 24).astype(int))
        split = [self.replace(people=int(n)).paths for n in sizes]
        words = PathsInWords(
            people=self.people,
            squad=self.squad,
            liaisons=self.liaisons,
            paths=self.paths,
            possible=float(possible_paths(self.people)),
            handovers=self.longest_chain,
            away=self.away,
            pairs=float(self.days()[1].mean()),
        )
        return Lines(
            (
                Series(say("everybody with everybody"), sizes, possible_paths(sizes)),
                Series(say("squads of {squad:g}", squad=self.squad), sizes, split),
            ),
            say("people in the company"),
            say("paths (pairs who talk)"),
            title=words.title,
            shown=words.shown,
            sentence=f"{words.sentence} {self.uncut}".rstrip(),
        )
