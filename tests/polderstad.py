"""Polderstad, written and run once, and how its planted truths are looked up in what came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from runs import Result, program
from voorzieningen.network import Places, WalkGraph, tie
from voorzieningen.schema import RD
from voorzieningen.workspace import OpenStudy, open_study

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "configs" / "polderstad.toml"
NONE = "leeg"

Where = Mapping[str, Any]


@dataclass(frozen=True)
class Polderstad:
    """The raw files of the sample, and the artefacts that a run made of them."""

    raw: Path
    out: Path

    @property
    def artefacts(self) -> Path:
        return self.out / "polderstad"

    @cached_property
    def opened(self) -> OpenStudy:
        return open_study(str(STUDY), out=self.out)

    def start(self, command: str, *arguments: str) -> Result:
        return program(command, str(STUDY), *arguments, "--raw", str(self.raw), "--out", str(self.out))

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; walks also with the buurt of the home and the kind of way it is tied to."""
        table: pd.DataFrame = self.opened.table(name)
        if name != "reach":
            return table
        origins = self.opened.table("origins")
        edges = self.opened.table("edges").set_index("edge_id")["rule"]
        homes = origins[["origin_id", "buurtcode"]].assign(tied_to=origins["edge_id"].map(edges))
        return table.merge(homes, on="origin_id")

    def rows(self, where: Where) -> pd.DataFrame:
        """Take the rows that a truth picks; an address and a place go by their name."""
        table = self.table(where["table"])
        for column, value in where.items():
            if column == "table":
                continue
            if column == "address":
                table = table[table["origin_id"] == self.home(value)["address_id"]]
            elif column == "facility":
                table = table[table["facility_id"] == self.place(value)["facility_id"]]
            else:
                table = table[table[column] == value]
        return table

    def home(self, street: str) -> pd.Series:
        """Return the first address of a street."""
        addresses = self.opened.table("addresses")
        return addresses[addresses["street"] == street].sort_values("address_id").iloc[0]

    def place(self, name: str) -> pd.Series:
        facilities = self.opened.table("facilities")
        found = facilities[facilities["name"] == name]
        assert len(found) == 1, f"{len(found)} places are called {name}"
        return found.iloc[0]

    def walk_to_place(self, street: str, name: str, profile: str) -> float:
        """Measure the walk from a home to a place, whether or not it is the nearest."""
        entrances = self.opened.table("entrances")
        doors = entrances[entrances["facility_id"] == self.place(name)["facility_id"]]
        return self._walk(self.home(street)["geometry"], Places.from_ties(doors), profile)

    def walk_between(self, start: shapely.Point, end: shapely.Point, profile: str) -> float:
        return self._walk(start, self._tied(end), profile)

    def _walk(self, start: shapely.Point, doors: Places, profile: str) -> float:
        graph = WalkGraph(self.opened.network, self.opened.study.catalogue.profile[profile].closed)
        return float(graph.nearest(self._tied(start), doors).distance_m[0])

    def _tied(self, point: shapely.Point) -> Places:
        limit = self.opened.study.catalogue.limit("max_tie_m")
        return Places.from_ties(tie(self.opened.network, gpd.GeoSeries([point], crs=RD), max_tie_m=limit))

    def formulas(self, file: str) -> list[str]:
        """Return the cells of a workbook that a spreadsheet would compute."""
        workbook = openpyxl.load_workbook(self.artefacts / "report" / file)
        cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
        return [f"{cell.parent.title}!{cell.coordinate}" for cell in cells if cell.data_type == "f"]


def assert_agrees(actual: Any, expected: Any, what: str) -> None:
    """Hold a value against what a truth says: the same, nothing at all, or between two numbers."""
    if expected == NONE:
        assert pd.isna(actual), what
    elif isinstance(expected, list):
        assert expected[0] - 1e-9 <= actual <= expected[1] + 1e-9, what
    elif isinstance(expected, float):
        assert actual == pytest.approx(expected), what
    else:
        assert not pd.isna(actual), what
        assert actual == expected, what
