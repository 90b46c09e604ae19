"""LibreOffice as a converter: a process of its own for each file, in a folder of its own, without macros or links."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from extractor.readers.errors import ReadError

PROGRAM = "HESHU_SOFFICE"
"""The environment variable that tells where LibreOffice's `soffice` is, if not on PATH."""
SECONDS = 180
"""A report of 300 pages takes about ten."""
MOST_BYTES = 2**30
"""Of one written file."""
MOST_MEMORY = 6 * 2**30
"""Of addresses; of a report of 300 pages LibreOffice claims less than two."""
USUAL_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
)
_FILTER = "docx:MS Word 2007 XML"
_NAMES = ("soffice", "libreoffice")
# No macros, nothing fetched from elsewhere, no links brought up to date: a report is read, not run.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Field"><value>false</value></prop></item>
</oor:items>
"""
# Limits of the shell reach every process that it starts; where one cannot be set, the other limits still hold.
_LIMITED = 'ulimit -t "$1" 2>/dev/null; ulimit -f "$2" 2>/dev/null; ulimit -v "$3" 2>/dev/null; shift 3; exec "$@"'


def program() -> str:
    """Where LibreOffice is. Raises ReadError `file.converter` where it is not."""
    configured = os.environ.get(PROGRAM)
    if configured:
        found = shutil.which(configured)
        if found is None:
            raise ReadError("file.converter", f"环境变量 {PROGRAM} 所指的 {configured} 不存在或不能运行，请改正")
        return found
    for name in (*_NAMES, *USUAL_PLACES):
        found = shutil.which(name)
        if found is not None:
            return found
    raise ReadError(
        "file.converter",
        "读取这种格式需要 LibreOffice，本机没有找到：请安装 LibreOffice（Linux：apt install libreoffice-writer；"
        f"Windows、macOS：从 libreoffice.org 下载），已装在别处的用环境变量 {PROGRAM} 指明 soffice 的位置；"
        "或用 Word、WPS 另存为 DOCX 后再试",
    )


@contextmanager
def converted(source: Path | bytes, suffix: str) -> Iterator[Path]:
    """The file as DOCX, for as long as the context lasts. `suffix` is that of its format.

    Raises ReadError: `file.converter` (no LibreOffice), `file.timeout`, `file.bomb`, `file.truncated`.
    """
    soffice = program()
    with tempfile.TemporaryDirectory(prefix="heshu-office-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        given = folder / f"report{suffix}"
        if isinstance(source, bytes):
            given.write_bytes(source)
        else:
            shutil.copyfile(source, given)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        _run(
            [
                soffice,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
                *("--convert-to", _FILTER, "--outdir", str(folder / "out"), str(given)),
            ],
            folder,
        )
        made = folder / "out" / "report.docx"
        if not made.is_file():
            raise ReadError("file.truncated", "LibreOffice 打不开这个文件，可能已损坏或受密码保护")
        if made.stat().st_size >= MOST_BYTES:
            raise ReadError("file.bomb", "转换后异常庞大，已拒绝读取")
        yield made


def _run(command: list[str], folder: Path) -> None:
    """Raises ReadError `file.timeout` after stopping the program with all that it has started."""
    if os.name == "posix":
        limits = (str(SECONDS), str(MOST_BYTES // 512), str(MOST_MEMORY // 1024))
        command = ["/bin/sh", "-c", _LIMITED, "sh", *limits, *command]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"HOME": str(folder), "SAL_USE_VCLPLUGIN": "svp"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise ReadError("file.timeout", f"LibreOffice 转换超过 {SECONDS} 秒没有完成，已放弃") from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program and what it has started; it may have ended already."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
