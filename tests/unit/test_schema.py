"""Contracts of tables: what they let through, and how they name what they do not."""

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, Polygon

from voorzieningen.errors import ContractError
from voorzieningen.schema import RD, REASONS, STATUSES, TABLES, empty, notes, validate


def facilities(**changes: object) -> gpd.GeoDataFrame:
    """Two huisartsen, the second on the other side of the street."""
    columns: dict[str, Any] = {
        "facility_id": ["huisarts/n1", "huisarts/n2"],
        "facility_type": ["huisarts", "huisarts"],
        "facility_class": ["praktijk", "praktijk"],
        "name": ["De Brug", None],
        "state": ["open", "gepland"],
        "year": pd.array([2023, None], dtype="Int64"),
        "capacity": [1.5, None],
        "capacity_unit": ["fte", None],
        "source": ["OpenStreetMap", "OpenStreetMap"],
        "osm_id": ["n1", "n2"],
        "confidence": ["alleen_osm", "alleen_osm"],
        "snap_m": [3.2, None],
        "buurtcode": ["BU01660000", None],
        "geometry": gpd.GeoSeries([Point(190_000, 507_000), Point(190_020, 507_000)], crs=RD),
    } | changes
    return gpd.GeoDataFrame(columns, crs=columns["geometry"].crs)


def population(**changes: object) -> pd.DataFrame:
    columns = {
        "code": ["BU01660000", "BU01660000"],
        "level": ["buurt", "buurt"],
        "target_group": ["iedereen", "15-25"],
        "unit": ["personen", "personen"],
        "placed": [100.0, None],
        "published": [105.0, None],
        "remainder": [5.0, None],
        "buurten_known": [1, 0],
        "buurten_unknown": [0, 1],
        "state": ["bekend", "geen_cijfer"],
    } | changes
    return pd.DataFrame(columns)


def buurt_reach(share_known: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "buurtcode": ["BU01660000"],
            "facility_type": ["huisarts"],
            "profile": ["volwassene"],
            "origins": [1],
            "share_known": [share_known],
            "share_reached": [1.0],
            "walk_distance_mean_m": [100.0],
            "walk_time_p50_min": [1.0],
            "walk_time_p90_min": [1.0],
            "reason": pd.Series([None], dtype="str"),
        }
    )


def refusal(name: str, frame: pd.DataFrame) -> str:
    with pytest.raises(ContractError) as refused:
        validate(name, frame)
    assert refused.value.where == name
    return refused.value.what


@pytest.mark.parametrize("name", TABLES)
def test_every_table_without_rows_meets_its_contract(name: str) -> None:
    table = empty(name)

    assert list(validate(name, table).columns) == list(TABLES[name].columns)
    assert len(table) == 0
    assert isinstance(table, gpd.GeoDataFrame) == bool(TABLES[name].geometry)


@pytest.mark.parametrize("name", TABLES)
def test_every_key_names_columns_of_its_table_that_are_never_empty(name: str) -> None:
    table = TABLES[name]

    assert table.key
    assert all(not table.columns[column].nullable for column in table.key)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_label_and_a_meaning(name: str) -> None:
    for column, spec in TABLES[name].columns.items():
        assert spec.label, column
        assert spec.meaning, column


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_geometry_exactly_when_it_says_which(name: str) -> None:
    table = TABLES[name]

    assert ("geometry" in table.columns) == bool(table.geometry)


def test_good_rows_pass_unchanged_in_the_declared_order() -> None:
    given = facilities()
    shuffled = given[[*reversed(given.columns)]]

    passed = validate("facilities", shuffled)

    assert list(passed.columns) == list(TABLES["facilities"].columns)
    pd.testing.assert_frame_equal(passed, given)


def test_columns_that_are_not_declared_are_left_behind() -> None:
    assert "extra" not in validate("population", population(extra=[1, 2])).columns


def test_a_missing_column_is_named() -> None:
    assert refusal("population", population().drop(columns=["unit", "state"])) == "misses the columns unit, state"


def test_a_column_of_another_type_is_named() -> None:
    told = refusal("population", population(placed=["100", "5"]))

    assert told.startswith("column placed breaks")
    assert "float64" in told


def test_a_value_that_is_not_a_word_of_the_list_is_named() -> None:
    told = refusal("population", population(level=["buurt", "stadsdeel"]))

    assert told.startswith("column level breaks")
    assert told.endswith(": stadsdeel")


def test_an_empty_value_is_refused_where_the_column_may_not_be_empty() -> None:
    assert refusal("population", population(unit=["personen", None])).startswith("column unit breaks 'not_nullable'")


@pytest.mark.parametrize(("snap_m", "told"), [(-1.0, "-1.0"), (-99997.0, "-99997.0")])
def test_a_number_below_zero_is_refused_so_that_no_sentinel_is_counted(snap_m: float, told: str) -> None:
    assert refusal("facilities", facilities(snap_m=[snap_m, None])).endswith(f": {told}")


