"""The imports of a lab's program, from one file."""
