"""Which policy is meant by a name, and what each service class gets under it on a span."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.core.errors import UsageError
from twin.core.units import PPM, Ratio
from twin.model import BUILT_IN, ClassPart, Name, Network, Policy, ServiceClass

STRICT_PART = Ratio(400_000)
"""What strict classes can count on together where parts decide and the policy does not say: assumed."""


def known_policies(network: Network) -> dict[str, Policy]:
    """All policies of a network by name: the built-in ones and its own."""
    return BUILT_IN | {policy.name: policy for policy in network.policies}


def named(network: Network, name: str) -> Policy:
    """The policy of that name; KeyError where there is none."""
    return known_policies(network)[name]


def policy_named(network: Network, name: str) -> Policy:
    """The policy of that name. Raises UsageError, naming those that are known."""
    known = known_policies(network)
    if name not in known:
        raise UsageError(f'there is no policy "{name}"; known: {", ".join(known)}')
    return known[name]


def wishes(classes: Sequence[ServiceClass], policy: Policy) -> dict[str, ClassPart]:
    """What the policy says of each class, by its name; of a class that it does not mention, nothing."""
    said = {part.service_class: part for part in policy.parts}
    return {c.name: said.get(c.name, ClassPart(Name(c.name))) for c in classes}


def parts(classes: Sequence[ServiceClass], said: Mapping[str, ClassPart]) -> dict[str, Ratio]:
    """The part of a span's rate that each class can count on, ppm.

    What is not said: of STRICT_PART strict classes alike, of the rest the others by weight; less where what is said
    leaves less.
    """
    found = {name: one.part for name, one in said.items() if one.part is not None}
    strict, others = ([c for c in classes if c.strict is kind and c.name not in found] for kind in (True, False))
    left = max(0, PPM - sum(found.values()))
    first = min(int(STRICT_PART), left) if others else left
    if strict:
        found |= {c.name: Ratio(first // len(strict)) for c in strict}
        left -= first
    weights = {c.name: said[c.name].weight or c.weight for c in others}
    found |= {name: Ratio(left * weight // sum(weights.values())) for name, weight in weights.items()}
    return {c.name: found[c.name] for c in classes}
