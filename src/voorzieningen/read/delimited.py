"""Text files with separators, as they come out of StatLine and spreadsheets."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from voorzieningen.errors import SourceError
from voorzieningen.read.notes import Note

ENCODINGS = ("utf-8-sig", "cp1252")
SEPARATORS = (";", "\t", ",")
SAMPLE_LINES = 20


@dataclass(frozen=True)
class Delimited:
    """The rows of a text file, blank lines included, so that row 1 is the first row of the spreadsheet."""

    rows: list[list[str]]
    encoding: str

    def notes(self, path: Path) -> list[Note]:
        """Say that the file was not in UTF-8."""
        if self.encoding == ENCODINGS[0]:
            return []
        text = "Het bestand is geen UTF-8 en is gelezen als cp1252 (Windows)."
        return [Note(f"tekenset van {path.name}", 1, text)]


def read_delimited(path: Path) -> Delimited:
    """Read a text file whose separator is a comma, a semicolon or a tab.

    Parameters
    ----------
    path
        The file, in UTF-8 (with or without byte order mark) or in cp1252, as older spreadsheets write.

    Raises
    ------
    SourceError
        The file cannot be read or is not text.
    """
    text, encoding = _decoded(path)
    separator = _separator(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise SourceError(
            f"is not a table in text: {error}", where=path.name, hint="export it again as CSV in UTF-8"
        ) from error
    return Delimited(rows, encoding)


def _decoded(path: Path) -> tuple[str, str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", where=path.name) from error
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise SourceError("is not text in UTF-8 or cp1252", where=path.name, hint="export it again as CSV in UTF-8")


def _separator(text: str) -> str:
    """Choose the separator that splits most lines into equally many cells: a title may stand above the header."""
    lines = [line for line in text.splitlines() if line.strip()][:SAMPLE_LINES]
    return max(SEPARATORS, key=lambda separator: _regularity(lines, separator))


def _regularity(lines: list[str], separator: str) -> tuple[int, int]:
    widths = Counter(len(next(csv.reader([line], delimiter=separator))) for line in lines)
    widths.pop(1, None)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    return count, width
