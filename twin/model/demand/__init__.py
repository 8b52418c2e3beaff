"""What all subscribers of a territory ask of the network: who has a line, what it is sold as, what is used when; and
what it costs."""
