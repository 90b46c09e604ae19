"""A folder of files as they should not be, beside some that are good. Made from generated reports, the same each time."""

from __future__ import annotations

import os
import random
from pathlib import Path

from corpus.generate import make_report
from corpus.render import render
from tests.extractor.archives.packing import marked_as_encrypted, seven, zipped

SEED = "damage"
GOOD = 40
LINES = 30  # of a report: where damage costs a page its text, its picture is recognised, which takes seconds a page
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
    texts = [_beginning(make_report(SEED, index).text) for index in range(1, 11)]
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
        if number % 8 < 4:
            good.add(f"archives/{name}!/" + ("in.zip!/" if number % 8 in (1, 3) else "") + "报告.txt")
    return good


def _beginning(text: str) -> str:
    return "\n".join(text.splitlines()[:LINES])


def flipped(content: bytes, rnd: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rnd.randrange(1, 60)):
        changed[rnd.randrange(len(changed))] ^= 1 << rnd.randrange(8)
    return bytes(changed)


def archive(number: int, report: bytes, rnd: random.Random) -> tuple[str, bytes]:
    """An archive's name and content: sound ones with names that step out of it, nested ones, bombs, broken ones."""
    pack, suffix = (seven, "7z") if number % 16 >= 8 else (zipped, "zip")
    one = [("报告.txt", report)]
    match number % 8:
        case 0:
            content = pack([*one, ("../../报告二.txt", b"MZ"), ("..\\..\\x\x1b.exe", b"MZ")])
        case 1:
            content = pack([("in.zip", pack(one))])
        case 2:
            content = pack([*one, ("bomb.txt", b"0" * 40_000_000), ("bomb.docx", b"\0" * 40_000_000)])
        case 3:
            content = pack([("in.zip", pack([*one, ("空.docx", b""), ("坏.pdf", b"%PDF-1.7")]))])
        case 4:
            content = pack(one)
            for _ in range(5):
                content = pack([("in.zip", content)])
        case 5:
            content = marked_as_encrypted(zipped(one)) if pack is zipped else seven(one, password="芝麻")
        case 6:
            content = pack(one)[: rnd.randrange(4, 200)]
        case _:
            content = flipped(pack(one), rnd)
    return f"{number}.{suffix}", content
