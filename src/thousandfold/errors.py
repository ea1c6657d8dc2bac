"""Errors whose message is all a reader needs."""

import sys


class ExplainedError(ValueError):
    """Something is wrong, and the message says what, where and what to do next.

    In a notebook only the message is shown: a traceback tells a learner nothing, and on a
    projector it hides the one sentence that helps. Everywhere else it is a plain `ValueError`.

    Examples
    --------
    >>> from thousandfold import ExplainedError
    >>> from thousandfold.models import Debt
    >>> try:
    ...     Debt(capacity=0)
    ... except ExplainedError as error:
    ...     print(error)
    capacity must lie in 10..100000 (days a quarter), not 0
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def verb(name: str, options: str = "") -> str:
    """Return what to type for a verb of the Makefile: Windows has no `make`.

    Parameters
    ----------
    name : str
        The verb.
    options : str
        Of the program that it runs, such as ``--port 8001``.
    """
    if sys.platform == "win32":
        program = {"site": "build_site"}.get(name, name.replace("-", "_"))
        return f".venv\\Scripts\\python tools\\{program}.py {options}".rstrip()
    return f"make {name}" + (f" ARGS='{options}'" if options else "")
