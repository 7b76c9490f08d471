"""The facilities-gap toolkit for Dutch municipalities: open data in, a gap report per wijk out.

`import voorzieningen as vz` gives the pure functions of every stage and the artefacts of a study. Names are loaded when
they are first used, so that importing the package costs nothing.
"""

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voorzieningen.config import load_catalogue, load_study
    from voorzieningen.facilities import build_register
    from voorzieningen.gaps import find_gaps, judge_walks
    from voorzieningen.network import Network, WalkGraph, build_network, tie, to_networkx
    from voorzieningen.reach import summarise_by_buurt, walk_reach
    from voorzieningen.read import read_study
    from voorzieningen.residents import place_homes, place_residents, reconcile
    from voorzieningen.sample import write_sample
    from voorzieningen.tracks import phase_and_track
    from voorzieningen.workspace import OpenStudy, open_study

__version__ = importlib.metadata.version("voorzieningen")

_HOME = {
    "load_catalogue": "config",
    "load_study": "config",
    "read_study": "read",
    "Network": "network",
    "WalkGraph": "network",
    "build_network": "network",
    "tie": "network",
    "to_networkx": "network",
    "build_register": "facilities",
    "place_homes": "residents",
    "place_residents": "residents",
    "reconcile": "residents",
    "walk_reach": "reach",
    "summarise_by_buurt": "reach",
    "phase_and_track": "tracks",
    "judge_walks": "gaps",
    "find_gaps": "gaps",
    "OpenStudy": "workspace",
    "open_study": "workspace",
    "write_sample": "sample",
}

__all__ = [
    "Network",
    "OpenStudy",
    "WalkGraph",
    "build_network",
    "build_register",
    "find_gaps",
    "judge_walks",
    "load_catalogue",
    "load_study",
    "open_study",
    "phase_and_track",
    "place_homes",
    "place_residents",
    "read_study",
    "reconcile",
    "summarise_by_buurt",
    "tie",
    "to_networkx",
    "walk_reach",
    "write_sample",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])
