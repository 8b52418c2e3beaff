"""Verdicts on targets, measured and predicted."""
