"""All raw files of a study to the tables of stage `read`."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from voorzieningen.config import Study
from voorzieningen.read.addresses import NEIGHBOURHOOD_M, addresses_from_bag, addresses_from_osm
from voorzieningen.read.cbs import read_buurt_map
from voorzieningen.read.files import missing_optional, raw_files
from voorzieningen.read.notes import Note, notes_table
from voorzieningen.read.osm import OsmTables, read_osm
from voorzieningen.read.own_lists import read_own_lists
from voorzieningen.read.pbf import check_whole, read_area, read_header
from voorzieningen.read.statline import read_statline


def read_study(raw: Path, study: Study) -> dict[str, pd.DataFrame]:
    """Read the raw files of a study.

    Parameters
    ----------
    raw
        The folder with the raw files.
    study
        The study.

    Returns
    -------
    dict of str to pandas.DataFrame
        The tables of stage `read` under contract, geometry in EPSG:28992, rows ordered by key.

    Raises
    ------
    SourceError
        A file is missing, unreadable, incomplete or not what it should be.
    ContractError
        Data break a table's contract.
    ConfigError
        An own list is of a type or in a coordinate system that cannot be.
    """
    files = raw_files(raw, study)
    buurt_map = read_buurt_map(files["wijkenbuurten"], study)
    figures = [buurt_map.figures]
    statline_notes: list[Note] = []
    if "statline" in files:
        statline, statline_notes = read_statline(files["statline"], study, buurt_map.all_codes)
        figures.append(statline)
    own_places, own_notes = read_own_lists(files, study)
    extract = read_header(files["osm"])
    area, area_notes = read_area(extract, buurt_map.outline, study)
    whole_notes = check_whole(extract)
    coverage = area.set_index("part").geometry["dekking"]
    # what lies in another municipality is theirs, also where CBS draws the border ten metres off
    neighbourhood = shapely.difference(shapely.buffer(buurt_map.outline, NEIGHBOURHOOD_M), buurt_map.neighbours)
    osm = read_osm(extract, coverage, neighbourhood, study.catalogue)
    addresses, address_notes = _addresses(files, osm, neighbourhood, study)
    notes = [
        *missing_optional(files, study),
        *buurt_map.notes,
        *statline_notes,
        *own_notes,
        *area_notes,
        *whole_notes,
        *osm.notes,
        *address_notes,
    ]
    return {
        "area": area,
        "buurten": buurt_map.buurten,
        "figures": pd.concat(figures, ignore_index=True).sort_values(["code", "measure", "source"], ignore_index=True),
        "ways": osm.ways,
        "barriers": osm.barriers,
        "places": osm.places,
        "own_places": own_places,
        "addresses": addresses,
        "notes": notes_table(notes),
    }


def _addresses(
    files: dict[str, Path], osm: OsmTables, neighbourhood: shapely.Geometry, study: Study
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Take the addresses of the BAG where the study has them, and else those of OpenStreetMap."""
    if "adressen" in files:
        title = study.catalogue.dataset["adressen"].title
        return addresses_from_bag(files["adressen"], neighbourhood, title)
    return addresses_from_osm(osm.addresses, osm.buildings, neighbourhood, study.catalogue)
