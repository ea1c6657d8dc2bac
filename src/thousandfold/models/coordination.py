"""Who needs to coordinate with whom, who does, and how far a change travels."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import Array, numbers
from thousandfold.errors import ExplainedError


def coordination_requirements(assignment: ArrayLike, dependencies: ArrayLike) -> Array:
    """Return who needs to coordinate with whom, from who works on what and what needs what.

    ::

        required = assignment @ dependencies @ assignment.T

    It leaves out: how hard each dependency is to handle, and who already knows what to do.

    Parameters
    ----------
    assignment : array_like, shape (people, areas)
        How much each person or squad works on each area; 0 and 1 will do.
    dependencies : array_like, shape (areas, areas)
        How strongly each area depends on each other one.

    Returns
    -------
    array, shape (people, people)
        Above 0 where two need each other. The diagonal is what each needs from themselves.

    Raises
    ------
    ExplainedError
        If the shapes do not fit.

    Notes
    -----
    After Cataldo, Herbsleb and Carley 2008.

    Examples
    --------
    Ada works on the API, Ben on the app that calls it, Cy on invoices.

    >>> coordination_requirements(np.eye(3), [[0, 1, 0], [1, 0, 0], [0, 0, 0]]).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    works = numbers("assignment", assignment)
    needs = numbers("dependencies", dependencies)
    if works.ndim != 2 or needs.shape != (works.shape[1],) * 2:
        raise ExplainedError(
            f"an assignment of shape {works.shape} needs a square of dependencies, one row and one "
            f"column for each of its areas, not shape {needs.shape}"
        )
    return np.asarray(works @ needs @ works.T)


def congruence(required: ArrayLike, actual: ArrayLike) -> float:
    """Return the share of those who need each other and do talk: 1 is all, 0 is none.

    Pairs count, the diagonal does not; 1 when nobody needs anybody. It leaves out: how strong a
    need is, and talking that nobody needs.

    Parameters
    ----------
    required, actual : array_like, shape (people, people)
        Above 0, or true, where two need each other and where two talk.

    Returns
    -------
    float

    Raises
    ------
    ExplainedError
        If the two are not squares of the same size.

    Examples
    --------
    Three squads need each other; two of the three pairs meet.

    >>> round(congruence(np.ones((3, 3)), [[0, 1, 0], [1, 0, 1], [0, 1, 0]]), 2)
    0.67
    """
    needed, done = _links("required", required), _links("actual", actual)
    if needed.ndim != 2 or needed.shape[0] != needed.shape[1] or needed.shape != done.shape:
        raise ExplainedError(
            "what is required and what is done must be squares of one size, "
            f"not of shapes {needed.shape} and {done.shape}"
        )
    needed = needed & ~np.eye(len(needed), dtype=bool)
    return float((needed & done).sum() / needed.sum()) if needed.any() else 1.0


def propagation_cost(depends: ArrayLike) -> float:
    """Return how much of a system a change can reach, on average: 0.42 is 42 % of its parts.

    The density of the visibility matrix: the share of ordered pairs, each part with itself
    included, that a chain of dependencies connects. It leaves out: how likely a change travels.

    Parameters
    ----------
    depends : array_like, shape (parts, parts)
        Above 0, or true, where the part of the row depends on the part of the column.

    Returns
    -------
    float
        From 1 / parts, when nothing depends on anything, to 1.

    Raises
    ------
    ExplainedError
        If the table is not a square with at least one part.

    Notes
    -----
    After MacCormack, Rusnak and Baldwin 2006.

    Examples
    --------
    A chain of three: the first reaches all, the second two, the last itself.

    >>> round(propagation_cost([[0, 1, 0], [0, 0, 1], [0, 0, 0]]), 2)
    0.67
    """
    direct = _links("depends", depends)
    if direct.ndim != 2 or direct.shape[0] != direct.shape[1] or direct.size == 0:
        raise ExplainedError(
            "dependencies must be a square, one row and one column for each part, "
            f"not of shape {direct.shape}"
        )
    reached = direct | np.eye(len(direct), dtype=bool)
    while True:
        further = (reached.astype(float) @ reached) > 0
        if (further == reached).all():
            return float(reached.mean())
        reached = further


def _links(name: str, value: ArrayLike) -> NDArray[np.bool_]:
    """Read who has to do with whom: numbers above 0, or True."""
    given = np.asarray(value) if isinstance(value, np.ndarray) else value
    if isinstance(given, np.ndarray) and given.dtype == bool:
        return given
    return np.asarray(numbers(name, value) > 0)
