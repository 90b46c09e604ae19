"""What a reader raises when a file cannot be read."""

from __future__ import annotations


class ReadError(Exception):
    """A file that cannot be read as a report.

    `code` is stable: `file.missing`, `file.empty`, `file.truncated`, `file.encrypted`, `file.password`,
    `file.unsupported`, `file.bomb`, `file.entities`, `file.scan`, `file.suffix`, `file.encoding`, `file.timeout`,
    `file.converter` (a program that is needed is missing). `message` is plain Chinese for the auditor and holds no file
    name: the caller puts it in front.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str]]:
        """Both arguments, so that the error survives the way back from a worker process."""
        return type(self), (self.code, self.message)
