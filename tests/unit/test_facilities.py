"""The register: classes, states, doubles, own lists, and where a walk ends."""

import datetime as dt
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from frames import frame, square
from voorzieningen.config import OwnList, load_catalogue
from voorzieningen.facilities import build_register
from voorzieningen.network import build_network

CATALOGUE = load_catalogue()


def street():
    """One street of 1,000 m along y = 0, and its network."""
    ways = frame(
        "ways",
        [
            {
                "way_id": 1,
                "tags": json.dumps({"highway": "residential"}),
                "node_ids": [1, 2],
                "geometry": shapely.LineString([(0, 0), (1000, 0)]),
            }
        ],
    )
    return build_network(ways, frame("barriers", []), CATALOGUE.rule, shapely.box(-5000, -5000, 5000, 5000))[0]


def register(places, own=(), own_lists=()):
    mapped = [{"osm_id": osm_id, "tags": json.dumps(tags), "geometry": geometry} for osm_id, tags, geometry in places]
    buurten = frame("buurten", [{"buurtcode": "BU1", "geometry": square(0, -500, 1000)}])
    return build_register(
        frame("places", mapped),
        frame("own_places", list(own)),
        buurten,
        street(),
        CATALOGUE,
        list(own_lists),
        dt.date(2024, 1, 1),
    )


def at(x, y=10):
    return shapely.Point(x, y)


def test_a_place_can_be_of_several_types_and_is_tied_to_the_street():
    made = register([("n1", {"amenity": "library", "name": "Bieb"}, at(300, 12))])
    table = made.facilities.set_index("facility_id")
    assert list(table.index) == ["bibliotheek:n1", "ontmoetingsplek:n1"]
    assert list(table["facility_class"]) == ["bibliotheek", "formeel"]
    assert list(table["snap_m"]) == [12, 12]
    assert list(table["buurtcode"]) == ["BU1", "BU1"]
    entrance = made.entrances.set_index("facility_id").loc["bibliotheek:n1"]
    assert (entrance["edge_offset_m"], entrance["snap_m"]) == (300, 12)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"amenity": "doctors"}, ["praktijk"]),
        ({"amenity": "doctors", "healthcare": "sample_collection"}, []),
        ({"healthcare": "doctor", "healthcare:speciality": "dermatology"}, []),
        ({"healthcare": "doctor", "healthcare:speciality": "general;internal"}, ["praktijk"]),
        ({"amenity": "doctors", "name": "Huisartsenpost Flevo"}, ["huisartsenpost"]),
        ({"disused:amenity": "doctors"}, []),
    ],
)
def test_what_counts_as_a_huisarts(tags, expected):
    table = register([("n1", tags, at(1))]).facilities
    assert list(table.loc[table["facility_type"] == "huisarts", "facility_class"]) == expected


@pytest.mark.parametrize(
    ("dates", "state", "year"),
    [
        ({}, "open", None),
        ({"opening_date": "2027-05-01"}, "gepland", 2027),
        ({"opening_date": "2019"}, "open", 2019),
        ({"end_date": "2021-12-31"}, "gesloten", 2021),
        ({"end_date": "2030"}, "open", None),
        ({"opening_date": "binnenkort"}, "open", None),
        ({"opening_date": "2027-13-40"}, "open", None),
    ],
)
def test_dates_tell_what_is_planned_and_what_is_closed(dates, state, year):
    row = register([("n1", {"shop": "supermarket", **dates}, at(1))]).facilities.iloc[0]
    assert row["state"] == state
    assert (None if row.isna()["year"] else row["year"]) == year


def test_a_supermarket_mapped_as_node_and_as_building_counts_once():
    shop = {"shop": "supermarket", "name": "Boni"}
    made = register([("n1", shop, at(20, 20)), ("w1", shop, square(0, 10, 40))])
    assert list(made.facilities["osm_id"]) == ["w1"]
    assert list(made.notes["subject"]) == ["voorzieningen die dubbel in OpenStreetMap staan"]
    assert list(made.notes["count"]) == [1]


def test_places_without_a_name_are_one_only_if_one_lies_in_the_other():
    ground = {"leisure": "playground"}
    inside = register([("n1", ground, at(20, 20)), ("w1", ground, square(0, 10, 40))])
    beside = register([("n1", ground, at(20, 20)), ("n2", ground, at(40, 20))])
    assert len(inside.facilities) == 1
    assert len(beside.facilities) == 2


