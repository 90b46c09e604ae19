"""What Word's styles say of paragraphs and runs (ISO/IEC 29500-1, 17.7): chains of styles resolved to plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from lxml import etree

from extractor.readers.docx_numbering import VAL, W

# Names that are compared for every element: built once.
ALIGNMENT = W + "jc"
OUTLINE = W + "outlineLvl"
BREAK_BEFORE = W + "pageBreakBefore"
INDENTS = W + "ind"
LIST = W + "numPr"
BOLD = W + "b"
VANISH = W + "vanish"
SIZE = W + "sz"
RAISED = W + "vertAlign"
FONTS = W + "rFonts"

MAX_CHAIN = 20
"""Styles may be based on each other in circles in a broken file; the chain is left after as many steps."""
DEFAULT_SIZE = 10.0
TWIPS = 20
"""Twentieths of a point, the unit of Word's lengths."""
BODY_LEVEL = 9
"""The outline level that means running text."""
HEADING_NAME = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)

Align = Literal["left", "center", "right"]
ALIGN: dict[str, Align] = {
    "left": "left",
    "start": "left",
    "both": "left",
    "center": "center",
    "right": "right",
    "end": "right",
}
"""Justified text begins at the left; 分散对齐 (distribute) is none of the three."""


class Look(NamedTuple):
    """Formatting as given at one place; None where that place says nothing. Lengths in points, `*_chars` in characters;
    `outline` is 1-based, 0 says running text; `list` is a numId, `0` for none; `list_level` 0-based."""

    bold: bool | None = None
    hidden: bool | None = None
    size: float | None = None
    raised: bool | None = None
    font: str | None = None
    align: str | None = None
    outline: int | None = None
    left: float | None = None
    left_chars: float | None = None
    first: float | None = None
    first_chars: float | None = None
    break_before: bool | None = None
    list: str | None = None
    list_level: int | None = None


PLAIN = Look()
KEPT = 4096
"""Combinations of looks remembered: a report has a few dozen, met thousands of times."""


@dataclass(frozen=True, slots=True)
class NamedStyle:
    """One style as defined. `look` is its own, without what it is based on."""

    kind: str
    name: str
    based_on: str | None
    look: Look


@dataclass(slots=True)
class Styles:
    """The styles of a document; `resolved` keeps each style's look over its whole chain once it was asked for."""

    base: Look = PLAIN
    named: dict[str, NamedStyle] = field(default_factory=dict)
    paragraph_default: str | None = None
    resolved: dict[str, Look] = field(default_factory=dict)


def styles(root: etree._Element | None) -> Styles:
    """The styles of `styles.xml`; without the part every paragraph is plain."""
    result = Styles()
    if root is None:
        return result
    defaults = root.find(W + "docDefaults")
    if defaults is not None:
        result.base = look(
            defaults.find(f"{W}pPrDefault/{W}pPr"),
            defaults.find(f"{W}rPrDefault/{W}rPr"),
        )
    for element in root.iterchildren(W + "style"):
        key = element.get(W + "styleId", "")
        kind = element.get(W + "type", "paragraph")
        name = _value(element, "name") or key
        own = look(element.find(W + "pPr"), element.find(W + "rPr"))
        heading = HEADING_NAME.match(name) or HEADING_NAME.match(key)
        if kind == "paragraph" and own.outline is None and heading:
            own = over(own, Look(outline=int(heading[1])))
        result.named[key] = NamedStyle(kind, name, _value(element, "basedOn"), own)
        if kind == "paragraph" and switched(element.get(W + "default", "0")):
            result.paragraph_default = key
    return result


def numbering_styles(root: etree._Element | None) -> dict[str, str]:
    """Numbering style → the list (numId) that it stands for."""
    found: dict[str, str] = {}
    for element in root.iterchildren(W + "style") if root is not None else ():
        num = element.find(f"{W}pPr/{W}numPr/{W}numId")
        if element.get(W + "type") == "numbering" and num is not None:
            found[element.get(W + "styleId", "")] = num.get(VAL, "")
    return found


def look_of_style(known: Styles, key: str | None) -> Look:
    """The look of a style with everything it is based on; a style that is not defined says nothing."""
    if key is None or key not in known.named:
        return PLAIN
    if key not in known.resolved:
        result = PLAIN
        for name in reversed(chain(known, key)):
            result = over(result, known.named[name].look)
        known.resolved[key] = result
    return known.resolved[key]


