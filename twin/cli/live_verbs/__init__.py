"""Verbs on live twins, one file each."""
