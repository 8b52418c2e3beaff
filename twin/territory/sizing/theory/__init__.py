"""Theory of sizing as functions of values and arrays: no network, no groups."""