def test_shops_of_one_chain_that_lie_apart_are_two():
    shop = {"shop": "supermarket", "name": "Boni"}
    made = register([("n1", shop, at(0)), ("n2", shop, at(51))])
    assert len(made.facilities) == 2


def test_names_are_compared_without_case_accents_and_signs():
    made = register(
        [
            ("n1", {"amenity": "cafe", "name": "Café 't Hoekje"}, at(0)),
            ("n2", {"amenity": "cafe", "name": "CAFE T HOEKJE"}, at(10)),
        ]
    )
    assert len(made.facilities) == 1


def own_row(own_id, x, **values):
    row = {"own_id": own_id, "facility_type": "buurtsuper", "facility_class": "supermarkt", "state": "open"}
    return {**row, "source": "eigen lijst super.csv", "geometry": at(x), **values}


def test_an_own_list_supplements_and_corrects():
    mapped = [
        ("n1", {"shop": "supermarket", "name": "Boni"}, at(100)),
        ("n2", {"shop": "supermarket", "name": "Plus"}, at(700)),
    ]
    own = [
        own_row("super.csv:2", 110, name="boni", state="gesloten", year=2023),
        own_row("super.csv:3", 400, name="Dirk"),
    ]
    table = register(mapped, own).facilities.set_index("facility_id")
    assert table["confidence"].to_dict() == {
        "buurtsuper:n2": "alleen_osm",
        "buurtsuper:super.csv:2": "in_beide",
        "buurtsuper:super.csv:3": "alleen_eigen_lijst",
    }
    assert table.loc["buurtsuper:super.csv:2", ["state", "osm_id"]].to_list() == ["gesloten", "n1"]


def test_an_own_list_can_replace_openstreetmap_for_its_type():
    mapped = [("n1", {"shop": "supermarket"}, at(100)), ("n2", {"amenity": "pharmacy"}, at(100))]
    lists = [OwnList(file="super.csv", facility_type="buurtsuper", mode="replace")]
    table = register(mapped, [own_row("super.csv:2", 400)], lists).facilities
    assert list(table["facility_id"]) == ["apotheek:n2", "buurtsuper:super.csv:2"]


def test_a_large_park_is_reached_along_its_outline():
    """A park of 200 × 200 m whose lower edge lies 10 m from the street: its middle is 110 m away."""
    made = register([("w1", {"leisure": "park"}, square(400, 10, 200))])
    ends = made.entrances
    assert made.facilities["snap_m"].iloc[0] == 10
    assert ends["edge_offset_m"].min() == 400
    assert ends["edge_offset_m"].max() == 600
    assert np.diff(np.sort(ends["edge_offset_m"])).max() <= 25
    assert (ends["snap_m"] <= 25).all()


def test_a_green_spot_under_a_hectare_is_no_park():
    assert register([("w1", {"leisure": "park"}, square(0, 10, 99))]).facilities.empty
    assert len(register([("w1", {"leisure": "park"}, square(0, 10, 100))]).facilities) == 1


def test_a_facility_too_far_from_any_street_is_kept_and_listed():
    made = register([("n1", {"shop": "supermarket"}, at(10, 151)), ("n2", {"shop": "supermarket"}, at(500, 149))])
    assert made.facilities.set_index("osm_id")["snap_m"].isna().to_dict() == {"n1": True, "n2": False}
    assert list(made.entrances["facility_id"]) == ["buurtsuper:n2"]
    assert made.notes["text"].iloc[0] == "Ze zijn niet te koppelen: buurtsuper:n1."


def test_without_places_there_is_an_empty_register():
    made = register([])
    assert made.facilities.empty
    assert made.entrances.empty
    assert isinstance(made.facilities, gpd.GeoDataFrame)


def test_the_order_of_places_does_not_matter():
    shop = {"shop": "supermarket", "name": "Boni"}
    places = [("n1", shop, at(20, 20)), ("w1", shop, square(0, 10, 40)), ("n3", {"shop": "supermarket"}, at(500))]
    first, second = register(places), register(places[::-1])
    assert first.facilities.equals(second.facilities)
    assert first.entrances.equals(second.entrances)
