"""Failures: which can happen, who is then isolated, degraded networks, probes that measure restoration."""
