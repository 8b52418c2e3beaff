"""Hypothesis without a clock and without chance: neither a busy machine nor a throw of the dice fails a test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("calm", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")
