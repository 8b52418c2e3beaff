"""The Ryu application that applies QoS: pure decisions, and a shim that speaks OpenFlow."""
