"""A model on disk: a folder with a manifest that names its files and their SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"


class ModelError(Exception):
    """A folder that is no model of this program, or not whole; the message says what is wrong, in Chinese."""


def write(folder: Path, parts: Mapping[str, bytes], card: Mapping[str, Any]) -> None:
    """Write the model's files and the manifest, which holds `card` (version, data, scores) besides."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, contents in parts.items():
        (folder / name).write_bytes(contents)
    manifest = {"format": FORMAT, "files": {name: _digest(contents) for name, contents in parts.items()}, **card}
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def compact(record: Mapping[str, Any]) -> bytes:
    """JSON in few bytes, the same for the same record."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def read(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest and the files it names. Raises ModelError."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} 不是模型文件夹：没有 {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} 读不出来：{error}") from None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise ModelError(f"{path} 不是模型清单")
    if manifest.get("format") != FORMAT:
        raise ModelError(f"{folder} 的模型格式为 {manifest.get('format')}，本程序只认 {FORMAT}，请用本版本重新训练")
    return manifest, {name: _part(folder, name, digest) for name, digest in manifest["files"].items()}


def _part(folder: Path, name: str, digest: str) -> bytes:
    try:
        contents = (folder / name).read_bytes()
    except OSError:
        raise ModelError(f"{folder} 的模型缺少文件 {name}") from None
    if _digest(contents) != digest:
        raise ModelError(f"{folder} 的模型文件 {name} 与清单不符（SHA-256 不同），可能已损坏")
    return contents


def _digest(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()
