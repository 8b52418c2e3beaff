"""Declarations of keys that several activities have."""

from __future__ import annotations

from typing import Any

from twin.core.units import Size, Time
from twin.model.yaml_field_metadata import yaml_key


def rate(about: str) -> Any:
    """A rate, without which the activity is nothing."""
    return yaml_key(about, least=1000, example="1.5 Mbit/s")


def packet() -> Any:
    """The size of IP packets."""
    return yaml_key("IP packet size.", default=Size(1500), least=60, most=1500, example="1500 bytes")


def connections(about: str) -> Any:
    """How many TCP connections there are at a time."""
    return yaml_key(about, default=1, least=1, most=64)


def pause(about: str) -> Any:
    """What subscribers pause for on average."""
    return yaml_key(f"{about} (exponential).", default=Time(2_000_000_000), least=1_000_000, example="2 s")


def size(about: str, default: int, **more: Any) -> Any:
    """Bytes of what is fetched or sent."""
    return yaml_key(about, default=Size(default), least=1, most=100_000_000, **more)


def payload(about: str, default: int) -> Any:
    """Bytes that fit one packet."""
    return yaml_key(about, default=Size(default), least=2, most=1400, example=f"{default} bytes")
