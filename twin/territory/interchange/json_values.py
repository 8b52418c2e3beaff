"""Values of JSON that somebody else wrote: each asked for by its type, with what to use where it is another. Pure."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from twin.territory.great_circle import Position
from twin.territory.interchange.topology_graph import refused

Object = dict[str, Any]
DEEPEST = "is nested too deeply"


def json_object(text: str, file: str) -> Object:
    """The object that a JSON text is. Raises TopologyError with the line."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise refused(file, f"is not JSON: {error.msg.lower()}", "export it once more", error.lineno) from error
    except RecursionError as error:
        raise refused(file, DEEPEST, "export it once more") from error
    if not isinstance(value, dict):
        raise refused(file, "is JSON, but no object", "export the whole, not a part")
    return value


def objects(value: Any) -> list[Object]:
    """The objects of a list; none of anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def inside(value: Any, *keys: str) -> Any:
    """What stands below keys, one after the other; None where one is not there."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text_of(value: Any) -> str:
    """A text or number as text; "" of anything else."""
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def number_of(value: Any) -> float | None:
    """A finite number, also one written as text; None of anything else."""
    try:
        number = float(text_of(value))
    except ValueError:
        return None
    return number if isfinite(number) else None


def position_of(north: Any, east: Any) -> Position | None:
    """A position where both are degrees."""
    latitude, longitude = number_of(north), number_of(east)
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude


def json_text(value: Object) -> str:
    """The text of an object, as it is written to a file."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
