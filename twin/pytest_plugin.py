"""Acceptance tests for operators: pytest collects the targets of a description as test items."""
