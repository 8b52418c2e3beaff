"""Every kind of traffic, and the settings of every activity, cross into the lab as what they are."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as some

from tests.plan.flows import flow
from twin.core.records import KIND, from_plain, tag, to_plain
from twin.model import Activity, Settings
from twin.plan.blueprint import BulkTransfer, Flow, Traffic

TRAFFIC: tuple[type[Any], ...] = get_args(get_args(Traffic)[0])
SETTINGS: tuple[type[Any], ...] = get_args(get_args(Settings)[0])


@given(some.one_of(*map(some.from_type, TRAFFIC)))
def test_every_kind_of_traffic_survives_json(traffic: Traffic) -> None:
    """A flow is read back with traffic of the same kind, and the same in all that this kind has."""
    planned = flow("a-1.work", traffic)
    plain = json.loads(json.dumps(to_plain(planned)))
    assert plain["traffic"][KIND] == tag(type(traffic))
    back = from_plain(Flow, plain)
    assert back == planned and type(back.traffic) is type(traffic)


@dataclass(frozen=True)
class Holder:
    """Settings of any activity."""

    settings: Settings


@given(some.one_of(*map(some.from_type, SETTINGS)))
def test_the_settings_of_every_activity_survive_json(settings: Settings) -> None:
    """Likewise those of a workload."""
    held = Holder(settings)
    assert from_plain(Holder, json.loads(json.dumps(to_plain(held)))) == held


def test_every_kind_has_a_name_of_its_own() -> None:
    """Names in JSON tell the kinds apart, and no field of a kind is hidden by them."""
    for kinds in (TRAFFIC, SETTINGS):
        assert len({tag(kind) for kind in kinds}) == len(kinds)
        assert all(KIND not in {field.name for field in fields(kind)} for kind in kinds)
    assert tag(BulkTransfer) == "bulk-transfer"


def test_every_activity_has_its_settings() -> None:
    """And no two have the same."""
    assert sorted(kind.activity for kind in SETTINGS) == sorted(Activity)
