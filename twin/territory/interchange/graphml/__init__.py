"""GraphML, read and written."""
