"""Kampen from raw files to gaps: totals that are known, walks against networkx, and supermarkets against CBS."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from voorzieningen import to_networkx
from voorzieningen.workspace import OpenStudy

pytestmark = pytest.mark.real

ZALK, KAMPERVEEN, WILSUM = "BU01660400", "BU01660700", "BU01660500"
SAMPLE = 50


@pytest.fixture(scope="module")
def reach(kampen_run: OpenStudy) -> pd.DataFrame:
    table: pd.DataFrame = kampen_run.table("reach")
    return table


@pytest.fixture(scope="module")
def origins(kampen_run: OpenStudy) -> gpd.GeoDataFrame:
    table: gpd.GeoDataFrame = kampen_run.table("origins")
    return table


def of(table: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """Return the rows with these values."""
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


def test_every_buurt_is_in_every_table(kampen_run: OpenStudy) -> None:
    codes = set(kampen_run.table("buurten")["buurtcode"])
    assert len(codes) == 36
    for name, column in (("buurt_reach", "buurtcode"), ("buurt_gaps", "code")):
        per_buurt = kampen_run.table(name)[column].value_counts()
        assert set(per_buurt.index) == codes
        assert len(set(per_buurt)) == 1, name
    assert set(of(kampen_run.table("tracks"), level="buurt")["code"]) == codes
    assert set(kampen_run.table("wijk_gaps")["code"]) == set(kampen_run.table("buurten")["wijkcode"])
    assert set(kampen_run.table("area_gaps")["code"]) == {"GM0166"}


def test_residents_add_up(kampen_run: OpenStudy) -> None:
    """34 buurten hold 56,180; the municipality as CBS publishes it 56,177: what rounding leaves is shown."""
    everyone = of(kampen_run.table("population"), target_group="iedereen")
    buurten = of(everyone, level="buurt")
    assert buurten["placed"].sum() == pytest.approx(56_180, abs=1e-6)
    assert buurten["state"].value_counts().to_dict() == {"bekend": 34, "geen_cijfer": 2}
    whole = of(everyone, code="GM0166").iloc[0]
    assert whole["placed"] == pytest.approx(56_180, abs=1e-6)
    assert whole["published"] == 56_177
    assert whole["remainder"] == pytest.approx(-3, abs=1e-6)
    assert (whole["buurten_known"], whole["buurten_unknown"]) == (34, 2)
    figures = of(kampen_run.table("figures"), measure="aantal_inwoners", level="buurt").set_index("code")["value"]
    known = buurten[buurten["state"] == "bekend"].set_index("code")["placed"]
    assert known.to_dict() == pytest.approx(figures[known.index].to_dict(), abs=1e-6)


def test_the_residents_of_each_origin_add_up_to_the_same(kampen_run: OpenStudy) -> None:
    everyone = of(kampen_run.table("residents"), target_group="iedereen")
    assert everyone["count"].sum() == pytest.approx(56_180, abs=1e-6)
    counted = everyone.dropna(subset=["count"])
    assert (counted["count_low"] <= counted["count"]).all()
    assert (counted["count"] <= counted["count_high"]).all()


def test_young_people_have_no_figure_and_shares_are_over_homes(kampen_run: OpenStudy) -> None:
    young = of(kampen_run.table("buurt_gaps"), target_group="15-25")
    assert set(young["basis"]) == {"woningen"}
    assert young[["count", "count_low", "count_high", "count_within"]].isna().all(axis=None)


def test_nothing_is_known_of_the_villages_beyond_the_extract(kampen_run: OpenStudy) -> None:
    walks = of(kampen_run.table("buurt_reach"), facility_type="buurtsuper").set_index("buurtcode")
    for code in (ZALK, KAMPERVEEN):
        assert set(walks.loc[code, "share_known"]) == {0.0}
        assert set(walks.loc[code, "reason"]) == {"buiten_uittreksel"}


def test_a_walk_is_unknown_exactly_where_it_is_longer_than_to_the_edge(
    reach: pd.DataFrame, origins: gpd.GeoDataFrame
) -> None:
    edge_m = reach["origin_id"].map(origins.set_index("origin_id")["extract_edge_m"])
    found = reach["walk_distance_m"].notna()
    beyond = reach["walk_distance_m"] > edge_m
    assert ((reach["reason"] == "buiten_uittreksel") == beyond)[found].all()
    assert set(reach.loc[found, "reason"].dropna()) == {"buiten_uittreksel"}
    assert beyond[found].any()
    assert (~beyond)[found].any()


def test_reasons_and_verdicts_agree(kampen_run: OpenStudy) -> None:
    verdicts = kampen_run.table("verdicts")
    assert set(verdicts["verdict"]) <= {"binnen_norm", "buiten_norm", "onbereikbaar", "onbekend"}
    assert (verdicts["reason"].notna() == (verdicts["verdict"] == "onbekend")).all()


def test_no_place_for_young_people_is_not_found_and_not_absent(kampen_run: OpenStudy) -> None:
    cells = of(kampen_run.table("buurt_gaps"), facility_type="jongerenplek")
    assert cells["code"].nunique() == 36
    assert set(cells["status"]) == {"onbekend"}
    assert set(cells["reason"]) == {"type_niet_gevonden"}
    assert set(cells["gap_types"]) == {"data"}
    assert cells["explanation"].str.contains("niet gevonden in de gegevens").all()


def test_the_two_real_practices(kampen_run: OpenStudy) -> None:
    """A test site of the GGD is mapped as a doctor too; it is none."""
    practices = of(kampen_run.table("facilities"), facility_type="huisarts")
    assert len(practices) == 2
    assert not practices["name"].fillna("").str.contains("GGD|test", case=False).any()


def test_walks_to_the_supermarket_equal_networkx(
    kampen_run: OpenStudy, reach: pd.DataFrame, origins: gpd.GeoDataFrame
) -> None:
    """Fifty homes: the walk is recomputed from the network, the ties and the doors alone."""
    tied = of(pd.DataFrame(origins), state="gekoppeld").set_index("origin_id")
    homes = tied.iloc[np.linspace(0, len(tied) - 1, SAMPLE).astype(int)]
    found = of(reach, facility_type="buurtsuper", profile="volwassene").set_index("origin_id")["walk_distance_m"]
    graph, doors = _walk_graph(kampen_run), _doors(kampen_run)
    to_door = nx.multi_source_dijkstra_path_length(graph, [("door", row) for row in doors.index], weight="metres")
    edges = kampen_run.network.edges
    for home in homes.itertuples():
        u, v, length = edges.loc[home.edge_id, ["u", "v", "length_m"]]
        ways = [to_door.get(u, np.inf) + home.edge_offset_m, to_door.get(v, np.inf) + length - home.edge_offset_m]
        own = doors[doors["edge_id"] == home.edge_id]
        ways += ((own["edge_offset_m"] - home.edge_offset_m).abs() + own["snap_m"]).tolist()
        expected = min(ways) + home.snap_m
        assert found[home.Index] == pytest.approx(expected if expected < np.inf else np.nan, abs=1e-6, nan_ok=True)


def _walk_graph(run: OpenStudy) -> "nx.Graph[object]":
    """Return the network of an adult for networkx, with a node for each door of a supermarket."""
    graph: nx.Graph[object] = nx.Graph()
    for u, v, data in to_networkx(run.network, run.study.catalogue.profile["volwassene"]).edges(data=True):
        metres = min(data["length"], graph.edges[u, v]["metres"]) if graph.has_edge(u, v) else data["length"]
        graph.add_edge(u, v, metres=metres)
    edges = run.network.edges
    for row, door in enumerate(_doors(run).itertuples()):
        u, v, length = edges.loc[door.edge_id, ["u", "v", "length_m"]]
        graph.add_edge(("door", row), u, metres=door.snap_m + door.edge_offset_m)
        graph.add_edge(("door", row), v, metres=door.snap_m + length - door.edge_offset_m)
    return graph


def _doors(run: OpenStudy) -> pd.DataFrame:
    supermarkets = of(run.table("facilities"), facility_type="buurtsuper", state="open")["facility_id"]
    entrances = run.table("entrances")
    doors: pd.DataFrame = entrances[entrances["facility_id"].isin(supermarkets)].reset_index(drop=True)
    return doors


@pytest.fixture(scope="module")
def supermarkets(kampen_run: OpenStudy, origins: gpd.GeoDataFrame) -> pd.DataFrame:
    """The mean walk and the distance of CBS in km, of buurten that can be compared."""
    buurten = kampen_run.table("buurten").set_index("buurtcode")
    inside = buurten.geometry.intersection(kampen_run.tables.coverage).area / buurten.geometry.area
    addresses = origins[origins["state"] != "niet_op_kaart"].groupby("buurtcode")["homes"].sum()
    walks = of(kampen_run.table("buurt_reach"), facility_type="buurtsuper", profile="volwassene")
    figures = kampen_run.table("figures")
    cbs = figures[figures["measure"].str.contains("supermarkt") & figures["measure"].str.contains("afstand")]
    assert len(set(cbs["measure"])) == 1
    table = pd.DataFrame(
        {
            "walk_km": walks.set_index("buurtcode")["walk_distance_mean_m"] / 1000,
            "cbs_km": cbs.set_index("code")["value"],
            "inside": inside,
            "addresses": addresses,
        }
    ).reindex(buurten.index)
    return table[(table["inside"] > 0.9) & (table["addresses"] > 50) & table["cbs_km"].notna()]


def test_supermarkets_against_cbs(supermarkets: pd.DataFrame) -> None:
    """CBS measures by car along roads; in a town that is close to the walk, in every buurt."""
    difference = (supermarkets["walk_km"] - supermarkets["cbs_km"]).abs()
    assert len(supermarkets) == 20
    assert difference.mean() <= 0.2
    assert difference.max() <= 0.35
    without = supermarkets.drop(index=WILSUM)
    assert without["walk_km"].corr(without["cbs_km"]) >= 0.95
