"""Short, stable, unique names of interfaces, for the kernel; people see the long names.

An interface name has at most 15 characters (IFNAMSIZ less the closing zero). A name that fits is kept; a longer one
keeps its head and gets four characters of its hash. Names of a description hold no ".", so that a suffix after "."
can never meet another's name.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter

INTERFACE_LIMIT = 15


def uplink_name(node: str) -> str:
    """The name of the span that connects a DSLAM, relay or head-end to the network."""
    return f"{node}-uplink"


def short(name: str, suffix: str = "") -> str:
    """`name` and ".suffix" within 15 characters: short("dslam-castres-uplink", "a") == "dslam-ca.x3jq.a"."""
    tail = f".{suffix}" if suffix else ""
    length = INTERFACE_LIMIT - len(tail)
    if len(name) <= length:
        return name + tail
    mark = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()[:4]
    return f"{name[: length - 5]}.{mark}{tail}"


def collisions(names: list[str]) -> tuple[str, ...]:
    """The names that stand more than once, sorted."""
    return tuple(sorted(name for name, number in Counter(names).items() if number > 1))


def air_name(cell: str) -> str:
    """What the air of a radio cell is called among spans; no span has such a name."""
    return f"cell {cell}"
