"""`heshu ingest` as a process of its own, and what of a store two runs must agree on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from api.store import blobs, open_store, tables

CODE = "import sys; from api.cli.ingest import ingest; sys.exit(ingest(standalone_mode=False))"


def begin(url: str, originals: Path, *words: object) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CODE, "--store", url, "--originals", str(originals), *map(str, words), "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def content(url: str, originals: Path) -> dict[str, Any]:
    """Rows and files of a store, without the moments and numbers that runs differ in."""
    store = open_store(url, str(originals))
    i, o, r, t = tables.intake, tables.originals, tables.reports, tables.results
    kept = {
        "intake": select(i.c.source, i.c.sha256, i.c.state, i.c.reason),
        "originals": select(o.c.sha256, o.c.size, o.c.format),
        "names": select(tables.original_names.c.sha256, tables.original_names.c.name),
        "reports": select(r.c.sha256, r.c.part, r.c.version, r.c.title, r.c.alarms, r.c.checks),
        "results": select(r.c.sha256, r.c.part, t.c.version, t.c.body).join_from(t, r),
        "log": select(tables.log.c.action, tables.log.c.subject),
    }
    with store.reading() as connection:
        found: dict[str, Any] = {name: sorted(map(repr, connection.execute(query))) for name, query in kept.items()}
        for table in ("problems", "findings", "checks", "paragraphs", "versions"):
            found[table] = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        for sha256 in connection.execute(select(o.c.sha256)).scalars():
            assert b"".join(blobs.read(store.blobs, sha256)) is not None  # verified while it is read
    store.close()
    return found
