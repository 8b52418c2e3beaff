"""Oracles of the sizing of a territory."""
