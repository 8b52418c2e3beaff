"""Verbs that change a live twin, one file each."""
