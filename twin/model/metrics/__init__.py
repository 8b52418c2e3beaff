"""What can be promised: the table of metrics, what its columns mean, and the targets that bound them."""
