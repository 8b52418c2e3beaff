"""Demand: flows of workloads, IPTV channels, calls and their admission."""
