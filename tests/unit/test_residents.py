"""Who lives where: homes in buurten, people on homes, and totals that are held against CBS."""

import datetime as dt
import json

import pytest
import shapely

from frames import frame, square
from voorzieningen.areas import memberships
from voorzieningen.config import load_catalogue
from voorzieningen.errors import NetworkError, SourceError
from voorzieningen.network import build_network
from voorzieningen.residents import group_figures, place_homes, place_residents, reconcile

CATALOGUE = load_catalogue()
COVERAGE = shapely.box(-1000, -1000, 2000, 1000)


def buurten(outlines=None):
    """Two squares of 500 m side by side: BU1 from x = 0, BU2 from x = 500."""
    outlines = outlines or {"BU1": square(0, 0, 500), "BU2": square(500, 0, 500)}
    return frame(
        "buurten",
        [
            {
                "buurtcode": code,
                "buurtnaam": f"Buurt {code}",
                "wijkcode": "WK1",
                "wijknaam": "Wijk",
                "geometry": outline,
            }
            for code, outline in outlines.items()
        ],
    )


def figures(*rows):
    levels = {"B": "buurt", "W": "wijk", "G": "gemeente"}
    return frame(
        "figures",
        [
            {"code": code, "measure": measure, "value": value, "level": levels[code[0]], "source": source, "year": 2024}
            for code, measure, value, source in ((*row, "CBS kaart")[:4] for row in rows)
        ],
    )


def place(addresses, cbs=(), outlines=None, catalogue=CATALOGUE):
    """Place homes along a street at y = 100 from x = 0 to 1,000."""
    tags = json.dumps({"highway": "residential"})
    line = shapely.LineString([(0, 100), (1000, 100)])
    ways = frame("ways", [{"way_id": 1, "tags": tags, "node_ids": [1, 2], "geometry": line}])
    network, _ = build_network(ways, frame("barriers", []), catalogue.rule, COVERAGE)
    rows = [
        {"address_id": f"n{number}", "home": True, "geometry": shapely.Point(x, y), **more}
        for number, (x, y, more) in enumerate(((*address, {})[:3] for address in addresses), start=1)
    ]
    return place_homes(
        frame("addresses", rows),
        buurten(outlines),
        figures(*cbs),
        network,
        COVERAGE,
        catalogue,
        dt.date(2024, 1, 1),
    )


def test_a_flat_is_one_origin_with_its_homes():
    years = [{"build_year": 1980}, {"build_year": 2010}, {}]
    origins = place([(100, 110, year) for year in years]).origins
    assert len(origins) == 1
    row = origins.iloc[0]
    assert (row["origin_id"], row["homes"], row["homes_dated"], row["homes_new"]) == ("n1", 3, 2, 1)
    assert row["build_year"] == 1995
    assert (row["edge_offset_m"], row["snap_m"], row["state"]) == (100, 10, "gekoppeld")


@pytest.mark.parametrize(("year", "new"), [(2008, 0), (2009, 1), (2024, 1)])
def test_a_home_is_new_within_fifteen_years_before_the_peildatum(year, new):
    assert place([(100, 110, {"build_year": year})]).origins["homes_new"].iloc[0] == new


def test_an_address_where_nobody_lives_is_no_home():
    made = place([(100, 110), (200, 110, {"home": False})])
    assert made.origins["homes"].sum() == 1


def test_a_home_in_two_buurten_counts_once_in_the_one_it_lies_deepest_in():
    """BU2 reaches 100 m into BU1; the home lies 90 m inside BU2's edge and 10 m inside BU1's."""
    overlapping = {"BU1": square(0, 0, 500), "BU2": shapely.box(400, 0, 1000, 500)}
    made = place([(490, 110)], outlines=overlapping)
    assert list(made.origins["buurtcode"]) == ["BU2"]
    assert made.notes.set_index("subject").loc["adressen in twee buurten", "count"] == 1


def test_a_home_just_outside_belongs_to_the_nearest_buurt_and_one_further_is_listed():
    made = place([(1049, 110), (1051, 110), (300, 110)])
    assert made.origins.set_index("origin_id")["buurtcode"].to_dict() == {"n1": "BU2", "n3": "BU1"}
    assert made.unplaced[["address_id", "nearest_buurtcode"]].to_numpy().tolist() == [["n2", "BU2"]]
    assert made.unplaced["distance_m"].iloc[0] == pytest.approx(51)


def test_a_home_too_far_from_a_street_is_kept_and_counted():
    made = place([(100, 250), (100, 251)])
    assert made.origins.set_index("origin_id")["state"].to_dict() == {"n1": "gekoppeld", "n2": "niet_te_koppelen"}
    assert made.origins.set_index("origin_id").loc["n2", ["edge_id", "snap_m"]].isna().all()


def test_how_far_the_map_reaches_around_a_home():
    origins = place([(100, 110)]).origins
    assert origins["extract_edge_m"].iloc[0] == pytest.approx(890)


def test_households_without_a_home_on_the_map_are_kept_apart():
    """Of ten households in BU1 seven have a home on the map: under 80 percent. In BU2 eight of ten have."""
    homes = [(10 * n, 110) for n in range(1, 8)] + [(500 + 10 * n, 110) for n in range(1, 9)]
    made = place(homes, [("BU1", "aantal_huishoudens", 10), ("BU2", "HuishoudensTotaal", 10)])
    apart = made.origins[made.origins["state"] == "niet_op_kaart"]
    assert apart[["origin_id", "buurtcode", "homes"]].to_numpy().tolist() == [["BU1:niet_op_kaart", "BU1", 3]]
    assert apart.geometry.isna().all()
    assert apart["extract_edge_m"].iloc[0] > 0


