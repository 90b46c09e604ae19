"""A folder of files as they should not be, beside some that are good. Made from generated reports, the same each time."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
from pathlib import Path

from corpus.generate import make_report
from corpus.render import render

SEED = "damage"
GOOD = 40
# Names that a terminal, a log or a careless program would stumble over.
NAMES = (
    "换\n行{}.txt",
    "响\x07铃{}.txt",
    "\x1b[31m红{}.txt",
    "倒\u202etxt.exe{}.txt",
    "空 格 {}.txt",
    "'引号\"{};$(rm -rf ~).txt",
    "..{}.txt",
    "-rf{}.txt",
    "长" * 80 + "{}.txt",
)


def make(folder: Path) -> set[str]:
    """Fills the folder with at least 300 files; the sources, below the folder, of the good ones."""
    rnd = random.Random(SEED)
    texts = [make_report(SEED, index).text for index in range(1, 11)]
    sound = folder / "sound"
    sound.mkdir()
    for index, text in enumerate(texts[:5]):
        (sound / f"{index}.txt").write_text(text, encoding="utf-8")
    render(sorted(sound.glob("*.txt")), ["docx", "pdf"])
    samples = [path.read_bytes() for path in sorted(sound.iterdir())]
    files = [path for path in sorted(sound.iterdir()) if path.suffix in (".docx", ".pdf")]
    good = {str(path.relative_to(folder)) for path in sound.iterdir()}

    def put(name: str, content: bytes) -> None:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    def variant(number: int) -> bytes:
        return (texts[number % len(texts)] + f"\n附件{number}：无\n").encode()

    for number in range(GOOD):
        put(f"good/{NAMES[number % len(NAMES)].format(number)}", variant(number))
    good |= {os.path.join("good", name) for name in os.listdir(folder / "good") if not name.startswith(".")}
    for number in range(80):
        path = rnd.choice(files)
        content = path.read_bytes()
        put(f"truncated/{number}{path.suffix}", content[: rnd.randrange(len(content))])
    for number in range(80):
        path = rnd.choice(files)
        put(f"flipped/{number}{path.suffix}", flipped(path.read_bytes(), rnd))
    for number in range(30):
        put(f"renamed/{number}{rnd.choice(['.pdf', '.docx', '.txt', '.ofd', '.zip'])}", rnd.choice(samples))
    for number in range(20):
        put(f"noise/{number}{rnd.choice(['.pdf', '.docx', '.txt', '.doc', '.zip'])}", rnd.randbytes(number * 50))
    for number in range(60):
        name, inside = archive(number, variant(100 + number), rnd)
        put(f"archives/{name}", inside)
        if number % 6 < 2:
            good.add(f"archives/{name}!/" + ("in.zip!/" if number % 6 == 1 else "") + "报告.txt")
    return good


def flipped(content: bytes, rnd: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rnd.randrange(1, 60)):
        changed[rnd.randrange(len(changed))] ^= 1 << rnd.randrange(8)
    return bytes(changed)


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return stream.getvalue()


def encrypted(content: bytes) -> bytes:
    """The archive with the flag of encryption set in both headers of its members."""
    changed = bytearray(content)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(start)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", changed, at + offset)
            struct.pack_into("<H", changed, at + offset, flags | 1)
            at = changed.find(start, at + 4)
    return bytes(changed)


def archive(number: int, report: bytes, rnd: random.Random) -> tuple[str, bytes]:
    """An archive's name and content: sound ones with names that step out of it, nested ones, bombs, broken ones."""
    match number % 6:
        case 0:
            return f"{number}.zip", packed({"../../报告.txt": report, "..\\..\\x\x1b.exe": b"MZ"})
        case 1:
            return f"{number}.zip", packed({"in.zip": packed({"报告.txt": report})})
        case 2:
            content = packed({"报告.txt": report})
            for _ in range(5):
                content = packed({"in.zip": content})
            return f"{number}.zip", content
        case 3:
            return f"{number}.zip", packed({"bomb.txt": b"0" * 40_000_000, "bomb.docx": b"\0" * 40_000_000})
        case 4:
            return f"{number}.zip", encrypted(packed({"报告.txt": report}))
        case _:
            content = packed({"报告.txt": report})
            return f"{number}.zip", content[: rnd.randrange(4, len(content) - 1)]
