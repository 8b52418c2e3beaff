"""Renders sweeps: a table as CSV, a summary for a terminal, JSON, pictures and a page."""
