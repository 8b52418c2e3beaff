"""A twin that stands on the wall clock, for people: brought up, looked at, cut, mended, taken down."""
