"""Many runs of one network: policies compared, campaigns, sweeps, searches."""
