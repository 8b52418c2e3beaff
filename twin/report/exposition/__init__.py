"""What is seen of a live twin in Prometheus' text format."""
