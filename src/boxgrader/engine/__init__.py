"""Plan and mark notebooks: it knows the marks that nbgrader leaves in cells, and not nbgrader."""
