"""How soon the page of a report of some sixty pages is painted in Chromium, over loopback."""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from api.pages import install
from api.service import listen, make_app
from api.store import add_original, open_store, paragraphs_of, prepare, report_ids, save_prepared
from extractor.pipeline import read_reports
from tests.conftest import REPOSITORY, need

SAMPLE = REPOSITORY / "corpus/samples/planted-errors/report.docx"
TIMES = 3  # 22 pages each
MOST = 1000.0  # milliseconds
ROUNDS = 5


@pytest.mark.benchmark
def test_first_paint(tmp_path: Path) -> None:
    need("chromium")
    need("playwright")
    from playwright.sync_api import sync_playwright

    [report] = read_reports(SAMPLE)
    report.document.blocks *= TIMES
    result = report.result.model_copy(update={"checks": report.result.checks * TIMES})
    store = open_store(str(tmp_path / "archive.db"))
    sha256 = add_original(store, SAMPLE).sha256
    save_prepared(store, [prepare(result, paragraphs_of(report.document), report.document)])
    [number] = report_ids(store, sha256)

    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(install(make_app(store)), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started:
        time.sleep(0.05)
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    painted = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for _ in range(ROUNDS):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{listening.getsockname()[1]}/reports/{number}")
            page.wait_for_timeout(500)
            painted.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            context.close()
        browser.close()
    server.should_exit = True
    thread.join()
    store.close()
    shown = "、".join(f"{one:.0f}" for one in painted)
    print(f"\nfirst paint in ms: {shown}; median {statistics.median(painted):.0f}, the first one included")
    assert max(painted) < MOST
