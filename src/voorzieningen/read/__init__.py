"""Raw files to clean tables: OpenStreetMap, wijken en buurten, StatLine, addresses and own lists.

Everything that comes out is in EPSG:28992 (RD New, metres) and under contract. What was damaged, odd or left out is
counted in the table `notes`. Readers are loaded when they are first used: a run that skips them needs only the digests.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voorzieningen.read.files import raw_files, used_sources
    from voorzieningen.read.inspection import SourceState, inspect_sources
    from voorzieningen.read.study import read_study

_HOME = {
    "SourceState": "inspection",
    "inspect_sources": "inspection",
    "raw_files": "files",
    "read_study": "study",
    "used_sources": "files",
}

__all__ = ["SourceState", "inspect_sources", "raw_files", "read_study", "used_sources"]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
