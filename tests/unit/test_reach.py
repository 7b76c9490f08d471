"""Reach: the walk from every home to every type for every profile, and what is not known of it."""

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from streets import Streets, box, points, ties
from streets import catalogue as shipped
from voorzieningen.config import Catalogue
from voorzieningen.network import Network
from voorzieningen.reach import summarise_by_buurt, walk_reach

STREET = {"highway": "residential"}
BUURTEN = ("BU99990000", "BU99990001", "BU99990002")
WITHIN = ["within_5", "within_10", "within_15"]

TYPES = ("huisarts", "apotheek", "buurtsuper", "jongerenplek", "park")
MEETING = ("ontmoetingsplek", "ontmoetingsplek_commercieel", "ontmoetingsplek_breed")

Place = tuple[float, float]


@cache
def catalogue() -> Catalogue:
    """Take some of the types that are shipped: every type takes its time."""
    types = shipped().facility_type
    return shipped().model_copy(update={"facility_type": {key: types[key] for key in (*TYPES, *MEETING)}})


def long_street() -> Network:
    """A street of 2 km.

    ::

        a-----------------------2000-----------------------b
    """
    return Streets().node("a", 0, 0).node("b", 2000, 0).way("a", "b", **STREET).build()[0]


def origins(
    network: Network,
    homes: dict[str, Place | None],
    *,
    buurten: dict[str, str] | None = None,
    count: dict[str, int] | None = None,
    edge_m: dict[str, float] | None = None,
) -> gpd.GeoDataFrame:
    """Make table `origins`: one without a place is not on the map; far from the edge unless `edge_m` says else."""
    on_map = [place for place in homes.values() if place is not None]
    tied = ties(network, *on_map).set_index(pd.Index([name for name, place in homes.items() if place is not None]))
    tied = tied.reindex(list(homes))
    states = [
        "niet_op_kaart" if place is None else "niet_te_koppelen" if missing else "gekoppeld"
        for place, missing in zip(homes.values(), tied["edge_id"].isna(), strict=True)
    ]
    return gpd.GeoDataFrame(
        {
            "origin_id": pd.array(list(homes), dtype="str"),
            "buurtcode": pd.array([(buurten or {}).get(name, BUURTEN[0]) for name in homes], dtype="str"),
            "homes": [(count or {}).get(name, 1) for name in homes],
            "state": pd.array(states, dtype="str"),
            "extract_edge_m": [(edge_m or {}).get(name, 1e6) for name in homes],
            **{column: tied[column].to_numpy() for column in ("edge_id", "edge_offset_m", "snap_m")},
        },
        geometry=[None if place is None else points(place)[0] for place in homes.values()],
        crs="EPSG:28992",
    )


