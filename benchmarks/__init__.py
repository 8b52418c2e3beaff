"""What the project promises of itself in figures, measured: one command each, `python -m benchmarks.NAME`, or all."""
