"""Names of one report that are left over in another: the trace of a text that was copied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.compare.passages import Passage
from api.store.likeness import plain
from extractor.output.wording import META
from extractor.result import Result

_NAMES = ("project_name", "implementing_unit", "competent_department", "entrusting_party", "evaluator")
_SHORTEST = 4  # characters; shorter names stand in other words
_YEAR = re.compile(r"^\d{4}年?度?")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A name of the other report, what it names there, and where it stands in this one."""

    name: str
    label: str
    places: tuple[Passage, ...]


def leftovers(source: Result, target: Result, passages: Sequence[Passage]) -> list[Leftover]:
    """Names that `source` gives to its project, units and agency and that stand in the text of `target`, whose own they
    are not."""
    own = [plain(name) for _, name in _names(target)]
    texts = [plain(passage.text) for passage in passages]
    found: dict[str, Leftover] = {}
    for label, name in _names(source):
        key = plain(name)
        # What is part of an own name, or has one as its part, may be meant by it.
        if len(key) < _SHORTEST or key in found or any(key in other or (other and other in key) for other in own):
            continue
        if places := tuple(passage for passage, text in zip(passages, texts, strict=True) if key in text):
            found[key] = Leftover(name, label, places)
    return list(found.values())


def _names(result: Result) -> Iterator[tuple[str, str]]:
    for field in _NAMES:
        if value := getattr(result.meta, field):
            yield META[field], _YEAR.sub("", value.value.strip())