def test_a_share_above_one_is_refused() -> None:
    assert refusal("buurt_reach", buurt_reach(share_known=1.2)).startswith("column share_known breaks")


def test_a_share_that_rounding_lifts_a_hair_above_one_is_kept() -> None:
    kept = validate("buurt_reach", buurt_reach(share_known=0.1 * 3 / 0.3))

    assert kept["share_known"].item() > 1


def test_a_repeated_key_of_one_column_is_named() -> None:
    told = refusal("facilities", facilities(facility_id=["huisarts/n1", "huisarts/n1"]))

    assert told == "facility_id is not unique: huisarts/n1"


def test_a_repeated_key_of_more_columns_is_named_as_a_whole() -> None:
    told = refusal("population", population(target_group=["15-25", "15-25"]))

    assert told == "code, target_group is not unique: BU01660000 · 15-25"


def test_a_repeated_key_that_is_a_number_is_named() -> None:
    way = {
        "way_id": [7, 7],
        "piece": [0, 0],
        "clipped": [False, False],
        "tags": ["{}", "{}"],
        "node_ids": [[1, 2], [1, 2]],
    }
    line = LineString([(0, 0), (1, 0)])

    told = refusal("ways", gpd.GeoDataFrame(way, geometry=[line, line], crs=RD))

    assert told == "way_id, piece is not unique: 7 · 0"


def test_another_coordinate_system_is_refused() -> None:
    degrees = gpd.GeoSeries([Point(5.9, 52.5), Point(5.91, 52.5)], crs="EPSG:4326")

    assert refusal("facilities", facilities(geometry=degrees)) == "is in WGS 84, not in EPSG:28992 (RD New)"


def test_no_coordinate_system_is_refused() -> None:
    nowhere = gpd.GeoSeries([Point(0, 0), Point(1, 0)])

    assert refusal("facilities", facilities(geometry=nowhere)) == (
        "is in no coordinate system, not in EPSG:28992 (RD New)"
    )


def test_a_frame_without_geometry_is_refused() -> None:
    assert refusal("facilities", pd.DataFrame(facilities())) == "is not a GeoDataFrame"


def test_another_kind_of_geometry_is_named() -> None:
    triangle = Polygon([(0, 0), (1, 0), (0, 1)])

    told = refusal("facilities", facilities(geometry=gpd.GeoSeries([Point(0, 0), triangle], crs=RD)))

    assert told == "holds geometry other than Point: Polygon"


def test_empty_geometry_is_refused() -> None:
    told = refusal("facilities", facilities(geometry=gpd.GeoSeries([Point(0, 0), Point()], crs=RD)))

    assert told == "holds empty geometry"


def test_no_geometry_is_refused_where_a_row_must_have_a_place() -> None:
    told = refusal("facilities", facilities(geometry=gpd.GeoSeries([Point(0, 0), None], crs=RD)))

    assert told.startswith("column geometry breaks 'not_nullable'")


def test_a_home_that_is_not_on_the_map_may_have_no_place() -> None:
    origins = gpd.GeoDataFrame(
        {
            "origin_id": ["n1", "BU01660000"],
            "buurtcode": ["BU01660000", "BU01660000"],
            "wijkcode": ["WK016600", "WK016600"],
            "homes": [1, 3],
            "build_year": pd.array([1980, None], dtype="Int64"),
            "homes_new": [0, 0],
            "homes_dated": [1, 0],
            "snap_m": [4.0, None],
            "edge_id": pd.array([5, None], dtype="Int64"),
            "edge_offset_m": [1.0, None],
            "state": ["gekoppeld", "niet_op_kaart"],
            "extract_edge_m": [900.0, 0.0],
        },
        geometry=gpd.GeoSeries([Point(0, 0), None], crs=RD),
    )

    assert validate("origins", origins).geometry.isna().tolist() == [False, True]


def test_a_message_stays_short_when_every_row_is_wrong() -> None:
    rows = 5_000
    frame = pd.concat([population(level=["x" * 400, "y" * 400])] * rows, ignore_index=True)

    assert len(refusal("population", frame)) < 600


def test_words_can_be_told_apart() -> None:
    assert len(set(STATUSES)) == len(STATUSES)
    assert len(set(REASONS)) == len(REASONS)


def test_notes_tell_what_was_seen_and_leave_out_what_was_not() -> None:
    told = notes("read", [("dubbele_code", 2, "buurten staan er twee keer in"), ("lege_geometrie", 0, "zonder plek")])

    assert told.to_dict("records") == [
        {"stage": "read", "subject": "dubbele_code", "count": 2, "text": "buurten staan er twee keer in"}
    ]


def test_notes_of_a_stage_that_saw_nothing_meet_their_contract() -> None:
    pd.testing.assert_frame_equal(notes("read", []), empty("notes"))
