"""The console: one page on the loopback address that shows a live twin, and works it. A second client of LiveTwin."""