def chain(known: Styles, key: str | None) -> list[str]:
    """The style and those it is based on, nearest first."""
    names: list[str] = []
    while key is not None and key in known.named and key not in names and len(names) < MAX_CHAIN:
        names.append(key)
        key = known.named[key].based_on
    return names


@lru_cache(maxsize=KEPT)
def over(base: Look, top: Look) -> Look:
    """`top` where it says something, else `base`."""
    return Look._make(below if above is None else above for below, above in zip(base, top, strict=True))


def look(paragraph: etree._Element | None, run: etree._Element | None) -> Look:
    """What a pPr and an rPr element say."""
    values: dict[str, bool | float | int | str | None] = {}
    if paragraph is not None:
        for child in paragraph:
            tag = child.tag
            if tag == ALIGNMENT:
                values["align"] = child.get(VAL)
            elif tag == OUTLINE:
                level = _number(child.get(VAL))
                values["outline"] = int(level) + 1 if level is not None and 0 <= level < BODY_LEVEL else 0
            elif tag == BREAK_BEFORE:
                values["break_before"] = switched(child.get(VAL))
            elif tag == INDENTS:
                values.update(indents(child))
            elif tag == LIST:
                values["list"] = _value(child, "numId")
                list_level = _number(_value(child, "ilvl"))
                values["list_level"] = int(list_level) if list_level is not None else None
    if run is not None:
        for child in run:
            tag = child.tag
            if tag == BOLD:
                values["bold"] = switched(child.get(VAL))
            elif tag == VANISH:
                values["hidden"] = switched(child.get(VAL))
            elif tag == SIZE:
                size = _number(child.get(VAL))
                values["size"] = size / 2 if size else None
            elif tag == RAISED:
                values["raised"] = child.get(VAL) == "superscript"
            elif tag == FONTS:
                values["font"] = child.get(W + "ascii") or child.get(W + "hAnsi")
    return Look(**values) if values else PLAIN  # type: ignore[arg-type]


def indents(element: etree._Element) -> dict[str, float | None]:
    """What a w:ind element says, in points and characters."""

    def length(*names: str) -> float | None:
        return next((n for n in (_number(element.get(W + name)) for name in names) if n is not None), None)

    left, first, hanging = length("left", "start"), length("firstLine"), length("hanging")
    left_chars, first_chars = length("leftChars", "startChars"), length("firstLineChars")
    hanging_chars = length("hangingChars")
    if hanging is not None:
        first = -hanging
    if hanging_chars:
        first_chars = -hanging_chars
    return {
        "left": left / TWIPS if left is not None else None,
        "first": first / TWIPS if first is not None else None,
        "left_chars": left_chars / 100 if left_chars is not None else None,
        "first_chars": first_chars / 100 if first_chars is not None else None,
    }


def indent(look: Look) -> float:
    """The first line's left edge in points from the text's left edge."""
    size = look.size or DEFAULT_SIZE
    left = look.left_chars * size if look.left_chars else look.left or 0.0
    first = look.first_chars * size if look.first_chars else look.first or 0.0
    return round(left + first, 1)


@lru_cache(maxsize=KEPT)
def run_look(base: Look, character: Look, own: Look) -> Look:
    """A run's look from its paragraph's styles, its character style and itself. Bold and hidden are switches: said by
    both styles they cancel out (ISO/IEC 29500-1, 17.7.3)."""
    return over(over(base, character), own)._replace(
        bold=own.bold if own.bold is not None else _toggled(base.bold, character.bold),
        hidden=own.hidden if own.hidden is not None else _toggled(base.hidden, character.hidden),
    )


def _toggled(base: bool | None, character: bool | None) -> bool | None:
    return base if character is None else bool(base) != character


def switched(value: str | None) -> bool:
    """An on/off value; an element without one says on."""
    return value not in ("0", "false", "off", "none")


def _value(element: etree._Element, name: str) -> str | None:
    child = element.find(W + name)
    return child.get(VAL) if child is not None else None


def _number(text: str | None) -> float | None:
    """A length in its own unit; strict files may write points (`12pt`), which are turned into twips."""
    match = re.fullmatch(r"(-?\d{1,9}(?:\.\d+)?)(pt|cm|mm|in)?", text or "")
    if not match:
        return None
    return float(match[1]) * {None: 1.0, "pt": 20.0, "cm": 566.93, "mm": 56.693, "in": 1440.0}[match[2]]
