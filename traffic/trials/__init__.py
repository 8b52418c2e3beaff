"""Trials of lines, carried out in the lab."""
