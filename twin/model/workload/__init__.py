"""Workloads: what is common to all, and the settings of each activity, a record for each with just its keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from twin.core.records import Tagged
from twin.model.workload.activity import Activity
from twin.model.workload.bulk import Download, Flood, Forged, Swarm, Upload
from twin.model.workload.requests import Interactive, Lookups, Mail, Pages
from twin.model.workload.telephony import Call, Dial
from twin.model.workload.television import Film, Stream, Watch
from twin.model.yaml_field_metadata import Dscp, Name, basis, yaml_key, yaml_variants

Settings = Annotated[Call | Stream | Download | Upload | Swarm | Flood | Forged | Film | Pages | Mail | Lookups
                     | Interactive | Watch | Dial, Tagged]
"""The settings of every activity. Each says which it is, by which transport protocol it runs, and which way it is
measured."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What a subscriber does with a service during a run."""

    name: Name
    service: Name = yaml_key("The service used.", refers=("services",))
    settings: Settings = yaml_variants("Kind of traffic.", key="activity")
    dscp: Dscp = yaml_key("DSCP of the subscriber's own packets (it is not trusted).", default=Dscp(0),
                          least=0, most=63, example="EF")
    basis: str = basis()

    @property
    def activity(self) -> Activity:
        """Kind of traffic."""
        return self.settings.activity
