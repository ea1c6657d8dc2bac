"""Draw the loops of the flight for the wall: facilitator/flight-loops.svg."""

from __future__ import annotations

from pathlib import Path

from thousandfold.drawing.vector import svg
from thousandfold.flight import loops_picture

PICTURE = Path(__file__).resolve().parents[1] / "facilitator" / "flight-loops.svg"

if __name__ == "__main__":
    PICTURE.write_text(svg(loops_picture()), encoding="utf-8")
