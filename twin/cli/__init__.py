"""The command `twin`: it answers interrupts from its first line on, so that it imports only then."""

import sys


def main(argv: list[str] | None = None) -> int:
    """Run one verb and return its exit code; argv: its words, by default those of this process.

    Whatever happens is one message on standard error, with place, reason and remedy; never a traceback.
    """
    try:
        if argv is None:
            _settle()
        from twin.cli.standard_streams import make_usable
        make_usable()
        from twin.cli.command_line import run
        return run(argv)
    except KeyboardInterrupt:
        print("twin: interrupted; nothing is left running", file=sys.stderr)
        return 130
    finally:
        if argv is None:
            _end_at_interrupt()


def _settle() -> None:
    """Undo what a caller may have left to this process and what would be in its way: children that cannot be waited
    for, and a umask that takes rights from their own user."""
    sys.unraisablehook = _keep_interrupt
    import os
    import signal
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.umask(os.umask(0o077) & 0o077)


def _keep_interrupt(lost: "sys.UnraisableHookArgs") -> None:
    """An interrupt that came where Python cannot raise one comes again."""
    if lost.exc_type is KeyboardInterrupt:
        import signal
        signal.raise_signal(signal.SIGINT)
    else:
        sys.__unraisablehook__(lost)


def _end_at_interrupt() -> None:
    """From now on an interrupt ends this process: Python, which is about to end, would answer by a traceback."""
    import signal
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
