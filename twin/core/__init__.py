"""What every part uses: units, errors, seeds, records as JSON, parallel computing, netlink messages."""
