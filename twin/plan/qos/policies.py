"""QoS policies by name, and the part of a span that each service class gets under one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twin.core.errors import UsageError
from twin.core.units import PPM, Ratio
from twin.model import BUILT_IN, ClassPart, Name, Network, ParentClass, Policy, ServiceClass

STRICT_PART = Ratio(400_000)
"""Guaranteed part of all strict classes together where the policy does not give their parts: assumed."""


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


def class_parts(classes: Sequence[ServiceClass], policy: Policy) -> dict[str, ClassPart]:
    """The part of each class under the policy, by the class's name; defaults for classes that it does not mention."""
    mentioned = {part.service_class: part for part in policy.parts}
    return {c.name: mentioned.get(c.name, ClassPart(Name(c.name))) for c in classes}


def guaranteed_parts(
    classes: Sequence[ServiceClass], written: Mapping[str, ClassPart], parents: Sequence[ParentClass] = ()
) -> dict[str, Ratio]:
    """The guaranteed part of a span's rate for each class, ppm. written: as the policy says (`class_parts`).

    By default strict classes share STRICT_PART equally, and the others share the rest by weight; less where the parts
    that are written leave less. The part of a class with a parent is within that of the parent.
    """
    shares = {name: class_part.part for name, class_part in written.items() if class_part.part is not None}
    taken = sum(int(shares[name]) for name in shares if written[name].parent is None)
    taken += sum(parent.part for parent in parents if parent.parent is None)
    strict, others = ([c for c in classes if c.strict is kind and c.name not in shares] for kind in (True, False))
    left = max(0, PPM - taken)
    first = min(int(STRICT_PART), left) if others else left
    if strict:
        shares |= {c.name: Ratio(first // len(strict)) for c in strict}
        left -= first
    weights = {c.name: written[c.name].weight or c.weight for c in others}
    shares |= {name: Ratio(left * weight // sum(weights.values())) for name, weight in weights.items()}
    return {c.name: shares[c.name] for c in classes}


def ordered_parents(policy: Policy) -> tuple[ParentClass, ...]:
    """The parent classes of a policy, each after its own parent."""
    known = {parent.name: parent for parent in policy.parents}
    return tuple(sorted(policy.parents, key=lambda parent: (len(ancestors(parent.parent, known)), parent.name)))


def ancestors(name: Name | None, parents: Mapping[Name, ParentClass]) -> tuple[ParentClass, ...]:
    """The parent class of that name and those above it, the nearest first; where they form a circle, each once."""
    line: list[ParentClass] = []
    while name is not None and name in parents and parents[name] not in line:
        line.append(parents[name])
        name = line[-1].parent
    return tuple(line)
