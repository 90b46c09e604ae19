"""The encoder at run time: an ONNX graph and its tokenizer, nothing of torch. One pass a window, one window at a time, so
that what is judged beside a text never changes its result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.blend import Blend
from models.clause import Clause
from models.windows import Frame, windows

GRAPH, TOKENIZER, SETTINGS = "encoder.onnx", "tokenizer.json", "encoder.json"


@dataclass(frozen=True, slots=True)
class Encoder:
    """`labels` holds the labels of each head (deficiency, category, role), in the order of its scores; `blends` how these
    are joined with those of the linear models. A sentence of which no clause states a deficiency with the chance `passing`
    by the linear model need not be looked at."""

    session: Any
    tokens: Any
    frame: Frame
    labels: Mapping[str, tuple[str, ...]]
    blends: Mapping[str, Blend]
    passing: float

    @classmethod
    def of(cls, parts: Mapping[str, bytes]) -> Encoder:
        """Of the files of a model folder, by name. Raises KeyError, TypeError or ValueError where they are no encoder."""
        told = json.loads(parts[SETTINGS])
        return cls(
            _session(parts[GRAPH]),
            _tokens(parts[TOKENIZER]),
            Frame(int(told["start"]), int(told["end"]), int(told["longest"])),
            {str(head): tuple(map(str, labels)) for head, labels in told["labels"].items()},
            {str(head): Blend(**blend) for head, blend in told["blends"].items()},
            float(told["passing"]),
        )

    def scores(self, clauses: Sequence[Clause], head: str) -> list[list[float]]:
        """For each clause the scores of a head's labels, before they are made probabilities."""
        import numpy

        found: list[list[float]] = [[] for _ in clauses]
        for window in windows(clauses, self.tokens, self.frame):
            shares = numpy.zeros((len(window.spans), len(window.ids)), dtype=numpy.float32)
            for row, (_, first, last) in enumerate(window.spans):
                shares[row, first:last] = 1 / (last - first)
            fed = {"ids": numpy.array([window.ids], dtype=numpy.int64), "shares": shares}
            (scored,) = self.session.run([head], fed)
            for (number, _, _), values in zip(window.spans, scored[0].tolist(), strict=True):
                found[number] = values
        return found


def blended(files: Mapping[str, bytes], blends: Mapping[str, Blend], passing: float) -> dict[str, bytes]:
    """An encoder's files with the weights that it has beside the linear models."""
    told = json.loads(files[SETTINGS])
    told |= {"blends": {task: asdict(blend) for task, blend in blends.items()}, "passing": passing}
    return {**files, SETTINGS: json.dumps(told, ensure_ascii=False).encode("utf-8")}


def _session(graph: bytes) -> Any:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has a dozen kinds of errors without one above them
        raise ValueError(f"{GRAPH}: {error}") from error


def _tokens(told: bytes) -> Any:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_str(told.decode("utf-8"))
    except Exception as error:  # tokenizers raises nothing more exact
        raise ValueError(f"{TOKENIZER}: {error}") from error
