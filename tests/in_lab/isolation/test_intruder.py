"""What a subscriber may send, and what of it comes to whom: everything else ends at the line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.in_lab.places import NETWORKS, ROOT
from twin.core.records import to_plain
from twin.lab import GUEST_OUT, GUEST_PYTHON, VIRTUAL, Job
from twin.model.yaml import load
from twin.plan import plan

EF, DF = 46, 0


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The frames that each host got, with their marks."""
    folder = tmp_path_factory.mktemp("intruder")
    (folder / "blueprint.json").write_text(json.dumps(to_plain(plan(load(NETWORKS / "intruder.yaml")))))
    job = Job((GUEST_PYTHON, "-m", "tests.in_lab.isolation.intruder", GUEST_OUT), folder, packages=ROOT)
    result = VIRTUAL.run(job, on_line=lambda line: None)
    assert result.status == 0, "\n".join(result.tail)
    return json.loads((folder / "seen.json").read_text())


def test_a_head_end_gets_only_what_comes_from_the_lines_own_address(seen: Any) -> None:
    """Voice keeps its mark; what bears the mark without being voice loses it, whole or in pieces or packed in IP."""
    assert seen["softswitch"] == {"voice": EF, "with-neighbours-mac": EF, "fragment": DF, "in-ip": DF}


def test_a_neighbour_gets_only_packets_to_his_address_and_none_of_them_marked(seen: Any) -> None:
    """No broadcast, no ARP, no tag, nothing of other protocols, nothing in the name of somebody else."""
    assert seen["neighbour-1"] == {"to-neighbour": DF, "to-neighbours-mac": DF}


def test_nothing_comes_back_but_refusals(seen: Any) -> None:
    """Of what arrived, hosts quote in ICMP that nobody listens there; he receives nothing else of his own frames."""
    assert set(seen["intruder-1"]) <= {*seen["softswitch"], *seen["neighbour-1"]}
