"""Rules of a policy as rows of a form, and back: nobody needs to know how a rule is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import MOST_HIRED, MOST_KEPT, MOST_SQUADS, SHARES, Decision
from thousandfold.flight.decision_form import LABELS, OPTIONS
from thousandfold.flight.policies import MOST_RULES, read_rule
from thousandfold.teaching.typed import typed_number

MEASURED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "round": ("the round", ""),
        "customers": ("customers", ""),
        "casual": ("casual customers", ""),
        "power": ("power customers", ""),
        "partners": ("partners", ""),
        "cash": ("cash in the bank", "dollars"),
        "people": ("people", ""),
        "new": ("people who still learn", ""),
        "squad": ("people in one squad", ""),
        "debt": ("time lost to debt", "% of the time"),
        "releases": ("releases", "a week"),
        "availability": ("availability", "% of the time"),
        "wait": ("a decision waits", "weeks"),
        "rival": ("rivals with an open API", "(0 or 1)"),
    }
)
"""What a condition looks at: name in a rule, words in the form, unit."""


@dataclass(frozen=True)
class Setting:
    """What a rule may set: its words in the form, its unit, and how far a number may go."""

    words: str
    unit: str = ""
    low: float = 0
    high: float = 0
    whole: bool = False


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        **{name: Setting(LABELS[name], "% of the capacity", 0, 100) for name in SHARES},
        "hire": Setting("people to hire", "people a round", 0, MOST_HIRED, whole=True),
        "hire %": Setting("hire, in %", "% of all people", 0, MOST_HIRED),
        "squads": Setting("squads", "squads", 1, MOST_SQUADS, whole=True),
        "squads of": Setting("squads of", "people each", 1, MOST_SQUADS),
        "keep": Setting("partners keep", "% of the revenue", 0, MOST_KEPT),
        "decides": Setting(LABELS["decides"]),
        "api": Setting(LABELS["api"]),
    }
)
"""What a rule may set, and in which form: people to hire are a number or a share."""

# A guess of 99.925 may be a thousand times as much to a German; in a rule the point is a decimal.
_AS_IN_A_RULE = re.compile(r"-?(\d{1,3}(,\d{3}){1,3}|\d{1,12})(\.\d+)?", re.ASCII)
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+", re.ASCII)  # where people and dollars are counted
# How a start is broken into lines that a narrow cell holds.
_LINES = (SHARES[:3], SHARES[3:], ("hire", "squads"), ("decides", "api", "keep"))
_MOST_CONDITIONS = 4
_MOST_SETTINGS = 10
_LONGEST = 300  # of a rule, as `read_rule` takes it
_LONGEST_FIELD = 60
_ENDLESS = 1e12
_STRANGE = "This is not what the form sends, and nothing was done; run the cell of the form again"


def row_of(rule: object) -> dict[str, Any]:
    """Return the row of a rule; what cannot be read stays as it was written, to be mended."""
    try:
        conditions, settings = read_rule(rule)
    except ExplainedError:
        return {"text": str(rule)[:_LONGEST]}
    return {
        "when": [
            {"measure": name, "side": "above" if above else "below", "number": _figure(limit)}
            for name, above, limit in conditions
        ],
        "then": [_setting_of(*setting) for setting in settings],
    }


def rule_of(row: Mapping[str, Any]) -> str:
    """Return the rule of a row.

    Raises
    ------
    ExplainedError
        If something in it is missing or wrong, in the words of the form.
    """
    if "text" in row:
        rule = " ".join(row["text"].split())
    else:
        conditions = " and ".join(_condition(one) for one in row["when"])
        settings = ", ".join(_set(**one) for one in row["then"])
        rule = f"when {conditions}: {settings}" if conditions else settings
    if len(rule) > _LONGEST:
        raise ExplainedError("this rule is too long; make two of it")
    try:
        read_rule(rule)
    except ExplainedError as error:
        raise ExplainedError(
            f"{error}. Mend the words, or remove this rule and add it from the lists"
        ) from None
    return rule


def checked_rows(given: object) -> list[dict[str, Any]]:
    """Return rows as a page sends them, and nothing else that stands in them.

    Raises
    ------
    ExplainedError
        If it is nothing that the form sends.
    """
    if not isinstance(given, list) or len(given) > MOST_RULES:
        raise ExplainedError(_STRANGE)
    return [_checked(row) for row in given]


def checked_start(given: object) -> dict[str, Any]:
    """Return the fields of a start as a page sends them; what they hold may still be wrong.

    Raises
    ------
    ExplainedError
        If it is nothing that the form sends.
    """
    if not isinstance(given, Mapping) or set(given) != set(LABELS):
        raise ExplainedError(_STRANGE)
    start = {}
    for name in Decision.__dataclass_fields__:
        value = given[name]
        number = isinstance(value, int | float) and abs(value) <= _ENDLESS
        if not number and not (isinstance(value, str) and len(value) <= _LONGEST_FIELD):
            raise ExplainedError(_STRANGE)
        # What shares are is what is left of a hundred: sums of a browser end in 1e-14.
        start[name] = round(value, 9) if isinstance(value, float) else value
    return start


def cell_of(start: Decision, rules: list[str], unread: list[str]) -> str:
    """Return what stands in the answer cell: `read_policy` takes it, and a person can read it."""
    fields = {
        name: f'"{name}": ' + (f'"{value}"' if isinstance(value, str) else f"{value:.12g}")
        for name, value in start.row().items()
    }
    written = [f'        "{rule}",' for rule in rules]
    written += [f"        # not finished: {words}" for words in unread]
    lines = [
        "policy = {",
        '    "start": {',
        *(f"        {', '.join(fields[name] for name in line)}," for line in _LINES),
        "    },",
        *(['    "rules": [', *written, "    ],"] if written else ['    "rules": [],']),
        "}",
    ]
    return "\n".join(lines)


def as_typed(row: Mapping[str, Any]) -> str:
    """Return what somebody typed in a row that is no rule yet, in one line."""
    if "text" in row:
        return _in_a_line(row["text"])
    conditions = [f"{one['measure']} {one['side']} {one['number'] or '?'}" for one in row["when"]]
    settings = [f"{one['what']} {one['value'] or '?'}" for one in row["then"]]
    told = f"when {' and '.join(conditions)}: " if conditions else ""
    return _in_a_line(f"{told}{', '.join(settings)}")


def _in_a_line(words: str) -> str:
    """Return words that may stand in a comment of a cell."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def _figure(value: float) -> str:
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def _setting_of(name: str, value: float, relative: bool) -> dict[str, str]:
    """Return a setting as `read_rule` gives it in the words of the form."""
    if name in OPTIONS:
        return {"what": name, "value": list(OPTIONS[name])[int(value)]}
    if name == "squads" and relative:
        return {"what": "squads of", "value": _figure(value)}
    if name == "hire" and relative:
        return {"what": "hire %", "value": _figure(100 * value)}
    if name in ("hire", "squads"):
        return {"what": name, "value": _figure(value)}
    return {"what": name, "value": _figure(100 * value)}


