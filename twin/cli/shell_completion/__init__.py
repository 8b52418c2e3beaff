"""Completion scripts, generated from the parser."""
