"""The whole territory: drawn up from a list of communes, brought in from other formats and written to them, sized for
all its lines. Pure."""
