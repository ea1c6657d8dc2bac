"""A policy in words as a form, with a preview: nobody needs to know how it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import Decision
from thousandfold.flight.decision_form import OPTIONS, entries, plain
from thousandfold.flight.engine import Flight
from thousandfold.flight.instruments import panel
from thousandfold.flight.policies import MOST_RULES, Rules, Table, read_policy
from thousandfold.flight.policy_preview import Companies, Preview, companies_of, when_applied
from thousandfold.flight.policy_rows import (
    MEASURED,
    SETTINGS,
    as_typed,
    cell_of,
    checked_rows,
    checked_start,
    row_of,
    rule_of,
)
from thousandfold.flight.small_picture import small
from thousandfold.teaching.canvas import canvas
from thousandfold.teaching.fallback import Fallback

_EMPTY = Decision(hire=5)  # a team that grows a little, and has no rule yet
_ONLY_RULES = "only a policy in words has a form, and this one is a list of rows"
_LONGEST_NAME = 40


def policy_form(policy: Any = ..., flights: Sequence[Flight] | None = None) -> Fallback:
    """Write a policy in words by choosing from lists, and see at once what it comes to.

    The form gives the text for the answer cell, ready to copy. What is not in that cell is not
    handed in. After a restart the form goes on from there. A policy that has no form, such as a
    list of rows, is told above an empty one: it stops nobody who runs all cells.

    Parameters
    ----------
    policy : Rules or mapping, optional
        What the form begins with: ``{"start": ..., "rules": [...]}``. An answer cell that holds
        ``...`` still begins with an empty form.
    flights : sequence of Flight, optional
        The companies in which the policy is tried; Ferry alone by default.

    Returns
    -------
    Fallback
        Its ``widget`` is the form; rules and preview stay in the notebook file.

    Raises
    ------
    ExplainedError
        If there is no company to try it in.

    Examples
    --------
    >>> policy_form().widget is None
    False
    """
    import ipywidgets

    from thousandfold.drawing import image

    companies, told = companies_of(flights), []
    try:
        form = PolicyForm(policy, companies)
    except ExplainedError as error:
        form = PolicyForm(..., companies)
        said = f"This form begins empty, and your cell stays as it is: {error}."
        told = [ipywidgets.HTML(f"<p role='alert'>{escape(said)}</p>")]
    shown = form.kept()
    pictures = image(panel(shown.pictures), " ".join(one.sentence for one in shown.pictures))
    said = f"<p>{escape(shown.sentence)} {escape(form.companies.reading)}</p>"
    left = f"<h3>Your policy</h3>{_written(form.draft)}{pictures}{said}"
    box = ipywidgets.VBox([*told, form.canvas])
    return Fallback(box, "Run this cell to change the policy in a form.", left=left)


@dataclass(frozen=True)
class _Read:
    """A draft as it was understood: the policy, and what each row lacks; empty for nothing."""

    policy: Rules
    slips: list[str]

    @property
    def places(self) -> list[int]:
        """Which rows became a rule."""
        return [place for place, slip in enumerate(self.slips) if not slip]


class PolicyForm:
    """The state of one form: it hears what was changed, and tells what that comes to.

    Attributes
    ----------
    canvas : anywidget.AnyWidget
        What is seen; it only draws.
    companies : Companies
    """

    def __init__(self, policy: Any, companies: Companies) -> None:
        self.companies = companies
        self._answers = 0
        start, rows = _begun(policy)
        self._last: dict[str, Any] = {}
        self.canvas = canvas(
            "thousandfold.flight",
            *("elements", "small_picture", "decision_form", "policy_form"),
            choices=_choices(),
            draft={"start": start.row(), "rows": rows},
            view={},
        )
        self.canvas.on_msg(lambda _, content, __: self.hear(content))
        self._try("")

    @property
    def draft(self) -> dict[str, Any]:
        """What stands in the form: the ``start``, and the ``rows``."""
        held: dict[str, Any] = self.canvas.draft
        return held

    @property
    def view(self) -> dict[str, Any]:
        """What is seen."""
        told: dict[str, Any] = self.canvas.view
        return told

    def hear(self, content: object) -> None:
        """Try what stands in the form, or say why nothing was tried.

        Parameters
        ----------
        content : mapping
            ``start`` and ``rows`` as the form holds them, and ``view``: which page asks.
        """
        asked: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
        asks = asked.get("view")
        who = asks if isinstance(asks, str) and len(asks) <= _LONGEST_NAME else ""
        try:
            draft = {
                "start": checked_start(asked.get("start")),
                "rows": checked_rows(asked.get("rows")),
            }
        except ExplainedError as error:
            self._tell(who, said=str(error))
            return
        self.canvas.draft = draft
        self._try(who)

    def kept(self) -> Preview:
        """Return the preview of what stands in the form, for a file that nothing runs in."""
        return self.companies.preview(_read(self.draft).policy)

    def _try(self, who: str) -> None:
        try:
            read = _read(self.draft)
        except ExplainedError as error:
            slips = [_slip(row)[1] for row in self.draft["rows"]]
            self._tell(who, start_slip=plain(str(error)), slips=slips)
            return
        shown = self.companies.preview(read.policy)
        rows = self.draft["rows"]
        applied: list[dict[str, Any] | None] = [None] * len(rows)
        for place, shares in zip(read.places, shown.applied.tolist(), strict=True):
            applied[place] = {"shares": shares, "sentence": when_applied(shares)}
        unread = [as_typed(row) for row, slip in zip(rows, read.slips, strict=True) if slip]
        self._last = {
            "pictures": [small(picture) for picture in shown.pictures],
            "sentence": shown.sentence,
            "reading": self.companies.reading,
        }
        cell = cell_of(read.policy.start, list(read.policy.rules), unread)
        self._tell(who, slips=read.slips, applied=applied, cell=cell)

    def _tell(self, who: str, **told: Any) -> None:
        self._answers += 1  # an answer that says the same is one, too
        empty = {"said": "", "start_slip": "", "slips": [], "applied": [], "cell": ""}
        self.canvas.view = self._last | empty | told | {"view": who, "answer": self._answers}


def _begun(policy: Any) -> tuple[Decision, list[dict[str, Any]]]:
    """Return the start and the rows of a policy; a rule that cannot be read is there to mend."""
    if policy is ...:
        return _EMPTY, []
    if isinstance(policy, Table | list | tuple):
        raise ExplainedError(_ONLY_RULES)
    rules: Any = ()
    if isinstance(policy, Mapping) and isinstance(policy.get("rules"), list | tuple):
        rules = policy["rules"]
        policy = {**policy, "rules": []}
    read = read_policy(policy)
    if not isinstance(read, Rules):
        raise ExplainedError(_ONLY_RULES)
    rules = rules or read.rules
    if len(rules) > MOST_RULES:
        raise ExplainedError(f"rules are a list of up to {MOST_RULES} sentences; take some away")
    return read.start, [row_of(rule) for rule in rules]


def _read(draft: Mapping[str, Any]) -> _Read:
    """Read a draft; its start must be one that a team can decide."""
    start = Decision.of(draft["start"])
    found = [_slip(row) for row in draft["rows"]]
    return _Read(
        Rules(start, tuple(rule for rule, _ in found if rule)), [slip for _, slip in found]
    )


def _slip(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the rule of a row, or what it lacks."""
    try:
        return rule_of(row), ""
    except ExplainedError as error:
        told = str(error)
        return "", f"{told[:1].upper()}{told[1:]}. Until then this rule does nothing."


def _choices() -> dict[str, Any]:
    """Return what the form offers."""
    return {
        "entries": entries(),
        "measures": [[name, *words] for name, words in MEASURED.items()],
        "settings": [
            [name, one.words, one.unit, [list(o) for o in OPTIONS.get(name, {}).items()]]
            for name, one in SETTINGS.items()
        ],
        "most": MOST_RULES,
    }


def _written(draft: Mapping[str, Any]) -> str:
    """Return a draft as lines to read."""
    start = ", ".join(f"{name} {value}" for name, value in draft["start"].items())
    lines = "".join(f"<li>{escape(_slip(row)[0] or as_typed(row))}</li>" for row in draft["rows"])
    return f"<p>It starts with {escape(start)}.</p><ol>{lines or '<li>no rule yet</li>'}</ol>"
