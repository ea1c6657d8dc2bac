"""Where learners' code runs: a box, what runs in it, and who talks to that."""
