"""The live room: one server for the whole workshop day."""
