"""A class of trainees as a library: held, looked into from elsewhere, resumed after a power loss, its results."""