def _condition(one: Mapping[str, str]) -> str:
    words, unit = MEASURED[one["measure"]]
    number = _number(one["number"], words, per_cent=unit.startswith("%"))
    return f"{one['measure']} {one['side']} {_figure(number)}"


def _set(what: str, value: str) -> str:
    if what in OPTIONS:
        if value not in OPTIONS[what]:
            raise ExplainedError(f"choose {' or '.join(OPTIONS[what].values())}")
        return f"{what} {value}"
    setting = SETTINGS[what]
    number = _number(value, setting.words, per_cent=setting.unit.startswith("%"))
    if not setting.low <= number <= setting.high or (setting.whole and number != round(number)):
        raise ExplainedError(
            f"{setting.words}: write a {'whole ' if setting.whole else ''}number from "
            f"{setting.low:g} to {setting.high:g} ({setting.unit})"
        )
    figure = _figure(number).replace(",", "")
    return f"hire {figure} %" if what == "hire %" else f"{what} {figure}"


def _number(typed: str, words: str, *, per_cent: bool) -> float:
    """Read a number as people type it: ``50,000``, ``1.5 million``, ``20 %``."""
    if not typed.strip():
        raise ExplainedError(f"{words}: write a number")
    if _TWO_WAYS.fullmatch(typed.strip()) and not per_cent:
        thousands = typed.strip().replace(".", ",")
        raise ExplainedError(f"{words}: write {thousands}, or nothing behind the point")
    if _AS_IN_A_RULE.fullmatch(typed.strip()):
        return float(typed.replace(",", ""))
    found = typed_number(typed)
    if found is None or found.low != found.high or abs(found.low) > _ENDLESS:
        raise ExplainedError(f"{words}: {typed!r:.40} cannot be read; write one number: 50,000")
    if found.percent and not per_cent:
        raise ExplainedError(f"{words}: write a number, not a share in per cent")
    return found.low


def _checked(row: object) -> dict[str, Any]:
    if isinstance(row, Mapping) and set(row) == {"text"}:
        return {"text": _words(row["text"], _LONGEST)}
    if not isinstance(row, Mapping) or set(row) != {"when", "then"}:
        raise ExplainedError(_STRANGE)
    return {
        "when": [
            {
                "measure": _one_of(MEASURED, one["measure"]),
                "side": _one_of(("above", "below"), one["side"]),
                "number": _words(one["number"], _LONGEST_FIELD),
            }
            for one in _few(row["when"], 0, _MOST_CONDITIONS, {"measure", "side", "number"})
        ],
        "then": [
            {
                "what": _one_of(SETTINGS, one["what"]),
                "value": _words(one["value"], _LONGEST_FIELD),
            }
            for one in _few(row["then"], 1, _MOST_SETTINGS, {"what", "value"})
        ],
    }


def _few(given: object, least: int, most: int, names: set[str]) -> list[Mapping[str, object]]:
    if not isinstance(given, list) or not least <= len(given) <= most:
        raise ExplainedError(_STRANGE)
    if not all(isinstance(one, Mapping) and set(one) == names for one in given):
        raise ExplainedError(_STRANGE)
    return given


def _one_of(options: Any, given: object) -> str:
    if not isinstance(given, str) or given not in options:
        raise ExplainedError(_STRANGE)
    return given


def _words(given: object, most: int) -> str:
    if not isinstance(given, str) or len(given) > most:
        raise ExplainedError(_STRANGE)
    return given