def facilities(
    network: Network, *listed: tuple[str, str, Place], state: dict[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make tables `facilities` and `entrances` from (facility_id, class, door); more doors by naming it again."""
    ids = list(dict.fromkeys(facility_id for facility_id, _, _ in listed))
    classes = {facility_id: facility_class for facility_id, facility_class, _ in listed}
    register = pd.DataFrame(
        {
            "facility_id": ids,
            "facility_type": [facility_id.partition(":")[0] for facility_id in ids],
            "facility_class": [classes[facility_id] for facility_id in ids],
            "state": [(state or {}).get(facility_id, "open") for facility_id in ids],
        }
    ).astype("str")
    doors = pd.DataFrame({"facility_id": [facility_id for facility_id, _, _ in listed]}).astype("str")
    doors = doors.join(ties(network, *(door for _, _, door in listed))) if listed else doors.assign(**NO_TIES)
    doors["entrance"] = doors.groupby("facility_id").cumcount()
    return register, doors.dropna()


NO_TIES = {"edge_id": [], "edge_offset_m": [], "snap_m": []}


def reach(
    network: Network,
    homes: gpd.GeoDataFrame,
    register: tuple[pd.DataFrame, pd.DataFrame],
    *,
    complete: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Walk; return the table by type, profile and origin."""
    table = walk_reach(homes, register[0], register[1], network, catalogue(), complete)
    return table.set_index(["facility_type", "profile", "origin_id"]).sort_index()


def test_the_walk_and_who_it_leads_to() -> None:
    """Home at 200 m, supermarkets at 700 and 900: 10 + 500 + 5 = 515 m; 515 s at 1 m/s, 387 s at 1.33.

    ::

        a------h(200, 10)--------s(700, -5)---t(900, 0)----------------b
    """
    network = long_street()
    register = facilities(
        network, ("buurtsuper:n9", "supermarkt", (900, 0)), ("buurtsuper:n1", "supermarkt", (700, -5))
    )
    table = reach(network, origins(network, {"h": (200, 10)}), register)
    for profile, speed in (("volwassene", 1.33), ("65-plus", 1.0), ("rollator", 0.75)):
        row = table.loc["buurtsuper", profile, "h"]
        assert row["facility_id"] == "buurtsuper:n1"
        assert row["walk_distance_m"] == pytest.approx(515, abs=1e-6)
        assert row["walk_time_s"] == pytest.approx(515 / speed, abs=1e-6)
        assert pd.isna(row["reason"])


def test_every_origin_has_a_row_for_every_type_and_profile() -> None:
    network = long_street()
    homes = origins(network, {"h": (200, 10), "far": (200, 800), "off": None})
    table = reach(network, homes, facilities(network))
    assert len(table) == 3 * len(catalogue().facility_type) * len(catalogue().profile)
    assert table.index.is_unique


def test_how_many_are_near() -> None:
    """At 1 m/s 5, 10 and 15 minutes are 300, 600 and 900 m, the limit included; both ties count.

    ::

        h(0, 0)     s at 300      t at 590, 10 m off     u at 600, 1 m off     v at 900
    """
    network = long_street()
    doors = {"s": (300, 0), "t": (590, 10), "u": (600, 1), "v": (900, 0)}
    register = facilities(network, *((f"buurtsuper:{name}", "supermarkt", door) for name, door in doors.items()))
    table = reach(network, origins(network, {"h": (0, 0)}), register)
    assert table.loc[("buurtsuper", "65-plus", "h"), WITHIN].tolist() == [1, 2, 4]
    # 0.75 m/s: 225, 450 and 675 m; 1.33 m/s: 399, 798 and 1,197 m
    assert table.loc[("buurtsuper", "rollator", "h"), WITHIN].tolist() == [0, 1, 3]
    assert table.loc[("buurtsuper", "volwassene", "h"), WITHIN].tolist() == [1, 3, 4]


def test_a_facility_with_many_entrances_counts_once() -> None:
    network = long_street()
    register = facilities(network, *(("park:w1", "park", (x, 5)) for x in (100, 125, 150, 175)))
    row = reach(network, origins(network, {"h": (0, 0)}), register).loc["park", "65-plus", "h"]
    assert (row["facility_id"], row["walk_distance_m"], row["within_5"]) == ("park:w1", pytest.approx(105), 1)


def test_counts_are_null_where_the_extract_ends_nearer_than_the_range() -> None:
    """The map ends 600 m from home: what 5 and 10 minutes hold is known, what 15 minutes hold is not."""
    network = long_street()
    register = facilities(network, ("buurtsuper:s", "supermarkt", (200, 0)))
    homes = origins(network, {"h": (0, 0)}, edge_m={"h": 600})
    row = reach(network, homes, register).loc["buurtsuper", "65-plus", "h"]
    assert row[WITHIN].tolist()[:2] == [1, 1]
    assert pd.isna(row["within_15"])
    assert pd.isna(row["reason"])


def test_a_walk_longer_than_to_the_edge_of_the_map_is_not_known() -> None:
    """A shop at 500 m. The map ends at 500: known. It ends at 499: something nearer may lie beyond."""
    network = long_street()
    register = facilities(network, ("buurtsuper:s", "supermarkt", (500, 0)))
    homes = origins(
        network, {"in": (0, 0), "out": (0, 0), "outside": (0, 0)}, edge_m={"in": 500, "out": 499, "outside": 0}
    )
    table = reach(network, homes, register).loc["buurtsuper", "rollator"]
    assert table["walk_distance_m"].tolist() == pytest.approx([500, 500, 500])
    assert table["facility_id"].tolist() == ["buurtsuper:s"] * 3
    assert table["reason"].fillna("").tolist() == ["", "buiten_uittreksel", "buiten_uittreksel"]


def test_a_type_that_is_not_found_is_not_known() -> None:
    network = long_street()
    homes = origins(network, {"h": (0, 0), "far": (0, 900), "off": None})
    table = reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (500, 0)))).loc["jongerenplek"]
    assert set(table["reason"]) == {"type_niet_gevonden"}
    assert table[["walk_distance_m", "facility_id", *WITHIN]].isna().all(axis=None)


