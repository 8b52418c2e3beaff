"""Requests for traffic control: qdiscs, classes and filters by rtnetlink."""
