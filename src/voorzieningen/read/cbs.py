"""Wijken en buurten of CBS: the outlines of one municipality, and the figures of each level itself."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from voorzieningen import schema
from voorzieningen.config import Study
from voorzieningen.errors import ContractError, SourceError, examples
from voorzieningen.messages import number
from voorzieningen.read.notes import Note, some
from voorzieningen.read.numbers import figures_of, holds_numbers
from voorzieningen.read.vector import (
    Layer,
    is_code,
    list_layers,
    open_layer,
    polygon_parts,
    read_columns,
    read_features,
)
from voorzieningen.schema import RD

BUURTEN_COLUMNS = ("buurtcode", "buurtnaam", "wijkcode", "gemeentecode", "aantal_inwoners")
LEVELS = {"buurt": ("buurten", "buurtcode"), "wijk": ("wijken", "wijkcode"), "gemeente": ("gemeenten", "gemeentecode")}
CODE_PATTERNS = {"buurtcode": r"BU\d{8}", "wijkcode": r"WK\d{6}", "gemeentecode": r"GM\d{4}"}
NO_FIGURES = re.compile(r"code$|naam$|^water$|postcode|^jaar$|^id$|opmerking|toelichting")
NEAR_M = 3000  # addresses are read up to here around the municipality, and a little more
OVERLAP_HA = 0.01
SQUARE_METRES_PER_HA = 10_000
F = TypeVar("F", bound=pd.DataFrame)


@dataclass(frozen=True)
class BuurtMap:
    """The map of one municipality: tables under contract, its outline in RD New, and what was seen on the way."""

    buurten: gpd.GeoDataFrame
    outline: shapely.Geometry
    neighbours: shapely.Geometry
    figures: pd.DataFrame
    all_codes: frozenset[str]
    layers: tuple[str, ...]
    notes: list[Note]


def read_buurt_map(path: Path, study: Study) -> BuurtMap:
    """Read the buurten of a municipality, its outline and the figures of buurten, wijken and gemeente.

    Parameters
    ----------
    path
        The GeoPackage with a layer buurten, and if possible wijken and gemeenten.
    study
        The study: of which municipality.

    Returns
    -------
    BuurtMap
        Outlines in EPSG:28992.

    Raises
    ------
    SourceError
        The file, a layer, a column or the municipality is missing, or the layer has no coordinate system.
    ContractError
        A code is double or malformed, a buurt has no outline, or a figure cannot be.
    """
    layers = list_layers(path)
    buurten_layer = open_layer(path, "buurten", required=BUURTEN_COLUMNS)
    rows, notes = read_features(buurten_layer, where=_of_municipality(buurten_layer, study))
    if rows.empty:
        raise _no_such_municipality(buurten_layer, study)
    rows = _stripped(rows)
    _check_codes(rows, ("buurtcode", "wijkcode"), where=buurten_layer.where)
    all_codes = frozenset(rows["buurtcode"]) | frozenset(rows["wijkcode"]) | {study.gemeentecode}
    rows, water_notes = _without_water(rows, where=buurten_layer.where)
    _check_unique(rows, "buurtcode", where=buurten_layer.where)
    rows, geometry_notes = _with_whole_outlines(rows, where=buurten_layer.where)
    tables = {"buurt": pd.DataFrame(rows.drop(columns="geometry"))}
    tables |= {level: _level_table(path, level, study) for level in ("wijk", "gemeente") if LEVELS[level][0] in layers}
    outline, outline_notes = _outline(path, rows, study, layers)
    return BuurtMap(
        buurten=_buurten(rows, tables.get("wijk")),
        outline=outline,
        neighbours=_neighbours(buurten_layer, outline, rows, study),
        figures=_figures(path, tables, study),
        all_codes=all_codes,
        layers=tuple(layers),
        notes=[*notes, *water_notes, *geometry_notes, *_overlaps(rows), *outline_notes],
    )


def _of_municipality(layer: Layer, study: Study) -> str:
    return is_code(layer.columns["gemeentecode"], study.gemeentecode)


def _no_such_municipality(layer: Layer, study: Study) -> SourceError:
    names = [column for column in ("gemeentecode", "gemeentenaam") if column in layer.columns]
    present = read_columns(layer, names).drop_duplicates().sort_values(names).fillna("")
    listed = (" ".join(str(cell).strip() for cell in row) for row in present.itertuples(index=False))
    return SourceError(
        f"holds no buurten of {study.gemeentecode} ({study.gemeentenaam})",
        where=layer.where,
        hint=f"it holds {examples(listed) or 'no municipality at all'}: is this the right file?",
    )


def _stripped(rows: F) -> F:
    """Strip the spaces with which CBS pads its codes."""
    stripped = rows.copy()
    for name in rows.columns[rows.columns.str.contains(r"code$|naam$|^water$")]:
        stripped[name] = rows[name].astype("str").str.strip()
    return stripped


def _check_codes(rows: pd.DataFrame, columns: tuple[str, ...], *, where: str) -> None:
    for column in columns:
        codes = rows[column].fillna("")
        bad = ~codes.str.fullmatch(CODE_PATTERNS[column]).to_numpy(dtype=bool)
        if bad.any():
            numbers = (f"'{codes.iloc[index]}' (row {index + 1} of the municipality)" for index in np.flatnonzero(bad))
            shape = CODE_PATTERNS[column].replace(r"\d", "digits ")
            raise ContractError(
                f"{column} is not a code of CBS ({shape}): {examples(numbers)}", where=where, hint="mend the code"
            )


def _without_water(rows: gpd.GeoDataFrame, *, where: str) -> tuple[gpd.GeoDataFrame, list[Note]]:
    is_land = _is_land(rows)
    if not is_land.any():
        raise SourceError("holds only water buurten of this municipality", where=where)
    dropped = int((~is_land).sum())
    text = "Buurten die alleen uit water bestaan tellen niet mee."
    return rows[is_land], [Note("waterbuurten", dropped, text)] if dropped else []


def _is_land(rows: pd.DataFrame) -> NDArray[np.bool_]:
    if "water" not in rows.columns:
        return np.ones(len(rows), dtype=bool)
    return (rows["water"].fillna("NEE").str.upper() == "NEE").to_numpy(dtype=bool)


def _check_unique(rows: pd.DataFrame, column: str, *, where: str) -> None:
    double = rows[column].duplicated()
    if double.any():
        raise ContractError(
            f"{column} is double: {examples(sorted(set(rows.loc[double, column])))}",
            where=where,
            hint="each area must be one row, also when it has several parts: merge or remove the double rows",
        )


def _with_whole_outlines(rows: gpd.GeoDataFrame, *, where: str) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Refuse a buurt without outline, and repair an outline that crosses itself."""
    missing = (rows.geometry.isna() | rows.geometry.is_empty).to_numpy()
    _refuse_outlines(rows, missing, "has no outline", where)
    other = ~rows.geom_type.isin(("Polygon", "MultiPolygon", "GeometryCollection")).to_numpy()
    _refuse_outlines(rows, other, "is not an area but a point or a line", where)
    invalid = ~rows.geometry.is_valid.to_numpy()
    geometry = polygon_parts(shapely.make_valid(rows.geometry.to_numpy()))
    _refuse_outlines(rows, shapely.is_missing(geometry), "has an outline without surface", where)
    repaired = rows.set_geometry(gpd.GeoSeries(geometry, index=rows.index, crs=RD))
    if not invalid.any():
        return repaired, []
    codes = some(sorted(rows.loc[invalid, "buurtcode"]))
    text = f"De omtrek kruist zichzelf en is hersteld bij {codes}."
    return repaired, [Note("ongeldige omtrekken", int(invalid.sum()), text)]