def test_a_complete_list_without_one_says_that_there_is_none() -> None:
    """Without a place to walk to: out of reach (no walk and no reason), wherever the map ends."""
    streets = Streets().node("a", 0, 0).node("b", 2000, 0).clipped_way("a", "b", **STREET)
    network, _ = streets.build()
    homes = origins(network, {"h": (0, 0), "far": (0, 900)})
    table = reach(network, homes, facilities(network), complete=("jongerenplek",)).loc["jongerenplek", "volwassene"]
    assert table["reason"].fillna("").to_dict() == {"h": "", "far": "niet_te_koppelen"}
    assert table["walk_distance_m"].isna().all()
    assert table.loc["h", WITHIN].tolist() == [0, 0, 0]


def test_homes_without_a_place_on_the_network_are_not_known() -> None:
    """Far from a street; and not on the map, in a buurt inside the extract and in one beyond it."""
    network = long_street()
    homes = origins(network, {"far": (0, 151), "in": None, "out": None}, edge_m={"far": 900, "in": 800, "out": 0})
    table = reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (500, 0))))
    row = table.loc["buurtsuper", "volwassene"]
    assert row["reason"].tolist() == ["niet_te_koppelen", "niet_te_koppelen", "buiten_uittreksel"]
    assert row[["walk_distance_m", "facility_id", *WITHIN]].isna().all(axis=None)


def test_facilities_that_are_all_too_far_from_a_street_are_not_known() -> None:
    network = long_street()
    table = reach(
        network, origins(network, {"h": (0, 0)}), facilities(network, ("buurtsuper:s", "supermarkt", (500, 400)))
    )
    assert table.loc[("buurtsuper", "volwassene", "h"), "reason"] == "niet_te_koppelen"


def test_out_of_reach_or_out_of_the_map() -> None:
    """Two islands without a shop: one lies whole on the map, the other runs on beyond it.

    ::

        a-----------b (shop)        mainland
        c-----d                     whole: nobody gets off it
        e-----f- - -                cut off: the way may lead to a shop
    """
    streets = Streets().node("a", 0, 0).node("b", 500, 0).node("c", 0, 900).node("d", 100, 900)
    streets.node("e", 0, 2000).node("f", 100, 2000)
    streets.way("a", "b", **STREET).way("c", "d", **STREET).clipped_way("e", "f", **STREET)
    network, _ = streets.build(box(-1000, -1000, 3000, 3000))
    homes = origins(network, {"main": (10, 5), "whole": (10, 905), "cut": (10, 2005)})
    table = reach(network, homes, facilities(network, ("buurtsuper:b", "supermarkt", (500, 0)))).loc["buurtsuper"]
    for profile in catalogue().profile:
        assert table.loc[profile, "reason"].fillna("").to_dict() == {
            "main": "",
            "whole": "",
            "cut": "buiten_uittreksel",
        }
        assert table.loc[profile, "walk_distance_m"].notna().to_dict() == {"main": True, "whole": False, "cut": False}


def test_shut_in_behind_steps_is_out_of_reach_for_the_rollator_only() -> None:
    """The street beyond the steps runs off the map, but a rollator does not get there: no map would show a way.

    ::

        h            steps
        a---100---b========c---100---d- - - - (off the map)
                                s
    """
    streets = Streets().node("a", 0, 0).node("b", 100, 0).node("c", 110, 0).node("d", 210, 0)
    streets.way("a", "b", **STREET).way("b", "c", highway="steps").clipped_way("c", "d", **STREET)
    network, _ = streets.build()
    homes = origins(network, {"h": (0, 0), "over": (200, 0)})
    table = reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (160, 0)))).loc["buurtsuper"]
    assert table.loc[("volwassene", "h"), "walk_distance_m"] == pytest.approx(160)
    assert table.loc[("rollator", "over"), "walk_distance_m"] == pytest.approx(40)
    assert pd.isna(table.loc[("rollator", "h"), "walk_distance_m"])
    assert pd.isna(table.loc[("rollator", "h"), "reason"])


def test_planned_and_closed_facilities_do_not_count() -> None:
    network = long_street()
    register = facilities(
        network,
        ("apotheek:dicht", "apotheek", (10, 0)),
        ("apotheek:straks", "apotheek", (20, 0)),
        ("apotheek:open", "apotheek", (200, 0)),
        state={"apotheek:dicht": "gesloten", "apotheek:straks": "gepland"},
    )
    homes = origins(network, {"h": (0, 0)})
    row = reach(network, homes, register).loc["apotheek", "65-plus", "h"]
    assert (row["facility_id"], row["walk_distance_m"], row["within_5"]) == ("apotheek:open", pytest.approx(200), 1)
    shut = facilities(network, ("apotheek:dicht", "apotheek", (10, 0)), state={"apotheek:dicht": "gesloten"})
    assert reach(network, homes, shut).loc[("apotheek", "65-plus", "h"), "reason"] == "type_niet_gevonden"


