"""Queues: closed forms and bounds, mean waits, buffers in bytes, and what each QoS policy gives a class."""
