"""Whole jobs, end to end: verify, compare policies, run trials, run a campaign, keep a twin live."""
