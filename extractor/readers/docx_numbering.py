"""The numbers that Word draws in front of paragraphs but does not store as text (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = W + "val"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

LEVELS = 9
MAX_LINKS = 10
"""Numbering styles may point to each other; a file that goes round in circles is left after as many steps."""

DIGITS = "〇一二三四五六七八九"
COUNTING_DIGITS = "零一二三四五六七八九"
FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
TRADITIONAL_FORMAL_DIGITS = "零壹貳參肆伍陸柒捌玖"
JAPANESE_FORMAL_DIGITS = "零壱弐参四伍六七八九"
PLACES = ("", "十", "百", "千")
FORMAL_PLACES = ("", "拾", "佰", "仟")
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
ENCLOSED = {
    "decimalEnclosedCircle": (0x2460, 20),
    "decimalEnclosedCircleChinese": (0x2460, 20),
    "decimalEnclosedParen": (0x2474, 20),
    "decimalEnclosedFullstop": (0x2488, 20),
    "ideographEnclosedCircle": (0x3280, 10),
}
"""Format → the character of 1 and the highest number that has one; beyond it Word writes plain digits."""

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list as defined: `text` with `%1` for the number of level 1. `restart` is the 1-based level whose
    numbers start this one anew, 0 for never, None for every higher level. `style` is the paragraph style tied to it."""

    start: int = 1
    format: str = "decimal"
    pattern: str = ""
    text: str = ""
    restart: int | None = None
    legal: bool = False
    suffix: str = "tab"
    style: str | None = None
    properties: etree._Element | None = None


