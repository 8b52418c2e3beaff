"""What must hold of what is said of the whole territory: demand of all lines, and costs."""
