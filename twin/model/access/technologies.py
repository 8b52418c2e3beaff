"""The table of access technologies."""

from __future__ import annotations

from collections.abc import Mapping

from twin.model.access.dsl import DSL
from twin.model.access.ethernet import ETHERNET
from twin.model.access.technology import Access, Technology
from twin.model.access.wifi import WIFI

ACCESS: Mapping[Technology, Access] = {Technology.DSL: DSL, Technology.ETHERNET: ETHERNET, Technology.WIFI: WIFI}
"""What is particular to each; tests/model/test_access.py finds one that is missing."""