@dataclass(slots=True)
class Numbering:
    """The lists of a document. `levels[num]` are a list's levels, `family[num]` the abstract list whose counter it
    shares with others, `starts[num]` the numbers at which a level begins anew when the list is first used."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    family: dict[str, str] = field(default_factory=dict)
    starts: dict[str, dict[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Counters:
    """How far each list has counted; the only thing that changes while a document is read."""

    values: dict[str, list[int | None]] = field(default_factory=dict)
    started: set[tuple[str, int]] = field(default_factory=set)


def numbering(root: etree._Element | None, style_lists: dict[str, str]) -> Numbering:
    """The lists that `numbering.xml` defines; `style_lists` maps a numbering style to the list it uses."""
    result = Numbering()
    if root is None:
        return result
    abstracts = {a.get(W + "abstractNumId", ""): a for a in root.iterchildren(W + "abstractNum")}
    abstract_of = {num.get(W + "numId", ""): _value(num, "abstractNumId") or "" for num in root.iterchildren(W + "num")}
    for num in root.iterchildren(W + "num"):
        key = num.get(W + "numId", "")
        family = _follow_links(abstract_of[key], abstracts, abstract_of, style_lists)
        levels = _levels(abstracts[family]) if family in abstracts else {}
        starts: dict[int, int] = {}
        for override in num.iterchildren(W + "lvlOverride"):
            index = _integer(override.get(W + "ilvl"), 0)
            for level in override.iterchildren(W + "lvl"):
                levels[index] = _level(level)
            start = _value(override, "startOverride")
            if start is not None:
                starts[index] = _integer(start, 1)
        result.levels[key], result.family[key], result.starts[key] = levels, family, starts
    return result


def _follow_links(
    family: str, abstracts: dict[str, etree._Element], abstract_of: dict[str, str], style_lists: dict[str, str]
) -> str:
    """An abstract list may hold no levels but name a numbering style whose list does."""
    for _ in range(MAX_LINKS):
        link = _value(abstracts[family], "numStyleLink") if family in abstracts else None
        target = abstract_of.get(style_lists.get(link, "")) if link else None
        if target is None or target == family:
            break
        family = target
    return family


def _levels(abstract: etree._Element) -> dict[int, Level]:
    return {_integer(lvl.get(W + "ilvl"), 0): _level(lvl) for lvl in abstract.iterchildren(W + "lvl")}


def _level(element: etree._Element) -> Level:
    number_format = element.find(W + "numFmt")
    if number_format is None:  # a custom format stands in mc:AlternateContent, its replacement in the Fallback
        number_format = element.find(f"{MC}AlternateContent/{MC}Choice/{W}numFmt")
    restart = _value(element, "lvlRestart")
    legal = element.find(W + "isLgl")
    return Level(
        start=_integer(_value(element, "start"), 0),
        format=number_format.get(VAL, "decimal") if number_format is not None else "decimal",
        pattern=number_format.get(W + "format", "") if number_format is not None else "",
        text=_value(element, "lvlText") or "",
        restart=_integer(restart, 0) if restart is not None else None,
        legal=legal is not None and legal.get(VAL, "1") not in ("0", "false", "off"),
        suffix=_value(element, "suff") or "tab",
        style=_value(element, "pStyle"),
        properties=element.find(W + "pPr"),
    )


def _value(element: etree._Element, name: str) -> str | None:
    child = element.find(W + name)
    return child.get(VAL) if child is not None else None


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def level_of_style(lists: Numbering, num: str, style: str) -> int | None:
    """The level of a list to which a paragraph style is tied, None if it is tied to none."""
    return next((i for i, level in sorted(lists.levels.get(num, {}).items()) if level.style == style), None)


def label(lists: Numbering, counters: Counters, num: str, index: int) -> tuple[str, str]:
    """Count one paragraph of list `num` on level `index` (0-based): (number as drawn, what follows it: tab, space or
    nothing). A bullet is drawn but is no number: the label is empty."""
    levels = lists.levels.get(num)
    if not levels or index not in levels:
        return "", "nothing"
    level = levels[index]
    values = counters.values.setdefault(lists.family[num], [None] * LEVELS)
    if not 0 <= index < LEVELS:
        return "", "nothing"
    current = values[index]
    restart = lists.starts[num].get(index)
    start = level.start if restart is None else restart
    anew = restart is not None and (num, index) not in counters.started
    values[index] = start if anew or current is None else current + 1
    counters.started.add((num, index))
    for deeper in range(index + 1, LEVELS):
        rule = levels[deeper].restart if deeper in levels else None
        if rule is None or index < rule:
            values[deeper] = None
    if level.format == "bullet":
        return "", level.suffix
    return _drawn(level, levels, values), level.suffix


def _drawn(level: Level, levels: dict[int, Level], values: list[int | None]) -> str:
    def number(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        shown = levels.get(at, Level())
        value = values[at]
        if value is None:
            value = shown.start
        return written(value, "decimal" if level.legal else shown.format, shown.pattern)

    return re.sub(r"%([1-9])", number, level.text)


def written(value: int, number_format: str, pattern: str = "") -> str:
    """`value` in one of Word's number formats (ISO/IEC 29500-1, 17.18.59); `pattern` is that of the format `custom`
    (`001, 002, 003, ...`). A value for which the format has no sign is written in digits, as Word does."""
    if number_format in ("none", "bullet"):
        return ""
    if number_format in ENCLOSED:
        first, count = ENCLOSED[number_format]
        return chr(first + value - 1) if 1 <= value <= count else str(value)
    if value < 0:
        return str(value)
    match number_format:
        case "decimalZero":
            return f"{value:02d}"
        case "custom":
            return str(value).zfill(len(pattern.split(",")[0].strip()))
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(value).translate(FULL_WIDTH)
        case "numberInDash":
            return f"- {value} -"
        case "lowerRoman" | "upperRoman":
            roman = _roman(value)
            return roman.upper() if number_format == "upperRoman" else roman
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if value else "0"
            return letter.upper() if number_format == "upperLetter" else letter
        case "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" | "koreanDigital2":
            return _digit_by_digit(value)
        case "chineseCounting" | "taiwaneseCounting":
            return _counted(value, COUNTING_DIGITS, PLACES) if value < 100 else _digit_by_digit(value)
        case "chineseCountingThousand" | "taiwaneseCountingThousand":
            return _counted(value, COUNTING_DIGITS, PLACES)
        case "japaneseCounting":
            return re.sub("一(?=[十百千])", "", _counted(value, COUNTING_DIGITS, PLACES).replace("零", "")) or "〇"
        case "chineseLegalSimplified":
            return _counted(value, FORMAL_DIGITS, FORMAL_PLACES)
        case "ideographLegalTraditional":
            return _counted(value, TRADITIONAL_FORMAL_DIGITS, FORMAL_PLACES)
        case "japaneseLegal":
            return _counted(value, JAPANESE_FORMAL_DIGITS, FORMAL_PLACES)
        case "ideographTraditional":
            return STEMS[value - 1] if 1 <= value <= 10 else str(value)
        case "ideographZodiac":
            return BRANCHES[value - 1] if 1 <= value <= 12 else str(value)
        case "ideographZodiacTraditional":
            return STEMS[(value - 1) % 10] + BRANCHES[(value - 1) % 12] if 1 <= value <= 60 else str(value)
        case "ordinal":
            return f"{value}{_ordinal_ending(value)}"
        case _:
            return str(value)


def _ordinal_ending(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    text = ""
    for size, sign in ROMAN:
        text += sign * (value // size)
        value %= size
    return text


def _digit_by_digit(value: int) -> str:
    return "".join(DIGITS[int(digit)] for digit in str(value))


def _counted(value: int, digits: str, places: tuple[str, ...]) -> str:
    """一百二十三 of 123; 十 to 十九 without the leading 一, except in formal numerals."""
    if value >= 10000:
        high, low = divmod(value, 10000)
        tail = _counted_below_10000(low, digits, places) if low else ""
        zero = digits[0] if low and low < 1000 else ""
        return _counted(high, digits, places) + "万" + zero + tail
    text = _counted_below_10000(value, digits, places) or digits[0]
    return text[1:] if places == PLACES and 10 <= value < 20 else text


def _counted_below_10000(value: int, digits: str, places: tuple[str, ...]) -> str:
    text = ""
    zero = False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            text += (digits[0] if zero and text else "") + digits[digit] + places[place]
            zero = False
        else:
            zero = True
    return text
