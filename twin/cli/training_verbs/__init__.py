"""Verbs of the training room, one file each."""
