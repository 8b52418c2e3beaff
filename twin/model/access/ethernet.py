"""Ethernet access over fibre."""

from __future__ import annotations

from twin.model.access.technology import Access

ETHERNET = Access(ends=("switches", "dslams", "relays"), medium="fibre")
