"""What is known of a live twin at a moment: the last seconds of its flows, and its spans."""
