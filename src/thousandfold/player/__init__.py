"""Sliders that answer in any page, without Python: pictures drawn before, and a script for them."""
