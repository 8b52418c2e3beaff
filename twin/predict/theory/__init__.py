"""Formulas of queueing theory, network calculus and IEEE 802.11: numbers in, numbers out; no network."""
