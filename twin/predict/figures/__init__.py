"""Predicted figures of each flow, by kind of traffic."""
