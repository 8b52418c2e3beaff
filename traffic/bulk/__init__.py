"""Bulk transfers over TCP."""
