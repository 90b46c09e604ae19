"""A CJK font of the system made fit for reportlab, which embeds TrueType outlines only.

TrueType fonts (wqy, SimSun …) are taken as they are. OpenType fonts with CFF outlines (Noto CJK, Source Han) are cut down
to the characters needed and their cubic curves turned into TrueType's quadratic ones. Where the system has neither, the CID
font STSong-Light is named without being embedded: its text can be read by programs, but pages are blank where the viewer
has no such font.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
TRUETYPE = (
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "uming.ttc",
    "simsun.ttc",
    "NotoSansSC-Regular.ttf",
    "NotoSerifSC-Regular.ttf",
)
CFF = ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc", "NotoSerifCJKsc-Regular.otf", "NotoSansCJKsc-Regular.otf",
       "SourceHanSerifSC-Regular.otf", "SourceHanSansSC-Regular.otf")  # fmt: skip
BOLD = ("NotoSansCJK-Bold.ttc", "NotoSansCJKsc-Bold.otf", "SourceHanSansSC-Bold.otf")
CURVE_ERROR = 1.0
"""How far, in font units (1000 to the em), a quadratic curve may lie from the cubic one."""
FALLBACK = "STSong-Light"
FALLBACK_NOTE = "未找到可嵌入的中文字体，PDF 使用未嵌入的 STSong-Light：文字可以提取，但没有该字体的机器上显示为空白。可安装 fonts-noto-cjk 或 fonts-wqy-microhei。"
ASCII = "".join(chr(code) for code in range(32, 127))


@dataclass(frozen=True, slots=True)
class Face:
    """Registered font names for text and headings; `note` (Chinese) says where something had to give."""

    regular: str
    bold: str
    note: str = ""


def load_face(text: str) -> Face:
    """Register fonts that have the characters of `text` with reportlab."""
    characters = "".join(sorted(set(text + ASCII) - set("\n\t\r")))
    return _load(characters)


@cache
def _load(characters: str) -> Face:
    regular = _register("HeshuText", TRUETYPE, characters) or _register("HeshuText", CFF, characters)
    if regular is None:
        pdfmetrics.registerFont(UnicodeCIDFont(FALLBACK))
        return Face(FALLBACK, FALLBACK, FALLBACK_NOTE)
    return Face(regular, _register("HeshuBold", BOLD, characters) or regular)


def find_font(names: tuple[str, ...]) -> Path | None:
    """The first of the files that lies in one of the system's font folders; HESHU_CJK_FONT (a path) goes before all."""
    chosen = os.environ.get("HESHU_CJK_FONT")
    if chosen:
        return Path(chosen)
    files = _installed()
    return next((files[name.lower()] for name in names if name.lower() in files), None)


@cache
def _installed() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in FOLDERS:
        for root, _, names in os.walk(Path(folder).expanduser()):
            for name in names:
                found.setdefault(name.lower(), Path(root) / name)
    return found


def _register(name: str, candidates: tuple[str, ...], characters: str) -> str | None:
    path = find_font(candidates)
    if path is None:
        return None
    digest = hashlib.sha1(f"{path}{characters}".encode()).hexdigest()[:10]
    unique = name + digest
    try:
        font = TTFont(unique, str(path))
    except TTFError:  # CFF outlines: reportlab says "postscript outlines are not supported"
        font = TTFont(unique, BytesIO(as_truetype(path, characters, digest)))
    pdfmetrics.registerFont(font)
    return unique


def as_truetype(path: Path, characters: str, suffix: str) -> bytes:
    """A TrueType font of the `characters` from an OpenType (CFF) font or collection, simplified Chinese where there is a choice."""
    from fontTools import subset
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont as Font
    from fontTools.ttLib import newTable

    font = Font(path, fontNumber=_simplified(path), lazy=True, recalcTimestamp=False)
    options = subset.Options(layout_features=[], notdef_outline=True, hinting=False, name_IDs=[1, 2, 4, 6])
    options.drop_tables += ["vhea", "vmtx", "VORG", "GSUB", "GPOS", "GDEF", "BASE", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    outlines, order = font.getGlyphSet(), font.getGlyphOrder()
    glyphs: dict[str, Any] = {}
    for glyph in order:
        pen = TTGlyphPen(outlines)
        outlines[glyph].draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
        glyphs[glyph] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    del font["CFF "]
    font["glyf"].compile(font)
    for glyph in order:
        font["hmtx"][glyph] = (font["hmtx"][glyph][0], getattr(glyphs[glyph], "xMin", 0))
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
                  "maxSizeOfInstructions", "maxComponentElements"):  # fmt: skip
        setattr(maxp, field, 1 if field == "maxZones" else 0)
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    font.sfntVersion = "\000\001\000\000"
    for record in font["name"].names:  # reportlab takes two fonts of one PostScript name for the same
        if record.nameID == 6:
            record.string = f"{record.toUnicode()}-{suffix}"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _simplified(path: Path) -> int:
    """The number of the simplified Chinese font in a collection, -1 for a file that is none."""
    if path.suffix.lower() not in (".ttc", ".otc"):
        return -1
    from fontTools.ttLib import TTCollection

    names = [str(font["name"].getDebugName(4)) for font in TTCollection(path, lazy=True).fonts]
    return next((index for index, name in enumerate(names) if " SC" in name and "Mono" not in name), 0)
