"""The arithmetic of gold relations: evaluate `expr` over the operands and judge whether the stated number follows.

Expressions are Python over `a` (the operands) as corpus/GOLD.md of the gold form defines: + - * / // ** comparisons aside,
`sum(a)`, `len(a)`, `min`, `max` and string constants for grades. Anything else is refused.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from decimal import Decimal

Value = Decimal | str
OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


class ExpressionError(ValueError):
    """The expression holds something outside the small language, or divides by zero."""


def evaluate(expression: str, operands: Sequence[Decimal]) -> Value:
    """The value of `expression` where `a` stands for `operands`.

    Raises ExpressionError where the expression is not of the small language or has no value.
    """
    try:
        return _value(ast.parse(expression, mode="eval").body, operands)
    except (SyntaxError, ArithmeticError, IndexError) as error:
        raise ExpressionError(f"{expression}: {error}") from error


def _value(node: ast.expr, operands: Sequence[Decimal]) -> Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return _number(node, operands)


def _number(node: ast.expr, a: Sequence[Decimal]) -> Decimal:
    match node:
        case ast.Constant(value=int() | float() as value):
            return Decimal(str(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, a)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_number(left, a), _number(right, a))
        case ast.Subscript(value=ast.Name(id="a"), slice=ast.Constant(value=int() as index)):
            return a[index]
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id="a")]):
            return Decimal(len(a))
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Name(id="a")]):
            return sum(a, Decimal(0))
        case ast.Call(func=ast.Name(id="min" | "max" as name), args=args):
            values = [_number(arg, a) for arg in args]
            return min(values) if name == "min" else max(values)
    raise ExpressionError(f"not of the small language: {ast.unparse(node)}")


def holds(
    expression: str, stated: Value, unit_in_last_place: Decimal, operands: Sequence[tuple[Decimal, Decimal]]
) -> bool:
    """Whether `stated`, shown to `unit_in_last_place`, follows from the operands, each a (value, half width of the
    interval that its shown digits allow; 0 for exact ones). To first order: the operands' widths are carried one by one."""
    values = [value for value, _ in operands]
    computed = evaluate(expression, values)
    if isinstance(computed, str) or isinstance(stated, str):
        return computed == stated
    spread = Decimal(0)
    for index, (value, half) in enumerate(operands):
        if half:
            moved = evaluate(expression, [*values[:index], value + half, *values[index + 1 :]])
            spread += abs(moved - computed) if isinstance(moved, Decimal) else Decimal(0)
    return abs(computed - stated) <= unit_in_last_place / 2 + spread
