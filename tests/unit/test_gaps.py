"""Verdicts and the matrix: worked by hand on a wijk of two buurten."""

import pytest

from frames import frame, square
from voorzieningen.areas import memberships
from voorzieningen.config import load_catalogue
from voorzieningen.gaps import find_gaps, judge_walks

NORM = "basis-iedereen"  # 800 m to a buurtsuper, for everybody


def catalogue_with(**norm):
    """Keep one norm of the catalogue, with changes."""
    off = {key: {"active": False} for key in load_catalogue().norm if key != NORM}
    wanted = {"facility_types": ["buurtsuper"], "target_groups": ["iedereen"], "source": "een gemiddelde", **norm}
    return load_catalogue({"norm": {**off, NORM: wanted}})


def town(walks, *, people=None, homes=None, reasons=None, catalogue=None, speed=1.33):
    """Give each origin a walk in metres (None: no way), people and homes; the first half live in BU1, others in BU2."""
    catalogue = catalogue or catalogue_with()
    count = len(walks)
    people = people if people is not None else [100.0] * count
    homes = homes or [50] * count
    reasons = reasons or [None] * count
    ids = [f"o{number}" for number in range(count)]
    codes = ["BU1" if number < count / 2 else "BU2" for number in range(count)]
    origins = frame(
        "origins",
        [{"origin_id": i, "buurtcode": c, "homes": h} for i, c, h in zip(ids, codes, homes, strict=True)],
        wijkcode="WK1",
        state="gekoppeld",
    )
    reach = frame(
        "reach",
        [
            {
                "origin_id": i,
                "profile": profile,
                "walk_distance_m": walk,
                "walk_time_s": None if walk is None else walk / speed,
                "reason": reason,
            }
            for profile in catalogue.profile
            for i, walk, reason in zip(ids, walks, reasons, strict=True)
        ],
        facility_type="buurtsuper",
    )
    groups = catalogue.target_group.values()
    residents = frame(
        "residents",
        [
            {
                "origin_id": i,
                "target_group": group.key,
                "unit": group.unit,
                "count": number,
                "count_low": None if number is None else number * 0.9,
                "count_high": None if number is None else number * 1.1,
            }
            for group in groups
            for i, number in zip(ids, people, strict=True)
        ],
    )
    buurten = frame(
        "buurten",
        [{"buurtcode": "BU1", "buurtnaam": "Noord"}, {"buurtcode": "BU2", "buurtnaam": "Zuid"}],
        wijkcode="WK1",
        wijknaam="Wijk",
        geometry=square(0, 0),
    )
    members = memberships(buurten, [], gemeentecode="GM1", gemeentenaam="Stad")
    tracks = frame("tracks", [{"code": code} for code in ("BU1", "BU2", "WK1", "GM1")], level="buurt")
    verdicts = judge_walks(reach, catalogue)
    return verdicts, find_gaps(verdicts, reach, origins, residents, tracks, members, catalogue)


def cell(tables, table="buurt_gaps", code="BU1", group="iedereen"):
    rows = tables[table]
    return rows[(rows["code"] == code) & (rows["target_group"] == group)].iloc[0]


@pytest.mark.parametrize(
    ("walk", "reason", "verdict"),
    [
        (800.0, None, "binnen_norm"),  # the norm is inclusive
        (800.01, None, "buiten_norm"),
        (None, None, "onbereikbaar"),
        (100.0, "buiten_uittreksel", "onbekend"),
        (None, "type_niet_gevonden", "onbekend"),
        (None, "niet_te_koppelen", "onbekend"),
    ],
)
def test_a_walk_has_one_of_four_verdicts(walk, reason, verdict):
    verdicts, _ = town([walk, walk], reasons=[reason, reason])
    assert verdicts["verdict"].unique().tolist() == [verdict]
    assert verdicts["reason"].notna().all() == (verdict == "onbekend")


@pytest.mark.parametrize(("metres", "verdict"), [(798.0, "binnen_norm"), (799.0, "buiten_norm")])
def test_a_norm_in_minutes_is_judged_by_time(metres, verdict):
    """Ten minutes at 1.33 m/s are 798 m."""
    verdicts, tables = town([metres, metres], catalogue=catalogue_with(value=10, unit="min"))
    assert verdicts["verdict"].unique().tolist() == [verdict]
    assert "798 meter" in cell(tables)["explanation"]
    assert "10 minuten" in cell(tables)["explanation"]


@pytest.mark.parametrize(
    ("within", "status"), [(100, "groen"), (80, "groen"), (79, "oranje"), (50, "oranje"), (49, "rood"), (0, "rood")]
)
def test_the_share_of_people_within_the_norm_gives_the_status(within, status):
    _, tables = town([500, 900, 500, 900], people=[within, 100 - within, 50, 50])
    row = cell(tables)
    assert (row["status"], row["share_within"], row["count_within"]) == (status, within / 100, within)
    assert (row["outside"], row["gap_types"]) == (100 - within, "afstand" if status != "groen" else row["gap_types"])


def test_bounds_go_with_who_is_outside():
    _, tables = town([500, 900, 500, 900], people=[60, 40, 50, 50])
    row = cell(tables)
    assert (row["count"], row["count_low"], row["count_high"]) == pytest.approx((100, 90, 110))
    assert (row["outside"], row["outside_low"], row["outside_high"]) == pytest.approx((40, 36, 44))


