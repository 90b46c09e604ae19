"""The encoder at run time: an ONNX graph and its tokenizer, nothing of torch. One pass a window, one window at a time, so
that what is judged beside a text never changes its result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.blend import Blend
from models.clause import Clause
from models.windows import Frame, windows

GRAPH, TOKENIZER, SETTINGS = "encoder.onnx", "tokenizer.json", "encoder.json"


@dataclass(frozen=True, slots=True)
class Encoder:
    """`labels` holds the labels of each head (deficiency, category, role), in the order of its scores; `blends` how these
    are joined with those of the linear models."""

    session: Any
    tokens: Any
    frame: Frame
    labels: Mapping[str, tuple[str, ...]]
    blends: Mapping[str, Blend]

    @classmethod
    def of(cls, parts: Mapping[str, bytes]) -> Encoder:
        """Of the files of a model folder, by name. Raises KeyError, TypeError or ValueError where they are no encoder."""
        from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        told = json.loads(parts[SETTINGS])
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
        options.log_severity_level = 3
        return cls(
            InferenceSession(parts[GRAPH], options, providers=["CPUExecutionProvider"]),
            Tokenizer.from_str(parts[TOKENIZER].decode("utf-8")),
            Frame(int(told["start"]), int(told["end"]), int(told["longest"])),
            {str(head): tuple(map(str, labels)) for head, labels in told["labels"].items()},
            {str(head): Blend(**blend) for head, blend in told["blends"].items()},
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
