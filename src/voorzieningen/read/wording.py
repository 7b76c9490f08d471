"""Names as files spell them, and the nearest name that was meant."""

import difflib
import re
from collections.abc import Iterable

MAX_SHOWN = 25


def snake_case(name: str) -> str:
    """Spell a column name as the GeoPackage of CBS does, also where a service gives `aantalInwoners`."""
    is_camel = re.search(r"[a-z0-9][A-Z]", name) is not None
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", "_", name) if is_camel else name
    return re.sub(r"[^0-9a-z]+", "_", spaced.lower()).strip("_")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or else which there are."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    listed = ", ".join(known[:MAX_SHOWN]) + (", …" if len(known) > MAX_SHOWN else "")
    there_are = f"there are: {listed}" if known else "there are none"
    return f"did you mean '{close[0]}'? {there_are}" if close else there_are
