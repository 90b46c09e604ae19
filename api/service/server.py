"""The server: one process, one loop, until it is told to stop."""

from __future__ import annotations

import gc
import os
import socket
import sys
from ipaddress import ip_address

import uvicorn
from fastapi import FastAPI

_GRACE = 10  # seconds that open requests have when the service stops
_SWITCH = 0.0005  # seconds that a thread which was answered by the database waits for one that computes
_IDLE = 75  # seconds that a connection may be idle: longer than programs and proxies keep theirs


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams of events do not end by themselves, and the server waits for them.
        app: FastAPI = self.config.app  # type: ignore[assignment]
        app.state.service.jobs.stop_following()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A socket at that address; port 0 is any that is free. Raises OSError."""
    return socket.create_server((host, port), family=_family(host), backlog=2048)


def run(app: FastAPI, listening: socket.socket) -> None:
    """Serves until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        app,
        access_log=False,  # the archive's own log tells who did what
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        timeout_keep_alive=_IDLE,
        ws="none",
    )
    # The loop's library uses io_uring where it can, which its authors have since taken back (libuv 1.49).
    os.environ.setdefault("UV_USE_IO_URING", "0")
    sys.setswitchinterval(_SWITCH)
    gc.freeze()  # what is there now stays: no collection goes through it again
    _Server(config).run([listening])


def _family(host: str) -> socket.AddressFamily:
    try:
        return socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        return socket.AF_INET
