"""What benchmarks share: figures and their table, runs in a lab, and models that are written for comparison alone."""
