"""`python -m cadra.keeper`: run the keeper until it is told to stop."""

import signal
import sys
import threading

from cadra.keeper.config import from_environment
from cadra.keeper.errors import CannotStart
from cadra.keeper.hardening import harden
from cadra.keeper.server import Server


def main() -> int:
    """Start, serve, and stop on SIGTERM or Ctrl-C; 1 with a sentence when it cannot start."""
    harden()
    try:
        server = Server(from_environment())
    except CannotStart as problem:
        print(f"The keeper does not start. {problem}", file=sys.stderr)
        return 1
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    threading.Thread(target=server.serve, daemon=True).start()
    told.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
