"""Run the controller on a blueprint: `python -m controllers.launch --blueprint FILE [--listen 127.0.0.1:6653]`.

Writes one JSON object a line on standard output: `listening` once switches can connect, then what `QosController`
reports. Ends with 0 on SIGTERM or SIGINT, with 4 after an `error`.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from controllers import ryu_api
from controllers.app import QosController
from twin.core.errors import EmulationError
from twin.core.records import from_plain
from twin.plan.blueprint import Blueprint

FAILED = EmulationError.exit_code
QUIET_SECONDS = 3600.0
"""The framework's timeout for a silent switch; silence is normal here."""


def main() -> None:
    """Listen, program the switches, report; never returns."""
    arguments = _parser().parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    logging.getLogger().addHandler(_ExitOnError(logging.ERROR))
    host, _, port = arguments.listen.rpartition(":")
    try:
        blueprint = read(arguments.blueprint)
        server = _serve(blueprint, (host, int(port)))
    except (OSError, ValueError, TypeError, KeyError) as reason:
        report({"event": "error", "reason": f"{type(reason).__name__}: {reason}"})
    report({"event": "listening", "on": arguments.listen, "framework": ryu_api.FRAMEWORK})
    server.serve_forever()


def read(path: Path) -> Blueprint:
    """The blueprint of a file, without its flows and the spans of hosts: the controller has no use for them."""
    plain = json.loads(path.read_text(encoding="utf-8"))
    hosts = {host["span"] for host in plain["hosts"]}
    plain["spans"] = [span for span in plain["spans"] if span["name"] not in hosts]
    return from_plain(Blueprint, plain | {"flows": []})


def report(event: Mapping[str, object]) -> None:
    """Write an event as a line; an error is the last one."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()
    if event["event"] == "error":
        os._exit(FAILED)


def _serve(blueprint: Blueprint, address: tuple[str, int]) -> Any:
    """The framework's server, bound to the address, with the application behind it."""
    ryu_api.cfg.CONF(args=[], project="metro-twin", default_config_files=[], default_config_dirs=[])
    ryu_api.cfg.CONF.set_override("socket_timeout", QUIET_SECONDS)
    manager = ryu_api.app_manager.AppManager.get_instance()
    manager.instantiate(ryu_api.ofp_handler.OFPHandler)
    manager.instantiate(QosController, blueprint, report).start()
    return ryu_api.hub.StreamServer(address, ryu_api.controller.datapath_connection_factory)


class _ExitOnError(logging.Handler):
    """The framework logs errors of its threads and carries on; a run must not."""

    def emit(self, record: logging.LogRecord) -> None:
        report({"event": "error", "reason": record.getMessage(), "trace": _trace(record)})


def _trace(record: logging.LogRecord) -> str:
    return logging.Formatter().formatException(record.exc_info) if record.exc_info else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m controllers.launch", description=__doc__.partition("\n")[0])
    parser.add_argument("--blueprint", type=Path, required=True, help="the blueprint, as JSON")
    parser.add_argument("--listen", default="127.0.0.1:6653", help="address and TCP port for the switches")
    return parser


if __name__ == "__main__":
    main()
