from collections.abc import Iterator
from extractor.checks.engine import Proposal
from extractor.document import Document
from extractor.result import Facts
def propose(document: Document, facts: Facts) -> Iterator[Proposal]:
    return iter(())
