"""Labs that outlive the command: the daemon that holds one, the host's side that attaches, the agent in the guest."""
