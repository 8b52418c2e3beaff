"""Links: spans, the layers at which their rates hold, DSL lines, radio cells."""
