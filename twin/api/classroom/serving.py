"""Serves a class until it is ended: its pages in this thread, its twins by the scheduler in another."""

from __future__ import annotations

import threading
from collections.abc import Callable

from twin.api.classroom.application import class_application
from twin.api.classroom.class_folder import ClassFolder
from twin.api.classroom.scheduler import Scheduler
from twin.api.classroom.tls import Certificate
from twin.api.console.access import Access
from twin.api.console.page_files import page_files
from twin.api.console.serving import LOOPBACK, listening, server, terminating


def serve_class(held: ClassFolder, scheduler: Scheduler, port: int, certificate: tuple[str, Certificate] | None,
                on_ready: Callable[[Access], None]) -> None:
    """Serve it until it is ended, or SIGINT or SIGTERM, which leave its twins up. port: 0 for a free one. certificate:
    the address in the LAN, with its certificate; None for the loopback address. on_ready: gets the rules of access.

    Raises UsageError where address or port cannot be used.
    """
    address, tls = certificate or ("", None)
    with listening(port, address or LOOPBACK) as listener, terminating():
        rules = Access(listener.getsockname()[1], held.file.secret, address, held.tokens)
        running = server(class_application(rules, held, page_files()), (tls.file, tls.key) if tls else None)
        on_ready(rules)

        def keep() -> None:
            scheduler.run()
            running.should_exit = True

        keeping = threading.Thread(target=keep, name="class-scheduler")
        keeping.start()
        try:
            running.run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            scheduler.stop()
            keeping.join()
