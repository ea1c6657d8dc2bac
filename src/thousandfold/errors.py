"""Errors whose message is all a reader needs."""


class ExplainedError(ValueError):
    """Something is wrong, and the message says what, where and what to do next.

    In a notebook only the message is shown: a traceback tells a learner nothing, and on a
    projector it hides the one sentence that helps. Everywhere else it is a plain `ValueError`.
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]
