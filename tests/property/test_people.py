"""People and verdicts in any town: nobody is lost, nothing depends on where or in what order a town is drawn."""

import datetime as dt
import json
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from streets import Streets, box, points
from voorzieningen.areas import memberships
from voorzieningen.config import Catalogue, load_catalogue
from voorzieningen.facilities import build_register
from voorzieningen.gaps import find_gaps, judge_walks
from voorzieningen.network import build_network
from voorzieningen.reach import summarise_by_buurt, walk_reach
from voorzieningen.residents import group_figures, place_homes, place_residents, reconcile
from voorzieningen.schema import TABLES, VERDICTS, empty
from voorzieningen.tracks import phase_and_track

PEILDATUM = dt.date(2024, 1, 1)
GEMEENTE = {"gemeentecode": "GM9999", "gemeentenaam": "Tekenstad"}
COVERAGE = box(-300, -300, 1000, 700)
TYPES = ("buurtsuper", "jongerenplek")
NORMS = {"basis-65-plus": ["65-plus"], "basis-iedereen": ["iedereen", "eenpersoons"]}
GROUPS = ("iedereen", "65-plus", "80-plus", "eenpersoons")
WAYS = ("residential", "residential", "residential", "footway", "cycleway", "steps", "busway")
BARRIERS: tuple[dict[str, str], ...] = ({}, {}, {}, {"barrier": "stile"}, {"barrier": "gate", "locked": "yes"})
PLACES = (
    {"shop": "supermarket"},
    {"shop": "convenience"},
)
MEASURES = ("aantal_inwoners", "aantal_huishoudens")
SHARES = ("percentage_personen_65_jaar_en_ouder", "percentage_eenpersoonshuishoudens")

few = settings(deadline=None, max_examples=4, phases=[Phase.generate])
many = settings(deadline=None, max_examples=20)
towns = st.integers(0, 9)


@cache
def catalogue() -> Catalogue:
    """Some of what is shipped, for towns in which most homes may be far from a street."""
    shipped = load_catalogue({"threshold": {"tied_share": {"value": 0}}})
    norms = {
        key: shipped.norm[key].model_copy(update={"facility_types": list(TYPES), "target_groups": groups})
        for key, groups in NORMS.items()
    }
    groups = {key: shipped.target_group[key] for key in GROUPS}
    types = {key: shipped.facility_type[key] for key in TYPES}
    return shipped.model_copy(update={"facility_type": types, "target_group": groups, "norm": norms})


@dataclass(frozen=True)
class Town:
    """The clean tables of a town."""

    ways: gpd.GeoDataFrame
    barriers: pd.DataFrame
    places: gpd.GeoDataFrame
    addresses: gpd.GeoDataFrame
    buurten: gpd.GeoDataFrame
    figures: pd.DataFrame
    coverage: gpd.GeoSeries


def draw_town(seed: int) -> Town:
    """Draw streets in a bent grid of 4 by 3 with pieces missing, homes and facilities about them, and three buurten.

    No two places are equally far from anything, so that every answer is the only one.
    """
    rng = np.random.default_rng(seed)
    streets = _draw_streets(rng)
    figures = _draw_figures(rng)
    return Town(
        ways=streets.ways(),
        barriers=streets.barriers(),
        places=_draw_places(rng),
        addresses=_draw_addresses(rng),
        buurten=_buurten(),
        figures=figures,
        coverage=gpd.GeoSeries([COVERAGE], crs="EPSG:28992"),
    )


