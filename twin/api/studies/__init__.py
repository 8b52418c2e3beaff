"""Many runs of one network: sweeps, searches."""
