"""Methods by which lines are tested before they are handed over: what is sent next follows from what was seen; pure."""
