"""The record of what came in, with several writers."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import event

from api.ingest import find, intake, receive
from api.store import Store


def test_of_two_sources_that_finish_at_once_one_is_the_first(store: Store, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("某市某项目绩效评价报告", encoding="utf-8")
    first, second = (receive(store, item) for item in find([tmp_path / "a.txt", tmp_path / "b.txt"]))
    is_committing = threading.Event()

    def linger(_connection: object) -> None:
        if not is_committing.is_set():
            is_committing.set()
            time.sleep(0.3)

    event.listen(store.engine, "commit", linger)
    with ThreadPoolExecutor() as threads:
        one = threads.submit(intake.settle, store, first, None, 1)
        is_committing.wait()
        two = threads.submit(intake.settle, store, second, None, 1)
    assert (one.result().state, two.result().state) == ("loaded", "duplicate")
