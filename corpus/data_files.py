"""The generator's data files, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def read(name: str) -> dict[str, Any]:
    """The TOML file `name` of corpus/data, without its suffix."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def style_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (DATA / "styles").glob("*.toml")))


@cache
def style(name: str) -> dict[str, Any]:
    """A style over the common wording: its own sections and wordings put in place of the common ones."""
    own, common = read(f"styles/{name}"), read("wording")
    wording = {slot: variants for slot, variants in common.items() if slot != "section"}
    return {
        **own,
        "name": name,
        "wording": {**wording, **own.get("wording", {})},
        "section": {**common["section"], **own.get("section", {})},
    }
