"""A live twin on the wall clock: brought up, inspected, cut, restored, shut down."""
