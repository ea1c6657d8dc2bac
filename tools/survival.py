"""Fly the statements of the flight in many companies, and store what holds: `make survival`."""

from __future__ import annotations

import json

from thousandfold.flight.survival import STORED, survival
from thousandfold.writing import write_whole


def main() -> None:
    """Try everything, store it in the package, and show it."""
    text = json.dumps(survival(), indent=1) + "\n"
    write_whole(STORED, text)
    print(text)


if __name__ == "__main__":
    main()
