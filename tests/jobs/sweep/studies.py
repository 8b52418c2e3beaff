"""Studies for tests: a text as a file, beside the minimal description."""

from __future__ import annotations

from pathlib import Path

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
RATES = """study: 1
network: minimal.yaml
design: cross
parameters:
  down: {key: profiles.dsl-512.down, values: [512 kbit/s, 1 Mbit/s, 2 Mbit/s]}
  homes: {key: lines.homes.emulated, from: 1, to: 4, steps: 2}
policies: [strict, none]
compute: [{kind: theory}]
"""


def study_file(folder: Path, text: str = RATES) -> Path:
    """The study in a folder, with its description."""
    (folder / "minimal.yaml").write_text((TOPOLOGIES / "minimal.yaml").read_text())
    file = folder / "rates.yaml"
    file.write_text(text)
    return file
