"""One experiment: build in a lab, check, start together, collect, keep the raw samples and the context."""
