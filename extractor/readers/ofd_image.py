"""The images of an OFD page as one picture, for a page that is a scan."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image, UnidentifiedImageError

from extractor.readers.errors import ReadError
from extractor.readers.package import Package, content
from extractor.readers.page import Matrix, times

MOST_PIXELS = 120_000_000
"""An image of more pixels than this is not read."""
LEAST = 1e-3
"""A matrix that turns by less than this share does not turn."""


class Placed(NamedTuple):
    """An image of the package and the matrix that takes the unit square, which it fills, to the page (points, y upwards)."""

    member: str
    matrix: Matrix


def shown(package: Package, placed: Sequence[Placed], size: tuple[float, float], dpi: float) -> Any | None:
    """The page of `size` points as BGR pixels, None where none of its images can be opened.

    Raises ReadError `file.bomb`.
    """
    import numpy

    scale = dpi / 72
    canvas = Image.new("RGB", (max(1, round(size[0] * scale)), max(1, round(size[1] * scale))), "white")
    drawn = False
    for one in placed:
        image = _opened(package, one.member)
        if image is not None:
            _draw(canvas, image, times(one.matrix, (scale, 0.0, 0.0, -scale, 0.0, size[1] * scale)))
            drawn = True
    return numpy.ascontiguousarray(numpy.asarray(canvas)[:, :, ::-1]) if drawn else None


def _opened(package: Package, member: str) -> Image.Image | None:
    """None for an image that is damaged, or of a kind that is not known here (JBIG2)."""
    try:
        image = Image.open(BytesIO(content(package, package.members[member.lower()])))
        if image.width * image.height > MOST_PIXELS:
            raise ReadError("file.bomb", "图片展开后过大，疑似恶意构造，已拒绝读取")
        return image.convert("RGBA")
    except Image.DecompressionBombError:
        raise ReadError("file.bomb", "图片展开后过大，疑似恶意构造，已拒绝读取") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None


def _draw(canvas: Image.Image, image: Image.Image, matrix: Matrix) -> None:
    """Draws the image where the matrix takes the unit square, in pixels from the top left corner."""
    a, b, c, d, e, f = matrix
    if a > 0 and d > 0 and abs(b) < LEAST * a and abs(c) < LEAST * d:
        width, height = max(1, round(a)), max(1, round(d))
        if max(width, height) > 4 * max(canvas.size):
            return  # so much larger than the page that nothing could be read of it
        fitted = image.resize((width, height), Image.Resampling.LANCZOS)
        canvas.paste(fitted, (round(e), round(f)), fitted)
        return
    area = a * d - b * c
    if not area:
        return
    # From a pixel of the page back to one of the image.
    across = (d * image.width / area, -c * image.width / area, (c * f - d * e) * image.width / area)
    down = (-b * image.height / area, a * image.height / area, (b * e - a * f) * image.height / area)
    turned = image.transform(canvas.size, Image.Transform.AFFINE, (*across, *down), Image.Resampling.BICUBIC)
    canvas.paste(turned, (0, 0), turned)