def _draw_streets(rng: np.random.Generator) -> Streets:
    streets = Streets()
    for column in range(4):
        for row in range(3):
            x, y = (np.array([column, row]) * 200 + rng.uniform(-40, 40, 2)).round(3).tolist()
            streets.node(f"{column},{row}", x, y, **BARRIERS[rng.integers(len(BARRIERS))])
    rows = [[f"{column},{row}" for column in range(4)] for row in range(3)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    streets.way(*rows[0], highway="residential")
    for first, second in (pair for line in [*rows, *columns] for pair in pairwise(line)):
        if rng.random() < 0.8:
            draw = streets.clipped_way if rng.random() < 0.05 else streets.way
            draw(first, second, highway=WAYS[rng.integers(len(WAYS))])
    return streets


def _scatter(rng: np.random.Generator, count: int) -> gpd.GeoSeries:
    return points(*((float(x), float(y)) for x, y in rng.uniform((-100, -100), (700, 500), (count, 2)).round(3)))


def _draw_places(rng: np.random.Generator) -> gpd.GeoDataFrame:
    count = int(rng.integers(0, 7))
    tags = [json.dumps(PLACES[rng.integers(len(PLACES))]) for _ in range(count)]
    table = {"osm_id": pd.array([f"n{number}" for number in range(count)], dtype="str"), "tags": tags}
    return gpd.GeoDataFrame(table, geometry=_scatter(rng, count), crs="EPSG:28992").astype({"tags": "str"})


def _draw_addresses(rng: np.random.Generator) -> gpd.GeoDataFrame:
    count = int(rng.integers(1, 25))
    geometry = _scatter(rng, count)
    floors = rng.integers(0, count, 5)  # some homes are above one another
    geometry = pd.concat([geometry, geometry.iloc[floors]], ignore_index=True)
    size = len(geometry)
    years = [int(rng.integers(1900, 2024)) if rng.random() < 0.8 else None for _ in range(size)]
    return gpd.GeoDataFrame(
        {
            "address_id": pd.array([f"n{number:03}" for number in range(size)], dtype="str"),
            **{name: pd.array([None] * size, dtype="str") for name in ("street", "housenumber", "postcode")},
            "home": rng.random(size) < 0.9,
            "build_year": pd.array(years, dtype="Int64"),
            "source": pd.array(["OpenStreetMap"] * size, dtype="str"),
        },
        geometry=geometry,
        crs="EPSG:28992",
    )


def _buurten() -> gpd.GeoDataFrame:
    codes = ["BU99990000", "BU99990001", "BU99990100"]
    return gpd.GeoDataFrame(
        {
            "buurtcode": codes,
            "buurtnaam": ["West", "Oost", "Buiten"],
            "wijkcode": ["WK999900", "WK999900", "WK999901"],
            "wijknaam": ["Dorp", "Dorp", "Buiten"],
        },
        geometry=[box(-150, -150, 305, 550), box(305, -150, 800, 550), box(800, -150, 1500, 550)],
        crs="EPSG:28992",
    ).astype(dict.fromkeys(("buurtcode", "buurtnaam", "wijkcode", "wijknaam"), "str"))


def _draw_figures(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for code in _buurten()["buurtcode"]:
        rows += [(code, measure, float(rng.integers(0, 60) * 5)) for measure in MEASURES]
        rows += [(code, measure, float(rng.integers(0, 101))) for measure in SHARES]
        rows.append((code, "AantalInwoners", float(rng.integers(0, 60) * 5)))
    table = pd.DataFrame(rows, columns=["code", "measure", "value"])
    table["value"] = table["value"].mask(rng.random(len(table)) < 0.3)
    table = table.assign(level="buurt", source=np.where(table["measure"] == "AantalInwoners", "StatLine", "kaart"))
    return table.assign(year=pd.array([2024] * len(table), dtype="Int64"))


def walked(town: Town) -> dict[str, pd.DataFrame]:
    """Run the stages up to the walks."""
    coverage = town.coverage.to_numpy()[0]
    network, _ = build_network(town.ways, town.barriers, catalogue().rule, coverage)
    own = gpd.GeoDataFrame(empty("own_places"))
    register = build_register(town.places, own, town.buurten, network, catalogue(), [], PEILDATUM)
    homes = place_homes(town.addresses, town.buurten, town.figures, network, coverage, catalogue(), PEILDATUM)
    residents = place_residents(homes.origins, town.figures, catalogue())
    members = memberships(town.buurten, [], **GEMEENTE)
    reach = walk_reach(homes.origins, register.facilities, register.entrances, network, catalogue())
    return {
        "origins": pd.DataFrame(homes.origins.drop(columns=["geometry", "edge_id", "edge_offset_m"])),
        "residents": residents,
        "population": reconcile(members, homes.origins, residents, town.figures, catalogue()),
        "reach": reach,
        "buurt_reach": summarise_by_buurt(reach, homes.origins, town.buurten, catalogue()),
        "tracks": phase_and_track(members, homes.origins, catalogue(), PEILDATUM),
    }


def judged(tables: dict[str, pd.DataFrame], buurten: gpd.GeoDataFrame, by: Catalogue) -> dict[str, pd.DataFrame]:
    """Run the stages after the walks."""
    verdicts = judge_walks(tables["reach"], by)
    members = memberships(buurten, [], **GEMEENTE)
    origins = gpd.GeoDataFrame(tables["origins"])
    return {
        "verdicts": verdicts,
        **find_gaps(verdicts, tables["reach"], origins, tables["residents"], tables["tracks"], members, by),
    }


def compute(town: Town) -> dict[str, pd.DataFrame]:
    """Run all stages; return the tables by key."""
    tables = walked(town)
    return by_its_key({**tables, **judged(tables, town.buurten, catalogue())})


def by_its_key(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: table.sort_values(list(TABLES[name].key), ignore_index=True) for name, table in tables.items()}


@cache
def computed(seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables of a drawn town, computed once."""
    return compute(draw_town(seed))


def assert_equal(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> None:
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, second[name], check_exact=False, rtol=0, atol=1e-6, obj=name)


@few
@given(seed=towns, dx=st.integers(-20_000, 20_000), dy=st.integers(-20_000, 20_000))
def test_where_a_town_lies_changes_nothing(seed: int, dx: int, dy: int) -> None:
    town = draw_town(seed)
    moved = {
        name: frame.set_geometry(frame.geometry.translate(dx, dy))
        for name in ("ways", "places", "addresses", "buurten")
        if (frame := getattr(town, name)) is not None
    }
    assert_equal(by_its_key(walked(replace(town, **moved, coverage=town.coverage.translate(dx, dy)))), computed(seed))


@few
@given(seed=towns, order=st.integers(0, 1000))
def test_the_order_in_which_a_town_is_drawn_changes_nothing(seed: int, order: int) -> None:
    town = draw_town(seed)
    rng = np.random.default_rng(order)
    shuffled = {
        name: frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        for name in ("ways", "barriers", "places", "addresses", "buurten", "figures")
        if (frame := getattr(town, name)) is not None
    }
    assert_equal(compute(replace(town, **shuffled)), computed(seed))


@few
@given(seed=towns)
def test_tables_agree_with_each_other(seed: int) -> None:
    tables = computed(seed)
    _every_verdict_is_one_of_four(tables["verdicts"])
    _counts_add_up(tables)
    _shares_are_of_what_is_known(tables)


def _every_verdict_is_one_of_four(verdicts: pd.DataFrame) -> None:
    assert set(verdicts["verdict"]) <= set(VERDICTS)
    assert (verdicts["reason"].notna() == (verdicts["verdict"] == "onbekend")).all()


def _counts_add_up(tables: dict[str, pd.DataFrame]) -> None:
    """What stands at a level is the sum over its origins: the buurten of a wijk add up to it where all have counts."""
    key = ["facility_type", "target_group", "norm"]
    buurten, whole = tables["buurt_gaps"], tables["area_gaps"]
    counted = buurten.groupby(key)["basis"].agg(lambda basis: (basis != "woningen").all())
    sums = buurten.groupby(key)[["count", "count_low", "count_high", "count_within"]].sum()
    own = whole.set_index(key).loc[counted[counted].index]
    own = own[own["basis"] != "woningen"]
    for column in sums:
        assert own[column].to_numpy() == pytest.approx(sums.loc[own.index, column].to_numpy(), abs=1e-6)
    placed = tables["population"]
    assert (placed["placed"].isna() == (placed["state"] == "geen_cijfer")).all()


def _shares_are_of_what_is_known(tables: dict[str, pd.DataFrame]) -> None:
    for name in ("buurt_gaps", "wijk_gaps", "area_gaps"):
        table = tables[name]
        counted = table[table["count"].notna()]
        assert (counted["count_low"] <= counted["count"] + 1e-9).all()
        assert (counted["count"] <= counted["count_high"] + 1e-9).all()
        assert (counted["count_within"] <= counted["count"] + 1e-9).all()
        somebody = table["count"].isna() | (table["count"] > 0)
        assert (table.loc[somebody & (table["share_known"] < 0.8), "status"] == "onbekend").all()
        assert (table.loc[table["status"] == "onbekend", "reason"].notna()).all()


@few
@given(seed=towns, factor=st.floats(1, 20))
def test_a_looser_norm_never_lowers_a_share(seed: int, factor: float) -> None:
    norms = {
        key: norm.model_copy(update={"value": norm.value and norm.value * factor})
        for key, norm in catalogue().norm.items()
    }
    loose = catalogue().model_copy(update={"norm": norms})
    after = by_its_key(judged(computed(seed), _buurten(), loose))
    for name in ("buurt_gaps", "wijk_gaps", "area_gaps"):
        before, share = computed(seed)[name]["share_within"], after[name]["share_within"]
        assert (share.isna() == before.isna()).all()
        assert (share.fillna(0) >= before.fillna(0) - 1e-12).all()


figure = st.none() | st.integers(0, 400).map(lambda fives: fives * 5.0)
percentage = st.none() | st.integers(0, 100).map(float)


@many
@given(
    homes=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=12),
    counts=st.lists(st.tuples(figure, figure, figure, percentage, percentage), min_size=3, max_size=3),
)
def test_nobody_is_lost(homes: list[tuple[int, int]], counts: list[tuple[float | None, ...]]) -> None:
    """Whatever is known of a buurt is spread over its homes, and adds up to what CBS says, and so do the bounds."""
    codes = _buurten()["buurtcode"].tolist()
    figures = _figures(codes, counts)
    origins = pd.DataFrame(
        {
            "origin_id": [f"h{number}" for number in range(len(homes))],
            "buurtcode": [codes[buurt] for buurt, _ in homes],
            "homes": [count for _, count in homes],
        }
    ).astype({"origin_id": "str", "buurtcode": "str"})
    residents = place_residents(gpd.GeoDataFrame(origins), figures, catalogue())
    residents = residents.assign(buurtcode=residents["origin_id"].map(origins.set_index("origin_id")["buurtcode"]))
    bounds = ["count_low", "count", "count_high"]
    for key, group in catalogue().target_group.items():
        expected = group_figures(figures, group, catalogue())
        placed = residents[residents["target_group"] == key].groupby("buurtcode")[bounds].sum(min_count=1)
        assert set(placed.dropna().index) == set(expected.index) & set(placed.index)
        assert placed.dropna().to_numpy() == pytest.approx(expected.loc[placed.dropna().index, bounds].to_numpy())
    known = residents[residents["count"].notna()]
    assert (known["count_low"] <= known["count"]).all()
    assert (known["count"] <= known["count_high"]).all()


def _figures(codes: list[str], counts: list[tuple[float | None, ...]]) -> pd.DataFrame:
    measures = (*MEASURES, "AantalInwoners", *SHARES)
    rows = [
        (code, measure, value)
        for code, own in zip(codes, counts, strict=True)
        for measure, value in zip(measures, own, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["code", "measure", "value"]).astype({"value": "float64"})
    return table.assign(level="buurt", source="CBS", year=pd.array([2024] * len(table), dtype="Int64"))


@few
@given(seed=towns)
def test_everyone_that_cbs_counts_is_placed(seed: int) -> None:
    """Also where no home is on the map."""
    population = computed(seed)["population"]
    for group in catalogue().target_group.values():
        expected = group_figures(draw_town(seed).figures, group, catalogue())["count"]
        own = population[(population["target_group"] == group.key) & (population["level"] == "buurt")]
        placed = own.set_index("code")["placed"].reindex(expected.index).fillna(0)
        assert placed.to_numpy() == pytest.approx(expected.to_numpy())


def test_people_that_only_statline_counts_are_placed_too() -> None:
    """The third buurt has no home on the map and no figure on the map of CBS: its 50 people are not lost."""
    town = draw_town(0)
    code = "BU99990100"
    figures = town.figures[town.figures["code"] != code]
    only = pd.DataFrame(
        {"code": [code], "measure": ["AantalInwoners"], "value": [50.0], "level": ["buurt"], "source": ["StatLine"]}
    ).assign(year=pd.array([2024], dtype="Int64"))
    tables = walked(replace(town, figures=pd.concat([figures, only], ignore_index=True)))
    assert set(tables["origins"].loc[tables["origins"]["buurtcode"] == code, "state"]) == {"niet_op_kaart"}
    population = tables["population"].set_index(["code", "target_group"])
    assert population.loc[(code, "iedereen"), "placed"] == 50
