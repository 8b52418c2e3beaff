"""The messages that the application exchanges with three switches, as JSON: the same on every framework.

Run as `python -m tests.controllers.message_transcript` by the Python that has the framework to be tested.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from controllers import ryu_api
from controllers.app import QosController
from controllers.timer_events import EventPortChange, EventWaitToRestoreExpired
from tests.controllers.fake_switch import FakeSwitch, confirm, connect, triangle


def transcript() -> dict[str, object]:
    """Three switches connect, a span is cut and restored, all is confirmed: what was sent and reported."""
    reports: list[Mapping[str, object]] = []
    application = QosController(triangle(), reports.append)
    switches = [FakeSwitch(number) for number in (1, 2, 3)]
    sent: list[str] = []

    def confirm_all() -> None:
        while any(switch.sent for switch in switches):
            for switch in switches:
                messages = switch.messages()
                sent.extend(raw.hex() for _, _, raw in messages)
                if messages:
                    confirm(application, switch, messages[-1][1])

    for switch in switches:
        connect(application, switch)
    confirm_all()  # cleared, then programmed
    for up in (False, True):
        for (name, port), span in sorted(application.network.state.trunks.items()):
            if span == "span-0":
                application.port_change_handler(EventPortChange(name, port, up, application.network.connection(name)))
        for span, since in sorted(application.rerouting.waits.items()):
            application.wait_to_restore_handler(EventWaitToRestoreExpired(span, since))
        confirm_all()
    return {"framework": ryu_api.FRAMEWORK, "sent": sent, "reports": [_timeless(report) for report in reports]}


def _timeless(report: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in report.items() if key not in ("began_ns", "at_ns")}


if __name__ == "__main__":
    print(json.dumps(transcript()))
