"""Show the flight simulator in a terminal."""

from thousandfold.demonstration import demonstrate
from thousandfold.flight import DebtShare, Flight, lead_picture

if __name__ == "__main__":
    demonstrate(Flight(), Flight().picture("cash"), lead_picture(), DebtShare())
