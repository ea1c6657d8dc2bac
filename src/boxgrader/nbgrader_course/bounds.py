"""The most that is read of what a learner handed in, and how an instructor raises it."""

from __future__ import annotations

from dataclasses import dataclass

from traitlets import HasTraits, Integer


@dataclass(frozen=True)
class Bounds:
    """The most that is read of a submission.

    Attributes
    ----------
    notebook : int
        Bytes of a notebook's file.
    text : int
        Bytes of a notebook without its outputs.
    beside : int
        Bytes of all files beside the notebooks.
    files : int
        How many they are.
    """

    notebook: int = 100 << 20
    text: int = 20 << 20
    beside: int = 32 << 20
    files: int = 200


USUAL = Bounds()


class Bounded(HasTraits):
    """What an instructor says about it in the configuration of a course."""

    most_notebook = Integer(100, help="Megabytes of a notebook, with its outputs.").tag(config=True)
    most_text = Integer(20, help="Megabytes of a notebook without its outputs.").tag(config=True)
    most_beside = Integer(32, help="Megabytes of a learner's own other files.").tag(config=True)
    most_files = Integer(200, help="How many other files a learner may have.").tag(config=True)

    def bounds(self) -> Bounds:
        """Return the bounds in bytes."""
        return Bounds(
            notebook=self.most_notebook << 20,
            text=self.most_text << 20,
            beside=self.most_beside << 20,
            files=self.most_files,
        )
