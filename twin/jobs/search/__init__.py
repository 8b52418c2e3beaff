"""The search for the bad day: random schedules of events against the controller and the network, and what must hold."""