def _refuse_outlines(rows: gpd.GeoDataFrame, bad: NDArray[np.bool_], what: str, where: str) -> None:
    if bad.any():
        raise ContractError(
            f"buurt {examples(sorted(rows.loc[bad, 'buurtcode']))} {what}",
            where=where,
            hint="get the file again, or mend the outline: without it homes cannot be placed in the buurt",
        )


def _overlaps(rows: gpd.GeoDataFrame) -> list[Note]:
    outlines = rows.geometry.to_numpy()
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared_ha = shapely.area(shapely.intersection(outlines[first], outlines[second])) / SQUARE_METRES_PER_HA
    pairs, total = int((shared_ha > 0).sum()), float(shared_ha.sum())
    if total <= OVERLAP_HA:
        return []
    text = f"Buurten overlappen elkaar over samen {number(total, 2)} hectare. Elke woning telt in één buurt mee."
    return [Note("overlappende buurten", pairs, text)]


def _level_table(path: Path, level: str, study: Study) -> pd.DataFrame:
    """Read the figures of wijken or of the municipality, without outlines."""
    layer_name, code = LEVELS[level]
    layer = open_layer(path, layer_name, required=(code, "gemeentecode"))
    table = read_columns(layer, where=_of_municipality(layer, study))
    table = _stripped(table)
    table = table[_is_land(table)]
    _check_codes(table, (code,), where=layer.where)
    _check_unique(table, code, where=layer.where)
    return table


