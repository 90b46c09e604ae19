"""Formulas written out in running text: 882.64/963*100%=91.66%, (8+12)÷25×100%＝80%, also with units and words among
the numbers and with the residue of LaTeX. A small parser: tokens, an expression tree, and its interval."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.data import load
from extractor.quantity import MONEY, Figure, Interval, exact

_SETTINGS = load("formula")
_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _SETTINGS["tokens"].items()))
_PERCENT = re.compile(_SETTINGS["number_unit"])
_SCALED = re.compile(_SETTINGS["scaled_unit"])
_PER_UNIT = re.compile(_SETTINGS["per_unit"])
_SCALES = {"万": Decimal(10**4), "亿": Decimal(10**8)}
_OPERATORS = {"times": "×", "divide": "÷", "plus": "+", "minus": "-"}
_LONGEST_UNIT = 3
_LONGEST_WORD = 14
HUNDRED = Decimal(100)
RATES = {"%": HUNDRED, "‰": Decimal(1000)}


@dataclass(frozen=True, slots=True)
class Number:
    """A leaf of an expression."""

    figure: Figure


@dataclass(frozen=True, slots=True)
class Operation:
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Scale:
    """What a unit behind a bracket makes of it: （246.8+12.4）万人次, (329+25)元."""

    unit: str


Node = Number | Operation | Scale


@dataclass(frozen=True, slots=True)
class Equation:
    """An expression and the number that it is said to give; `clean` tells that no words stand among its numbers."""

    expression: Operation
    stated: Figure
    clean: bool


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    figure: Figure | None = None


def equations(text: str, figures: tuple[Figure, ...]) -> Iterator[Equation]:
    """The equations of a text whose digits and signs are folded to ASCII."""
    if "=" not in text and "＝" not in text and "≈" not in text and "approx" not in text:
        return
    for chain in _chains(_tokens(text, figures)):
        yield from _equations(chain)


def leaves(node: Node) -> Iterator[Figure]:
    if isinstance(node, Number):
        yield node.figure
    elif isinstance(node, Operation):
        yield from leaves(node.left)
        yield from leaves(node.right)


def units(node: Node) -> Iterator[str | None]:
    """The units of the numbers and of the brackets of an expression."""
    if isinstance(node, Operation):
        yield from units(node.left)
        yield from units(node.right)
    else:
        yield node.figure.unit if isinstance(node, Number) else node.unit


def scale_of(unit: str | None) -> Decimal:
    """How many ones of its unit a number of that unit stands for: 万元, 万亩, 亿元, 元."""
    return MONEY.get(unit or "") or _SCALES.get((unit or "")[:1], Decimal(1))


def is_scaled(unit: str | None) -> bool:
    """Whether a unit other than one of money counts in ten thousands or more."""
    return unit not in MONEY and (unit or "")[:1] in _SCALES


def evaluate(node: Node, value: Callable[[Figure], Interval], scaled: bool) -> Interval:
    """The interval of an expression; `scaled` tells whether the units of brackets count. Raises ZeroDivisionError."""
    if isinstance(node, Number):
        return value(node.figure)
    if isinstance(node, Scale):
        return exact(scale_of(node.unit) if scaled else Decimal(1))
    left, right = evaluate(node.left, value, scaled), evaluate(node.right, value, scaled)
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    return left * right if node.sign == "×" else left / right


def plain_ratio(node: Node) -> tuple[Figure, Figure] | None:
    """The two numbers of a division, also where it is multiplied by 100 or 100%."""
    if isinstance(node, Operation) and node.sign == "×" and _is_hundred(node.right):
        node = node.left
    if isinstance(node, Operation) and node.sign == "÷":
        left, right = node.left, node.right
        if isinstance(left, Number) and isinstance(right, Operation) and right.sign == "×" and _is_hundred(right.right):
            right = right.left
        if isinstance(left, Number) and isinstance(right, Number):
            return left.figure, right.figure
    return None


def scales_to_percent(node: Node) -> bool:
    """Whether the expression ends in × 100 without a per cent sign."""
    return (
        isinstance(node, Operation)
        and node.sign == "×"
        and isinstance(node.right, Number)
        and node.right.figure.value == HUNDRED
        and node.right.figure.unit != "%"
    )


def chain_of(node: Node, sign: str) -> list[Figure] | None:
    """The numbers of an expression that has one sign only (a + b + c), else None."""
    if isinstance(node, Number):
        return [node.figure]
    if not isinstance(node, Operation) or node.sign != sign or not isinstance(node.right, Number):
        return None
    left = chain_of(node.left, sign)
    return left + [node.right.figure] if left else None


def _is_hundred(node: Node) -> bool:
    return isinstance(node, Number) and node.figure.value == HUNDRED


# --- tokens -------------------------------------------------------------------------------------------------------


def _tokens(text: str, figures: tuple[Figure, ...]) -> list[_Token]:
    starts = {f.start: f for f in figures}
    out: list[_Token] = []
    at = 0
    while at < len(text):
        figure = starts.get(at)
        if figure:
            at = _number(text, figure, out)
            continue
        m = _TOKEN.match(text, at)
        if m is None:
            out.append(_Token("end", text[at]))
            at += 1
            continue
        kind = m.lastgroup or ""
        if kind == "inner" or m["text"]:
            out.append(_Token("word", m["inner"].strip()))
        elif kind == "word":
            out.append(_Token("word", m.group()))
        elif kind != "blank":
            out.append(_Token(kind, m.group()))
        at = m.end()
    return out


def _number(text: str, figure: Figure, out: list[_Token]) -> int:
    """Adds the tokens of a number and returns where they end. What looks like its sign is a minus behind an operand."""
    if figure.value < 0 and out and out[-1].kind in ("number", "close", "word") and text[figure.start] in "-－":
        out.append(_Token("minus", "-"))
        figure = replace(figure, value=-figure.value, text=figure.text.lstrip("-－ "))
    stop = figure.stop
    m = _PERCENT.match(text, stop)
    scaled = _SCALED.match(text, stop)
    if figure.unit is None and m:
        figure, stop = replace(figure, unit="%"), m.end()
    elif figure.unit is None and scaled:
        figure, stop = replace(figure, unit=scaled.group().strip()), scaled.end()
    out.append(_Token("number", figure.text, figure))
    per = _PER_UNIT.match(text, stop) if figure.unit else None
    return per.end() if per else stop


# --- chains of sides ----------------------------------------------------------------------------------------------


def _chains(tokens: list[_Token]) -> Iterator[list[list[_Token]]]:
    """The sides of every run of tokens that holds equals signs."""
    sides: list[list[_Token]] = [[]]
    for token in [*tokens, _Token("end", "")]:
        if token.kind == "end":
            if len(sides) > 1:
                yield sides
            sides = [[]]
        elif token.kind == "equals":
            sides.append([])
        else:
            sides[-1].append(token)


def _equations(sides: list[list[_Token]]) -> Iterator[Equation]:
    """Each expression of a chain with the number that follows it, else with the one before it."""
    values = [_value(side, first=n == 0, last=n == len(sides) - 1) for n, side in enumerate(sides)]
    for n, side in enumerate(sides):
        if values[n] is not None:
            continue
        parsed = _expression(side, first=n == 0, last=n == len(sides) - 1)
        if parsed is None:
            continue
        node, clean = parsed
        later = next((v for v in values[n + 1 :] if v), None)
        stated = later or (values[n - 1] if n else None)
        if stated and isinstance(node, Operation):
            yield Equation(node, stated, clean)


def _value(side: list[_Token], first: bool, last: bool) -> Figure | None:
    """The number that a side is, with what may stand before it in the first and behind it in the last side."""
    numbers = [t for t in side if t.figure]
    if not numbers or (first and last):
        return None
    if last and not first:
        head = [t for t in side if t.kind != "open"][:2]
        if head and head[0].figure and (len(head) == 1 or head[1].kind in ("word", "close", "number", "open")):
            return _with_unit(head[0].figure, head[1] if len(head) > 1 else None)
        return None
    if first:
        operators = any(t.kind in _OPERATORS for t in side)
        if side[-1].figure and not operators and (len(side) == 1 or side[-2].kind == "word"):
            return side[-1].figure
        return None
    plain = [t for t in side if t.kind not in ("open", "close")]
    if len(numbers) == 1 and plain[0].figure and all(t.kind == "word" for t in plain[1:]):
        return _with_unit(plain[0].figure, plain[1] if len(plain) > 1 else None)
    return None


def _with_unit(figure: Figure, word: _Token | None) -> Figure:
    """The unit may stand in a wrapper of its own: 240 \\text{万元}."""
    if figure.unit is None and word and word.kind == "word" and word.text in MONEY:
        return replace(figure, unit=word.text)
    return figure


def _expression(side: list[_Token], first: bool, last: bool) -> tuple[Node, bool] | None:
    """The expression of a side: in the first its end, in the last its beginning, else all of it."""
    if first:
        side = _after_unmatched(side)
        if side and side[-1].kind == "word" and not _is_unit(side[-1].text):
            return None
    tokens = _merged(side)
    starts = range(len(tokens)) if first else range(min(1, len(tokens)))
    for start in starts:
        if start and tokens[start - 1].kind in ("times", "divide", "plus", "minus", "frac"):
            continue
        if tokens[start].kind not in ("number", "open", "frac", "word"):
            continue
        parser = _Parser(tokens[start:])
        node = parser.sum()
        if node is None or not isinstance(node, Operation):
            continue
        rest = tokens[start + parser.at :]
        if not rest or (last and rest[0].kind in ("close", "word", "number") and not first):
            return node, parser.clean
    return None


def _after_unmatched(side: list[_Token]) -> list[_Token]:
    """What stands behind the last bracket that is not closed: 得分4.58分（5×91.66%."""
    depth = 0
    for n in range(len(side) - 1, -1, -1):
        if side[n].kind == "close":
            depth += 1
        elif side[n].kind == "open":
            depth -= 1
            if depth < 0:
                return side[n + 1 :]
    return side


def _merged(side: list[_Token]) -> list[_Token]:
    """Without units: words behind a number, 元/人, and brackets that hold words only."""
    out: list[_Token] = []
    n = 0
    while n < len(side):
        token = side[n]
        following = side[n + 1].kind if n + 1 < len(side) else ""
        after = side[n + 2].kind if n + 2 < len(side) else ""
        if token.kind == "word" and out and out[-1].figure and _is_unit(token.text):
            out[-1] = _Token("number", out[-1].text, _with_unit(out[-1].figure, token))
        elif token.kind == "word" and out and out[-1].kind == "close" and _is_unit(token.text):
            out.append(_Token("scale", token.text))
        elif (
            token.kind == "divide"
            and following == "word"
            and after in ("", "times", "divide", "plus", "minus", "close")
        ):
            n += 1
        elif token.kind == "open" and following == "word" and after == "close":
            n += 2
        else:
            out.append(token)
        n += 1
    return out


def _is_unit(word: str) -> bool:
    return len(word) <= _LONGEST_UNIT and not word.startswith("年")


class _Parser:
    """Recursive descent over tokens; every method returns None where its phrase does not stand at `at`."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.clean = tokens, 0, True

    def _kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def sum(self) -> Node | None:
        return self._chain(("plus", "minus"), self.product)

    def product(self) -> Node | None:
        return self._chain(("times", "divide"), self.atom)

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Node | None]) -> Node | None:
        left = part()
        if left and self._kind() == "scale":
            left = Operation("×", left, Scale(self.tokens[self.at].text))
            self.at += 1
        while left and self._kind() in signs:
            sign = _OPERATORS[self._kind()]
            self.at += 1
            right = part()
            if right is None:
                return None
            left = Operation(sign, left, right)
        return left

    def atom(self) -> Node | None:
        kind = self._kind()
        if kind == "word" and len(self.tokens[self.at].text) <= _LONGEST_WORD:
            self.at += 1
            self.clean = False
            return self.atom() if self._kind() in ("number", "open", "frac") else None
        if kind == "number":
            figure = self.tokens[self.at].figure
            self.at += 1
            return Number(figure) if figure else None
        if kind == "open":
            return self._group()
        if kind == "frac":
            self.at += 1
            top = self._group()
            bottom = self._group() if top else None
            return Operation("÷", top, bottom) if top and bottom else None
        return None

    def _group(self) -> Node | None:
        if self._kind() != "open":
            return None
        self.at += 1
        node = self.sum()
        if node is None or self._kind() != "close":
            return None
        self.at += 1
        return node


def interval_of(figure: Figure, unit: str | None) -> Interval:
    """What a number of a formula stands for: rates as parts of one, amounts in 元 and counts in ones where units differ
    (`unit` ""), whole numbers and short factors as they are."""
    rounded = figure.unit in MONEY or figure.unit in RATES and figure.places > 0 or figure.places >= 2
    value = figure.interval if rounded else exact(figure.value)
    if figure.unit in RATES:
        return value.scaled(1 / RATES[figure.unit])
    return value.scaled(scale_of(figure.unit)) if unit == "" else value