def test_the_wijk_is_computed_from_origins_and_not_from_the_statuses_of_its_buurten():
    """BU1: 90 of 100 within, BU2: 0 of 900 within; the wijk is 9 percent, not half green."""
    _, tables = town([500, 900, 900, 900], people=[90, 10, 450, 450])
    assert cell(tables)["status"] == "groen"
    row = cell(tables, "wijk_gaps", "WK1")
    assert (row["status"], row["share_within"], row["count"]) == ("rood", 0.09, 1000)
    assert cell(tables, "area_gaps", "GM1")["share_within"] == 0.09


def test_under_25_people_there_is_no_verdict():
    _, tables = town([500, 500], people=[24.9, 25])
    assert cell(tables, code="BU1")["status"] == "te_klein"
    assert cell(tables, code="BU2")["status"] == "groen"


def test_too_few_homes_with_a_known_walk_make_a_cell_unknown():
    """In BU1 79 of 100 homes are known, in BU2 80."""
    reasons = [None, "buiten_uittreksel", None, "buiten_uittreksel"]
    _, tables = town([500, 500, 500, 500], homes=[79, 21, 80, 20], reasons=reasons)
    row = cell(tables, code="BU1")
    assert (row["status"], row["reason"], row["share_known"]) == ("onbekend", "te_weinig_bekend", 0.79)
    assert "van 79% van de woningen is de loop bekend" in row["explanation"]
    known = cell(tables, code="BU2")
    assert (known["status"], known["count"], known["count_within"]) == ("groen", 200, 100)
    assert known.isna()["reason"]


@pytest.mark.parametrize("reason", ["buiten_uittreksel", "niet_te_koppelen", "type_niet_gevonden"])
def test_when_nothing_is_known_the_reason_is_the_one_that_all_share(reason):
    _, tables = town([None, None], reasons=[reason, reason])
    row = cell(tables)
    assert (row["status"], row["reason"], row["share_known"]) == ("onbekend", reason, 0)
    assert row["gap_types"] == "data" if reason == "type_niet_gevonden" else row.isna()["gap_types"]


def test_a_type_that_was_not_found_is_told_as_such():
    _, tables = town([None, None], reasons=["type_niet_gevonden"] * 2)
    assert "niet gevonden in de gegevens" in cell(tables)["explanation"]
    assert "ontbre" not in cell(tables)["explanation"]


def test_where_cbs_gives_no_figure_shares_are_over_homes():
    _, tables = town([500, 900, 500, 900], people=[None, None, 50, 50], homes=[30, 10, 30, 10])
    row = cell(tables)
    assert (row["basis"], row["share_within"], row["status"], row["reason"]) == (
        "woningen",
        0.75,
        "oranje",
        "geen_cijfer",
    )
    assert row[["count", "count_low", "count_high", "count_within", "outside_low"]].isna().all()
    assert row["outside"] == 10
    assert "75% van de woningen" in row["explanation"]
    assert cell(tables, code="BU2")["basis"] == "personen"


def test_a_wijk_with_a_figure_for_enough_homes_counts_people():
    """Ten of a hundred homes have no figure: the wijk still counts people, of the others."""
    _, tables = town([500, 900, 500, 900], people=[None, 40, 50, 10], homes=[10, 30, 30, 30])
    row = cell(tables, "wijk_gaps", "WK1")
    assert (row["basis"], row["count"], row["share_within"]) == ("personen", 100, 0.5)


def test_an_unreachable_home_is_outside_the_norm_and_not_unknown():
    _, tables = town([500, None], people=[60, 60])
    row = cell(tables, code="BU2")
    assert (row["status"], row["share_within"], row["share_known"], row["outside"]) == ("rood", 0, 1, 60)
    assert row[["walk_distance_p50_m", "walk_time_p50_min"]].isna().all()


def test_a_norm_above_the_wijk_shows_time_without_a_verdict():
    verdicts, tables = town([500, 500], catalogue=catalogue_with(schaal="stadsdeel"))
    assert verdicts.empty
    row = cell(tables)
    assert row["status"] == "nvt"
    assert row["walk_time_p50_min"] == pytest.approx(500 / 1.33 / 60)
    assert "zonder oordeel" in row["explanation"]


def test_without_any_norm_in_use_the_matrix_is_empty():
    off = {key: {"active": False} for key in load_catalogue().norm}
    verdicts, tables = town([500, 500], catalogue=load_catalogue({"norm": off}))
    assert verdicts.empty
    assert all(table.empty for table in tables.values())


def test_medians_are_over_people():
    """Ninety people walk 100 m and ten walk 700 m; over homes it would be the other way round."""
    _, tables = town([100, 700, 100, 100], people=[90, 10, 1, 1], homes=[1, 99, 50, 50])
    assert cell(tables)["walk_distance_p50_m"] == 100


def test_every_area_has_a_row_for_every_norm_type_and_group():
    catalogue = catalogue_with(target_groups=["iedereen", "65-plus", "80-plus"])
    _, tables = town([500, 500], catalogue=catalogue)
    for name, codes in (("buurt_gaps", ["BU1", "BU2"]), ("wijk_gaps", ["WK1"]), ("area_gaps", ["GM1"])):
        got = set(zip(tables[name]["code"], tables[name]["target_group"], strict=True))
        assert got == {(code, group) for code in codes for group in ("iedereen", "65-plus", "80-plus")}


def test_an_assumption_stands_in_the_sentence():
    _, tables = town([500, 900])
    assert "een aanname" in cell(tables)["explanation"]
    own = catalogue_with(status="gemeentelijk", source="Raadsbesluit 12", year=2025)
    _, tables = town([500, 900], catalogue=own)
    assert "van de gemeente: Raadsbesluit 12 (2025)" in cell(tables)["explanation"]
