"""Bad input through the whole program: one clean message, the right exit code, and nothing changed on disk."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from runs import (
    EXTRACT,
    MAP,
    NOORD,
    Place,
    change_layer,
    listing,
    small_town,
    write,
)
from towns import ORIGIN, Town

Change = Callable[[Place], None]


def refused(
    place: Place, code: int, *fragments: str, command: tuple[str, ...] = ("run", "--until", "residents")
) -> None:
    """Check the refusal over what is there, and that of a first run."""
    before = listing(place.out)
    for there in (place, Place(place.study, place.raw, place.out / "first" / "run")):
        result = there.start(*command)
        assert result.exit_code == code, result.output
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        message = result.stderr[result.stderr.index("Error: ") :]
        assert message.count("Error: ") == 1
        for fragment in fragments:
            assert fragment in message
    assert listing(place.out) == before


def road(north: float, highway: str) -> Town:
    return Town().node("a", 0, north).node("b", 300, north).way("a", "b", highway=highway)


def town_file(town: Town, name: str) -> Change:
    """Put the file of another town in the place of the one of this town."""

    def change(place: Place) -> None:
        other = write(town, place.raw / "other")
        (other.raw / name).replace(place.raw / name)

    return change


def buurten(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame | None]) -> Change:
    return lambda place: change_layer(place.raw / MAP, "buurten", change)


def bytes_of(name: str, change: Callable[[bytes], bytes]) -> Change:
    return lambda place: (place.raw / name).write_bytes(change((place.raw / name).read_bytes())) and None


def study_text(old: str, new: str) -> Change:
    return lambda place: place.study.write_text(place.study.read_text().replace(old, new, 1)) and None


def more_study(text: str) -> Change:
    return lambda place: place.study.write_text(place.study.read_text() + text) and None


def without(*names: str) -> Change:
    return lambda place: [(place.raw / name).unlink() for name in names] and None


def first_outline(outline: shapely.Geometry | None) -> Change:
    def change(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return table.set_geometry([outline, *table.geometry[1:]], crs=table.crs)

    return buurten(change)


def without_crs(place: Place) -> None:
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        change_layer(place.raw / MAP, "buurten", lambda table: table.set_crs(None, allow_override=True))


BAD_FILES: dict[str, tuple[Change, int, tuple[str, ...]]] = {
    "one file missing": (without(MAP), 3, (MAP, "missing", "--raw")),
    "all files missing": (without(MAP, EXTRACT), 3, (MAP, EXTRACT, "missing")),
    "no PBF": (bytes_of(EXTRACT, lambda _: b"<html>Not found</html>" * 50), 3, (EXTRACT, "PBF")),
    "an empty PBF": (bytes_of(EXTRACT, lambda _: b""), 3, (EXTRACT,)),
    "a PBF cut inside a blob": (bytes_of(EXTRACT, lambda content: content[:-40]), 3, (EXTRACT, "cut off")),
    "a PBF without ways": (town_file(Town(ways=[]).node("a", 0, 0), EXTRACT), 3, (EXTRACT, "0 ways")),
    "a PBF of another place": (
        town_file(road(60_000, "path"), EXTRACT),
        3,
        (EXTRACT, "another region", "Tekenstad"),
    ),
    "no GeoPackage": (bytes_of(MAP, lambda _: b"PK\3\4 no map at all"), 3, (MAP, "GeoPackage")),
    "a GeoPackage cut off": (bytes_of(MAP, lambda content: content[:9000]), 3, (MAP,)),
    "no layer buurten": (buurten(lambda _: None), 3, (MAP, "buurten")),
    "no column wijkcode": (buurten(lambda table: table.drop(columns="wijkcode")), 3, (MAP, "buurten", "wijkcode")),
    "no coordinate system": (without_crs, 3, (MAP, "buurten", "coordinate system")),
    "no outline": (first_outline(None), 4, (MAP, NOORD, "no outline")),
    "an empty outline": (first_outline(shapely.Polygon()), 4, (MAP, NOORD, "no outline")),
    "a line for an outline": (first_outline(shapely.LineString([ORIGIN, (1, 1)])), 4, (MAP, NOORD, "line")),
    "a code twice": (buurten(lambda table: table.assign(buurtcode=NOORD)), 4, (MAP, NOORD, "double")),
    "a code that is none": (buurten(lambda table: table.assign(buurtcode=["x", "y"])), 4, (MAP, "buurtcode", "row 1")),
    "a share above all": (
        buurten(lambda table: table.assign(percentage_personen_65_jaar_en_ouder=[120, 20])),
        4,
        (MAP, NOORD, "percentage_personen_65_jaar_en_ouder", "120"),
    ),
    "another municipality": (study_text("GM9999", "GM0034"), 3, (MAP, "GM0034", "GM9999 Tekenstad")),
    "nothing to walk on": (town_file(road(0, "motorway").home("h", 0, 5), EXTRACT), 5, ("walked", "list rules")),
    "homes far from any way": (town_file(road(900, "path").home("h", 0, 0), EXTRACT), 5, ("0 of 1 homes", "tied")),
    "not one address": (town_file(road(0, "path"), EXTRACT), 3, ("address", "BAG")),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused_by_name_and_nothing_changes(town_run: Place, tmp_path: Path, kind: str) -> None:
    change, code, fragments = BAD_FILES[kind]
    place = town_run.copy_to(tmp_path)
    change(place)
    refused(place, code, *fragments)


BAD_STUDIES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "no TOML": (study_text("[sources.osm]", "[sources.osm"), ("is not TOML", "line")),
    "no text": (lambda place: place.study.write_bytes(b"\xff\xfe\x00") and None, ("UTF-8",)),
    "an unknown key": (study_text("peildatum", "peildatun"), ("peildatun", "did you mean 'peildatum'?")),
    "an unknown key of a norm": (
        more_study("[norm.basis-65-plus]\nvalu = 300\n"),
        ("norm.basis-65-plus.valu", "did you mean 'value'?"),
    ),
    "a norm without a source": (
        more_study(
            '[norm.eigen]\nlabel = "x"\nfacility_types = ["huisarts"]\ntarget_groups = ["alle-inwoners"]\n'
            'value = 300\nschaal = "buurt"\nstatus = "aanname"\n'
        ),
        ("norm.eigen.source is missing", "does not load"),
    ),
    "a norm of nothing": (
        more_study(
            '[norm.eigen]\nlabel = "x"\nfacility_types = ["huisart"]\ntarget_groups = ["alle-inwoners"]\n'
            'value = 300\nschaal = "buurt"\nsource = "y"\nstatus = "aanname"\n'
        ),
        ("norm.eigen", "huisart", "did you mean 'huisarts'?"),
    ),
    "a source of no dataset": (study_text("[sources.osm]", "[sources.osn]"), ("sources.osn", "did you mean 'osm'?")),
    "a source missing": (study_text("[sources.wijkenbuurten]", "[sources.statline]"), ("sources.wijkenbuurten",)),
    "a municipality that is no code": (study_text("GM9999", "9999"), ("gemeentecode",)),
    "a date that is none": (study_text("2024-01-01", '"gisteren"'), ("peildatum",)),
    "an area of nothing": (
        more_study('[[areas]]\ncode = "A"\nname = "Oost"\nbuurten = ["BU99999999"]\n'),
        ("area 'A'", "BU99999999", NOORD),
    ),
}


@pytest.mark.parametrize("kind", BAD_STUDIES)
def test_a_bad_study_is_refused_by_key_and_nothing_changes(town_run: Place, tmp_path: Path, kind: str) -> None:
    change, fragments = BAD_STUDIES[kind]
    place = town_run.copy_to(tmp_path)
    change(place)
    refused(place, 2, "study" if kind == "an area of nothing" else place.study.name, *fragments)


LIST = '[[own_lists]]\nfile = "artsen.{form}"\nfacility_type = "huisarts"\n'
ROWS = [{"naam": "Dokter Eén", "x": 150_100, "y": 480_010}, {"naam": "Dokter Twee", "x": None, "y": None}]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_row_without_coordinates_is_refused_by_its_number(town_run: Place, tmp_path: Path, form: str) -> None:
    place = town_run.copy_to(tmp_path)
    more_study(LIST.format(form=form))(place)
    rows = pd.DataFrame(ROWS)
    if form == "csv":
        rows.to_csv(place.raw / "artsen.csv", index=False, sep=";", encoding="utf-8-sig")
    else:
        rows.to_excel(place.raw / "artsen.xlsx", index=False, sheet_name="Lijst 2024")
    where = ["artsen", "row 3", "no coordinates"] + (["Lijst 2024"] if form == "xlsx" else [])
    refused(place, 3, *where)


def test_a_feature_without_geometry_is_refused_by_its_number(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    more_study(LIST.format(form="gpkg"))(place)
    points = gpd.GeoSeries([shapely.Point(150_100, 480_010), None], crs="EPSG:28992")
    gpd.GeoDataFrame({"naam": ["Eén", "Twee"]}, geometry=points).to_file(place.raw / "artsen.gpkg", layer="punten")
    refused(place, 3, "artsen.gpkg", "punten", "2")


def told_of(place: Place) -> str:
    result = place.start("run", "--until", "residents")
    assert result.exit_code == 0, result.stderr
    return result.stderr


def table(place: Place, stage: str, name: str) -> pd.DataFrame:
    return pd.read_parquet(place.artefacts / stage / f"{name}.parquet")


def noted(place: Place, stage: str) -> set[int]:
    return set(table(place, stage, "notes")["count"])


def homes_by_buurt(place: Place) -> dict[str, int]:
    origins = table(place, "residents", "origins")
    return origins.groupby("buurtcode")["homes"].sum().to_dict()


def test_another_coordinate_system_is_converted_and_said_so(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    change_layer(place.raw / MAP, "buurten", lambda table: table.to_crs("EPSG:4326"))
    told = told_of(place)
    assert "De laag staat in WGS 84 en is omgerekend naar RD New (EPSG:28992)." in told
    assert homes_by_buurt(place) == homes_by_buurt(town_run)


def test_an_outline_that_crosses_itself_is_repaired_and_said_so(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    bow_tie = shapely.Polygon([(-50, -50), (400, 450), (400, -50), (-50, 450)])
    first_outline(shapely.transform(bow_tie, lambda xy: xy + ORIGIN))(place)
    assert f"De omtrek kruist zichzelf en is hersteld bij {NOORD}." in told_of(place)
    assert shapely.is_valid(gpd.read_parquet(place.artefacts / "read" / "buurten.parquet").geometry).all()


def test_overlapping_buurten_count_each_home_once_and_say_so(tmp_path: Path) -> None:
    """Zuid begins 100 metres inside Noord: the homes at 300 to 400 lie in both."""
    place = write(small_town(zuid=[(300, -50), (700, -50), (700, 450), (300, 450)]), tmp_path)
    told = told_of(place)
    assert "samen 5,00 hectare" in told
    assert "Elke woning telt in één buurt mee." in told
    assert "tellen één keer" in told
    assert 6 in noted(place, "residents")
    homes = homes_by_buurt(place)
    assert sum(homes.values()) == 60
    assert homes[NOORD] == 18  # 0, 20 … 340: nearer to the middle of Noord than to that of Zuid


def test_a_home_outside_every_buurt_goes_to_the_nearest_within_50_metres_or_is_listed(tmp_path: Path) -> None:
    town = small_town(noord=[(125, -50), (400, -50), (400, 450), (125, 450)])  # homes at 0, 20 … 120 are outside
    place = write(town, tmp_path)
    told = told_of(place)
    assert "dichtstbijzijnde buurt" in told
    assert "tabel unplaced" in told
    assert noted(place, "residents") == {3, 4}  # at 80, 100 and 120 within 50 metres; at 0, 20, 40 and 60 not
    unplaced = table(place, "residents", "unplaced")
    assert sorted(unplaced["distance_m"].round(1)) == [65, 85, 105, 125]
    assert set(unplaced["nearest_buurtcode"]) == {NOORD}
    assert sum(homes_by_buurt(place).values()) == 56


def test_homes_that_are_no_homes_only_give_no_residents_on_the_map(tmp_path: Path) -> None:
    town = Town().node("a", 0, 0).node("b", 300, 0).way("a", "b", highway="residential")
    for name, x, y in (("p", 100, 5), ("q", 140, 5), ("r", 140, 45), ("s", 100, 45)):
        town.node(name, x, y)
    town.way("p", "q", "r", "s", "p", building="industrial").home("h", 120, 20)
    place = write(town, tmp_path)
    told_of(place)
    assert table(place, "residents", "origins")["state"].tolist() == ["niet_op_kaart"]
