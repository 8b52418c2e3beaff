"""Every oracle beside what is measured or computed here: `python -m benchmarks.oracles`, one table.

The modules lie in folders by subject; each has a function `oracles()` that gives its rows.

Well-known figures without a row: RED's drop curve and the limit of a token bucket (no queue here is of these kinds),
M/M/1 (a flow's packets have one size; M/G/1 with several sizes is measured), TCP under random loss by Mathis and others
(a law of Reno's; the lab's hosts run cubic), and a radius of Fresnel's zone (sight is taken to be clear).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from benchmarks.oracles.oracle import Oracle
from benchmarks.support.figure import Figure

NO_SUBJECTS = ("__main__", "oracle")
"""Modules here that have no rows."""


def subjects() -> tuple[str, ...]:
    """The modules with oracles, sorted, as the folder and the module in it: "queues.buffers"."""
    names = (module.name.removeprefix(f"{__name__}.") for module in walk_packages(__path__, f"{__name__}.")
             if not module.ispkg)
    return tuple(sorted(name for name in names if name not in NO_SUBJECTS))


def oracles(subject: str) -> list[Oracle]:
    """All oracles of one subject, measured now; what needs an emulation runs in a virtual lab."""
    return list(import_module(f"{__name__}.{subject}").oracles())


def figures() -> list[Figure]:
    """All subjects, one after the other."""
    return [oracle.figure for subject in subjects() for oracle in oracles(subject)]
