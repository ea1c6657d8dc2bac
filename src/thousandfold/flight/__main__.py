"""Show the flight simulator in a terminal."""

from thousandfold.flight import Flight, lead_picture
from thousandfold.teaching.demonstration import demonstrate

if __name__ == "__main__":
    demonstrate(Flight(), Flight().picture("cash"), lead_picture())
