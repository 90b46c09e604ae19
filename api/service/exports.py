"""Files made of results: workbook, annotated copy. Runs in a process of its own, since what is made of a hostile file, or
of many results, must not hold up or take down the service."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from api.store.blobs import Blobs, read
from api.store.rows import result_of
from extractor.result import Result
from extractor.review import Review

# Formats of which there are annotated copies.
ANNOTATED = ("pdf", "docx")


def workbook(results: Sequence[tuple[str, bytes]], reviews: Sequence[Review]) -> bytes:
    """The workbook of results, each a name and the body that the store keeps, and what reviewers said of each."""
    from extractor.output import excel

    with tempfile.TemporaryDirectory(prefix="heshu-") as folder:
        path = Path(folder) / "workbook.xlsx"
        excel.write(path, [(name, result_of(body)) for name, body in results], reviews)
        return path.read_bytes()


def annotated(
    blobs: Blobs, sha256: str, form: str, reports: Sequence[tuple[bytes, Review]], password: str | None
) -> tuple[bytes, int]:
    """An original with the findings of its reports as notes, but for those that reviewers dismissed, and how many of these
    found no place. Raises ReadError where it cannot be opened, StoreError where it is missing."""
    results = [without_dismissed(result_of(body), review) for body, review in reports]
    with tempfile.TemporaryDirectory(prefix="heshu-") as folder:
        source, path = Path(folder) / f"original.{form}", Path(folder) / f"annotated.{form}"
        with source.open("wb") as stream:
            stream.writelines(read(blobs, sha256))
        lost = (_annotate_pdf if form == "pdf" else _annotate_docx)(path, source, results, password)
        return path.read_bytes(), lost


def without_dismissed(result: Result, review: Review) -> Result:
    """The result without the findings that reviewers hold to be none."""
    dismissed = {name for name, said in review.findings.items() if said.verdict == "dismissed"}
    return result.model_copy(update={"findings": [one for one in result.findings if one.fingerprint not in dismissed]})


def _annotate_pdf(path: Path, source: Path, results: Sequence[Result], password: str | None) -> int:
    import pypdfium2

    from extractor.output import annotated_pdf
    from extractor.readers.errors import ReadError

    try:
        return annotated_pdf.write(path, source, results, password)
    except pypdfium2.PdfiumError as error:
        raise ReadError("file.encrypted", "打不开原件；加密的文件请给出密码") from error


def _annotate_docx(path: Path, source: Path, results: Sequence[Result], password: str | None) -> int:
    from extractor.output import annotated_docx

    return annotated_docx.write(path, source, results, password)