def test_a_huisartsenpost_is_not_a_huisarts() -> None:
    network = long_street()
    homes = origins(network, {"h": (0, 0)})
    post = ("huisarts:post", "huisartsenpost", (10, 0))
    register = facilities(network, post, ("huisarts:praktijk", "praktijk", (300, 0)))
    row = reach(network, homes, register).loc["huisarts", "65-plus", "h"]
    assert (row["facility_id"], row["within_5"]) == ("huisarts:praktijk", 1)
    alone = reach(network, homes, facilities(network, post))
    assert alone.loc[("huisarts", "65-plus", "h"), "reason"] == "type_niet_gevonden"


def test_a_combined_type_takes_the_nearest_of_its_parts() -> None:
    """Home at 0, a church at 400, a café at 100: the broad type counts both, the narrow one only the church."""
    network = long_street()
    register = facilities(
        network,
        ("ontmoetingsplek:kerk", "maatschappelijk", (400, 0)),
        ("ontmoetingsplek_commercieel:cafe", "commercieel", (100, 0)),
    )
    table = reach(network, origins(network, {"h": (0, 0)}), register).xs("h", level="origin_id")
    broad = table.loc["ontmoetingsplek_breed", "65-plus"]
    assert broad[["facility_id", *WITHIN]].tolist() == ["ontmoetingsplek_commercieel:cafe", 1, 2, 2]
    assert broad["walk_distance_m"] == pytest.approx(100)
    assert table.loc[("ontmoetingsplek", "65-plus"), "walk_distance_m"] == pytest.approx(400)
    assert table.loc[("ontmoetingsplek_commercieel", "65-plus"), WITHIN].tolist() == [1, 1, 1]


def test_a_combined_type_is_complete_when_all_its_parts_are() -> None:
    network = long_street()
    homes = origins(network, {"h": (0, 0)})
    parts = ("ontmoetingsplek", "ontmoetingsplek_commercieel")
    for complete, reason in ((parts[:1], "type_niet_gevonden"), (parts, "")):
        table = reach(network, homes, facilities(network), complete=complete)
        assert table["reason"].fillna("")["ontmoetingsplek_breed", "volwassene", "h"] == reason


def by_buurt(reached: pd.DataFrame, homes: gpd.GeoDataFrame) -> pd.DataFrame:
    buurten = pd.DataFrame({"buurtcode": list(BUURTEN)})
    table = summarise_by_buurt(reached.reset_index(), homes, buurten, catalogue())
    return table.set_index(["facility_type", "profile", "buurtcode"]).sort_index()


def test_a_buurt_is_summarised_over_its_homes() -> None:
    """A flat of 6 homes at 100 m, 3 homes at 400 and 1 at 900: mean (600 + 1200 + 900) / 10 = 270 m.

    At 1 m/s the fifth of ten homes is in the flat (100 s), the ninth at 400 m (400 s).
    """
    network = long_street()
    homes = origins(network, {"flat": (100, 0), "row": (400, 0), "farm": (900, 0)}, count={"flat": 6, "row": 3})
    reached = reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (0, 0))))
    row = by_buurt(reached, homes).loc["buurtsuper", "65-plus", BUURTEN[0]]
    assert row["walk_distance_mean_m"] == pytest.approx(270)
    assert row["walk_time_p50_min"] == pytest.approx(100 / 60)
    assert row["walk_time_p90_min"] == pytest.approx(400 / 60)
    assert row[["origins", "share_known", "share_reached"]].tolist() == [3, 1, 1]
    assert pd.isna(row["reason"])


def test_what_is_not_known_of_a_buurt_counts_by_homes() -> None:
    """Ten homes: 7 with a walk, 2 whose walk is longer than the map, 1 too far from a street.

    Known 7 of 10 (fewer than 80 %), reached 9 of 10; the mean is over the nine: (7 × 100 + 2 × 1000) / 9 = 300 m.
    """
    network = long_street()
    homes = origins(
        network,
        {"near": (100, 0), "edge": (1000, 0), "far": (100, 700)},
        count={"near": 7, "edge": 2},
        edge_m={"edge": 500},
    )
    reached = reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (0, 0))))
    row = by_buurt(reached, homes).loc["buurtsuper", "65-plus", BUURTEN[0]]
    assert row["share_known"] == pytest.approx(0.7)
    assert row["share_reached"] == pytest.approx(0.9)
    assert row["walk_distance_mean_m"] == pytest.approx(300)
    assert row["reason"] == "te_weinig_bekend"


