"""The training room: exercises on a network in which something is wrong, and five gates that judge what was done."""
