"""What the models look at: a few words and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of text to be judged, with what helps to judge it.

    `before` and `after` are the clauses beside it, `sentence` the sentence that holds it, `heading` the indicator or the
    title under which it stands. `place` says where: text, reason, cell, table, problem, list. `mark` says of a scored
    indicator whether it got its full points: full, less, or nothing where that is not known.

    A whole block, whose role is asked for, is one too: `before` and `after` are the blocks beside it, `place` is text or
    table, `mark` the tenth of the report in which it begins, 0 to 9.
    """

    text: str
    before: str = ""
    after: str = ""
    sentence: str = ""
    heading: str = ""
    place: str = "text"
    mark: str = ""
