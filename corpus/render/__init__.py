"""Text reports set as Word and PDF: real headings, tables with merged cells, page breaks, running headers, page numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.render.blocks import read_blocks

__all__ = ["read_blocks", "render"]


def render(
    files: Sequence[Path],
    formats: Sequence[str],
    out: Path | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Render text files to the `formats` (docx, pdf), beside them or into `out`; `tell` gets notes (Chinese).

    Files of the same name go into folders of their own under `out`. Returns the paths written.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    face = None
    if "pdf" in formats:
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
            target = folder / f"{path.stem}.{kind}"
            if kind == "docx":
                from corpus.render.docx import write_docx

                write_docx(blocks, target)
            elif kind == "pdf" and face is not None:
                from corpus.render.pdf import write_pdf

                write_pdf(blocks, target, face)
            written.append(target)
    return written
