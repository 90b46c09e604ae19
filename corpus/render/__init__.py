"""Text reports set as Word and PDF: real headings, tables with merged cells, page breaks, running headers, page numbers; and
as the scan of that PDF."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.render.blocks import Block, read_blocks

if TYPE_CHECKING:
    from corpus.render.fonts import Face

__all__ = ["file_name", "read_blocks", "render"]


def file_name(stem: str, form: str) -> str:
    """The name of a report's file in a form: report.pdf, report-scan.pdf."""
    return f"{stem}-scan.pdf" if form == "scan" else f"{stem}.{form}"


def render(
    files: Sequence[Path],
    formats: Sequence[str],
    out: Path | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Render text files to the `formats` (docx, pdf, scan), beside them or into `out`; `tell` gets notes (Chinese).

    A scan (STEM-scan.pdf) is the PDF as pictures. Files of the same name go into folders of their own under `out`.
    Returns the paths written.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    face = None
    if {"pdf", "scan"} & set(formats):
        from corpus.render.fonts import load_face

        face = load_face("".join(texts.values()))
        if face.note:
            tell(face.note)
    stems = [path.stem for path in files]
    written = []
    for path, text in texts.items():
        if out is None:
            folder = path.parent
        else:
            folder = out / path.parent.name if stems.count(path.stem) > 1 else out
        folder.mkdir(parents=True, exist_ok=True)
        blocks = read_blocks(text)
        for kind in formats:
            target = folder / file_name(path.stem, kind)
            if kind == "docx":
                from corpus.render.docx import write_docx

                write_docx(blocks, target)
            elif kind == "pdf" and face is not None:
                from corpus.render.pdf import write_pdf

                write_pdf(blocks, target, face)
            elif kind == "scan" and face is not None:
                _write_scan(blocks, target, face, seed=text)
            written.append(target)
    return written


def _write_scan(blocks: list[Block], target: Path, face: Face, seed: str) -> None:
    from corpus.render.pdf import write_pdf
    from corpus.render.scan import write_scan

    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.pdf"
        write_pdf(blocks, plain, face)
        write_scan(plain, target, seed)
