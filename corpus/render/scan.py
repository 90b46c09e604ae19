"""A PDF as it comes back from a copier: pages as grey, skewed, noisy, stamped JPEG pictures without a text layer."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.render.fonts import CFF, TRUETYPE, find_font

DPI = (150, 170, 200)
SKEW = 1.6
"""A page is skewed by up to this many degrees either way."""
SHIFT = 5.0
"""A page is shifted by up to this many points either way."""
PAPER = (212, 246)
"""How light the paper is."""
SHADE = 14
"""By how much one side of the page is darker than the other."""
NOISE = (2.0, 7.0)
BLUR = (0.2, 0.7)
QUALITY = (45, 75)
STAMPED = 0.3
"""The chance of a stamp on a page; the first one always has one."""
STAMP_WORDS = ("绩效评价专用章", "财政局", "档案室", "业务专用章")
LYING = 0.03
"""The chance that a page went in on its side or upside down."""


@dataclass(frozen=True, slots=True)
class Wear:
    """What the copier does to all pages of one report."""

    dpi: int
    paper: int
    noise: float
    blur: float
    quality: int


def write_scan(source: Path, target: Path, seed: str) -> None:
    """Degrade the PDF `source`; the same seed gives the same pages."""
    chance = random.Random(seed)
    wear = Wear(
        chance.choice(DPI),
        chance.randint(*PAPER),
        chance.uniform(*NOISE),
        chance.uniform(*BLUR),
        chance.randint(*QUALITY),
    )
    document = pypdfium2.PdfDocument(source)
    canvas = Canvas(str(target), invariant=1)
    try:
        for index in range(len(document)):
            page = document[index]
            size = page.get_size()
            picture = page.render(scale=wear.dpi / 72).to_pil().convert("RGB")
            page.close()
            turn = chance.choice((90, 180, 270)) if index and chance.random() < LYING else 0
            scanned = _scanned(picture, wear, chance, stamped=not index or chance.random() < STAMPED)
            if turn:
                scanned = scanned.rotate(turn, expand=True)
            width, height = size[::-1] if turn % 180 else size
            data = BytesIO()
            scanned.save(data, "JPEG", quality=wear.quality)
            canvas.setPageSize((width, height))
            canvas.drawImage(ImageReader(data), 0, 0, width, height)
            canvas.showPage()
    finally:
        document.close()
    canvas.save()


def _scanned(picture: Image.Image, wear: Wear, chance: random.Random, stamped: bool) -> Image.Image:
    import numpy

    point = wear.dpi / 72
    if stamped:
        _stamp(picture, point, chance)
    shift = round(chance.uniform(-SHIFT, SHIFT) * point), round(chance.uniform(-SHIFT, SHIFT) * point)
    picture = picture.rotate(
        chance.uniform(-SKEW, SKEW), Image.Resampling.BICUBIC, translate=shift, fillcolor=(255, 255, 255)
    ).filter(ImageFilter.GaussianBlur(wear.blur))
    width, height = picture.size
    noise = numpy.random.default_rng(chance.getrandbits(32))
    across = numpy.linspace(0, chance.uniform(-SHADE, SHADE), width)[None, :, None]
    ink = numpy.asarray(picture, dtype=numpy.float32) / 255
    grey = 30 + ink * (wear.paper + across - 30) + noise.normal(0, wear.noise, (height, width, 1))
    return Image.fromarray(grey.clip(0, 255).astype(numpy.uint8))


def _stamp(picture: Image.Image, point: float, chance: random.Random) -> None:
    """A round red stamp over the text, as ink that lets black through."""
    radius = chance.uniform(48, 60) * point
    side = math.ceil(2 * radius) + 8
    middle = (side / 2, side / 2)
    layer = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(layer)
    draw.ellipse((4, 4, side - 4, side - 4), outline=200, width=max(2, round(2.5 * point)))
    star = [
        (
            middle[0] + radius * (0.3 if i % 2 == 0 else 0.12) * math.sin(i * math.pi / 5),
            middle[1] - radius * (0.3 if i % 2 == 0 else 0.12) * math.cos(i * math.pi / 5),
        )
        for i in range(10)
    ]
    draw.polygon(star, fill=200)
    path = find_font(TRUETYPE + CFF)
    if path is not None:
        font: Any = ImageFont.truetype(str(path), round(11 * point))
        draw.text((middle[0], middle[1] + 0.62 * radius), chance.choice(STAMP_WORDS), 200, font, anchor="mm")
    layer = layer.rotate(chance.uniform(-25, 25))
    width, height = picture.size
    place = (round(chance.uniform(0.1, 0.9) * (width - side)), round(chance.uniform(0.1, 0.9) * (height - side)))
    under = picture.crop((*place, place[0] + side, place[1] + side))
    red = Image.merge("RGB", (Image.new("L", layer.size, 255), *(layer.point(lambda v: 255 - v),) * 2))
    picture.paste(ImageChops.multiply(under, red), place)
