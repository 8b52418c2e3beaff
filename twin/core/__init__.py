"""What every part stands on: units, errors, seeds, records as JSON, parallel computing, netlink messages."""
