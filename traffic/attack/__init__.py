"""Traffic of attackers: forged and malformed packets."""
