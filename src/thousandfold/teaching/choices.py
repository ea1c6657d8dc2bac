"""A guess that is a choice: what was chosen, and what happened."""

from __future__ import annotations

from collections.abc import Sequence

from thousandfold.teaching.guesses import Guess


def chosen(guess: Guess, options: Sequence[str]) -> str:
    """Return the option that a learner chose: by its name, or the first letters of one alone."""
    words = _plain(guess.said)
    exact = [option for option in options if _plain(option) == words]
    begun = [option for option in options if words and _plain(option).startswith(words)]
    return exact[0] if exact else begun[0] if len(begun) == 1 else ""


def _plain(words: str) -> str:
    """Return words as somebody says them who does not look at how a name is written."""
    return words.strip("\"'“”` .").casefold().replace("_", " ")


def choice_sentence(guess: Guess, happened: str, options: Sequence[str]) -> str:
    """Return one sentence that says what was chosen, and what happened."""
    if not guess.made:
        return f"It was {happened}. You made no guess this time."
    said = chosen(guess, options)
    if not said:
        return f"It was {happened}. You wrote {guess.words}; we know {', '.join(options)}."
    return (
        f"You said {said}, and so it was."
        if said == happened
        else f"You said {said}; it was {happened}."
    )
