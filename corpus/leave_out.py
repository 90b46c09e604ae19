"""How good the classifier is at agencies that it never saw: every report read with a model that nothing of its agency
taught."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from corpus.evaluate import Score, evaluate
from models import Classifier
from models import folder as folders
from models.classifier import LINEAR
from models.encoder import blended
from models.training import TASKS, Example, Told, fit


def left_out_scores(
    reports: Path,
    examples: Sequence[Example],
    whole: Classifier,
    scratch: Path,
    encoders: Path | None = None,
    form: str = "txt",
    tell: Callable[[str], object] = lambda _: None,
) -> dict[str, Score]:
    """The scores of annotated reports by name. `examples` are those that `whole` learned from; models are written to
    `scratch`. Without `encoders`, the working folder of its training, the linear models are judged alone."""
    scores: dict[str, Score] = {}
    for agency, model in _models(examples, whole, scratch, encoders):
        names = {e.report for e in examples if e.agency == agency and not e.own}
        tell(f"{agency}：{'、'.join(sorted(names))}")
        scores |= evaluate(reports, form, only=names, model=model)
    return scores


def _models(
    examples: Sequence[Example], whole: Classifier, scratch: Path, encoders: Path | None
) -> Iterator[tuple[str, Path]]:
    """Every agency with the folder of a model that saw nothing of it. How far scores are stretched and which sentences pass
    is taken from the whole: few figures, that one agency hardly moves."""
    told = {task: Told.of(examples, task) for task in TASKS}
    agencies = sorted({e.agency for e in examples if not e.own})
    for number, agency in enumerate(agencies):
        parts = {
            task: replace(
                fit(held.only(lambda e, agency=agency: e.own or e.agency != agency)),  # type: ignore[misc]
                slope=getattr(whole, task).slope,
            )
            for task, held in told.items()
        }
        linear = replace(
            whole, encoder=None, deficiency=parts["deficiency"], category=parts["category"], role=parts["role"]
        )
        files = {LINEAR: folders.compact(linear.record())}
        if encoders and whole.encoder:
            files |= blended(_encoder(encoders, agency), whole.encoder.blends, whole.encoder.passing)
        folder = scratch / str(number)
        folders.write(folder, files, {"version": f"{whole.version}-{number}"})
        yield agency, folder


def _encoder(work: Path, agency: str) -> dict[str, bytes]:
    """The files of the encoder that was trained without an agency. Raises LookupError where there is none."""
    for path in sorted(work.glob("fold-*")):
        if path.is_dir():
            manifest, files = folders.read(path)
            if agency in manifest["left_out"]:
                return files
    raise LookupError(agency)
