"""The Ryu API by one set of names: from os-ken, or from Ryu where that is installed instead.

Everything else in this package takes the framework from here. `app_manager` has to be imported first: `controller`
looks for it. Types are the framework's own, unknown to a type checker.
"""

from __future__ import annotations

try:
    from os_ken.base import app_manager  # isort: skip
    from os_ken import cfg
    from os_ken.controller import controller, event, handler, ofp_event, ofp_handler
    from os_ken.lib import hub
    from os_ken.ofproto import ofproto_v1_3

    App = app_manager.OSKenApp
except ModuleNotFoundError:
    import eventlet.wsgi  # type: ignore[import-untyped]  # eventlet ships none

    if not hasattr(eventlet.wsgi, "ALREADY_HANDLED"):  # Ryu 4.34 imports it; eventlet has dropped it since
        eventlet.wsgi.ALREADY_HANDLED = object()

    from ryu.base import app_manager  # isort: skip
    from ryu import cfg
    from ryu.controller import controller, event, handler, ofp_event, ofp_handler
    from ryu.lib import hub
    from ryu.ofproto import ofproto_v1_3

    App = app_manager.RyuApp

FRAMEWORK: str = app_manager.__name__.partition(".")[0]
"""`os_ken` or `ryu`."""

__all__ = [
    "FRAMEWORK", "App", "app_manager", "cfg", "controller", "event", "handler", "hub", "ofp_event", "ofp_handler",
    "ofproto_v1_3",
]
