"""Addresses in the form of the BAG: homes, shops and halls, and some homes that are still being built."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd

from voorzieningen.sample.buildings import Stock
from voorzieningen.sample.geopackage import write_layers
from voorzieningen.sample.places import Place
from voorzieningen.sample.plan import Plan, random
from voorzieningen.schema import RD

IN_USE = "Verblijfsobject in gebruik"
BEING_BUILT = "Verblijfsobject gevormd"
BEING_BUILT_COUNT = 40
PURPOSES = {
    "supermarket": "winkelfunctie",
    "retail": "winkelfunctie",
    "school": "onderwijsfunctie",
    "civic": "bijeenkomstfunctie",
    "church": "bijeenkomstfunctie",
    "mosque": "bijeenkomstfunctie",
    "public": "gezondheidszorgfunctie",
    "sports_hall": "sportfunctie",
}
HOME = "woonfunctie"
HALL = "industriefunctie"


def write_addresses(path: Path, plan: Plan, stock: Stock, places: list[Place]) -> None:
    """Write the verblijfsobjecten of the town and of the village next door."""
    number = plan.data["town"]["gemeentecode"][2:]
    rows = [
        {"identificatie": f"{number}01{index:010d}", "woonplaats": plan.data["town"]["naam"], **row}
        for index, row in enumerate((*_homes(stock), *_halls(stock), *_others(places), *_being_built(stock)), start=1)
    ]
    write_layers(path, {"verblijfsobject": gpd.GeoDataFrame(rows, geometry="geometry", crs=RD)})


def _homes(stock: Stock) -> Iterator[dict[str, Any]]:
    rng = random(10)
    points = [building.point for building in stock.buildings]
    for dwelling in stock.dwellings:
        building = stock.buildings[dwelling.building]
        purpose = f"{HOME},{HALL}" if building.tags["building"] == "industrial" else HOME
        yield _row(purpose, IN_USE, dwelling.year, dwelling.street, dwelling.number, dwelling.postcode) | {
            "oppervlakte": int(rng.integers(48, 160)),
            "geometry": points[dwelling.building],
        }


def _halls(stock: Stock) -> Iterator[dict[str, Any]]:
    halls = [building for building in stock.buildings if not building.homes]
    for index, hall in enumerate(halls):
        row = _row(HALL, IN_USE, hall.year, hall.street, 201 + 2 * index, "1376 AA")
        yield row | {"oppervlakte": int(hall.outline.area), "geometry": hall.point}


def _others(places: list[Place]) -> Iterator[dict[str, Any]]:
    buildings = [place for place in places if place.is_building]
    for index, place in enumerate(buildings):
        purpose = PURPOSES.get(place.tags["building"], "overige gebruiksfunctie")
        row = _row(purpose, IN_USE, int(place.facts.get("jaar", 1990)), "Voorzieningenweg", index + 1, "1377 AA")
        yield row | {"oppervlakte": int(place.shape.area), "geometry": place.shape.centroid}


def _being_built(stock: Stock) -> Iterator[dict[str, Any]]:
    """List homes that have an address and no residents yet: next to the newest of those that are finished."""
    newest = max(dwelling.year for dwelling in stock.dwellings)
    last = [dwelling for dwelling in stock.dwellings if dwelling.year == newest][:BEING_BUILT_COUNT]
    for dwelling in last:
        point = stock.buildings[dwelling.building].point
        row = _row(HOME, BEING_BUILT, newest + 1, dwelling.street, dwelling.number + 500, dwelling.postcode)
        yield row | {"oppervlakte": 110, "geometry": point}


def _row(purpose: str, status: str, year: int, street: str, number: int, postcode: str) -> dict[str, Any]:
    return {
        "gebruiksdoel": purpose,
        "status": status,
        "bouwjaar": year,
        "openbare_ruimte": street,
        "huisnummer": number,
        "huisletter": None,
        "toevoeging": None,
        "postcode": postcode.replace(" ", ""),
    }
