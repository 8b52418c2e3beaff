"""Web pages, queries and tests of lines, and the metrics that they are measured by."""
