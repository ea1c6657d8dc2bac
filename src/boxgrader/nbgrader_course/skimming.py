"""Leave the outputs out of a notebook's text while it is read, piece by piece.

Grading makes its own outputs. Those that a learner saved may be most of a file: they pass by, and
only the rest is kept in memory, and parsed.
"""

from __future__ import annotations

import re

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_OUTSIDE = re.compile(rb'[^"\[\]{}]*+(?:' + _STRING + rb'[^"\[\]{}]*+)*+', re.DOTALL)
_INSIDE = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_KEY = re.compile(rb'"([a-z]{1,12})"[ \t\r\n]*:[ \t\r\n]*\Z')
_KEY_BYTES = 64

# Where outputs stand, and what saved widgets have shown: the keys on the way, or nothing in a list.
_OUTPUTS = [
    ["", "cells", "", "outputs"],
    ["", "worksheets", "", "cells", "", "outputs"],  # before version 4 of the format
    ["", "metadata", "widgets"],
]


class Skimmed:
    """The text of a notebook without outputs, as far as it has been read.

    Attributes
    ----------
    text : bytearray
        Line ends stay, so that a line has the number that it has in the file.
    depth : int
        Of lists and tables.
    brackets, passed : int
        How many brackets were kept, and how many were not.
    """

    def __init__(self) -> None:
        self.text = bytearray()
        self.brackets = self.passed = 0
        self._keys: list[str] = []  # of the lists and tables that are open
        self._within = 0  # how many of them are an output's
        self._quoted = False
        self._rest = b""

    @property
    def depth(self) -> int:
        """How many lists and tables are open."""
        return len(self._keys)

    def read(self, piece: bytes) -> None:
        """Read on."""
        data, at, self._rest = self._rest + piece, 0, b""
        while at < len(data):
            found = (_INSIDE if self._quoted else _OUTSIDE).match(data, at)
            end = found.end() if found else at
            self._keep(data[at:end])
            mark = data[end : end + 1]
            at = end + 1
            if mark == b"\\":  # what it stands before is in the next piece
                self._rest = mark
            elif mark == b'"':
                self._keep(mark)
                self._quoted = not self._quoted
            elif mark in (b"[", b"{"):
                self._open(mark)
            elif mark:
                self._close(mark)

    def _open(self, mark: bytes) -> None:
        if self._within:
            self._within += 1
            self.passed += 1
            return
        key = _KEY.search(self.text, max(0, len(self.text) - _KEY_BYTES))
        self._keys.append(key[1].decode() if key else "")
        self._keep(mark)
        self.brackets += 1
        self._within = int(self._keys in _OUTPUTS)

    def _close(self, mark: bytes) -> None:
        if self._within:
            self._within -= 1
            self.passed += 1
        if not self._within:
            del self._keys[-1:]
            self._keep(mark)
            self.brackets += 1

    def _keep(self, data: bytes) -> None:
        self.text += b"\n" * data.count(b"\n") if self._within else data
