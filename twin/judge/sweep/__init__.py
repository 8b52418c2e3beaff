"""What follows from the points of a sweep, all of them together."""
