"""What a repository of your own says, beside the projects of the workshop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from textwrap import fill
from typing import TYPE_CHECKING

from thousandfold.models.cutting import SquadCut
from thousandfold.picture import Picture
from thousandfold.repository.co_change import CoChange
from thousandfold.teaching.answers import Answer, told
from thousandfold.teaching.own_among import Standing, among_table, standing
from thousandfold.teaching.own_areas import (
    FEW_SHARED,
    map_picture,
    new_people_table,
    own_cut,
    squads_table,
    ties_table,
)
from thousandfold.teaching.own_change import change_picture
from thousandfold.teaching.own_growth import (
    FEWEST_PEOPLE,
    beside_table,
    busiest,
    growth_picture,
    growth_says,
    in_year,
    newest,
    whole_history,
    year_of,
)
from thousandfold.teaching.tables import Table

if TYPE_CHECKING:
    import pandas as pd

# What stands in for a repository of your own: Terraform up to the year before its split.
STAND_IN = "terraform"
SPLIT = "2017-06"
YOURS = "Yours"
_WIDTH = 110


@dataclass(frozen=True, eq=False, repr=False)
class Organisation:
    """What is known of an organisation, and where it is from.

    Attributes
    ----------
    name : str
        What figures call it.
    growth : pandas.DataFrame
        Like the data set ``project_growth``; without a row if no month is complete yet.
    areas : pandas.DataFrame
        Like the data set ``code_areas``; with a column ``new_authors`` if it was counted.
    network : CoChange
        Which areas change together.
    notes : tuple of str
        Where all this is from, and what is missing; a sentence each.
    """

    name: str
    growth: pd.DataFrame
    areas: pd.DataFrame
    network: CoChange
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        # JupyterLab breaks long lines in the middle of words.
        return "\n".join(fill(note, _WIDTH, break_on_hyphens=False) for note in self.notes)

    @property
    def has_months(self) -> bool:
        """Whether the months are one's own."""
        return self.name == YOURS

    @property
    def has_areas(self) -> bool:
        """Whether the areas are one's own."""
        return self.network.name == YOURS.lower()

    @cached_property
    def _year(self) -> tuple[str, str]:
        """The twelve months of all numbers of one's own: those of its areas, else the newest."""
        if self.has_months and self.has_areas:
            first = self.areas.iloc[0]
            return first["since"][:7], first["until"][:7]
        return ("", "") if self.growth.empty else newest(self.growth)

    @cached_property
    def _counted(self) -> dict[str, float] | None:
        """What the year holds; None where it would be another's, beside areas of one's own."""
        if self.has_months:
            return year_of(in_year(self.growth, *self._year))
        return None if self.has_areas else year_of(busiest(whole_history(self.name, self.growth)))

    @property
    def used_of_100(self) -> float | None:
        """Pairs who changed a same file, of a hundred; None where that would say nothing."""
        if self._counted is None or self._counted["people a month"] < FEWEST_PEOPLE:
            return None
        return self._counted["used of 100"]

    @property
    def new_in_year(self) -> int | None:
        """How many people were new, or None where that is not known or about single people."""
        new = int(self._counted["new in the year"]) if self._counted else 0
        return new if new >= FEWEST_PEOPLE else None

    @property
    def crossing(self) -> float | None:
        """Shared changes that cross a border, in percent; None where that would say nothing."""
        anothers = self.has_months and not self.has_areas
        if anothers or self.network.shared < FEW_SHARED:
            return None
        return 100 * self.cut().of(self.network).crossing

    def beside(self) -> Table:
        """Return this organisation's year beside the busiest twelve months of nine projects.

        People active in a month, pairs who could share a file, pairs who did, and how many that is
        of a hundred: means of the months with commits. Counts below five are not told.
        """
        return beside_table(self.name, self.growth, *self._year)

    def growing(self) -> Answer:
        """Say how possible and used paths of this organisation grew, and show it."""
        return told(growth_says(self.name, self.growth), self.growth_picture())

    def growth_picture(self) -> Picture:
        """Return possible and used paths of this organisation, beside two of the nine projects."""
        return growth_picture(self.name, self.growth)

    def change_picture(self, month: str = "") -> Picture:
        """Return how many people there were after a month, in percent of before.

        Without a month the stand-in shows its split, in its whole history.
        """
        if not self.has_months:
            month = month or SPLIT
        return change_picture(self.name, whole_history(self.name, self.growth), month)

    def ties(self) -> Table:
        """Return the areas that seldom change alone, and what that says."""
        return ties_table(self.network, self.areas, yours=self.has_areas)

    def map(self) -> Picture:
        """Return the areas as a network in squads, the one that shares most in the middle."""
        return map_picture(self.cut(), self.network)

    def cut(self, squads: int | None = None) -> SquadCut:
        """Return a cut of this code base into squads, for a figure or a slider.

        Parameters
        ----------
        squads : int, optional
            How many; by default six, or half as many as there are areas if that is less. With a
            squad for each area everything would cross.
        """
        return own_cut(self.network, squads)

    def squads(self, squads: int | None = None) -> Table:
        """Return what each squad of such a cut owns: areas, work, what crosses, with whom most."""
        return squads_table(self.cut(squads), self.network)

    def standing(self) -> Standing | None:
        """Return what this code base says in one row, or None where that would say nothing."""
        if self.crossing is None:
            return None
        return standing(self.cut(), self.network, self.used_of_100)

    def among(self) -> Table:
        """Return where this code base stands among five ordinary repositories."""
        name = "your code" if self.has_areas else self.network.name.capitalize()
        return among_table(name, len(self.network.areas), self.standing())

    def new_people(self) -> Table:
        """Return where new people begin: how many touched each area in their first month."""
        if not self.has_areas:
            return new_people_table(self.areas, None)
        began = ""
        if self.has_months and not self.growth.empty:
            began = f"{self.growth['month'].min():%Y-%m}"
        return new_people_table(self.areas, self.new_in_year, began)
