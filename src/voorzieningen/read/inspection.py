"""What `check` says of each raw file, without reading the extract itself."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import shapely

from voorzieningen.areas import memberships
from voorzieningen.config import OWN_LIST, Study
from voorzieningen.errors import VoorzieningenError, is_there
from voorzieningen.read.addresses import open_addresses
from voorzieningen.read.cbs import read_buurt_map
from voorzieningen.read.files import check_digest, how_to_get, is_optional, named_files
from voorzieningen.read.own_lists import read_own_list
from voorzieningen.read.pbf import describe_box, read_area, read_header
from voorzieningen.read.statline import read_statline

IN_ORDER = "in orde"
MISSING = "ontbreekt"
NOT_NEEDED = "ontbreekt (mag)"


@dataclass(frozen=True)
class SourceState:
    """One raw file: `state` is "in orde", "ontbreekt" or the problem; `seen` what was found, or how to get it."""

    key: str
    file: str
    state: str
    seen: str

    @property
    def is_in_order(self) -> bool:
        """Whether the run can go on with it, or without it."""
        return self.state in (IN_ORDER, NOT_NEEDED)


def inspect_sources(raw: Path, study: Study) -> list[SourceState]:
    """Judge the raw files of a study one by one; a bad file is reported, not raised.

    Parameters
    ----------
    raw
        The folder with the raw files.
    study
        The study.

    Returns
    -------
    list of SourceState
        In the order of the study. Of the extract of OpenStreetMap only the header is read.
    """
    looks = _Looks(raw, study)
    return [looks.state(key, path) for key, path in named_files(raw, study).items()]


@dataclass(frozen=True)
class _Looks:
    """How each kind of file is looked at."""

    raw: Path
    study: Study

    def state(self, key: str, path: Path) -> SourceState:
        if not is_there(path):
            state = NOT_NEEDED if is_optional(key, self.study) else MISSING
            return SourceState(key, path.name, state, how_to_get(key, self.study))
        looks: dict[str, Callable[[Path], str]] = {
            "osm": self._at_osm,
            "wijkenbuurten": self._at_map,
            "statline": self._at_statline,
            "adressen": self._at_addresses,
            OWN_LIST: self._at_own_list,
        }
        try:
            check_digest(key, path, self.study)
            seen = looks[key.partition(":")[0]](path)
        except VoorzieningenError as error:
            return SourceState(key, path.name, str(error).replace("\n", " "), "")
        return SourceState(key, path.name, IN_ORDER, seen)

    def _at_osm(self, path: Path) -> str:
        extract = read_header(path)
        box = f"box {describe_box(extract.box)}" if extract.box else "no box in the header"
        date = extract.date or "unknown"
        outline = self._outline()
        if extract.box is None or outline is None:
            return f"{box}, date {date}"
        area, _ = read_area(extract, outline, self.study)
        coverage = area.set_index("part").geometry["dekking"]
        share = shapely.area(shapely.intersection(coverage, outline)) / shapely.area(outline)
        return f"{box}, date {date}, covers {share:.0%} of the municipality"

    def _outline(self) -> shapely.Geometry | None:
        """Take the municipality from the map if that is in order; if not, the map has its own line."""
        try:
            return read_buurt_map(named_files(self.raw, self.study)["wijkenbuurten"], self.study).outline
        except VoorzieningenError:
            return None

    def _at_map(self, path: Path) -> str:
        buurt_map = read_buurt_map(path, self.study)
        memberships(
            buurt_map.buurten,
            self.study.areas,
            gemeentecode=self.study.gemeentecode,
            gemeentenaam=self.study.gemeentenaam,
        )
        return f"layers {', '.join(buurt_map.layers)}; {len(buurt_map.buurten)} buurten of {self.study.gemeentenaam}"

    def _at_statline(self, path: Path) -> str:
        figures, _ = read_statline(path, self.study, frozenset())
        areas, measures = figures["code"].nunique(), figures["measure"].nunique()
        return f"{areas} rows of {self.study.gemeentenaam}, {measures} figures each"

    def _at_addresses(self, path: Path) -> str:
        layer = open_addresses(path)
        return f"layer {layer.name}, {layer.features} rows"

    def _at_own_list(self, path: Path) -> str:
        lists = [own for own in self.study.own_lists if self.raw / own.file == path]
        counts = [(own.facility_type, len(read_own_list(path, own, self.study)[0])) for own in lists]
        return ", ".join(f"{count} rows of type {facility_type}" for facility_type, count in counts)
