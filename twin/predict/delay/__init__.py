"""How long packets take: the wait before each queue, on average and at most, and the delay of each hop."""
