"""The oracles by subject: each module has a function `oracles()` that gives its rows (benchmarks.oracle).

Well-known figures without a row: RED's drop curve and the limit of a token bucket (no queue here is of these kinds),
M/M/1 (a flow's packets have one size; M/G/1 with several sizes is measured), TCP under random loss by Mathis and others
(a law of Reno's; the lab's hosts run cubic), and a radius of Fresnel's zone (sight is taken to be clear).
"""
