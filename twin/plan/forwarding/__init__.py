"""Forwarding: addresses, paths, OpenFlow rules, fast failover, multicast trees, and the proof that nothing loops."""
