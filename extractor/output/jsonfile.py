"""Results as JSON files: their text, their schema, their names."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from extractor.output.atomic import whole
from extractor.result import Result
from extractor.review import Review, Said, corrected

# Which file each result of a folder came from, so that no later run overwrites what came from another source.
INDEX = ".heshu-sources"
MOST_BYTES = 200  # of a name; file systems take 255, and `.12.json` and the mark of an unfinished file need room


def to_json(result: Result, indent: int | None = 1, review: Review | None = None) -> str:
    """The result as contract and schema describe it, UTF-8 characters as they are; on one line without `indent`.

    With a review the values are as it corrects them, and a further key `review` tells by whom, why and what was read
    (`facts` by name, `findings` by fingerprint), and what they `added`. Half characters (lone surrogates, which broken fonts of PDFs yield)
    become `?`: no file could hold them.
    """
    told = (corrected(result, review.facts) if review else result).model_dump(mode="json")
    if review:
        groups: dict[str, Any] = {group: {k: asdict(v) for k, v in words.items()} for group, words in _groups(review)}
        told["review"] = {**groups, "added": [asdict(one) for one in review.added]}
    text = json.dumps(told, ensure_ascii=False, indent=indent)
    return text.encode("utf-8", "replace").decode("utf-8")


def _groups(review: Review) -> tuple[tuple[str, Mapping[str, Said]], ...]:
    return ("facts", review.facts), ("findings", review.findings)


def schema() -> str:
    """The JSON Schema of a result, made from the models."""
    return json.dumps(Result.model_json_schema(mode="serialization"), ensure_ascii=False, indent=2)


def bases(paths: Sequence[Path]) -> dict[Path, str]:
    """The name, less `.json`, of each input's result: the stem; where inputs share a stem, the parent folder in front,
    then also the suffix behind, then further folders in front, at last a number, until no two are the same (capitals
    count as small letters, since some file systems take them so)."""
    chosen: dict[Path, str] = {}
    waiting = {path: candidates(path) for path in paths}
    for _ in range(max((len(path.resolve().parts) for path in paths), default=0)):
        proposed = {path: next(names) for path, names in waiting.items()}
        count = Counter(name.casefold() for name in [*proposed.values(), *chosen.values()])
        for path, name in proposed.items():
            if count[name.casefold()] == 1:
                chosen[path] = name
                del waiting[path]
    for path, names in waiting.items():
        taken = {name.casefold() for name in chosen.values()}
        chosen[path] = next(name for name in names if name.casefold() not in taken)
    return {path: chosen[path] for path in paths}


def candidates(path: Path) -> Iterator[str]:
    """Names for the result of a file, the wanted one first, each longer than the one before; they never end."""
    return (_fit(name, path) for name in _names(path))


def _names(path: Path) -> Iterator[str]:
    folders = path.resolve().parent.parts[1:]
    yield path.stem
    yield ".".join([*folders[-1:], path.stem])
    for depth in range(1, len(folders) + 1):
        yield ".".join([*folders[-depth:], path.name])
    for number in itertools.count(2):
        yield ".".join([*folders, path.name, f"_{number}"])


def _fit(name: str, path: Path) -> str:
    """The name, or where file systems would not take it the front of it and a mark of the file that it stands for."""
    encoded = os.fsencode(name)
    if len(encoded) <= MOST_BYTES:
        return name
    mark = hashlib.sha256(os.fsencode(path.resolve()) + encoded).hexdigest()[:8]
    return encoded[:MOST_BYTES].decode("utf-8", "ignore") + "~" + mark


def write_results(folder: Path, source: Path, base: str, results: Sequence[Result]) -> list[Path]:
    """Writes the results of one file and returns where: `base.json`, or `base.1.json` … where the file binds several.

    A name that holds a result of another source is left alone and the next of `candidates` is taken. Raises OSError.
    """
    index = _read_index(folder)
    origin = os.path.relpath(source.resolve(), folder.resolve())
    names = _files(base, len(results))
    further = candidates(source)
    while not all(_is_free(folder, name, origin, result, index) for name, result in zip(names, results, strict=True)):
        names = _files(next(further), len(results))
    for name, result in zip(names, results, strict=True):
        _write(folder / name, to_json(result))
    index.update(dict.fromkeys(names, origin))
    _write(folder / INDEX, json.dumps(index, indent=1, sort_keys=True))
    return [folder / name for name in names]


def _write(path: Path, text: str) -> None:
    with whole(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def numbered(base: str, count: int) -> list[str]:
    """The names of the reports of one file: its own, or numbered where it binds several."""
    return [base] if count == 1 else [f"{base}.{number}" for number in range(1, count + 1)]


def _files(base: str, count: int) -> list[str]:
    return [f"{name}.json" for name in numbered(base, count)]


def _is_free(folder: Path, name: str, origin: str, result: Result, index: dict[str, str]) -> bool:
    """Whether the name is unused, or used by an earlier result of the same source."""
    if not (folder / name).exists():
        return True
    if name in index:
        return index[name] == origin
    try:
        there = json.loads((folder / name).read_text(encoding="utf-8"))
        return bool(there["source"]["sha256"] == result.source.sha256)
    except (ValueError, KeyError, TypeError):
        return False


def _read_index(folder: Path) -> dict[str, str]:
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return index if isinstance(index, dict) else {}
