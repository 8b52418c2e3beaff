"""Where formulas apply: which packets meet before which queue of a network, and what follows for each."""
