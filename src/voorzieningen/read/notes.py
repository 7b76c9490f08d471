"""What reading came across, and what it did about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from voorzieningen import schema
from voorzieningen.errors import MAX_EXAMPLES


@dataclass(frozen=True)
class Note:
    """One remark for planners: the subject and the text are Dutch."""

    subject: str
    count: int
    text: str


def some(values: Sequence[object]) -> str:
    """Name a few of many values in Dutch, so that a remark stays readable."""
    shown = ", ".join(str(value) for value in values[:MAX_EXAMPLES])
    more = len(values) - MAX_EXAMPLES
    return f"{shown} en nog {more}" if more > 0 else shown


def notes_table(notes: Iterable[Note]) -> pd.DataFrame:
    """Return the remarks as the table `notes`, ordered by subject."""
    in_order = sorted(notes, key=lambda note: note.subject)
    return schema.notes("read", [(note.subject, note.count, note.text) for note in in_order])
