"""What became of the files of a run, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.ingest.intake import Entry


@dataclass(slots=True)
class Summary:
    """Counts of files; `known` are those whose outcome was recorded before, `retried` those that took more than one
    attempt, `seconds` how long it took. `skipped` counts files of other kinds by suffix."""

    loaded: int = 0
    duplicate: int = 0
    failed: int = 0
    known: int = 0
    retried: int = 0
    seconds: float = 0.0
    skipped: Mapping[str, int] = field(default_factory=Counter)
    failures: list[Entry] = field(default_factory=list)

    @property
    def files(self) -> int:
        return self.loaded + self.duplicate + self.failed

    def add(self, entry: Entry) -> None:
        self.loaded += entry.state == "loaded"
        self.duplicate += entry.state == "duplicate"
        self.known += entry.known
        self.retried += entry.attempts > 1
        if entry.state == "failed":
            self.failed += 1
            self.failures.append(entry)

    def as_json(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "loaded": self.loaded,
            "duplicate": self.duplicate,
            "failed": self.failed,
            "known": self.known,
            "retried": self.retried,
            "seconds": round(self.seconds, 1),
            "skipped": dict(self.skipped),
            "failures": [
                {"source": entry.source, "reason": entry.reason, "attempts": entry.attempts} for entry in self.failures
            ],
        }
