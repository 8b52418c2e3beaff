"""The application without sockets and without waiting: simulated switches, subscribers and time around the real one."""
