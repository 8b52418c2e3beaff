"""Verbs that work on many runs, one file each."""
