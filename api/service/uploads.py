"""A file on its way in: counted while it comes, kept under a name of ours. What the client calls it is data, never a path."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastapi import Request, UploadFile
from starlette.datastructures import UploadFile as FormFile
from starlette.requests import ClientDisconnect
from starlette.types import Message

from api.service.problems import Refused
from api.service.service import Settings
from api.service.threads import Threads

NAME_LENGTH, PASSWORD_LENGTH = 255, 200  # characters
_ENVELOPE = 64 * 1024  # bytes that the form may have beside the file


@dataclass(frozen=True, slots=True)
class Upload:
    """`path` is a file that is gone afterwards."""

    path: Path
    name: str
    password: str | None


@asynccontextmanager
async def received(request: Request, settings: Settings, threads: Threads) -> AsyncIterator[Upload]:
    """The file in a multipart form. Raises Refused: 413 as soon as it is too large, 415 for another type, 422 where a
    part is missing."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Refused(415, "请用 multipart/form-data 上传，文件放在 file 中")
    most = settings.upload_bytes
    too_large = Refused(413, f"文件超过 {most / 2**20:.0f} MB", {"Connection": "close"})
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > most + _ENVELOPE:
        raise too_large
    counted = Request(request.scope, _counted(request, most + _ENVELOPE, too_large))
    try:
        form = await counted.form(max_files=1, max_fields=2, max_part_size=4 * PASSWORD_LENGTH)
    except ClientDisconnect:
        raise Refused(400, "上传中断") from None
    try:
        file, password = form.get("file"), form.get("password")
        if not isinstance(file, FormFile):
            raise Refused(422, "缺少 file：要上传的文件")
        if isinstance(password, UploadFile | FormFile) or set(form) - {"file", "password"}:
            raise Refused(422, "表单只能有 file（文件）和 password（密码，可不给）")
        if password and len(password) > PASSWORD_LENGTH:
            raise Refused(422, f"密码最多 {PASSWORD_LENGTH} 个字")
        if (file.size or 0) > most:
            raise too_large
        name = file.filename or "未命名"
        if len(name) > NAME_LENGTH:
            raise Refused(422, f"文件名最多 {NAME_LENGTH} 个字")
        with tempfile.TemporaryDirectory(prefix="heshu-") as folder:
            path = Path(folder) / "upload"
            await threads.run(_write, file.file, path)
            yield Upload(path, name, password or None)
    finally:
        await form.close()


def _counted(request: Request, most: int, too_large: Refused):  # type: ignore[no-untyped-def]
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > most:
            raise too_large
        return message

    return receive


def _write(source: BinaryIO, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
