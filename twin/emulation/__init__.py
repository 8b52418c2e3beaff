"""Blueprint to a running network of Mininet objects, kernel and Open vSwitch; read back, compared, removed."""

from twin.emulation.emulation import VIRTUAL_SLACK, WALL_SLACK, Emulation, up

__all__ = ["VIRTUAL_SLACK", "WALL_SLACK", "Emulation", "up"]
