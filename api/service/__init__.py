"""The service: the archive over HTTP, under /api/v1.

app = make_app(store, Settings(local=True))
run(app, listen("127.0.0.1", 8000))
"""

from __future__ import annotations

from api.service.access import is_loopback
from api.service.app import make_app
from api.service.server import listen, run
from api.service.service import ROOT, Settings

__all__ = ["ROOT", "Settings", "is_loopback", "listen", "make_app", "run"]
