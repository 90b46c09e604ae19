"""Running headers, footers and page numbers: told by where they stand and how often, never by what they say alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from extractor.data import load
from extractor.document import Block, Document, Paragraph, Table
from extractor.layout.numbering import numbering

EDGE = 0.12
"""Running lines stand within this share of the page's height from its top or bottom edge."""
LEVEL = 5.0
"""Lines whose heights on their pages differ by less than this (points) stand at the same place."""
OFTEN = 3
"""What repeats fewer times than this may be chance."""
SHARE = 0.25
"""What repeats on this share of the pages is a running line; on fewer, only where the pages follow one another."""
MOST = 0.6
"""A line whose text changes (chapter names) is running if its place is taken on this share of the pages."""
MOST_SKIPPED = 5
"""Pages without a number (full-page tables, pictures) between two that have one."""
DEEPEST = 4
"""A header or footer has at most this many lines."""

_WORDS = load("running")
_NUMBER = re.compile(_WORDS["page_number"])
_DRESSED = re.compile(_WORDS["dressed"])
_KEPT = re.compile(_WORDS["kept"])
_TITLE = re.compile(load("outline")["report_title"])
_SPACE = re.compile(r"\s+")
_DIGITS = re.compile(r"\d+")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def remove_running(document: Document) -> Document:
    """Move the running lines from `blocks` to `furniture`, in place; the same document is returned.

    Where pages are known, a running line is the outermost one of its page, near the edge, and stands at the same place
    with the same text (page numbers apart) on many pages. Where they are not, it is a number alone on a line that counts
    up, or a line that stands between two parts of a table at least three times. A body line that merely repeats stays.
    """
    gone = {index for index, block in enumerate(document.blocks) if _placed(block)}
    if document.pages:
        for at_top in (True, False):
            for _ in range(DEEPEST):
                found = _outermost(document, gone, at_top)
                running = _running(document, found, at_top)
                if not running:
                    break
                gone |= running
    else:
        gone |= _lone_numbers(document.blocks)
    gone |= _between_tables(document.blocks, gone)
    _move(document, gone)
    return document


