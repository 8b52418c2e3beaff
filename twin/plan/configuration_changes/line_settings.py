"""What a line is provisioned with: another profile, or another noise and interleaving of the one that it has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Time
from twin.model import Name, Network, Noise, Technology
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind
from twin.plan.emulated_lines import line_profiles
from twin.plan.line_changes import sold_as, with_line_changes


@dataclass(frozen=True, slots=True)
class SetProfile:
    """Another profile of one line, of the same technology: rates, schedulers and medium; its addresses stay."""

    kind: ClassVar[ChangeKind] = ChangeKind.PROFILE

    line: Name = yaml_key("The line.", example="homes-1")
    profile: Name = yaml_key("The profile that it gets.", example="dsl-512")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError for a line or profile that is not there or does not fit."""
        return _with_profile(network, blueprint, self.line, self.profile)


@dataclass(frozen=True, slots=True)
class SetNoise:
    """Impulse noise of a DSL line, and its interleaving depth: what corrects short bursts, at the price of delay."""

    kind: ClassVar[ChangeKind] = ChangeKind.NOISE

    line: Name = yaml_key("The line.", example="homes-1")
    bursts: float = yaml_key("Mean number of bursts a minute, in each direction; 0: no noise.", least=0, most=6000,
                             example="60")
    length: Time = yaml_key("Mean length of a burst.", least=1000, most=1_000_000_000, example="500 us")
    interleaving: int = yaml_key("Interleaving depth; 0 is the fast path.", least=0, most=64, example="16")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError for a line that is not there or is no DSL line."""
        sold = line_profiles(network)[parts.line(blueprint, self.line).name]
        present = next(profile for profile in network.profiles if profile.name == sold)
        if present.technology is not Technology.DSL:
            raise UsageError(f'"{self.line}" is a line of {present.technology}; noise is of DSL lines')
        noise = Noise(bursts=self.bursts, length=self.length) if self.bursts else None
        noisy = replace(present, name=Name(f"{self.line}-noisy"), noise=noise, interleaving=self.interleaving)
        return _with_profile(replace(network, profiles=(*network.profiles, noisy)), blueprint, self.line, noisy.name)


def _with_profile(network: Network, blueprint: Blueprint, name: str, profile: str) -> Blueprint:
    """The blueprint with the span of one line as it is planned with another profile."""
    host = parts.line(blueprint, name)
    other = with_line_changes(network, {host.name: sold_as(network, {}, host.name, profile)})
    return parts.with_span(blueprint, parts.span(assemble(other, blueprint.policy), host.span))
