"""Figures from samples: delay, loss, call quality, video, load of spans."""
