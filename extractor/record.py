"""Frozen dataclasses that are cheap to make: what a report gives rise to by the hundred thousand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

__all__ = ["record"]

_T = TypeVar("_T")

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool = False, eq: bool = True) -> Callable[[type[_T]], type[_T]]:
        """`dataclass`, of which only the type checker sees to it that nothing changes: forbidding it at run time too makes
        an object three to five times as dear."""
        return dataclass(slots=slots, eq=eq, unsafe_hash=frozen and eq)
