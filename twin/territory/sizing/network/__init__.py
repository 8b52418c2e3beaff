"""What demand meets: links with their capacities, what crosses them, and what they can take."""
