"""Twelve questions before and after the workshop, and what may be concluded from the answers.

A *concept inventory*, as teachers of physics call it (Hestenes, Wells and Swackhamer, 1992): each
question stands on one keypoint, in two forms with other numbers, so that nobody meets a form twice.
The right answers are what the models of the lessons find.
"""
