"""Lists of numbers as one bound value, so that the statement is the same however many they are: the drivers keep those that
they know, compiled."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(dialect: str, column: Column[Any], name: str, value: Any = None) -> ColumnElement[bool]:
    """The condition that a column is among the numbers that are bound by that name, as `value` gives them."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, value, ARRAY(BigInteger)))
    told = func.json_each(bindparam(name, value, Text())).table_valued("value")
    return column.in_(select(told.c.value))


def value(dialect: str, numbers: Sequence[int]) -> Any:
    return list(numbers) if dialect == "postgresql" else json.dumps(list(numbers))
