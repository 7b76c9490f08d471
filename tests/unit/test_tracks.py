"""Phase and track from build years."""

import datetime as dt

import pytest

from frames import frame, square
from voorzieningen.areas import memberships
from voorzieningen.config import load_catalogue
from voorzieningen.tracks import phase_and_track


def tracks(rows):
    buurten = frame(
        "buurten",
        [
            {"buurtcode": "BU1", "buurtnaam": "Noord", "wijkcode": "WK1", "wijknaam": "Oud"},
            {"buurtcode": "BU2", "buurtnaam": "Zuid", "wijkcode": "WK1", "wijknaam": "Oud"},
        ],
        geometry=square(0, 0),
    )
    members = memberships(buurten, [], gemeentecode="GM1", gemeentenaam="Stad")
    origins = frame("origins", [{"origin_id": f"o{n}", "wijkcode": "WK1", **row} for n, row in enumerate(rows)])
    return phase_and_track(members, origins, load_catalogue(), dt.date(2024, 1, 1)).set_index("code")


def homes(buurtcode, new, dated, total=None):
    return {
        "buurtcode": buurtcode,
        "homes": total or dated,
        "homes_new": new,
        "homes_dated": dated,
        "state": "gekoppeld",
    }


@pytest.mark.parametrize(
    ("new", "track", "phase"),
    [
        (0, "spoor_1", "bestaand"),
        (24, "spoor_1", "bestaand"),
        (25, "gemengd", "bestaand"),  # both tracks have at least a quarter
        (49, "gemengd", "bestaand"),
        (50, "gemengd", "in_aanbouw"),
        (75, "gemengd", "in_aanbouw"),
        (76, "spoor_2", "in_aanbouw"),
        (100, "spoor_2", "in_aanbouw"),
    ],
)
def test_the_share_of_new_homes_decides(new, track, phase):
    row = tracks([homes("BU1", new, 100)]).loc["BU1"]
    assert (row["track"], row["phase"], row["share_new"]) == (track, phase, new / 100)


def test_the_wijk_is_computed_from_homes_and_not_from_its_buurten():
    """Ten of ten homes new beside ninety old: the wijk is one tenth new."""
    table = tracks([homes("BU1", 10, 10), homes("BU2", 0, 90)])
    assert table.loc["WK1", "share_new"] == 0.1
    assert table.loc["WK1", "track"] == "spoor_1"
    assert table.loc["WK1", "evidence"] == ("10 van 100 woningen met een bekend bouwjaar zijn sinds 2009 gebouwd (10%)")


def test_without_build_years_nothing_is_claimed():
    row = tracks([homes("BU1", 0, 0, total=8)]).loc["BU1"]
    assert (row["homes"], row["evidence"]) == (8, "geen bouwjaar bekend van 8 woningen op de kaart")
    assert row[["phase", "track", "share_new"]].isna().all()


def test_homes_that_are_not_on_the_map_are_told_and_not_counted():
    off_map = {"buurtcode": "BU1", "homes": 48, "state": "niet_op_kaart"}
    row = tracks([homes("BU1", 7, 7), off_map]).loc["BU1"]
    assert row["homes"] == 7
    assert row["evidence"].endswith("; 48 woningen staan niet op de kaart")


def test_every_area_has_a_row_also_without_homes():
    table = tracks([homes("BU1", 0, 10)])
    assert list(table.index) == ["BU1", "BU2", "WK1", "GM1"]
    assert table.loc["BU2", "homes"] == 0
