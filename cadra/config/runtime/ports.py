"""Find a free port for the pages, and hold it until the web server takes it."""

import errno
import socket

from .plain import Trouble

TRIES = 50


def reserve(host: str, first: int) -> socket.socket:
    """A listening socket on the first free port from `first` on; close it just before the server starts.

    Listening, not only bound: two copies that start together then never choose the same port.
    """
    for port in range(first, first + TRIES):
        held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((host, port))
            held.listen(1)
        except OSError as error:
            held.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise Trouble(f"This machine has no address {host}: set CADRA_HOST to one it has.") from None
        else:
            return held
    raise Trouble(f"The ports {first} to {first + TRIES - 1} are all taken. Set CADRA_PORT to a free one.")


def port_of(held: socket.socket) -> int:
    return int(held.getsockname()[1])
