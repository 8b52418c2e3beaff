"""Verbs that need no live twin, one file each."""
