"""Where the descriptions are that tests bring up in a lab, and the root of the project, which a lab's jobs import."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = Path(__file__).parent / "networks"
