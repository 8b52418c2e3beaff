"""What all traffic runs on: event loop, sockets, exact departures, system calls."""
