"""The live room: a page for everybody, and what a facilitator sees of forty exercises."""
