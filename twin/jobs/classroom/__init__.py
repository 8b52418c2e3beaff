"""A class: who sits where, whose twin is up and whose waits, and what happened. Values; the service is in twin.api."""
