"""What can go wrong, in one tree.

::

    VoorzieningenError          what, where, hint
    ├── ConfigError      (2)    study file or catalogue
    ├── SourceError      (3)    a source is missing, unreadable, incomplete or not what it should be
    ├── ContractError    (4)    data break a table's contract: the number would be wrong
    ├── NetworkError     (5)    nothing walkable, or too much that cannot be tied
    └── StorageError     (6)    disk, permissions, or another run holds the study

The number is the exit code of the command line. Everything outside this tree is a mistake of ours and keeps its
traceback.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

MAX_EXAMPLES = 5
MAX_EXAMPLE_CHARS = 60
MAX_KNOWN = 25


class VoorzieningenError(Exception):
    """Something the user can understand and mend.

    Parameters
    ----------
    what
        What is wrong, in one sentence.
    where
        The file, table, key or row it is about.
    hint
        What to do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return the whole message, one line per part."""
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.hint:
            lines.append(f"→ {self.hint}")
        return "\n".join(lines)


class ConfigError(VoorzieningenError, ValueError):
    """The study file or the catalogue does not say what it should."""

    exit_code = 2


class SourceError(VoorzieningenError, OSError):
    """A raw file is missing, unreadable, incomplete or not what it should be."""

    exit_code = 3


class ContractError(VoorzieningenError, ValueError):
    """Data break a table's contract, so that a number would be wrong."""

    exit_code = 4


class NetworkError(VoorzieningenError, ValueError):
    """Nothing is walkable, or too much cannot be tied to the network."""

    exit_code = 5


class StorageError(VoorzieningenError, OSError):
    """Artefacts cannot be read or written, or another run holds the study."""

    exit_code = 6


def examples(values: Iterable[object]) -> str:
    """Name a few of many values, so that a message stays readable however large the data are.

    Parameters
    ----------
    values
        Any iterable.

    Returns
    -------
    str
        At most five values, each cut to sixty characters, and how many more there are.
    """
    listed = [str(value) for value in values]
    shown = [text if len(text) <= MAX_EXAMPLE_CHARS else text[: MAX_EXAMPLE_CHARS - 1] + "…" for text in listed]
    more = len(listed) - MAX_EXAMPLES
    return ", ".join(shown[:MAX_EXAMPLES]) + (f" and {more} more" if more > 0 else "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the known name nearest to one that does not exist, or list what there is.

    Parameters
    ----------
    name
        What was given.
    known
        What there is.
    """
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if not known:
        return "there are none"
    listed = ", ".join(known[:MAX_KNOWN])
    return f"there are: {listed}" + (", …" if len(known) > MAX_KNOWN else "")


def is_there(path: Path) -> bool:
    """Tell whether a path is a file; a name that no disk can hold is none, where pathlib would raise.

    Parameters
    ----------
    path
        What the user gave.
    """
    try:
        return path.is_file()
    except OSError:
        return False
