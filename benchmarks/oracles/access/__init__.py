"""Access lines and radio: what DSL encapsulations carry, what packets cost on the wire, airtime and waits for it."""
