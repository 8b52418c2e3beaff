"""The file that says which kind of node the devices of a NetBox role are: YAML, `role: kind`, or `ignore`. Pure."""

from __future__ import annotations

from twin.core.errors import Problem, TopologyError
from twin.core.near_names import near_names
from twin.model.yaml.node_tree import compose
from twin.model.yaml.nodes import MappingNode, ScalarNode
from twin.model.yaml.problems import ProblemCollector, quoted
from twin.territory.interchange.topology_graph import NodeKind

IGNORE = "ignore"


def read_roles(text: str, file: str) -> dict[str, NodeKind | None]:
    """Kinds by the slugs of roles; None for roles whose devices are left out. Raises TopologyError."""
    findings = ProblemCollector()
    root = compose(text, file, findings)
    findings.close()
    if not isinstance(root, MappingNode):
        raise TopologyError([Problem(root.place, "", "is not a mapping of roles", "write for example edge: switch")])
    words = [*NodeKind, IGNORE]
    problems = [Problem(value.place, role.text, f"{quoted(getattr(value, 'text', ''))} is not a kind of node",
                        near_names(getattr(value, "text", ""), words, f"known: {', '.join(words)}"))
                for role, value in root.entries if getattr(value, "text", None) not in words]
    if problems:
        raise TopologyError(problems)
    return {role.text: None if value.text == IGNORE else NodeKind(value.text) for role, value in root.entries
            if isinstance(value, ScalarNode)}