def _outline(
    path: Path, buurten: gpd.GeoDataFrame, study: Study, layers: dict[str, str | None]
) -> tuple[shapely.Geometry, list[Note]]:
    """Take the outline from the layer gemeenten, or else from the buurten together."""
    if layers.get("gemeenten") is not None:
        layer = open_layer(path, "gemeenten", required=("gemeentecode",))
        rows, notes = read_features(layer, where=_of_municipality(layer, study))
        land = rows[_is_land(_stripped(rows))]
        surfaces = polygon_parts(shapely.make_valid(land.geometry.to_numpy()))
        whole = shapely.union_all(surfaces) if len(surfaces) else None
        if whole is not None and not whole.is_empty:
            return whole, notes
    together = shapely.union_all(buurten.geometry.to_numpy())
    text = "De omtrek van de gemeente ontbreekt in de laag gemeenten; de buurten samen zijn gebruikt."
    return together, [Note("omtrek van de gemeente", 1, text)]


def _neighbours(layer: Layer, outline: shapely.Geometry, buurten: gpd.GeoDataFrame, study: Study) -> shapely.Geometry:
    """Return the land of other municipalities near this one, as far as the file holds them."""
    elsewhere = f"NOT ({_of_municipality(layer, study)})"
    rows, _ = read_features(layer, where=elsewhere, near=shapely.buffer(outline, NEAR_M))
    land = polygon_parts(shapely.make_valid(rows.geometry.to_numpy())[_is_land(_stripped(rows))])
    others = shapely.union_all(land[~shapely.is_missing(land)])
    return shapely.difference(others, shapely.union_all(buurten.geometry.to_numpy()))


def _buurten(rows: gpd.GeoDataFrame, wijken: pd.DataFrame | None) -> gpd.GeoDataFrame:
    wijknaam = rows["wijknaam"] if "wijknaam" in rows else pd.Series(pd.NA, index=rows.index, dtype="str")
    if wijken is not None and "wijknaam" in wijken:
        wijknaam = wijknaam.fillna(rows["wijkcode"].map(wijken.set_index("wijkcode")["wijknaam"]))
    named = rows.assign(
        wijknaam=wijknaam.fillna(rows["wijkcode"]).astype("str"), buurtnaam=rows["buurtnaam"].fillna(rows["buurtcode"])
    )
    table = schema.validate("buurten", named.sort_values("buurtcode", ignore_index=True))
    return gpd.GeoDataFrame(table)


def _figures(path: Path, tables: dict[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Put the figures of all levels below each other: one row per area and measure."""
    year = study.sources["wijkenbuurten"].year
    source = f"CBS Wijk- en buurtkaart {year}" if year else "CBS Wijk- en buurtkaart"
    parts = [_level_figures(path, level, table) for level, table in tables.items()]
    return figures_table(pd.concat(parts, ignore_index=True), source, year)


def _level_figures(path: Path, level: str, table: pd.DataFrame) -> pd.DataFrame:
    layer, code = LEVELS[level]
    measures = [name for name in table if not NO_FIGURES.search(str(name)) and holds_numbers(table[name])]
    where = f"{path.name}, layer {layer}"
    values = {name: figures_of(table[name], table[code], where=where) for name in measures}
    wide = pd.DataFrame(values, index=table.index).assign(code=table[code], level=level)
    return wide.melt(id_vars=["code", "level"], var_name="measure", value_name="value")


def figures_table(figures: pd.DataFrame, source: str, year: int | None) -> pd.DataFrame:
    """Finish a table of figures that has code, level, measure and value.

    Parameters
    ----------
    figures
        One row per area and measure.
    source
        Whose figures they are.
    year
        For which year, or None.
    """
    complete = figures.assign(
        measure=figures["measure"].astype("str"),
        value=figures["value"].astype("float64"),
        level=figures["level"].astype("str"),
        source=source,
        year=pd.array([year] * len(figures), dtype="Int64"),
    )
    in_order = complete.sort_values(["code", "measure"], ignore_index=True)
    return schema.validate("figures", in_order)
