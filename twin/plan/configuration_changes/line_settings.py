"""What a line is provisioned with: another profile, or another noise and interleaving of the one that it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from twin.core.errors import UsageError
from twin.core.units import Time
from twin.model import Name, Network, Noise, Profile, Technology
from twin.model.yaml_field_metadata import yaml_key
from twin.plan.assembly import assemble
from twin.plan.blueprint import Blueprint
from twin.plan.configuration_changes import parts
from twin.plan.configuration_changes.kind import ChangeKind


@dataclass(frozen=True, slots=True)
class SetProfile:
    """Another profile of one line, of the same technology: rates, schedulers and medium; its addresses stay."""

    kind: ClassVar[ChangeKind] = ChangeKind.PROFILE

    line: Name = yaml_key("The line.", example="homes-1")
    profile: Name = yaml_key("The profile that it gets.", example="dsl-512")

    def apply(self, network: Network, blueprint: Blueprint) -> Blueprint:
        """The blueprint after it. Raises UsageError for a line or profile that is not there or does not fit."""
        known = {profile.name: profile for profile in network.profiles}
        if self.profile not in known:
            raise UsageError(f'there is no profile "{self.profile}"; known: {", ".join(known)}')
        return _with_profile(network, blueprint, self.line, lambda _: known[self.profile])


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
        noise = Noise(bursts=self.bursts, length=self.length) if self.bursts else None
        return _with_profile(network, blueprint, self.line,
                             lambda profile: replace(profile, noise=noise, interleaving=self.interleaving))


def _with_profile(network: Network, blueprint: Blueprint, name: str, change: Callable[[Profile], Profile]) -> Blueprint:
    """The blueprint with the span of one line as it is planned with a changed profile."""
    host = parts.line(blueprint, name)
    group = next(known for known in network.lines if known.name == host.line_group)
    present = next(profile for profile in network.profiles if profile.name == group.profile)
    wanted = change(present)
    if wanted.technology is not present.technology or (wanted.noise and wanted.technology is not Technology.DSL):
        raise UsageError(f'"{name}" is a line of {present.technology}; "{wanted.name}" is of {wanted.technology}')
    given = replace(wanted, name=Name(f"{name}-changed"), bandwidth_profiles=present.bandwidth_profiles,
                    call_channels=present.call_channels)
    lines = tuple(replace(known, profile=given.name) if known is group else known for known in network.lines)
    other = assemble(replace(network, profiles=(*network.profiles, given), lines=lines), blueprint.policy)
    return parts.with_span(blueprint, parts.span(other, host.span))
