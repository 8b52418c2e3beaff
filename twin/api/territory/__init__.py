"""The whole territory: descriptions drawn up, brought in from other formats, and written to them."""
