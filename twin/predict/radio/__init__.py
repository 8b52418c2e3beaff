"""What contention for the air of a radio cell leaves each station."""
