"""What goes wrong with a number as it is typed: a digit mistyped, two swapped, one lost, a decimal point moved."""

from __future__ import annotations

import random
import re

NUMBER = re.compile(r"\d[\d,]*(\.\d+)?")
KINDS = ("digit", "digit", "swap", "drop", "point")
TRIES = 40
LEAST_CHANGE = 0.015
"""A change is larger than this share of the number, and than LEAST_STEP, so that rounding cannot explain it."""
LEAST_STEP = 0.02


def mutate(token: str, rnd: random.Random) -> tuple[str, str] | None:
    """The token with one typing error, and the kind of error; None where none was found that is large enough."""
    digits = [index for index, character in enumerate(token) if character.isdigit()]
    for _ in range(TRIES):
        kind = rnd.choice(KINDS)
        changed = _change(token, kind, digits, rnd)
        if changed != token and _a_number(changed) and _large_enough(token, changed):
            return changed, kind
    return None


def _change(token: str, kind: str, digits: list[int], rnd: random.Random) -> str:
    characters = list(token)
    whole = re.match(r"[\d,]+", token)
    whole_digits = len(whole.group().replace(",", "")) if whole else 0
    if kind == "digit":
        index = rnd.choice(digits[: max(1, len(digits) - (1 if "." in token else 0))])
        characters[index] = rnd.choice([digit for digit in "0123456789" if digit != characters[index]])
    elif kind == "swap":
        first = rnd.randrange(len(digits) - 1)
        a, b = digits[first], digits[first + 1]
        characters[a], characters[b] = characters[b], characters[a]
    elif kind == "drop" and whole and whole_digits > 2:
        del characters[rnd.choice(digits[: len(whole.group())])]
    elif kind == "point" and "." in token and "," not in token:
        point = token.index(".")
        del characters[point]
        left = rnd.random() < 0.5
        characters.insert(max(1, point - 1) if left else min(len(characters) - 1, point + 1), ".")
    return "".join(characters)


def _a_number(token: str) -> bool:
    return bool(NUMBER.fullmatch(token)) and (token[0] != "0" or token.startswith("0."))


def _large_enough(old: str, new: str) -> bool:
    before, after = float(old.replace(",", "")), float(new.replace(",", ""))
    return abs(after - before) > max(LEAST_CHANGE * abs(before), LEAST_STEP)
