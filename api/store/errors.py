"""What the store raises when it cannot do what is asked."""

from __future__ import annotations


class StoreError(Exception):
    """`message` is plain Chinese for the person who runs the archive."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FileChanged(StoreError):
    """A file that was given to be kept was changed meanwhile."""
