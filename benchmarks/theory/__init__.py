"""The oracles by subject: each module has a function `oracles()` that gives its rows (benchmarks.oracle)."""
