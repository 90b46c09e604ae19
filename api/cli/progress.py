"""How a long run is followed: a bar on a terminal, a line now and then where there is none. All of it on stderr."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from api.ingest.summary import Summary
from extractor.archives.names import shown

if TYPE_CHECKING:
    from api.ingest import Entry, Tally

EVERY = 15.0  # seconds between two lines


class Progress:
    """Follows a run through what becomes of its files; `tally` tells how many there are. With `endless` there is no end
    to come nearer to; `verb` says what is done with the files."""

    def __init__(self, tally: Tally, endless: bool = False, verb: str = "导入") -> None:
        self.summary = Summary(skipped=tally.skipped)
        self._tally = tally
        self._endless = endless
        self._verb = verb
        self._began = self._told_at = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def told(self, entry: Entry) -> None:
        """To be called with what became of each file."""
        self.summary.add(entry)
        if entry.state == "failed" and not entry.known:
            self._say(failure(entry))
        elif self._endless and not entry.known:
            self._say(f"{'已导入' if entry.state == 'loaded' else '已在库中'} {shown(entry.source)}")
        if self._bar is not None:
            self._bar.update(self._task, completed=self.summary.files, total=self._tally.found, state=self._state())
        elif not self._endless and time.monotonic() - self._told_at >= EVERY:
            self._told_at = time.monotonic()
            self._say(f"{self.summary.files}/{self._tally.found}，{self._state()}")

    def __enter__(self) -> Progress:
        if sys.stderr.isatty() and not self._endless:
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
            from rich.progress import Progress as Bar

            from extractor.output.terminal import console

            columns = TextColumn(self._verb), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}")
            self._bar = Bar(*columns, console=console(sys.stderr), transient=True, refresh_per_second=2)
            self._task = self._bar.add_task("", total=None, state="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.summary.seconds = time.monotonic() - self._began
        if self._bar is not None:
            self._bar.stop()

    def _say(self, line: str) -> None:
        if self._bar is not None:
            self._bar.console.print(line, soft_wrap=True)
        else:
            click.echo(line, err=True)

    def _state(self) -> str:
        """Rate, time left, failures."""
        summary = self.summary
        seconds = time.monotonic() - self._began
        read = summary.files - summary.known
        parts = [f"每分钟 {read / seconds * 60:.0f} 个"] if read and seconds > 1 else []
        if read and (left := self._tally.found - summary.files) > 0:
            parts.append(f"约剩 {duration(left * seconds / read)}")
        if summary.failed:
            parts.append(f"失败 {summary.failed}")
        return "，".join(parts) or "开始"


def failure(entry: Entry) -> str:
    """A line that says what failed and why; names from outside cannot steer the terminal."""
    return f"失败 {shown(entry.source)}：{entry.reason}"


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} 秒"
    minutes = round(seconds / 60)
    return f"{minutes} 分钟" if minutes < 90 else f"{minutes / 60:.1f} 小时"