def test_a_buurt_beyond_the_extract_has_its_homes_outside_it():
    outlines = {"BU1": square(0, 0, 500), "BU2": square(1900, 0, 500)}
    made = place([(100, 110)], [("BU2", "aantal_huishoudens", 40)], outlines)
    apart = made.origins.set_index("buurtcode").loc["BU2"]
    assert (apart["homes"], apart["extract_edge_m"]) == (40, 0)


def test_a_buurt_with_residents_but_no_homes_and_no_households_still_has_an_origin():
    made = place([(100, 110)], [("BU2", "aantal_inwoners", 30)])
    assert made.origins.set_index("buurtcode").loc["BU2", ["homes", "state"]].to_list() == [0, "niet_op_kaart"]


def test_without_addresses_the_run_is_refused():
    with pytest.raises(SourceError, match="not one address"):
        place([])


def test_when_hardly_any_home_can_be_tied_the_run_is_refused():
    with pytest.raises(NetworkError, match="only 1 of 3 homes"):
        place([(100, 110), (100, 400), (200, 400)])


def residents_of(cbs, homes=((100, 110), (200, 110), (600, 110))):
    made = place(list(homes), cbs)
    residents = place_residents(made.origins, figures(*cbs), CATALOGUE)
    return made, residents.set_index(["target_group", "origin_id"])


def test_a_figure_is_spread_over_homes_and_adds_up_to_the_buurt():
    _, residents = residents_of([("BU1", "aantal_inwoners", 45), ("BU2", "aantal_inwoners", 20)])
    everybody = residents.loc["iedereen"]
    assert everybody["count"].to_dict() == {"n1": 22.5, "n2": 22.5, "n3": 20}
    assert everybody["count_low"].to_dict() == {"n1": 20.5, "n2": 20.5, "n3": 16}
    assert everybody["count_high"].to_dict() == {"n1": 24.5, "n2": 24.5, "n3": 24}


def test_a_percentage_becomes_a_count_with_the_bounds_of_both_roundings():
    share = "percentage_personen_65_jaar_en_ouder"
    _, residents = residents_of([("BU2", "aantal_inwoners", 200), ("BU2", share, 10)])
    row = residents.loc[("65-plus", "n3")]
    assert row["count"] == 20
    assert row["count_low"] == pytest.approx(196 * 9.5 / 100)
    assert row["count_high"] == pytest.approx(204 * 10.5 / 100)


def test_a_count_from_statline_stands_before_a_percentage():
    cbs = [
        ("BU2", "aantal_inwoners", 200),
        ("BU2", "percentage_personen_65_jaar_en_ouder", 10),
        ("BU2", "k_65JaarOfOuder", 25, "CBS StatLine 2024"),
    ]
    _, residents = residents_of(cbs)
    row = residents.loc[("65-plus", "n3")]
    assert (row["count"], row["count_low"], row["count_high"], row["source"]) == (25, 21, 29, "CBS StatLine 2024")


def test_what_cbs_does_not_give_is_unknown_and_not_zero():
    _, residents = residents_of([("BU1", "aantal_inwoners", 45), ("BU2", "aantal_inwoners", None)])
    assert residents.loc[("iedereen", "n3"), ["count", "count_low", "count_high"]].isna().all()
    assert residents.loc[("iedereen", "n3"), "source"] == "CBS geeft geen cijfer"
    assert residents.loc[("15-25", "n3"), "source"] == "niet in de gebruikte bestanden van CBS"
    assert residents.loc["80-plus", "source"].unique().tolist() == ["CBS publiceert geen aantal 80-plussers per buurt"]
    assert len(residents) == 3 * len(CATALOGUE.target_group)


def test_people_are_not_piled_up_on_the_few_homes_that_are_mapped():
    """190 residents in 55 households on one mapped home, as in a wijk that is being built."""
    made, residents = residents_of([("BU2", "aantal_inwoners", 110), ("BU2", "aantal_huishoudens", 55)])
    everybody = residents.loc["iedereen"]["count"]
    assert everybody["n3"] == 2
    assert everybody["BU2:niet_op_kaart"] == 108
    assert made.origins["homes"].sum() == 2 + 55


def test_residents_without_any_home_are_still_there():
    _, residents = residents_of([("BU2", "aantal_inwoners", 30)], homes=[(100, 110)])
    assert residents.loc[("iedereen", "BU2:niet_op_kaart"), "count"] == 30


def test_an_area_without_a_figure_is_not_among_the_figures():
    known = group_figures(figures(("BU1", "aantal_inwoners", None)), CATALOGUE.target_group["iedereen"], CATALOGUE)
    assert known.empty


def test_totals_are_held_against_each_level_of_cbs():
    cbs = [
        ("BU1", "aantal_inwoners", 45),
        ("BU2", "aantal_inwoners", None),
        ("WK1", "aantal_inwoners", 60),
        ("GM1", "aantal_inwoners", 62),
    ]
    made, _ = residents_of(cbs)
    members = memberships(buurten(), [], gemeentecode="GM1", gemeentenaam="Stad")
    residents = place_residents(made.origins, figures(*cbs), CATALOGUE)
    table = reconcile(members, made.origins, residents, figures(*cbs), CATALOGUE).set_index(["target_group", "code"])
    told = table.loc["iedereen", ["placed", "published", "remainder", "buurten_known", "buurten_unknown"]]
    assert told.loc["GM1"].to_list() == [45, 62, 17, 1, 1]
    assert told.loc["WK1"].to_list() == [45, 60, 15, 1, 1]
    assert table.loc[("iedereen", "BU2"), "state"] == "geen_cijfer"
    assert table.loc["15-25", "placed"].isna().all()
