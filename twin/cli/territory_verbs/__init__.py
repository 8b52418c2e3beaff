"""The verbs of the whole territory, one file each."""
