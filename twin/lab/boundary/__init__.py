"""What keeps a lab from its host: read-only code that is checked before use, and a confined process."""
