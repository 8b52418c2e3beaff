"""Packets at a constant rate: contents, and sending and receiving many at once."""
