"""QoS: policies, schedulers, three-colour markers, queues for each subscriber."""
