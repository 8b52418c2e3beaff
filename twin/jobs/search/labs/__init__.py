"""Searches in labs: the schedules of the simulated network, with real switches, packets and the same controller."""
