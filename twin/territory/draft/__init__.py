"""From a list of communes to a complete description: ring through the towns, radio hops to the villages, services,
lines and targets by default, every guess marked as assumed. Pure.

    bytes --commune_table--> communes --ring_order, radio_hops--> layout --description--> YAML text
"""