def test_eighty_percent_is_enough() -> None:
    network = long_street()
    homes = origins(network, {"near": (100, 0), "far": (100, 700)}, count={"near": 8, "far": 2})
    reached = reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (0, 0))))
    row = by_buurt(reached, homes).loc["buurtsuper", "65-plus", BUURTEN[0]]
    assert row["share_known"] == pytest.approx(0.8)
    assert pd.isna(row["reason"])


def test_homes_that_are_not_on_the_map_count_as_unknown() -> None:
    """One home drawn and nine that are not: a tenth is known, and one point is on the map."""
    network = long_street()
    homes = origins(network, {"near": (100, 0), "off": None}, count={"off": 9}, edge_m={"off": 0})
    reached = reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (0, 0))))
    row = by_buurt(reached, homes).loc["buurtsuper", "65-plus", BUURTEN[0]]
    assert (row["share_known"], row["origins"]) == (pytest.approx(0.1), 1)
    assert row["walk_distance_mean_m"] == pytest.approx(100)
    assert row["reason"] == "te_weinig_bekend"


def test_a_buurt_of_which_nothing_is_known_says_why() -> None:
    """The one reason that all its homes share; two reasons together are `te_weinig_bekend`."""
    network = long_street()
    homes = origins(
        network,
        {"a": (100, 0), "b": (110, 0), "c": (120, 0), "d": (120, 800)},
        buurten={"b": BUURTEN[1], "c": BUURTEN[2], "d": BUURTEN[2]},
        edge_m={"b": 1, "c": 1},
    )
    table = by_buurt(reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (0, 0)))), homes)
    rows = table.loc["buurtsuper", "65-plus"]
    assert rows["share_known"].tolist() == [1, 0, 0]
    assert rows["reason"].fillna("").tolist() == ["", "buiten_uittreksel", "te_weinig_bekend"]
    assert set(table.loc["jongerenplek", "reason"]) == {"type_niet_gevonden"}


def test_a_buurt_without_homes_has_a_row() -> None:
    network = long_street()
    homes = origins(network, {"h": (100, 0)})
    table = by_buurt(reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (0, 0)))), homes)
    assert len(table) == len(BUURTEN) * len(catalogue().facility_type) * len(catalogue().profile)
    row = table.loc["buurtsuper", "65-plus", BUURTEN[2]]
    assert row[["origins", "share_known", "share_reached"]].tolist() == [0, 0, 0]
    assert row[["walk_distance_mean_m", "walk_time_p50_min", "walk_time_p90_min"]].isna().all()
    assert row["reason"] == "geen_cijfer"
    assert table.loc[("jongerenplek", "65-plus", BUURTEN[2]), "reason"] == "type_niet_gevonden"


def test_a_buurt_that_nobody_gets_out_of_is_known_and_not_reached() -> None:
    network, _ = (
        Streets()
        .node("a", 0, 0)
        .node("b", 100, 0)
        .node("c", 0, 900)
        .node("d", 100, 900)
        .way("a", "b", **STREET)
        .way("c", "d", **STREET)
        .build()
    )
    homes = origins(network, {"h": (50, 900)})
    reached = reach(network, homes, facilities(network, ("buurtsuper:s", "supermarkt", (0, 0))))
    row = by_buurt(reached, homes).loc["buurtsuper", "65-plus", BUURTEN[0]]
    assert row[["share_known", "share_reached"]].tolist() == [1, 0]
    assert np.isnan(row["walk_distance_mean_m"])
    assert pd.isna(row["reason"])


def test_the_order_of_origins_is_kept() -> None:
    network = long_street()
    homes = origins(network, {"z": (300, 0), "a": (100, 0), "m": (200, 0)})
    table = walk_reach(homes, *facilities(network, ("buurtsuper:s", "supermarkt", (0, 0))), network, catalogue())
    own = table[(table["facility_type"] == "buurtsuper") & (table["profile"] == "65-plus")]
    assert own["origin_id"].tolist() == ["z", "a", "m"]
    assert own["walk_distance_m"].tolist() == pytest.approx([300, 100, 200])
