"""What a page asks of single nodes and spans: shells, traces of packets, and what stands in the kernel."""
