"""Which packets meet before which queue, and what share of it each stream gets."""
