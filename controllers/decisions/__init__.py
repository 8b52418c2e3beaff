"""What the controller decides, as pure functions: a state and an event give a new state and updates of switches."""
