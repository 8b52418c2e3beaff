"""Who is counted, and what they ask for: on average and drawn at random."""
