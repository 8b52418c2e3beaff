"""Subscriber lines: line profiles, and groups of lines with one profile."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import Length, Rate, Size, Time
from twin.model.access.dsl import Conductor, Encapsulation, Noise
from twin.model.access.shaper import Shaper
from twin.model.access.technology import Technology
from twin.model.topology.impairments import Impairments
from twin.model.yaml_field_metadata import Name, basis, yaml_key


@dataclass(frozen=True, slots=True)
class Profile:
    """What a line is sold as: technology, rates and medium."""

    name: Name
    down: Rate = yaml_key("Rate towards the subscriber.", least=8000, example="512 kbit/s")
    up: Rate = yaml_key("Rate from the subscriber.", least=8000, example="128 kbit/s")
    technology: Technology = yaml_key("Access technology.", default=Technology.DSL)
    encapsulation: Encapsulation = yaml_key("Encapsulation on a DSL line.", default=Encapsulation.PPPOA_VC)
    mtu: Size | None = yaml_key("MTU; by default 1500 bytes, with PPPoE 1492.", default=None, least=576,
                                most=1500, example="576 bytes")
    delay: Time = yaml_key("One-way delay of the modems and of other equipment of the line.", default=Time(0),
                           most=300_000_000, example="8 ms")
    interleaving: int = yaml_key("Interleaving depth of a DSL line: adds delay and corrects short bursts of noise; 0 "
                                 "is the fast path.", default=0, least=0, most=64, example="16")
    length: Length = yaml_key("Length of the line.", default=Length(0), most=20_000, example="2 km")
    conductor: Conductor = yaml_key("Conductor diameter of a DSL line; with the length, it limits the rates.",
                                    default=Conductor.MM_04, example="0.5 mm")
    impairments: Impairments | None = yaml_key("What the line does to packets beside carrying them.", default=None,
                                               formerly="loss", example="{loss: 0.01 %}")
    noise: Noise | None = yaml_key("Impulse noise of a DSL line, which damages packets.", default=None,
                                   example="{bursts: 60, length: 500 us}")
    buffer: Size | None = yaml_key("Buffer of the ports at both ends for all classes together, in bytes of the line's "
                                   "own layer; by default the sum of the classes' queues.", default=None, least=2000,
                                   most=100_000_000, example="80 kB")
    shaper: Shaper | None = yaml_key("The subscriber's own shaper before the modem; by default the CPE sends at the "
                                     "line's rate and layer.", default=None,
                                     example="{rate: 400 kbit/s, overhead: 14 bytes, modem-queue: 64}")
    call_channels: int = yaml_key("Simultaneous dialled calls on the line; the `police` of a class is multiplied by "
                                  "this number.", default=1, least=1, most=10_000, example="8", key="channels")
    bandwidth_profiles: tuple[Name, ...] = yaml_key("Bandwidth profiles of its lines, at most one for each class.",
                                                    default=(),
                                                    refers=("bandwidth-profiles",), example="[gold]",
                                                    formerly="contracts")
    basis: str = basis()

    @property
    def largest_packet(self) -> Size:
        """Bytes of the largest IP packet on the line."""
        if self.mtu is not None:
            return self.mtu
        return self.encapsulation.mtu if self.technology is Technology.DSL else Size(1500)


def line_name(group: str, number: int) -> str:
    """The name of an emulated line. number: in its group, from 1."""
    return f"{group}-{number}"


def group_and_number(line: str) -> tuple[str, int]:
    """The group and the number that the name of an emulated line is made of."""
    group, _, number = line.rpartition("-")
    return group, int(number)


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines of one profile at one node: how many exist, how many are emulated, and what their subscribers do."""

    name: Name
    at: Name = yaml_key("The DSLAM, relay or switch at which the lines end.", refers=("dslams", "relays", "switches"))
    profile: Name = yaml_key("The profile of the lines.", refers=("profiles",))
    subscribers: int = yaml_key("How many such lines exist.", default=1, least=1, most=10_000_000, example="1200")
    emulated: int = yaml_key("How many of them are emulated, packet by packet.", default=1, least=0, most=100_000,
                             example="2")
    runs: tuple[Name, ...] = yaml_key("The workloads of each emulated line in the busy hour.", default=(),
                                      refers=("workloads",), example="[call, download]")
    length: Length | None = yaml_key("Length of these lines, if it differs from the profile's.",
                                     default=None, most=20_000,
                                     example="4.2 km")
    conductor: Conductor | None = yaml_key("Conductor diameter of these lines, if it differs from the profile's.",
                                           default=None,
                                           example="0.5 mm")
    basis: str = basis()
    members: tuple[Name, ...] = ()
    """The names of its emulated lines where they are not all from 1 on: of a group that a live twin has parted."""
    also_runs: tuple[Name, ...] = ()
    """Workloads beside `runs` that a live twin has started."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the emulated lines, in order."""
        return self.members or tuple(line_name(self.name, number) for number in range(1, self.emulated + 1))

    @property
    def workloads(self) -> tuple[Name, ...]:
        """All workloads of each of its lines."""
        return *self.runs, *self.also_runs
