"""What a real kernel and Open vSwitch said of the ring in `small`, brought up with seed 7, and a kernel that says it.

Ten packets of 642 bytes had gone from h3 to h1 before, in the voice class on the line and as data on the radio hop.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

from twin.emulation.kernel_protocol import FakeKernel

SEED = 7


def kernel() -> FakeKernel:
    """A kernel that answers as the real one did."""
    recorded = json.loads(Path(__file__).with_name("recorded_dumps.json").read_text())
    dumps = {}
    for key, answers in recorded["dumps"].items():
        namespace, _, question = key.partition("|")
        dumps[namespace, question] = [base64.b64decode(answer) for answer in answers]
    return FakeKernel(outputs=recorded["outputs"], dumps=dumps)
