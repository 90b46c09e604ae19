"""The digits of numbers, and what a slip of the pen makes of them: two exchanged, one mistyped, lost or added."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

LOOKALIKES = {
    "0": "689", "1": "47", "2": "7", "3": "589", "4": "19", "5": "36", "6": "058", "7": "12", "8": "0369", "9": "0348",
}  # fmt: skip
"""The digits for which a digit may be taken in print and in scans."""

_TELLING = 2  # digits of numbers in which every difference looks like a slip


def digits(value: Decimal, places: int) -> str:
    """The digits of a value rounded to `places` decimals, without point and sign: 87.08 is 8708."""
    return str(int(abs(value).scaleb(places).to_integral_value()))


def swapped(a: str, b: str) -> bool:
    """Whether two digits next to each other are exchanged, and nothing else."""
    if len(a) != len(b) or a == b:
        return False
    i = next(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)
    return a[i + 1 : i + 2] + a[i] + a[i + 2 :] == b[i:]


def changed(a: str, b: str) -> bool:
    """Whether one digit is another, and nothing else."""
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def lost(short: str, full: str) -> bool:
    """Whether one digit is missing, and nothing else."""
    return len(short) + 1 == len(full) and any(full[:i] + full[i + 1 :] == short for i in range(len(full)))


def is_slip(a: str, b: str) -> bool:
    """Whether one slip makes the one of the other."""
    return changed(a, b) or swapped(a, b) or lost(a, b) or lost(b, a)


def slip(wrong: Decimal, right: Decimal, places: int) -> bool:
    """Whether one slip makes the one number of the other, moving the point among them. Numbers of two digits or fewer
    tell nothing."""
    a, b = digits(wrong, places), digits(right, places)
    if not max(len(a), len(b)) > _TELLING <= min(len(a), len(b)) or a == b or right <= 0:
        return False
    if right in (wrong * 10, wrong / 10) or lost(a, b):
        return True
    # What is left of a number may begin with noughts: 1034 for 34.
    shown = Decimal(b).scaleb(-places) == right
    return shown and (is_slip(a, b.zfill(len(a))) or lost(b.zfill(len(a) - 1), a))


def slips(value: Decimal, places: int, among: Sequence[Decimal] = ()) -> list[Decimal]:
    """What a number may have been before one slip: as `slip`, but digits are added only for the values in `among`."""
    shown = digits(value, places)
    found = {shown[:i] + d + shown[i + 1 :] for i in range(len(shown)) for d in "0123456789"}
    found |= {shown[:i] + shown[i + 1] + shown[i] + shown[i + 2 :] for i in range(len(shown) - 1)}
    found |= {shown[:i] + shown[i + 1 :] for i in range(len(shown)) if len(shown) > _TELLING}
    out = [Decimal(text).scaleb(-places) for text in sorted(found - {shown}) if text]
    return [*out, value * 10, value / 10, *(other for other in among if lost(shown, digits(other, places)))]
