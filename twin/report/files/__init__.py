"""Results as files: JSON, JUnit XML, and the folder of a run."""
