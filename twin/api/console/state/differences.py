"""The difference of two states as JSON, and a state with a difference applied: JSON Merge Patch (RFC 7396). Pure.

A state is objects within objects; lists are values. No value of a state is null: in a difference, null says that a key
is gone.
"""

from __future__ import annotations

from typing import Any

Json = Any
"""A value as `json` reads it."""


def difference(before: dict[str, Json], after: dict[str, Json]) -> dict[str, Json]:
    """What has to change for `before` to become `after`; {} where they are equal."""
    change: dict[str, Json] = {key: None for key in before if key not in after}
    for key, value in after.items():
        then = before.get(key)
        if value is then:
            continue
        if isinstance(then, dict) and isinstance(value, dict):
            if within := difference(then, value):
                change[key] = within
        elif value != then:
            change[key] = value
    return change


def applied(before: dict[str, Json], change: dict[str, Json]) -> dict[str, Json]:
    """The state that a difference leads to."""
    result = {key: value for key, value in before.items() if key not in change}
    for key, value in change.items():
        if isinstance(value, dict):
            below = before.get(key)
            result[key] = applied(below if isinstance(below, dict) else {}, value)
        elif value is not None:
            result[key] = value
    return result
