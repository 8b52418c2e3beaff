"""Sizes a network for all its lines: what every span carries in each hour of a week, whole and with each single cut,
and which targets hold up to which take-up.

    network + stage --groups--> group uses --routes--> rows (a span, a cut) --draws--> loads --limits--> results
"""
