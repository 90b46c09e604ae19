"""Views and uses of keys: noted at every request, written many at once, so that reading costs no write of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError

from api.store import log
from api.store.connection import Store
from api.store.keys import note_used

SECONDS = 1.0  # what a crash can lose
MOST = 10_000  # entries waiting; where the database takes no more of them, requests wait rather than go unlogged
_log = logging.getLogger(__name__)


class Journal:
    """Takes notes from any thread and writes them from its own. To be closed before its store is."""

    def __init__(self, store: Store, seconds: float = SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._notes: list[log.Entry] = []
        self._used: dict[int, str] = {}
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heshu-journal", daemon=True)
        self._thread.start()

    def note(self, action: str, subject: str, by: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        """Will be in the log within a second or so. Raises DBAPIError where too many wait and cannot be written."""
        with self._guard:
            self._notes.append(log.Entry(log.now(), by, action, subject, dict(details or {})))
            full = len(self._notes) >= MOST
        if full:
            self.write()

    def used(self, key: int) -> None:
        """A key opened something just now."""
        with self._guard:
            self._used[key] = log.now()

    def write(self) -> None:
        """Writes what was noted up to now. Raises DBAPIError; what was not written then waits on."""
        with self._writing:
            with self._guard:
                notes, self._notes = self._notes, []
                used, self._used = self._used, {}
            try:
                log.write_many(self._store, notes)
                notes = []
                note_used(self._store, used)
            except DBAPIError:
                with self._guard:
                    self._notes = notes + self._notes
                    self._used = used | self._used
                raise

    def close(self) -> None:
        """Writes the rest. Raises DBAPIError."""
        self._closed.set()
        self._thread.join()
        self.write()

    def _run(self) -> None:
        while not self._closed.wait(self._seconds):
            try:
                self.write()
            except DBAPIError as error:
                _log.warning("the log cannot be written just now: %s", error.orig)
