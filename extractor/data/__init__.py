"""Patterns and lexicons, and the one way to load them."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The contents of `extractor/data/<name>.toml`. The caller does not change them."""
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def pattern(name: str, *keys: str) -> re.Pattern[str]:
    """The pattern that stands at these keys of `extractor/data/<name>.toml`."""
    text: Any = load(name)
    for key in keys:
        text = text[key]
    return re.compile(text)


@cache
def load_json(name: str) -> dict[str, Any]:
    """The contents of `extractor/data/<name>.json`. The caller does not change them."""
    contents: dict[str, Any] = json.loads((files(__name__) / f"{name}.json").read_text(encoding="utf-8"))
    return contents


@cache
def lines(name: str) -> tuple[str, ...]:
    """The entries of `extractor/data/<name>.txt`, one a line, without comments (#) and blanks."""
    text = (files(__name__) / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
