"""Whether the emulation can be trusted: calibration and cross-checks by other instruments."""
