"""Pages drawn as pictures, for tests of recognition."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

from corpus.render.fonts import CFF, TRUETYPE, find_font

DPI = 150
POINT = DPI / 72


def font(size: float) -> ImageFont.FreeTypeFont:
    path = find_font(TRUETYPE + CFF)
    assert path is not None
    return ImageFont.truetype(str(path), round(size * POINT), index=2 if path.suffix == ".ttc" else 0)


def page(width: float = 420, height: float = 300, paper: int = 255) -> Image.Image:
    """An empty page; lengths in points."""
    return Image.new("RGB", (round(width * POINT), round(height * POINT)), (paper, paper, paper))


def write(image: Image.Image, x: float, top: float, text: str, size: float = 14) -> None:
    ImageDraw.Draw(image).text((x * POINT, top * POINT), text, "black", font(size))


def rule(image: Image.Image, xs: list[float], ys: list[float]) -> None:
    """A grid of rulings."""
    draw = ImageDraw.Draw(image)
    for x in xs:
        draw.line([(x * POINT, ys[0] * POINT), (x * POINT, ys[-1] * POINT)], "black", 2)
    for y in ys:
        draw.line([(xs[0] * POINT, y * POINT), (xs[-1] * POINT, y * POINT)], "black", 2)


def table(image: Image.Image, rows: list[list[str]], x: float = 60, top: float = 60, size: float = 11) -> None:
    """Rows of texts in cells of 90 by 30 points."""
    columns = len(rows[0])
    rule(image, [x + 90 * c for c in range(columns + 1)], [top + 30 * r for r in range(len(rows) + 1)])
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            write(image, x + 90 * c + 6, top + 30 * r + 7, text, size)


def stamp(image: Image.Image, x: float, y: float, radius: float = 45, words: str = "") -> None:
    """A red stamp around (x, y), as ink that lets black through."""
    layer = Image.new("RGB", image.size, "white")
    draw = ImageDraw.Draw(layer)
    box = [(x - radius) * POINT, (y - radius) * POINT, (x + radius) * POINT, (y + radius) * POINT]
    draw.ellipse(box, outline=(230, 40, 50), width=6)
    if words:
        draw.text((x * POINT, (y + 0.5 * radius) * POINT), words, (230, 40, 50), font(10), anchor="mm")
    else:
        draw.line([(box[0], y * POINT), (box[2], y * POINT)], (230, 40, 50), 5)
    image.paste(ImageChops.multiply(image, layer))


def saved(image: Image.Image, path: Path) -> Path:
    image.save(path, dpi=(DPI, DPI))
    return path


def truetype(characters: str, path: Path) -> Path:
    """A font of these characters as a TrueType file, which a PDF can hold a part of."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    source = find_font(TRUETYPE + CFF)
    assert source is not None
    face = TTFont(source, fontNumber=2 if source.suffix == ".ttc" else -1)
    drawn, names, em = face.getGlyphSet(), face.getBestCmap(), face["head"].unitsPerEm
    codes = {ord(character): f"g{ord(character)}" for character in sorted(set(characters))}
    glyphs, widths = {".notdef": TTGlyphPen(None).glyph()}, {".notdef": (em // 2, 0)}
    for code, name in codes.items():
        pen = TTGlyphPen(None)
        drawn[names[code]].draw(Cu2QuPen(pen, em / 500, reverse_direction=True))
        glyphs[name], widths[name] = pen.glyph(), (drawn[names[code]].width, 0)
    font = FontBuilder(em, isTTF=True)
    font.setupGlyphOrder([".notdef", *codes.values()])
    font.setupCharacterMap(codes)
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics(widths)
    font.setupHorizontalHeader(ascent=round(0.88 * em), descent=round(-0.12 * em))
    font.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    font.setupOS2(sTypoAscender=round(0.88 * em), sTypoDescender=round(-0.12 * em))
    font.setupPost()
    font.save(path)
    return path
