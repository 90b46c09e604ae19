"""An auditor's way through the desk, in a real browser: Chromium without a window."""

from __future__ import annotations

import io
import shutil
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
import uvicorn
from sqlalchemy import update

from api.pages import install
from api.service import listen, make_app
from api.store import Store, corrections_of, decisions_of, open_store, result_versions, tables
from extractor.version import VERSION
from tests.conftest import REPOSITORY, need

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SAMPLES = REPOSITORY / "corpus/samples"
PLANTED = SAMPLES / "planted-errors/report.docx"
WIDTHS = (1280, 390)
SLOW = 60_000  # milliseconds: the first file waits for the classifier to load


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(str(tmp_path_factory.mktemp("archive") / "archive.db"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(install(make_app(store)), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    need("chromium")
    need("playwright")
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page 1280 wide, which must not complain of anything."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(SLOW)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def planted(store: Store, address: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The number of the report with errors, after three samples and a file that is none were uploaded by the page."""
    folder = tmp_path_factory.mktemp("uploads")
    others = [SAMPLES / "self-evaluation/report.txt", SAMPLES / "three-levels/report.txt"]
    files = [shutil.copy(path, folder / f"{path.parent.name}{path.suffix}") for path in (PLANTED, *others)]
    (folder / "<b>不是报告.pdf").write_bytes(b"%PDF-1.4 nothing")
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto("/upload")
    page.set_input_files("#files", [*files, folder / "<b>不是报告.pdf"])
    page.get_by_text("共 4 个，完成 3，失败 1").wait_for()
    refused = page.locator("tr", has_text="<b>不是报告.pdf")
    assert refused.locator(".why").inner_text()
    assert refused.get_by_role("button", name="重试").is_visible()
    page.locator("tr", has_text="planted-errors.docx").get_by_role("link", name="打开").click()
    page.wait_for_url("**/reports/*")
    number = int(page.url.split("/reports/")[1].split("#")[0])
    context.close()
    return number


def test_an_auditor_goes_through_the_desk(page: Page, store: Store, planted: int) -> None:
    page.goto("/reports")
    page.get_by_role("link", name="雁峤县2018年职业农民培育补助项目支出绩效评价报告").click()
    page.wait_for_load_state()  # the scripts that hear the keys
    cards = page.locator("#findings .finding")
    current = page.locator(".finding[aria-current]")
    assert cards.count() >= 6

    page.keyboard.press("j")
    first = current.get_attribute("id")
    page.keyboard.press("j")
    second = current.get_attribute("id")
    assert first and second and first != second
    lit = page.evaluate("document.querySelectorAll('#document .lit').length + (CSS.highlights.get('lit')?.size || 0)")
    assert lit, "what was chosen is lit in the document"
    page.keyboard.press("k")
    assert current.get_attribute("id") == first

    page.keyboard.press("m")
    page.keyboard.type("四舍五入，不是差错")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    page.locator(f"#{first}.is-dismissed").wait_for()
    assert current.get_attribute("id") == second, "the next one is chosen"
    page.keyboard.press("y")
    page.locator(f"#{second}.is-confirmed").wait_for()
    assert "2/" in page.locator("#progress").inner_text().replace(" ", "")
    assert sorted(one.verdict for one in decisions_of(store, planted)) == ["confirmed", "dismissed"]

    page.keyboard.press("2")
    page.get_by_role("link", name="复核：预算", exact=True).click()
    page.get_by_label("更正为").fill("9,008.98")
    page.get_by_label("说明", exact=True).fill("见批复")
    page.get_by_role("button", name="更正").click()
    page.locator("#facts").get_by_text("9,008.98 万元").wait_for()
    assert [one.value for one in corrections_of(store, planted)] == ["9008.98"]

    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    told = _workbook(Path(download.value.path()).read_bytes())
    assert "四舍五入，不是差错" in told and "误报" in told
    assert "更正，原为 9008.99 万元" in told and "见批复" in told

    _let_an_earlier_version_have_read(store, planted)
    page.reload()
    page.get_by_role("button", name="重新读取").click()
    page.locator("#job").wait_for()
    page.locator("#job").wait_for(state="detached")
    assert result_versions(store, planted) == ["0.0.1", VERSION]
    assert page.get_by_role("button", name="重新读取").count() == 0
    page.locator(f"#{first}.is-dismissed").wait_for(state="attached")
    assert "四舍五入，不是差错" in page.locator(f"#{first}").inner_text()
    page.keyboard.press("2")
    page.locator("#facts").get_by_text("9,008.98 万元").wait_for()

    page.get_by_role("link", name="与另一份对比").click()
    page.get_by_label("标题中的字").fill("绩效")
    page.get_by_role("button", name="找报告").click()
    page.locator(".choices a").first.click()
    page.wait_for_url(f"**/comparison?left={planted}&right=*")
    assert "雁峤县2018年职业农民培育补助项目支出绩效评价报告" in page.locator("thead").first.inner_text()

    page.get_by_role("link", name="全景").click()
    page.locator("section:has(#alarms) .chart a:has(rect)").first.click()
    page.wait_for_url("**/reports?*has_alarms=true*")
    agency = parse_qs(urlsplit(page.url).query)["agency"]
    assert page.locator("td[data-label='机构']").all_inner_texts() == agency, "the report behind the bar"


def _let_an_earlier_version_have_read(store: Store, report: int) -> None:
    with store.writing() as connection:
        for table, number in ((tables.results, tables.results.c.report_id), (tables.reports, tables.reports.c.id)):
            connection.execute(update(table).where(number == report).values(version="0.0.1"))


def _workbook(content: bytes) -> str:
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet for cell in row]
    return "\n".join([str(cell.value) for cell in cells] + [cell.comment.text for cell in cells if cell.comment])


def test_a_folder_is_dropped(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "报告"
    (folder / "2021").mkdir(parents=True)
    shutil.copy(SAMPLES / "self-evaluation/report.txt", folder / "2021" / "自评.txt")
    for name in ("空.docx", "~$空.docx", ".DS_Store"):
        (folder / name).touch()
    (folder / "照片.heic").write_bytes(b"x")
    page.goto("/upload")
    page.wait_for_load_state()
    browser = page.context.new_cdp_session(page)
    dropped = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": dropped})
    page.get_by_text("共 2 个，完成 1，失败 1；跳过 1 个不是报告的文件").wait_for()
    assert page.locator("tr", has_text="报告/2021/自评.txt").get_by_role("link", name="打开").is_visible()
    assert page.locator("tr", has_text="报告/空.docx").locator(".why").inner_text() == "文件是空的"


def test_a_number_in_the_document_tells_its_checks(page: Page, planted: int) -> None:
    page.goto(f"/reports/{planted}")
    page.locator("#document mark.state-wrong").first.click()
    panel = page.locator("#number")
    panel.get_by_text("不符").first.wait_for()
    assert "number=n" in page.url
    page.reload()
    assert panel.get_by_text("不符").first.is_visible(), "the address leads to the same"


@pytest.fixture(scope="module")
def axed(browser: Browser, address: str) -> Iterator[Page]:
    """A page that has axe in it, wherever it goes."""
    need("axe")
    [package] = find_spec("axe_core_python").submodule_search_locations  # type: ignore[union-attr,misc]
    context = browser.new_context(base_url=address, bypass_csp=True)
    context.add_init_script(path=Path(package) / "axe.min.js")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/reports",
        "/search?q=满意度",
        "/upload",
        "/sign-in",
        "/panorama",
        "/comparison?left={}",
        "/comparison?left={}&right=1",
        "/reports/{}",
        "/reports/{}#scores",
        "/reports/{}/sheet",
    ],
)
def test_pages_fit_and_are_accessible(axed: Page, planted: int, path: str) -> None:
    axed.set_viewport_size({"width": WIDTHS[0], "height": 850})
    axed.goto("about:blank")  # so that a mark of the next address alone loads the page too
    axed.goto(path.format(planted))
    for width in WIDTHS:
        axed.set_viewport_size({"width": width, "height": 850})
        assert axed.evaluate("document.documentElement.scrollWidth") <= width
        # The paragraphs of a document are alike, and many: it is enough to look at them once.
        left_out = [] if path.endswith("{}") and width == WIDTHS[0] else [[".paper"]]
        found = axed.evaluate("out => axe.run({exclude: out}).then(told => told.violations)", left_out)
        serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
        assert serious == []
