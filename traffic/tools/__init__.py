"""Other programs as instruments: iperf3 and irtt."""
