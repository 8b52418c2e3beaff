"""What states of a network do, measured in virtual labs, and kept."""
