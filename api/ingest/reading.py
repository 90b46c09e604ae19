"""What is done with one file, in whatever process: from its path to what the store keeps. Needs no store."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from api.store import Prepared, StoreError, paragraphs_of, prepare
from api.store.blobs import Blobs, read
from extractor.archives.names import safe_suffix
from extractor.readers.errors import ReadError

if TYPE_CHECKING:
    from extractor.pipeline import Report


def read_one(
    path: Path, name: str, password: str | None = None, least: float | None = None, model: Path | None = None
) -> list[Prepared]:
    """The reports of a file that its results call `name`. Raises what `read_reports` raises."""
    # Heavy, and in the parent of worker processes not needed at all.
    from extractor.pipeline import read_reports

    return [_prepared(report, name) for report in read_reports(path, password, least, model)]


def read_kept(
    blobs: Blobs,
    sha256: str,
    name: str,
    folder: Path,
    password: str | None = None,
    least: float | None = None,
    model: Path | None = None,
) -> list[Prepared]:
    """As `read_one`, of an original that a store keeps; a copy lies in the folder meanwhile."""
    path = folder / f"{uuid.uuid4().hex}{safe_suffix(name)}"
    try:
        with path.open("xb") as stream:
            stream.writelines(read(blobs, sha256))
        return read_one(path, name, password, least, model)
    except StoreError as error:
        raise ReadError("file.missing", error.message) from error
    finally:
        path.unlink(missing_ok=True)


def warm(model: Path | None = None) -> None:
    """Loads what reading needs, so that the first file does not pay for it. Raises ModelError."""
    from extractor import pipeline  # noqa: F401
    from extractor.readers import docx, pdf, text  # noqa: F401
    from models import load

    load(model)


def _prepared(report: Report, name: str) -> Prepared:
    source = report.result.source.model_copy(update={"name": name})
    result = report.result.model_copy(update={"source": source})
    return prepare(result, paragraphs_of(report.document), report.document)
