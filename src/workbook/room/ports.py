"""Taking the one port that was asked for: no hopping, and one clear sentence when it is taken."""

from __future__ import annotations

import errno
import os
import socket

from ..errors import WorkbookError
from ..i18n import _

HOST = "127.0.0.1"
TAKEN = {errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE)}
DENIED = {errno.EACCES, getattr(errno, "WSAEACCES", errno.EACCES)}


def take(port: int, host: str = HOST) -> socket.socket:
    """A socket listening at ``host:port``; raises WorkbookError with what to do when that cannot be."""
    if not 0 <= port <= 65535:
        raise WorkbookError(_("Port {port} does not exist: choose one from 1024 to 65535.").format(port=port))
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name != "nt":  # on Windows this option would let two servers share one port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        if error.errno in TAKEN:
            raise WorkbookError(
                _(
                    "Port {port} is taken by another program, perhaps by a workbook that is running already: "
                    "look at http://{host}:{port}/, or choose another port: --port {other} (with make: PORT={other})."
                ).format(port=port, host=HOST, other=port + 10)
            ) from None
        if error.errno in DENIED:
            raise WorkbookError(
                _("This account may not use port {port}: choose one from 1024 to 65535.").format(port=port)
            ) from None
        raise
    sock.setblocking(False)
    return sock
