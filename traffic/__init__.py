"""The traffic: what subscribers send and receive, and the samples it leaves."""
