"""What a facilitator needs around the lessons: plans, paper, and what learners take home."""
