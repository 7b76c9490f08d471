"""Addresses from OpenStreetMap and from the BAG: which are homes, since when, and which are counted once."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from towns import ORIGIN, Town
from voorzieningen.config import load_study
from voorzieningen.errors import ContractError, SourceError, VoorzieningenError
from voorzieningen.read import inspect_sources, read_study

Change = Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]
BAG = '[sources.adressen]\nfile = "adressen.gpkg"\n'


def base() -> Town:
    town = Town().node("a", 0, 0).node("b", 300, 0).way("a", "b", highway="residential")
    return town.buurt("BU99990000", "Dorp", [(-50, -50), (350, -50), (350, 150), (-50, 150)])


def block(town: Town, name: str, x: float, y: float, size: float, **tags: str) -> None:
    """Draw a square building with its south-west corner at x, y."""
    for corner, dx, dy in (("sw", 0, 0), ("se", size, 0), ("ne", size, size), ("nw", 0, size)):
        town.node(name + corner, x + dx, y + dy)
    town.way(*(name + corner for corner in ("sw", "se", "ne", "nw", "sw")), **tags)


def read(town: Town, folder: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    tables = read_study(folder / "raw", load_study(str(town.write(folder))))
    return tables["addresses"].set_index("address_id"), tables["notes"].set_index("subject")["count"].to_dict()


def test_an_address_takes_use_and_build_year_from_the_smallest_building_around_it(tmp_path: Path) -> None:
    """A house of 1931 and a shop of 1999, both within one large roof; a home without building; a barn."""
    town = base()
    block(town, "roof", 0, 10, 100, building="yes", start_date="1850")
    block(town, "house", 10, 20, 10, building="house", start_date="1931-05-02")
    block(town, "shop", 40, 20, 10, building="retail", start_date="1999")
    town.home("h1", 15, 25).home("h2", 45, 25).home("h3", 80, 80).home("h4", 200, 80)
    addresses, notes = read(town, tmp_path)
    table = addresses[["home", "build_year"]].astype("object").where(addresses["build_year"].notna(), -1)
    assert addresses["home"].to_dict() == {"n15": True, "n16": False, "n17": True, "n18": True}
    assert table["build_year"].to_dict() == {"n15": 1931, "n16": 1999, "n17": 1850, "n18": -1}
    assert notes["OpenStreetMap: adressen zonder woning"] == 1
    assert set(addresses["source"]) == {"OpenStreetMap"}


@pytest.mark.parametrize(
    ("start_date", "year"),
    [
        ("1931", 1931),
        ("2024-05", 2024),
        ("C19", None),
        ("0999", None),
        ("9999", None),
        ("19311", None),
        ("~1930", None),
    ],
)
def test_a_build_year_is_four_digits(tmp_path: Path, start_date: str, year: int | None) -> None:
    town = base()
    block(town, "house", 10, 10, 20, building="house", start_date=start_date)
    addresses, _ = read(town.home("h", 20, 20), tmp_path)
    assert addresses["build_year"].astype("object").where(addresses["build_year"].notna(), None).tolist() == [year]


@pytest.mark.parametrize(
    ("building", "home"),
    [("house", True), ("yes", True), ("retail", False), ("retail;apartments", True), ("retail;office", False)],
)
def test_a_building_says_whether_it_can_be_a_home(tmp_path: Path, building: str, home: bool) -> None:  # noqa: FBT001
    town = base()
    block(town, "pand", 10, 10, 20, building=building, **{"addr:housenumber": "1", "addr:street": "Dorpsstraat"})
    addresses, _ = read(town, tmp_path)
    assert addresses["home"].to_dict() == {"w2": home}
    assert np.hypot(*(shapely.get_coordinates(addresses.geometry) - ORIGIN - [20, 20])[0]) < 15


def test_an_address_mapped_as_point_and_as_building_counts_once(tmp_path: Path) -> None:
    """House 1 is a point in its building; house 2 is a building 100 m away from a point with its number."""
    town = base()
    one = {"addr:housenumber": "1", "addr:street": "Dorpsstraat", "addr:postcode": "9999AA"}
    two = {**one, "addr:housenumber": "2"}
    block(town, "one", 10, 10, 10, building="house", **one)
    block(town, "two", 200, 10, 10, building="house", **two)
    town.home("h1", 15, 15, housenumber="1").home("h2", 90, 15, housenumber="2")
    addresses, notes = read(town, tmp_path)
    assert addresses.index.tolist() == ["n11", "n12", "w3"]
    assert notes["OpenStreetMap: dubbele adressen"] == 1


def test_two_points_with_one_address_stay_two(tmp_path: Path) -> None:
    town = base().home("h1", 10, 10, housenumber="1").home("h2", 12, 10, housenumber="1")
    nameless = {"addr:housenumber": "7"}
    block(town, "x", 30, 10, 5, building="house", **nameless)
    block(town, "y", 40, 10, 5, building="house", **nameless)
    addresses, notes = read(town, tmp_path)
    assert addresses.index.tolist() == ["n3", "n4", "w2", "w3"]
    assert "OpenStreetMap: dubbele adressen" not in notes


def test_an_address_has_street_number_and_postcode_as_mapped(tmp_path: Path) -> None:
    town = base().home("h", 10, 10, street="Lange Straat", housenumber="12-A bis", postcode="9999 ZZ")
    town.node("kaal", 20, 10, **{"addr:housenumber": "3"})
    addresses, _ = read(town, tmp_path)
    assert addresses.loc["n3", ["street", "housenumber", "postcode"]].tolist() == ["Lange Straat", "12-A bis", "9999ZZ"]
    assert addresses.loc["n4", ["street", "postcode"]].isna().all()


def test_addresses_up_to_two_kilometres_outside_the_municipality_are_read(tmp_path: Path) -> None:
    addresses, _ = read(base().home("near", 2340, 0).home("far", 2360, 0), tmp_path)
    assert addresses.index.tolist() == ["n3"]


def objects() -> gpd.GeoDataFrame:
    """Three verblijfsobjecten: a home, a shop with a home above it, and an office."""
    return gpd.GeoDataFrame(
        {
            "identificatie": ["0003", "0001", "0002"],
            "gebruiksdoel": ["woonfunctie", "winkelfunctie,woonfunctie", "kantoorfunctie"],
            "bouwjaar": [1931, 2020, 9999],
            "openbare_ruimte": ["Dorpsstraat", "Dorpsstraat", None],
            "huisnummer": [1, 2, 3],
            "huisletter": ["a", None, None],
            "toevoeging": [None, "2", None],
            "postcode": ["9999 AA", "9999AA", None],
            "status": ["Verblijfsobject in gebruik", "Verblijfsobject in gebruik (niet ingemeten)", None],
        },
        geometry=shapely.points(np.add([[10, 10], [20, 10], [30, 10]], ORIGIN)),
        crs="EPSG:28992",
    )


def read_bag(
    folder: Path, change: Change | None = None, layer: str = "adressen"
) -> tuple[pd.DataFrame, dict[str, int]]:
    study = load_study(str(base().home("h", 0, 9).write(folder, BAG)))
    table = objects() if change is None else change(objects())
    table.to_file(folder / "raw" / "adressen.gpkg", layer=layer, driver="GPKG")
    tables = read_study(folder / "raw", study)
    return tables["addresses"].set_index("address_id"), tables["notes"].set_index("subject")["count"].to_dict()


def test_addresses_of_the_bag_take_the_place_of_those_of_openstreetmap(tmp_path: Path) -> None:
    addresses, notes = read_bag(tmp_path)
    assert addresses.index.tolist() == ["0001", "0002", "0003"]
    assert addresses["housenumber"].tolist() == ["2-2", "3", "1a"]
    assert addresses["home"].tolist() == [True, False, True]
    assert addresses["build_year"].isna().tolist() == [False, True, False]
    assert addresses["postcode"].isna().tolist() == [False, True, False]
    assert addresses.loc["0003", ["street", "postcode", "build_year"]].tolist() == ["Dorpsstraat", "9999AA", 1931]
    assert set(addresses["source"]) == {"BAG-adressen"}
    assert notes == {}


def test_other_column_names_of_the_bag_are_known(tmp_path: Path) -> None:
    names = {"identificatie": "id", "bouwjaar": "oorspronkelijkBouwjaar", "openbare_ruimte": "openbareruimtenaam"}
    addresses, _ = read_bag(tmp_path, lambda table: table.rename(columns=names).assign(huisnummer=[1.0, 2.0, np.nan]))
    assert addresses.loc["0003", ["street", "housenumber", "build_year"]].tolist() == ["Dorpsstraat", "1a", 1931]
    assert addresses["housenumber"].isna().tolist() == [False, True, False]


def test_addresses_not_in_use_or_without_a_place_are_dropped_and_counted(tmp_path: Path) -> None:
    def change(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        table = table.assign(status=["Verblijfsobject buiten gebruik", "Verblijfsobject in gebruik", None])
        return table.set_geometry([*table.geometry[:2], None], crs=table.crs)

    addresses, notes = read_bag(tmp_path, change)
    assert addresses.index.tolist() == ["0001"]
    assert notes == {"adressen zonder ligging in adressen.gpkg": 1, "adressen niet in gebruik in adressen.gpkg": 1}


def test_addresses_in_other_coordinates_become_rd(tmp_path: Path) -> None:
    addresses, notes = read_bag(tmp_path, lambda table: table.to_crs("EPSG:4326"))
    assert np.abs(shapely.get_coordinates(addresses.geometry)[0] - ORIGIN - [20, 10]).max() < 0.01
    assert notes["coördinatenstelsel van adressen.gpkg, laag adressen"] == 3


def test_the_layer_with_the_name_of_the_bag_is_taken(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    path = tmp_path / "raw" / "adressen.gpkg"
    objects().assign(geometry=objects().buffer(5)).to_file(path, layer="pand", driver="GPKG")
    objects().rename(columns={"identificatie": "nummer"}).to_file(path, layer="bomen", driver="GPKG")
    addresses, _ = read_bag(tmp_path, layer="verblijfsobjecten")
    assert len(addresses) == 3


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda t: t.drop(columns="bouwjaar"), SourceError, "no column 'bouwjaar'"),
        (lambda t: t.rename(columns={"gebruiksdoel": "gebruiksdoelx"}), SourceError, "mean 'gebruiksdoelx'"),
        (lambda t: t.drop(columns="identificatie"), SourceError, "no column 'identificatie'"),
        (lambda t: t.assign(geometry=t.buffer(5)), SourceError, "has no layer of points.*adressen"),
        (
            lambda t: t.assign(geometry=t.translate(50_000)),
            SourceError,
            "no address in or near the municipality among 3",
        ),
        (lambda t: t.assign(status="Verblijfsobject ingetrokken"), SourceError, "among 0 in use"),
        (lambda t: t.assign(identificatie=["0001", "0001", "2"]), ContractError, "identificatie is double: 0001"),
        (lambda t: t.assign(identificatie=["0001", None, " "]), ContractError, "missing at row 2, row 3"),
    ],
)
def test_addresses_that_would_give_a_wrong_number_are_refused(
    tmp_path: Path, change: Change, error: type[VoorzieningenError], message: str
) -> None:
    with pytest.raises(error, match=f"(?s)adressen.gpkg.*{message}"):
        read_bag(tmp_path, change)


def test_inspection_names_the_layer_of_addresses(tmp_path: Path) -> None:
    read_bag(tmp_path)
    state = inspect_sources(tmp_path / "raw", load_study(str(tmp_path / "tekenstad.toml")))[-1]
    assert (state.key, state.state, state.seen) == ("adressen", "in orde", "layer adressen, 3 rows")
