"""The nodes and spans of a network, and what its spans do to packets beside carrying them."""
