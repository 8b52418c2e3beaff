"""A running emulation as objects of Mininet's Python API; the only place that imports Mininet."""
