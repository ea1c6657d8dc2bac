"""What git histories say: who works where, what changes together, how organisations grew."""
