"""Squares of 100 metres: the figures of CBS per square, and the number of residents as a GeoTIFF."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from affine import Affine

from voorzieningen.sample.buildings import Stock
from voorzieningen.sample.figures import NO_FIGURE, divide, rounded_counts, true_counts
from voorzieningen.sample.geopackage import write_layers
from voorzieningen.sample.population import PEILJAAR, People
from voorzieningen.schema import RD

SIDE_M = 100
FEWEST_SHOWN = 5
YEAR = 2023
BUILT = {
    "voor_1945": (0, 1945),
    "45_tot_65": (1945, 1965),
    "65_tot_75": (1965, 1975),
    "75_tot_85": (1975, 1985),
    "85_tot_95": (1985, 1995),
    "95_tot_05": (1995, 2005),
    "05_tot_15": (2005, 2015),
    "15_en_later": (2015, 2100),
}
COLUMNS = {
    "inwoners": "aantal_inwoners",
    "0_tot_15": "aantal_inwoners_0_tot_15_jaar",
    "15_tot_25": "aantal_inwoners_15_tot_25_jaar",
    "25_tot_45": "aantal_inwoners_25_tot_45_jaar",
    "45_tot_65": "aantal_inwoners_45_tot_65_jaar",
    "65_en_ouder": "aantal_inwoners_65_jaar_en_ouder",
    "huishoudens": "aantal_part_huishoudens",
    "alleenwonend": "aantal_eenpersoonshuishoudens",
    "zonder_kinderen": "aantal_meerpersoonshuishoudens_zonder_kind",
    "een_ouder": "aantal_eenouderhuishoudens",
    "tweeouder": "aantal_tweeouderhuishoudens",
    "woningen": "aantal_woningen",
}


def write_squares(path: Path, people: People, stock: Stock) -> None:
    """Write the GeoPackage with squares; a count below five is kept back."""
    corner = _corners(stock)
    codes = [f"E{x // SIDE_M:04d}N{y // SIDE_M:04d}" for x, y in corner]
    division = divide(sorted(set(codes)), codes)
    counts = true_counts(people, stock.dwellings, division, YEAR)
    counts["tweeouder"] = counts["met_kinderen"] - counts["een_ouder"]
    built = people.home_year
    table = counts[list(COLUMNS)].rename(columns=COLUMNS)
    for name, (first, last) in BUILT.items():
        own = (built >= first) & (built < last) & (built < YEAR)
        table[f"aantal_woningen_bouwjaar_{name}"] = np.bincount(
            division.area_of_home, weights=own.astype(float), minlength=len(division.codes)
        )
    shown = rounded_counts(table.rename(columns={"aantal_inwoners": "inwoners"}), salt=YEAR).mask(
        table.to_numpy() < FEWEST_SHOWN
    )
    shown = shown.rename(columns={"inwoners": "aantal_inwoners"}).fillna(NO_FIGURE).astype("int64")
    place = pd.Series(range(len(codes)), index=codes).groupby(level=0).first()[list(division.codes)]
    west, south = corner[place.to_numpy()].T
    squares = gpd.GeoDataFrame(
        shown.reset_index(names="crs28992res100m"),
        geometry=shapely.box(west, south, west + SIDE_M, south + SIDE_M),
        crs=RD,
    )
    write_layers(path, {"vierkant_100m": squares[squares["aantal_inwoners"] != 0]})


def write_population(path: Path, people: People, stock: Stock) -> None:
    """Write the residents per square of 100 metres as a GeoTIFF, EPSG:28992."""
    corner = _corners(stock) // SIDE_M
    home, _, weight = people.ages_in(PEILJAAR)
    west, south = corner.min(axis=0)
    columns, rows = corner.max(axis=0) - corner.min(axis=0) + 1
    grid = np.zeros((int(rows), int(columns)), dtype=np.float32)
    np.add.at(grid, (int(rows) - 1 - (corner[home, 1] - south), corner[home, 0] - west), weight.astype(np.float32))
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=int(rows),
        width=int(columns),
        count=1,
        dtype="float32",
        crs=RD,
        transform=Affine(SIDE_M, 0, int(west) * SIDE_M, 0, -SIDE_M, (int(south) + int(rows)) * SIDE_M),
        compress="deflate",
        nodata=-1,
    ) as raster:
        raster.write(grid, 1)


def _corners(stock: Stock) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """Return the south-west corner of the square of each home."""
    points = [building.point for building in stock.buildings]
    xy = shapely.get_coordinates(np.array([points[dwelling.building] for dwelling in stock.dwellings], dtype=object))
    return (np.floor(xy / SIDE_M) * SIDE_M).astype(np.int64)
