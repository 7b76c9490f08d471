"""The rows of an own list, whatever kind of file it is: cells under our names, with the row number a planner sees."""

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import pandas as pd
import shapely
from openpyxl.utils.exceptions import InvalidFileException

from voorzieningen.errors import SourceError, did_you_mean, examples
from voorzieningen.read.delimited import read_delimited
from voorzieningen.read.notes import Note
from voorzieningen.read.vector import list_layers, open_layer, read_features, snake_case

HEADINGS = {
    "name": ("naam", "name"),
    "type": ("type",),
    "facility_class": ("klasse", "class"),
    "state": ("status", "toestand", "state"),
    "year": ("jaar", "year", "openingsjaar"),
    "capacity": ("capaciteit", "capacity"),
    "capacity_unit": ("eenheid", "capacity_unit"),
    "x": ("x", "x_rd"),
    "y": ("y", "y_rd"),
    "lon": ("lon", "lengtegraad", "longitude"),
    "lat": ("lat", "breedtegraad", "latitude"),
}
PAIRS = (("x", "y"), ("lon", "lat"))
HEADER_ROWS = 20  # a title and an explanation may stand above the header
TEXT_EXTENSIONS = (".csv", ".txt", ".tsv")


@dataclass(frozen=True)
class Row:
    """One row: where it stands, its cells by our names (empty cells left out), and its geometry if it has one."""

    place: str
    index: int
    cells: dict[str, Any]
    geometry: shapely.Geometry | None = None

    @property
    def where(self) -> str:
        """The row as messages name it."""
        return f"{self.place}, row {self.index}"


def read_rows(path: Path, sheet: str | None) -> tuple[list[Row], list[Note]]:
    """Read the rows of a list that are not empty.

    Parameters
    ----------
    path
        A CSV, XLSX or GeoPackage file.
    sheet
        The sheet of an XLSX file; default the first.

    Raises
    ------
    SourceError
        The file is not what its extension says, or has no header row with the columns that are needed.
    """
    extension = path.suffix.lower()
    if extension == ".gpkg":
        return _features(path)
    if extension == ".xlsx":
        name, lines = _sheet(path, sheet)
        return _rows(lines, f"{path.name}, sheet {name}"), []
    if extension in TEXT_EXTENSIONS:
        text = read_delimited(path)
        return _rows(text.rows, path.name), text.notes(path)
    raise SourceError("is not a .csv, .xlsx or .gpkg file", where=path.name, hint="save the list as one of those")


def _sheet(path: Path, sheet: str | None) -> tuple[str, list[Sequence[Any]]]:
    with _workbook(path) as workbook:
        names = [worksheet.title for worksheet in workbook.worksheets]
        if not names or (sheet is not None and sheet not in names):
            raise SourceError(f"has no sheet '{sheet or ''}'", where=path.name, hint=did_you_mean(sheet or "", names))
        worksheet = workbook[sheet or names[0]]
        worksheet.reset_dimensions()  # some programs write the wrong size of the sheet
        return worksheet.title, [list(line) for line in worksheet.iter_rows(values_only=True)]


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of drop-down lists and styles, which do not matter here
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                yield workbook
            finally:
                workbook.close()
    except (InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError) as error:
        raise SourceError(
            f"is not a readable XLSX file ({error})", where=path.name, hint="save it again as .xlsx, without password"
        ) from error


def _rows(lines: Sequence[Sequence[Any]], place: str) -> list[Row]:
    """Find the header, and give each line below it its cells by name."""
    header = next((index for index, line in enumerate(lines[:HEADER_ROWS]) if _is_header(line)), None)
    if header is None:
        raise _no_header(lines, place)
    positions = _positions(lines[header])
    rows = []
    for index, line in enumerate(lines[header + 1 :], start=header + 2):
        if any(not _is_blank(cell) for cell in line):
            cells = {name: line[position] for name, position in positions.items() if position < len(line)}
            rows.append(Row(place, index, _filled(cells)))
    return rows


def _is_header(line: Sequence[Any]) -> bool:
    positions = _positions(line)
    return any(first in positions and second in positions for first, second in PAIRS)


def _positions(line: Sequence[Any]) -> dict[str, int]:
    """Tell in which column each of our names stands; the first where it stands twice."""
    headings = ["" if _is_blank(cell) else snake_case(str(cell).lower()) for cell in line]
    return {
        name: headings.index(spelling)
        for name, spellings in HEADINGS.items()
        for spelling in reversed(spellings)
        if spelling in headings
    }


def _no_header(lines: Sequence[Sequence[Any]], place: str) -> SourceError:
    first = next((line for line in lines if any(not _is_blank(cell) for cell in line)), [])
    seen = examples(cell for cell in first if not _is_blank(cell))
    return SourceError(
        f"has no header row with coordinates in its first {HEADER_ROWS} rows (seen: {seen or 'nothing'})",
        where=place,
        hint="put the columns naam, x and y (RD New), or naam, lengtegraad and breedtegraad, in one row without "
        "merged cells",
    )


def _features(path: Path) -> tuple[list[Row], list[Note]]:
    layers = [name for name, kind in list_layers(path).items() if kind is not None]
    if not layers:
        raise SourceError("has no layer with geometry", where=path.name, hint="export it with its geometry")
    layer = open_layer(path, layers[0])
    features, notes = read_features(layer)
    attributes = pd.DataFrame(features.drop(columns="geometry"))
    positions = _positions(list(attributes.columns))
    rows = []
    for index, (line, geometry) in enumerate(
        zip(attributes.itertuples(index=False, name=None), features.geometry, strict=True), start=1
    ):
        cells = _filled({name: line[position] for name, position in positions.items()})
        rows.append(Row(layer.where, index, cells, None if geometry is None or geometry.is_empty else geometry))
    return rows, notes


def _filled(cells: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in cells.items() if not _is_blank(cell)}


def _is_blank(cell: Any) -> bool:
    return bool(pd.isna(cell)) or not re.sub(r"\s", "", str(cell))