def _placed(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.place in ("header", "footer")


def _move(document: Document, gone: set[int]) -> None:
    kept: list[Block] = []
    broken = False
    for index, block in enumerate(document.blocks):
        if index in gone:
            assert isinstance(block, Paragraph)
            document.furniture.append(block)
            broken = True  # a running line tells of a page break, here or in the file that this was made from
        else:
            if broken and kept:
                block.after_break = True
            broken = False
            kept.append(block)
    document.blocks = kept


def _outermost(document: Document, gone: set[int], at_top: bool) -> dict[int, int]:
    """Page → index of the first (or last) block on it that is still there, if it is a short paragraph near the edge."""
    last: dict[int, int] = {}
    for index, block in enumerate(document.blocks):
        if index not in gone and block.page is not None and not (at_top and block.page in last):
            last[block.page] = index
    found: dict[int, int] = {}
    for page, index in last.items():
        block = document.blocks[index]
        if isinstance(block, Paragraph) and len({line.page for line in block.lines}) == 1 and len(block.lines) <= 2:
            height = document.pages[page - 1][1] if page <= len(document.pages) else 0.0
            place = _level(block, at_top)
            if place < EDGE * height if at_top else place > (1 - EDGE) * height:
                found[page] = index
    return found


def _level(paragraph: Paragraph, at_top: bool) -> float:
    """The height of a line at the edge: of the upper side of a header, of the lower side of a footer."""
    return paragraph.lines[0].bbox[1] if at_top else paragraph.lines[-1].bbox[3]


def _running(document: Document, found: dict[int, int], at_top: bool) -> set[int]:
    texts = {page: _paragraph(document.blocks[index]) for page, index in found.items()}
    result = _page_numbers(texts)
    pages = len({block.page for block in document.blocks if block.page is not None})
    places = {page: (_level(p, at_top) if at_top else _below(document, page, p)) for page, p in texts.items()}
    for group in _same_place({page: place for page, place in places.items() if page not in result}):
        result |= _repeated({page: texts[page].text for page in group}, pages)
        rest = [page for page in group if page not in result]
        if at_top and len(rest) >= max(OFTEN + 1, MOST * pages):
            result |= _changing({page: texts[page] for page in rest}, document)
    known = Counter(_masked(texts[page].text) for page in result)
    result |= {page for page, p in texts.items() if known[_masked(p.text)] >= OFTEN}
    return {found[page] for page in result}


def _masked(text: str) -> str:
    """The text without blanks, its figures made equal."""
    return _DIGITS.sub("#", _SPACE.sub("", text))


def _paragraph(block: Block) -> Paragraph:
    assert isinstance(block, Paragraph)
    return block


def _below(document: Document, page: int, paragraph: Paragraph) -> float:
    """Footers keep their distance from the lower edge, whichever way the page is laid."""
    return document.pages[page - 1][1] - _level(paragraph, at_top=False)


def _same_place(places: dict[int, float]) -> list[list[int]]:
    """The pages grouped by the height at which their line stands."""
    groups: list[list[int]] = []
    for page in sorted(places, key=lambda page: places[page]):
        if groups and places[page] - places[groups[-1][-1]] < LEVEL:
            groups[-1].append(page)
        else:
            groups.append([page])
    return groups


def _page_numbers(texts: dict[int, Paragraph]) -> set[int]:
    """The pages whose line is a page number: it counts with the pages, or says that it is one."""
    values = {page: value for page, p in texts.items() if (value := page_number(p.text)) is not None}
    steps = Counter(page - value for page, value in values.items())
    return {
        page
        for page, value in values.items()
        if steps[page - value] > 1 or _DRESSED.search(texts[page].text.strip()) is not None
    }


def page_number(text: str) -> int | None:
    """The number of a line that can be nothing but a page number (3, - 3 -, 第3页 共30页, iii), else None."""
    match = _NUMBER.match(text.strip())
    if match is None:
        return None
    written = match["n"] or match["m"]
    if written.isdigit():
        return int(written)
    if "Ⅰ" <= written <= "Ⅻ":
        return ord(written) - ord("Ⅰ") + 1
    if "ⅰ" <= written <= "ⅻ":
        return ord(written) - ord("ⅰ") + 1
    values = [_ROMAN[letter] for letter in written.lower()]
    return sum(-v if any(v < w for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def _lone_numbers(blocks: list[Block]) -> set[int]:
    """Page numbers that an export without pages kept: numbers alone on a line, at least three, each above the last."""
    paragraphs = [(i, block.text) for i, block in enumerate(blocks) if isinstance(block, Paragraph)]
    found = [(i, value) for i, text in paragraphs if (value := page_number(text)) is not None]
    values = [value for _, value in found]
    counts_up = all(a < b <= a + MOST_SKIPPED for a, b in pairwise(values))
    return {i for i, _ in found} if len(found) >= OFTEN and counts_up else set()


def _repeated(texts: dict[int, str], pages: int) -> set[int]:
    """The pages whose text is the same on many pages; figures in it may count with the pages."""
    groups: dict[str, list[int]] = defaultdict(list)
    for page, text in sorted(texts.items()):
        groups[_masked(text)].append(page)
    result: set[int] = set()
    for masked, found in groups.items():
        plains = [_SPACE.sub("", texts[page]) for page in found]
        if "#" in masked and len(set(plains)) > 1 and not _counts(plains, found):
            common, _ = Counter(plains).most_common(1)[0]
            found = [page for page, plain in zip(found, plains, strict=True) if plain == common]
        own = numbering(texts[found[0]]) is not None or _KEPT.search(texts[found[0]].strip()) is not None
        enough = len(found) >= max(OFTEN, SHARE * pages) or (len(found) == pages == 2)
        if own:
            enough = len(found) >= max(OFTEN, MOST * pages) and pages > OFTEN
        if enough or (not own and _longest_stretch(found) > OFTEN):
            result.update(found)
    return result


def _counts(texts: Sequence[str], pages: Sequence[int]) -> bool:
    """Whether one of the figures grows with the page and all others stay."""
    columns = list(zip(*(map(int, _DIGITS.findall(text)) for text in texts), strict=True))
    changing = [column for column in columns if len(set(column)) > 1]
    return len(changing) == 1 and len({n - page for n, page in zip(changing[0], pages, strict=True)}) == 1


def _longest_stretch(pages: Iterable[int]) -> int:
    """How many of the pages follow one another at most, counting every second page (odd and even headers) too."""
    longest = run = 0
    before: int | None = None
    for page in sorted(pages):
        run = run + 1 if before is not None and page - before <= 2 else 1
        longest, before = max(longest, run), page
    return longest


def _changing(texts: dict[int, Paragraph], document: Document) -> set[int]:
    """The pages whose header names the chapter: smaller type than the text's, few names for many pages."""
    sizes = [b.style.size for b in document.blocks if isinstance(b, Paragraph) and len(b.lines) > 1 and b.style.size]
    body = median(sizes) if sizes else 0.0
    small = {page: p for page, p in texts.items() if p.style.size and p.style.size < 0.95 * body and len(p.lines) == 1}
    names = {_SPACE.sub("", p.text) for p in small.values()}
    return set(small) if len(small) >= OFTEN + 1 and len(names) * 2 <= len(small) else set()


def _between_tables(blocks: list[Block], gone: set[int]) -> set[int]:
    """Lines that stand between two parts of a table again and again (text exports keep running headers so)."""
    left = [index for index in range(len(blocks)) if index not in gone]
    places: dict[str, list[int]] = defaultdict(list)
    others: Counter[str] = Counter()
    for before, index, after in zip([None, *left], left, [*left[1:], None], strict=False):
        block = blocks[index]
        if not isinstance(block, Paragraph):
            continue
        text = _SPACE.sub("", block.text)
        around = [blocks[i] for i in (before, after) if i is not None]
        if len(around) == 2 and all(isinstance(b, Table) for b in around):
            places[text].append(index)
        else:
            others[text] += 1
    result: set[int] = set()
    for text, found in places.items():
        if len(found) < OFTEN or _KEPT.search(text) or numbering(text) or others[text] > len(found):
            continue
        if _TITLE.search(text) or others[text] or all(_same_width(blocks, left, i) for i in found):
            result.update(found)
    return result


def _same_width(blocks: list[Block], left: list[int], index: int) -> bool:
    """Whether the tables before and after a line have as many columns as one another."""
    place = left.index(index)
    before, after = blocks[left[place - 1]], blocks[left[place + 1]]
    return isinstance(before, Table) and isinstance(after, Table) and before.width == after.width
