"""One conversation of the application with three switches, printed as JSON: the same on every framework.

Run as `python -m tests.controllers.conversation` by whatever Python has the framework to be tried.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from controllers import api
from controllers.app import Controller
from controllers.events import PortDue, Rested
from tests.controllers.switches import FakeSwitch, came, confirms, triangle


def conversation() -> dict[str, object]:
    """Three switches come, a span is cut, mended and waited for, all is confirmed: what was sent and reported."""
    reports: list[Mapping[str, object]] = []
    application = Controller(triangle(), reports.append)
    switches = [FakeSwitch(number) for number in (1, 2, 3)]
    sent: list[str] = []

    def confirm_all() -> None:
        while any(switch.sent for switch in switches):
            for switch in switches:
                messages = switch.messages()
                sent.extend(raw.hex() for _, _, raw in messages)
                if messages:
                    confirms(application, switch, messages[-1][1])

    for switch in switches:
        came(application, switch)
    confirm_all()
    for up in (False, True):
        for (name, port), span in sorted(application.state.trunks.items()):
            if span == "span-0":
                application.port_due(PortDue(name, port, up))
        for span, since in sorted(application.waits.items()):
            application.has_rested(Rested(span, since))
        confirm_all()
    return {"framework": api.FRAMEWORK, "sent": sent, "reports": [_timeless(report) for report in reports]}


def _timeless(report: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in report.items() if key != "at_ns"}


if __name__ == "__main__":
    print(json.dumps(conversation()))
