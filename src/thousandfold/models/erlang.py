"""Erlang's formulas: how many find everybody busy, and how long a line gets."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Quantity, fitting, numbers

_BUSY = Quantity(0.8, "share of the time", "how busy each server is", 0, 0.9999)

_MOST_SERVERS = 100_000


def erlang_b(offered: ArrayLike, servers: ArrayLike) -> Array:
    """Return the share of calls that are lost when nobody can wait: Erlang's B formula.

    ::

        B(0) = 1,   B(k) = offered * B(k - 1) / (k + offered * B(k - 1))

    It leaves out: callers who try again.

    Parameters
    ----------
    offered : array_like
        Work that arrives, in servers that it would keep busy (erlang).
    servers : array_like
        How many there are, whole numbers; broadcast with `offered`.

    Returns
    -------
    array
        Share, 0..1.

    Examples
    --------
    >>> erlang_b(10, [10, 14]).round(3).tolist()
    [0.215, 0.057]
    """
    return _lost(*_with_servers("offered", numbers("offered", offered, 0), servers, least=0))


def erlang_c(offered: ArrayLike, servers: ArrayLike) -> Array:
    """Return the share of customers who have to wait: Erlang's C formula.

    ::

        C = B / (1 - busy * (1 - B)),   busy = offered / servers

    Everybody waits when the offered load is as large as the servers or larger. It leaves out:
    customers who give up waiting.

    Parameters
    ----------
    offered, servers : array_like
        As in `erlang_b`; at least one server.

    Returns
    -------
    array
        Share, 0..1.

    Examples
    --------
    >>> erlang_c(10, [11, 14, 20]).round(3).tolist()
    [0.682, 0.174, 0.004]
    """
    return _waiting(*_with_servers("offered", numbers("offered", offered, 0), servers))


def relative_wait(busy: ArrayLike, servers: ArrayLike = 1) -> Array:
    """Return the mean wait in line as a multiple of the time that one piece of work takes.

    ::

        wait / handling time = C / (servers * (1 - busy))

    With one server it is ``busy / (1 - busy)``. It leaves out: everything but how busy the
    servers are and how many share one line.

    Parameters
    ----------
    busy : array_like
        Share of the time that each server works, below 1.
    servers : array_like
        How many share one line.

    Returns
    -------
    array
        Multiples of the handling time.

    Raises
    ------
    ExplainedError
        If somebody is busy all the time or more: then the line grows without end.

    Examples
    --------
    >>> relative_wait([0.8, 0.9, 0.95]).round(1).tolist()
    [4.0, 9.0, 19.0]
    """
    share, c = _with_servers("busy", _BUSY.check("busy", busy), servers)
    return np.asarray(_waiting(share * c, c) / (c * (1 - share)))


def _with_servers(
    name: str, values: Array, servers: ArrayLike, least: int = 1
) -> tuple[Array, Array]:
    """Return values and the servers of each, in one shape."""
    people = numbers("servers", servers, least, _MOST_SERVERS, whole=True)
    each, c = fitting(**{name: values}, servers=people)
    return each, c


def _lost(offered: Array, servers: Array) -> Array:
    lost = np.ones(offered.shape)
    for k in range(1, int(servers.max(initial=0)) + 1):
        lost = np.where(k <= servers, offered * lost / (k + offered * lost), lost)
    return np.asarray(lost)


def _waiting(offered: Array, servers: Array) -> Array:
    lost, busy = _lost(offered, servers), np.minimum(1, offered / servers)
    return np.asarray(lost / (1 - busy * (1 - lost)))
