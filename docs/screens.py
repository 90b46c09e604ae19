"""Makes docs/screens/*.png: every page of the desk at 1280 and at 390 px, over the samples. Needs Chromium and the extra dev.
usage: python docs/screens.py"""

from __future__ import annotations

import io
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from api.ingest.reading import read_one
from api.pages import install
from api.service import listen, make_app
from api.store import Store, add_original, correct, decide, open_store, report_ids, result_of, save_prepared
from extractor.output import wording

DOCS = Path(__file__).parent
SAMPLES = DOCS.parent / "corpus" / "samples"
FILES = (
    "three-levels/report.pdf",
    "four-levels/report.docx",
    "self-evaluation/report.txt",
    "planted-errors/report.pdf",
)
SIZES = {1280: 860, 390: 780}


def main() -> None:
    folder = DOCS / "screens"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as archive, sync_playwright() as playwright:
        store = open_store(str(Path(archive) / "archive.db"))
        first, *_, planted = [_load(store, SAMPLES / name) for name in FILES]
        _review(store, planted)
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        with _served(store) as address:
            for name, path in _pages(first, planted).items():
                for width, height in SIZES.items():
                    picture = _shot(browser, address + path, width, height)
                    picture.save(folder / f"{name}-{width}.png", optimize=True)
        browser.close()
        store.close()


def _pages(first: int, planted: int) -> dict[str, str]:
    report = f"/reports/{planted}"
    return {
        "archive": "/reports",
        "search": "/search?q=满意度",
        "upload": "/upload",
        "report": f"{report}#findings",
        "facts": f"{report}#facts",
        "scores": f"{report}#scores",
        "problems": f"{report}#problems",
        "checks": f"{report}#checks",
        "sheet": f"{report}/sheet",
        "comparison": f"/comparison?left={first}&right={planted}",
        "panorama": "/panorama",
        "sign-in": "/sign-in",
    }


def _load(store: Store, path: Path) -> int:
    name = f"{path.parent.name}{path.suffix}"
    sha256 = add_original(store, path, name=name).sha256
    save_prepared(store, read_one(path, name))
    return report_ids(store, sha256)[0]


def _review(store: Store, report: int) -> None:
    first, second, *_ = wording.alarms(result_of(store, report))
    decide(store, report, first.fingerprint, "confirmed", "正文少改了一处", by="审计一处")
    decide(store, report, second.fingerprint, "dismissed", "扣分另有说明", by="审计一处")
    correct(store, report, "/headline/budget", "corrected", "9187.10", "见批复", by="审计一处")


@contextmanager
def _served(store: Store) -> Iterator[str]:
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(install(make_app(store)), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _shot(browser: Browser, address: str, width: int, height: int) -> Image.Image:
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
    page = context.new_page()
    page.goto(address)
    if address.endswith("#findings"):
        for _ in range(3):
            page.keyboard.press("j")
    _settled(page)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    # A tenth of the size; the method that keeps what is rare, as red is.
    return picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def _settled(page: Page) -> None:
    """Waits for what is on its way: pictures of pages, parts that are fetched."""
    page.wait_for_timeout(1000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
