"""Access of the subscribers of a relay, by radio."""

from __future__ import annotations

from twin.model.access.technology import Access

WIFI = Access(ends=("relays",), medium="radio")
