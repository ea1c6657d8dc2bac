"""A game as the file that holds it: the luck, and each round with its forecast and its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import Decision
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.turn import Turn

FORMAT = "thousandfold flight 1"
MOST_BYTES = 65_536


def written(team: str, seed: int, events: Mapping[int, str], turns: Sequence[Turn]) -> str:
    """Return what the file of a game holds."""
    plain = {
        "format": FORMAT,
        "team": team,
        "seed": int(seed),
        "events": {str(at): name for at, name in sorted(events.items())},
        "turns": [
            {"forecast": t.forecast, "reason": t.reason, "decision": t.decision.row()}
            for t in turns
        ],
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def read(content: bytes) -> tuple[str, int, dict[int, str], list[Turn]]:
    """Read the file of a game strictly: exactly our names, types and ranges.

    Returns
    -------
    tuple
        Team, seed, events and turns; whether a game can have them, `Game` says.

    Raises
    ------
    ExplainedError
        If it is too large, damaged, or no such file.
    """
    if len(content) > MOST_BYTES:
        raise ExplainedError(f"it is larger than {MOST_BYTES // 1024} KiB, and a game never is")
    try:
        found = json.loads(content.decode("utf-8-sig"))  # some editors put a mark in front
    except (ValueError, RecursionError):
        raise ExplainedError("it is damaged, or not a file that this game wrote") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ExplainedError(f"it does not begin as a game does ({FORMAT})")
    names = {"format", "team", "seed", "events", "turns"}
    events, turns = found.get("events"), found.get("turns")
    if set(found) != names or not isinstance(events, dict) or not isinstance(turns, list):
        raise ExplainedError(f"it must hold exactly {', '.join(sorted(names))}")
    if not all(re.fullmatch("[1-9][0-9]?", at) for at in events):
        raise ExplainedError("its events are not numbered by rounds")
    return (
        found["team"],
        found["seed"],
        {int(at): name for at, name in events.items()},
        [_turn(at, turn) for at, turn in enumerate(turns[: ROUNDS + 1], start=1)],
    )


def _turn(at: int, turn: object) -> Turn:
    if not isinstance(turn, dict) or set(turn) != {"forecast", "reason", "decision"}:
        raise ExplainedError(f"round {at} must hold exactly forecast, reason and decision")
    try:
        return Turn(Decision.of(turn["decision"]), turn["forecast"], turn["reason"])
    except ExplainedError as error:
        raise ExplainedError(f"round {at}: {error}") from None
