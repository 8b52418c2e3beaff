"""The whole territory: drawn up from a list of communes, brought in from other formats and written to them, sized and
costed for all its lines. Pure."""
