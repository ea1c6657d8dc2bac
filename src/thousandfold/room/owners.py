"""Under which names the browsers of a room hand in, and who says to be somebody else's name."""

from __future__ import annotations

from thousandfold.errors import ExplainedError

MOST_NAMES = 4  # under which one browser hands in: two who share a laptop, with slips of the pen


class Owners:
    """The names of a room.

    Attributes
    ----------
    owners : dict of str to str
        The browser that handed in under a name.
    claims : dict of str to str
        The browser that says to be somebody who handed in from another one, by that name.
    """

    def __init__(self) -> None:
        self.owners: dict[str, str] = {}
        self.claims: dict[str, str] = {}

    def hand_in(self, who: str, learner: str) -> None:
        """Let a browser hand in under a name.

        Raises
        ------
        ExplainedError
            If that is another browser's, or one too many.
        """
        mine = [name for name, owner in self.owners.items() if owner == who]
        owner = self.owners.get(learner, "")
        if owner not in ("", who):
            raise ExplainedError(
                f"Somebody in another browser has handed in as {learner}. If that was not you, add "
                "your last name. If it was, say so, and the facilitator decides."
            )
        if learner not in mine and len(mine) >= MOST_NAMES:
            raise ExplainedError(
                f"This browser has handed in under {MOST_NAMES} names. Please use one of them: "
                f"{', '.join(mine)}."
            )
        self.owners.pop(learner, None)  # so that the latest name stands last
        self.owners[learner] = who

    def claim(self, who: str, learner: str) -> None:
        """Let a browser say that it is somebody who handed in from another one.

        Raises
        ------
        ExplainedError
            If that is asked already, or this browser asks for another name.
        """
        # Else a yes that is meant for the first would go to whoever asked last.
        if self.claims.get(learner, who) != who:
            raise ExplainedError(
                f"Another browser has asked to hand in as {learner}. Please tell the facilitator."
            )
        if who in self.claims.values() and learner not in self.claims:
            raise ExplainedError(
                "The facilitator is asked for another name already. Please wait for the answer."
            )
        self.claims[learner] = who

    def give(self, learner: str, *, yes: bool) -> None:
        """Answer a browser that claims a name."""
        claimed = self.claims.pop(learner, "")
        if claimed and yes:
            self.owners.pop(learner, None)
            self.owners[learner] = claimed
