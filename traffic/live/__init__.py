"""Load on a live twin: flows that start and stop while it runs, and what became of them, window by window."""
