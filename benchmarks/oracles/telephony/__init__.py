"""Telephony: Erlang's formulas, dialled calls, and the E-model."""
