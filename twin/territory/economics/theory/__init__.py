"""The formulas of investment, take-up, allocation of shared cost and sensitivity; each with its oracle in the tests."""
