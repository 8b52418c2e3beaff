"""The training room as a library: find exercises, start one, work on it, have it judged."""
