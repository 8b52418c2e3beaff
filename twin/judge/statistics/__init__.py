"""Confidence intervals, and what they allow to be concluded."""
