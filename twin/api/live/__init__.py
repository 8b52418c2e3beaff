"""Live twins from a program: brought up, looked into, changed, captured, shut down."""
