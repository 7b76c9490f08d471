"""Wijken en buurten and StatLine: codes, outlines, figures, and files that are not what they should be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from towns import ORIGIN
from voorzieningen.config import Source, Study, load_study
from voorzieningen.errors import ContractError, SourceError
from voorzieningen.read.cbs import BuurtMap, read_buurt_map
from voorzieningen.read.statline import read_statline
from voorzieningen.read.vector import snake_case

Change = Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]


@pytest.fixture
def study() -> Study:
    kampen = load_study("kampen")
    return kampen.model_copy(update={"gemeentecode": "GM9999", "gemeentenaam": "Tekenstad"})


def square(x: float, y: float, size: float = 100) -> shapely.Polygon:
    return shapely.box(x, y, x + size, y + size)


def buurten() -> gpd.GeoDataFrame:
    """Two buurten of 100 by 100 m beside each other, and one of another municipality."""
    return gpd.GeoDataFrame(
        {
            "buurtcode": ["BU99990001", "BU99990000", "BU88880000"],
            "buurtnaam": ["Oost", "West", "Elders"],
            "wijkcode": ["WK999900", "WK999900", "WK888800"],
            "wijknaam": ["Dorp", "Dorp", "Elders"],
            "gemeentecode": ["GM9999", "GM9999", "GM8888"],
            "gemeentenaam": ["Tekenstad", "Tekenstad", "Elders"],
            "water": ["NEE", "NEE", "NEE"],
            "aantal_inwoners": [120, 45, 10],
            "percentage_personen_65_jaar_en_ouder": [20, -99997, 50],
        },
        geometry=[square(100, 0), square(0, 0), square(5000, 0)],
        crs="EPSG:28992",
    )


def read(
    path: Path, study: Study, change: Change | None = None, layers: dict[str, gpd.GeoDataFrame] | None = None
) -> BuurtMap:
    table = buurten() if change is None else change(buurten())
    for name, layer in {"buurten": table, **(layers or {})}.items():
        layer.to_file(path / "map.gpkg", layer=name, driver="GPKG")
    return read_buurt_map(path / "map.gpkg", study)


def figures(found: BuurtMap) -> dict[tuple[str, str], float | None]:
    values = found.figures["value"].astype("object").where(found.figures["value"].notna(), None)
    return dict(zip(zip(found.figures["code"], found.figures["measure"], strict=True), values, strict=True))


def subjects(found: BuurtMap) -> dict[str, tuple[int, str]]:
    return {note.subject: (note.count, note.text) for note in found.notes}


def test_the_buurten_of_the_municipality_come_in_order_of_code(tmp_path: Path, study: Study) -> None:
    found = read(tmp_path, study)
    assert found.buurten.drop(columns="geometry").to_numpy().tolist() == [
        ["BU99990000", "West", "WK999900", "Dorp"],
        ["BU99990001", "Oost", "WK999900", "Dorp"],
    ]
    assert found.buurten.geometry[0].equals(square(0, 0))
    assert found.outline.equals(shapely.box(0, 0, 200, 100))
    assert found.all_codes == {"BU99990000", "BU99990001", "WK999900", "GM9999"}


def test_figures_are_long_and_a_mark_is_no_figure(tmp_path: Path, study: Study) -> None:
    found = read(tmp_path, study)
    assert figures(found) == {
        ("BU99990000", "aantal_inwoners"): 45,
        ("BU99990000", "percentage_personen_65_jaar_en_ouder"): None,
        ("BU99990001", "aantal_inwoners"): 120,
        ("BU99990001", "percentage_personen_65_jaar_en_ouder"): 20,
    }
    assert set(found.figures["source"]) == {"CBS Wijk- en buurtkaart 2024"}
    assert set(found.figures["year"]) == {2024}
    assert set(found.figures["level"]) == {"buurt"}


@pytest.mark.parametrize("mark", [-99997, -99995, -99991, -99999999.0])
def test_every_mark_of_cbs_is_no_figure(tmp_path: Path, study: Study, mark: float) -> None:
    found = read(tmp_path, study, lambda table: table.assign(aantal_inwoners=[mark, 45.0, 1.0]))
    assert figures(found)["BU99990001", "aantal_inwoners"] is None


def test_every_level_has_its_own_figures(tmp_path: Path, study: Study) -> None:
    wijken = buurten().dissolve("wijkcode", as_index=False).drop(columns=["buurtcode", "buurtnaam"])
    wijken = wijken.assign(aantal_inwoners=[10, 170])
    gemeenten = wijken.drop(columns=["wijkcode", "wijknaam"]).assign(aantal_inwoners=[10, 175])
    gemeenten = gemeenten.set_geometry([square(5000, 0), shapely.box(-10, 0, 200, 100)], crs="EPSG:28992")
    found = read(tmp_path, study, layers={"wijken": wijken, "gemeenten": gemeenten})
    assert figures(found)["WK999900", "aantal_inwoners"] == 170
    assert figures(found)["GM9999", "aantal_inwoners"] == 175
    assert found.outline.bounds == (-10, 0, 200, 100)
    assert "omtrek van de gemeente" not in subjects(found)


def test_the_names_of_the_service_are_read_too(tmp_path: Path, study: Study) -> None:
    """The web service gives camelCase, and numbers as text."""
    names = {
        "aantal_inwoners": "aantalInwoners",
        "percentage_personen_65_jaar_en_ouder": "percentagePersonen65JaarEnOuder",
    }
    found = read(
        tmp_path, study, lambda table: table.assign(aantal_inwoners=["120,0", " 45 ", "x"]).rename(columns=names)
    )
    assert figures(found)["BU99990001", "aantal_inwoners"] == 120
    assert figures(found)["BU99990000", "aantal_inwoners"] == 45
    assert figures(found)["BU99990001", "percentage_personen_65_jaar_en_ouder"] == 20


def test_columns_get_the_names_of_the_geopackage() -> None:
    assert snake_case("percentagePersonen0Tot15Jaar") == "percentage_personen_0_tot_15_jaar"
    assert snake_case("aantal_inwoners") == "aantal_inwoners"
    assert snake_case("BUURTCODE") == "buurtcode"


def test_codes_are_stripped_of_spaces(tmp_path: Path, study: Study) -> None:
    def padded(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return table.assign(**{name: table[name] + "  " for name in ("buurtcode", "wijkcode", "gemeentecode", "water")})

    assert read(tmp_path, study, padded).buurten["buurtcode"].tolist() == ["BU99990000", "BU99990001"]


def test_water_is_left_out_and_counted(tmp_path: Path, study: Study) -> None:
    """Older maps give the water part of a buurt a row of its own, under the same code."""

    def with_water(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        water = table.iloc[[0, 0]].assign(water=["ja", "B"], buurtcode=["BU99990001", "BU99999997"])
        return gpd.GeoDataFrame(pd.concat([table, water]), crs=table.crs)

    found = read(tmp_path, study, with_water)
    assert found.buurten["buurtcode"].tolist() == ["BU99990000", "BU99990001"]
    assert subjects(found)["waterbuurten"][0] == 2
    (tmp_path / "sea").mkdir()
    with pytest.raises(SourceError, match="only water"):
        read(tmp_path / "sea", study, lambda table: table.assign(water="JA"))


def test_the_name_of_the_wijk_comes_from_the_wijken_or_else_is_its_code(tmp_path: Path, study: Study) -> None:
    found = read(tmp_path, study, lambda table: table.drop(columns="wijknaam"))
    assert found.buurten["wijknaam"].tolist() == ["WK999900", "WK999900"]
    wijken = buurten().iloc[[0]][["wijkcode", "wijknaam", "gemeentecode", "geometry"]]
    (tmp_path / "with").mkdir()
    found = read(tmp_path / "with", study, lambda table: table.drop(columns="wijknaam"), {"wijken": wijken})
    assert found.buurten["wijknaam"].tolist() == ["Dorp", "Dorp"]


def test_heights_are_dropped_and_other_coordinates_become_rd(tmp_path: Path, study: Study) -> None:
    def in_degrees_with_heights(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        moved = table.set_geometry(shapely.transform(table.geometry.to_numpy(), lambda xy: xy + ORIGIN), crs=table.crs)
        return moved.to_crs("EPSG:4326").set_geometry(
            shapely.force_3d(moved.to_crs("EPSG:4326").geometry.to_numpy(), 3.0), crs="EPSG:4326"
        )

    found = read(tmp_path, study, in_degrees_with_heights)
    assert np.abs(found.buurten.total_bounds - [*ORIGIN, *ORIGIN] - [0, 0, 200, 100]).max() < 0.01
    assert not found.buurten.has_z.any()
    assert subjects(found)["coördinatenstelsel van map.gpkg, laag buurten"][0] == 2


def test_an_outline_that_crosses_itself_is_repaired_and_named(tmp_path: Path, study: Study) -> None:
    """A bow tie of two triangles of 2500 m2, with a spike: the triangles stay."""
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    found = read(
        tmp_path, study, lambda table: table.set_geometry([square(100, 0), bow_tie, square(0, 0)], crs=table.crs)
    )
    assert found.buurten.geometry[0].area == pytest.approx(5000)
    assert found.buurten.is_valid.all()
    count, text = subjects(found)["ongeldige omtrekken"]
    assert (count, "BU99990000" in text) == (1, True)


def test_overlapping_buurten_are_noted_with_the_area(tmp_path: Path, study: Study) -> None:
    """A strip of 20 by 100 m is in both: 0.2 hectare."""
    found = read(
        tmp_path, study, lambda table: table.set_geometry([square(80, 0), square(0, 0), square(0, 0)], crs=table.crs)
    )
    count, text = subjects(found)["overlappende buurten"]
    assert (count, "0,20 hectare" in text) == (1, True)


def replaced(geometry: shapely.Geometry | None) -> Change:
    def change(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return table.set_geometry([geometry, square(0, 0), square(0, 0)], crs=table.crs)

    return change


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda t: t.rename(columns={"buurtcode": "buurt_code"}), SourceError, "no column 'buurtcode'.*'buurt_code'"),
        (lambda t: t.drop(columns="aantal_inwoners"), SourceError, "no column 'aantal_inwoners'"),
        (lambda t: t[t["gemeentecode"] == "GM8888"], SourceError, "no buurten of GM9999 .*GM8888 Elders"),
        (lambda t: t.iloc[:0], SourceError, "no municipality at all"),
        (replaced(None), ContractError, "buurt BU99990001 has no outline"),
        (replaced(shapely.Polygon()), ContractError, "buurt BU99990001 has no outline"),
        (replaced(shapely.Point(1, 1)), ContractError, "buurt BU99990001 is not an area"),
        (replaced(shapely.LineString([(0, 0), (9, 9)])), ContractError, "buurt BU99990001 is not an area"),
        (
            replaced(shapely.Polygon([(0, 0), (9, 9), (0, 0)])),
            ContractError,
            "BU99990001 has an outline without surface",
        ),
        (lambda t: t.assign(buurtcode="BU99990001"), ContractError, "buurtcode is double: BU99990001"),
        (
            lambda t: t.assign(buurtcode=["1", "BU99990000", "x"]),
            ContractError,
            "buurtcode is not a code.*'1' \\(row 1 of the municipality",
        ),
        (lambda t: t.assign(wijkcode=["WK1", None, "x"]), ContractError, "wijkcode is not a code"),
        (lambda t: t.assign(aantal_inwoners=[-5, 1, 1]), ContractError, "aantal_inwoners: is negative.*BU99990001"),
        (lambda t: t.assign(aantal_inwoners=["veel", "1", "1"]), ContractError, "'veel' at BU99990001"),
        (
            lambda t: t.assign(percentage_personen_65_jaar_en_ouder=[101, 1, 1]),
            ContractError,
            "65_jaar_en_ouder: is a percentage above 100: '101.0' at BU99990001",
        ),
    ],
)
def test_a_map_that_would_give_a_wrong_number_is_refused(
    tmp_path: Path, study: Study, change: Change, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"(?s)map.gpkg.*{message}"):
        read(tmp_path, study, change)


def test_a_map_without_its_layer_or_coordinate_system_is_refused(tmp_path: Path, study: Study) -> None:
    path = tmp_path / "map.gpkg"
    buurten().to_file(path, layer="buurt", driver="GPKG")
    with pytest.raises(SourceError, match=r"(?s)map.gpkg: has no layer 'buurten'.*did you mean 'buurt'"):
        read_buurt_map(path, study)
    path.unlink()
    with pytest.warns(UserWarning, match="crs"):
        buurten().set_crs(None, allow_override=True).to_file(path, layer="buurten", driver="GPKG")
    with pytest.raises(SourceError, match=r"map.gpkg, layer buurten: has no coordinate system"):
        read_buurt_map(path, study)
    path.unlink()
    pyogrio.write_dataframe(pd.DataFrame(buurten().drop(columns="geometry")), path, layer="buurten", driver="GPKG")
    with pytest.raises(SourceError, match=r"map.gpkg, layer buurten: has no geometry"):
        read_buurt_map(path, study)
    path.write_bytes(b"no GeoPackage")
    with pytest.raises(SourceError, match=r"map.gpkg: is not a readable GeoPackage"):
        read_buurt_map(path, study)


HEADER = "WijkenEnBuurten,Gemeentenaam_1,SoortRegio_2,AantalInwoners_5,k_65JaarOfOuder_12,Afstand_117"
ROWS = (
    "GM9999    ,Tekenstad,Gemeente  ,175,25,1.5",
    "BU99990001,Tekenstad,Buurt     ,120,.,1.25",
    "BU99990000,Tekenstad,Buurt     ,45,,x",
    "BU88880000,Elders,Buurt     ,10,5,1",
)
CODES = frozenset({"GM9999", "WK999900", "BU99990000", "BU99990001"})


def statline(path: Path, study: Study, *lines: str, encoding: str = "utf-8") -> tuple[pd.DataFrame, list[Any]]:
    file = path / "statline.csv"
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return read_statline(file, study, CODES)


def test_statline_gives_counts_under_the_stem_of_the_column(tmp_path: Path, study: Study) -> None:
    table, notes = statline(tmp_path, study, HEADER, *ROWS)
    rows = table.astype("object").where(table.notna(), None)[["code", "level", "measure", "value"]]
    assert rows.to_numpy().tolist() == [
        ["BU99990000", "buurt", "AantalInwoners", 45],
        ["BU99990000", "buurt", "Afstand", None],
        ["BU99990000", "buurt", "k_65JaarOfOuder", None],
        ["BU99990001", "buurt", "AantalInwoners", 120],
        ["BU99990001", "buurt", "Afstand", 1.25],
        ["BU99990001", "buurt", "k_65JaarOfOuder", None],
        ["GM9999", "gemeente", "AantalInwoners", 175],
        ["GM9999", "gemeente", "Afstand", 1.5],
        ["GM9999", "gemeente", "k_65JaarOfOuder", 25],
    ]
    assert set(table["source"]) == {"CBS StatLine 2024"}
    assert notes == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_statline_may_have_any_separator_and_encoding(
    tmp_path: Path, study: Study, separator: str, encoding: str
) -> None:
    lines = [line.replace(",", separator).replace("Tekenstad", "Súdwest") for line in (HEADER, *ROWS)]
    lines = [line.replace(".", ",") for line in lines] if separator != "," else lines
    lines[2] = lines[2].replace(f"{separator},{separator}", f"{separator}.{separator}")
    table, notes = statline(tmp_path, study, *lines, "", encoding=encoding)
    assert table.loc[table["code"] == "BU99990001", "value"].tolist()[:2] == [120, 1.25]
    assert [note.subject for note in notes] == (["tekenset van statline.csv"] if encoding == "cp1252" else [])


def test_a_column_without_any_figure_is_there_without_figures(tmp_path: Path, study: Study) -> None:
    table, _ = statline(tmp_path, study, "WijkenEnBuurten,Apotheek_9", "BU99990000,", "BU99990001,.")
    assert table["measure"].tolist() == ["Apotheek", "Apotheek"]
    assert table["value"].isna().all()


def test_stems_that_return_keep_their_number(tmp_path: Path, study: Study) -> None:
    table, notes = statline(tmp_path, study, "WijkenEnBuurten,Nederland_5,Nederland_9,A_1", "BU99990000,1,2,3")
    assert table["measure"].tolist() == ["A", "Nederland_5", "Nederland_9"]
    assert "onderwerpen met gelijke naam in StatLine" in [note.subject for note in notes]


def test_codes_that_differ_from_the_map_are_noted_both_ways(tmp_path: Path, study: Study) -> None:
    _, notes = statline(tmp_path, study, "WijkenEnBuurten,A_1", "BU99990000,1", "BU99990007,1")
    assert {note.subject: note.text.split(": ")[1] for note in notes} == {
        "codes die alleen in StatLine staan": "BU99990007.",
        "buurten die niet in StatLine staan": "BU99990001.",
    }


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        (["WijkEnBuurt,A_1", "BU99990000,1"], SourceError, "no column 'WijkenEnBuurten'.*'WijkEnBuurt'"),
        ([""], SourceError, "no column 'WijkenEnBuurten'"),
        (["WijkenEnBuurten,A_1", "BU88880000,1"], SourceError, "no figures of GM9999.*BU88880000"),
        (["WijkenEnBuurten,A_1", "BU99990000,1", "BU9999"], SourceError, "row 3 has 1 cells, the header has 2"),
        (["WijkenEnBuurten,A_1,A_1", "BU99990000,1,1"], SourceError, "a column twice: A_1"),
        (["WijkenEnBuurten,A_1", 'BU99990000,"1'], SourceError, "is not a table in text"),
        (["WijkenEnBuurten,A_1", "BU99990000,1", "BU99990000 ,2"], ContractError, "is double: BU99990000"),
        (
            ["WijkenEnBuurten,A_1", "BU99990000,1", "BU99990001,veel"],
            ContractError,
            "column A: is not a number: 'veel'",
        ),
        (["WijkenEnBuurten,AantalInwoners_1", "BU99990000,-1"], ContractError, "AantalInwoners: is negative"),
    ],
)
def test_a_statline_table_that_would_give_a_wrong_number_is_refused(
    tmp_path: Path, study: Study, lines: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"(?s)statline.csv.*{message}"):
        statline(tmp_path, study, *lines)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path, study: Study) -> None:
    (tmp_path / "statline.csv").write_bytes(b"\x00\x01\x02 PK")
    with pytest.raises(SourceError, match="is not text in UTF-8 or cp1252"):
        read_statline(tmp_path / "statline.csv", study, CODES)


def test_a_source_without_a_year_says_no_year(tmp_path: Path, study: Study) -> None:
    sources = study.sources | {"wijkenbuurten": Source(file="map.gpkg"), "statline": Source(file="statline.csv")}
    undated = study.model_copy(update={"sources": sources})
    assert set(read(tmp_path, undated).figures["source"]) == {"CBS Wijk- en buurtkaart"}
    table, _ = statline(tmp_path, undated, HEADER, *ROWS)
    assert set(table["source"]) == {"CBS StatLine"}
    assert table["year"].isna().all()
