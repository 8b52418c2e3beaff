"""How a field of the model is written in YAML: one declaration serves the loader, the JSON Schema and the guide.

The type of a field says how its value is read: Rate, Time, Ratio, Size and Length are quantities with a unit; Name is
an identifier; Dscp is a mark; IpPrefix and IpAddress are what they say; an enum is one of its values; a tuple is a
list; a dataclass is a mapping of its own.
What the type cannot say is in the metadata of the field, which the functions here make.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import Any, NewType

Name = NewType("Name", str)
"""An identifier: 1 to 40 characters of a-z, 0-9 and "-", starting and ending with a letter or digit."""

Dscp = NewType("Dscp", int)
"""A mark, 0 to 63; written by its name (EF, AF21, CS3, DF) or as a number."""

IpPrefix = NewType("IpPrefix", str)
"""A prefix as `ipaddress.ip_network` reads and writes it, of either version of IP."""

IpAddress = NewType("IpAddress", str)
"""An address as `ipaddress.ip_address` reads and writes it, of either version of IP."""

Verbatim = NewType("Verbatim", object)
"""What is written for a key of another file, as a study has it of a description: kept as it stands (a node of
twin.model.yaml.nodes), and read where that key is."""

_NO_DEFAULT: Any = object()


def yaml_key(
    about: str,
    *,
    default: Any = _NO_DEFAULT,
    refers: tuple[str, ...] = (),
    least: int | float | None = None,
    most: int | float | None = None,
    example: str = "",
    key: str = "",
    formerly: str = "",
) -> Any:
    """Declare a field of the description.

    about: one sentence for the guide and the editor. default: left out, the field is required. refers: the sections
    one of whose names the value must be. least, most: limits in the base unit, both included. example: as written in
    YAML. key: the YAML key where it is not the field's name with "-" for "_". formerly: the key's deprecated name,
    which is still read, with a warning.
    """
    metadata = {"about": about, "refers": refers, "least": least, "most": most, "example": example, "key": key,
                "formerly": formerly}
    if default is _NO_DEFAULT:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def yaml_keys_of(table: type[Enum]) -> Any:
    """Declare a mapping from members of `table` that is written as a key for each: named as its value, said by its
    `row` (twin.model.metrics.row). What is left out is not in the mapping."""
    return field(default_factory=dict, metadata={"table": table})


def yaml_group(default: Any) -> Any:
    """Declare a record whose keys are written beside the others, not under a key of its own; `default`: the record of
    its defaults."""
    return field(default=default, metadata={"group": type(default)})


def yaml_variants(about: str, *, key: str) -> Any:
    """Declare a field that is one of several dataclasses, whose keys stand beside `key`.

    The value of `key` says which of them: each has it as a class variable of that name.
    """
    return yaml_key(about, key=key)


def basis() -> Any:
    """Declare where an entry's figures come from; every entry of a description may say so."""
    return yaml_key(
        "Source of the figures: quoted (source), measured (date) or assumed.", default="", example="assumed"
    )
