"""What the kernel and Open vSwitch report, compared with the blueprint; and their packet counters."""
