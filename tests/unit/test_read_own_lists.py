"""Own lists of the municipality: what is read of a row, and what a planner is told about a row that cannot be."""

import datetime as dt
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from towns import ORIGIN, Town
from voorzieningen.config import OwnList, Study, load_study
from voorzieningen.errors import ConfigError, ContractError, SourceError, VoorzieningenError
from voorzieningen.read import inspect_sources, read_study
from voorzieningen.read.own_lists import read_own_lists


@pytest.fixture
def study() -> Study:
    return load_study("kampen")


def read(study: Study, folder: Path, file: str, **settings: Any) -> pd.DataFrame:
    own = OwnList.model_validate({"file": file, "facility_type": "huisarts", **settings})
    table, _ = read_own_lists(
        {f"eigen_lijst:{file}": folder / file}, study.model_copy(update={"own_lists": [*study.own_lists, own]})
    )
    return table


def csv(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "lijst.csv") -> str:
    (folder / name).write_bytes("\n".join(lines).encode(encoding))
    return name


def xlsx(folder: Path, *rows: list[Any], merge: str | None = None, sheet: str = "Blad1") -> str:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Uitleg" if sheet != "Blad1" else sheet
    worksheet = workbook.active if sheet == "Blad1" else workbook.create_sheet(sheet)
    for row in rows:
        worksheet.append(row)
    if merge:
        worksheet.merge_cells(merge)
    workbook.save(folder / "lijst.xlsx")
    return "lijst.xlsx"


def test_a_list_in_dutch_is_read_with_all_it_says(tmp_path: Path, study: Study) -> None:
    file = csv(
        tmp_path,
        "Naam;Klasse;Status;Jaar;Capaciteit;Eenheid;X;Y;Contactpersoon;Telefoon",
        "De Brink;Gezondheidscentrum;Gepland;2026;2,5;fte;190000,5;507000;J. Jansen;038-1234567",
        ";;;;;;190100;507100;;",
    )
    table = read(study, tmp_path, file)
    assert table["own_id"].tolist() == ["lijst.csv:2", "lijst.csv:3"]
    first, second = (row[:9] for row in table.astype("object").where(table.notna(), None).to_numpy().tolist())
    assert first[1:] == [
        "huisarts",
        "gezondheidscentrum",
        "De Brink",
        "gepland",
        2026,
        2.5,
        "fte",
        "eigen lijst lijst.csv",
    ]
    assert second[1:] == ["huisarts", "praktijk", None, "open", None, None, None, "eigen lijst lijst.csv"]
    assert shapely.get_coordinates(table.geometry).tolist() == [[190000.5, 507000], [190100, 507100]]
    assert "Jansen" not in table.drop(columns="geometry").to_csv()


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "cp1252")])
def test_a_list_in_english_with_degrees_is_read_too(
    tmp_path: Path, study: Study, separator: str, encoding: str
) -> None:
    """The tower of Amersfoort, where RD has 155000, 463000."""
    lines = ("name,class,state,capacity,capacity_unit,lon,lat", "Café Één,,closed,3,fte,5.38720621,52.15517440")
    table = read(study, tmp_path, csv(tmp_path, *(line.replace(",", separator) for line in lines), encoding=encoding))
    assert table[["name", "state"]].to_numpy().tolist() == [["Café Één", "gesloten"]]
    assert np.abs(shapely.get_coordinates(table.geometry) - [155000, 463000]).max() < 0.5


def test_a_sheet_may_have_a_title_empty_rows_and_dates(tmp_path: Path, study: Study) -> None:
    file = xlsx(
        tmp_path,
        ["Huisartsen in Kampen, stand juli"],
        [],
        ["NAAM ", "Openingsjaar", "x", "y"],
        ["De Brink", dt.datetime(2026, 5, 1), 190000, 507000],  # noqa: DTZ001 (a cell has no time zone)
        [None, None, None, None],
        ["De Hoven", 2027, "190100", "507100,5"],
        merge="A1:D1",
    )
    table = read(study, tmp_path, file)
    assert table[["own_id", "name", "year"]].to_numpy().tolist() == [
        ["lijst.xlsx:4", "De Brink", 2026],
        ["lijst.xlsx:6", "De Hoven", 2027],
    ]


def test_a_sheet_can_be_chosen(tmp_path: Path, study: Study) -> None:
    file = xlsx(tmp_path, ["naam", "x", "y"], ["De Brink", 190000, 507000], sheet="Artsen")
    assert read(study, tmp_path, file, sheet="Artsen")["own_id"].tolist() == ["lijst.xlsx#Artsen:2"]
    with pytest.raises(SourceError, match=r"(?s)lijst.xlsx: has no sheet 'Artzen'.*'Artsen'"):
        read(study, tmp_path, file, sheet="Artzen")
    with pytest.raises(SourceError, match=r"sheet Uitleg: has no header row.*seen: nothing"):
        read(study, tmp_path, file)


def test_coordinates_may_be_in_another_system(tmp_path: Path, study: Study) -> None:
    """UTM 31N, in which the tower of Amersfoort is at 663303, 5781074 or so."""
    table = read(study, tmp_path, csv(tmp_path, "naam,x,y", "Toren,663303,5781074"), crs="EPSG:25831")
    assert np.abs(shapely.get_coordinates(table.geometry) - [155000, 463000]).max() < 1000
    with pytest.raises(ConfigError, match="crs 'EPSG:nee' is no coordinate system"):
        read(study, tmp_path, "lijst.csv", crs="EPSG:nee")


def test_a_geopackage_gives_points_and_areas(tmp_path: Path, study: Study) -> None:
    shapes = [
        shapely.Point(190000, 507000),
        shapely.box(190100, 507000, 190150, 507050),
        shapely.MultiPoint([(190000, 507000), (190002, 507000)]),
    ]
    rows = gpd.GeoDataFrame({"Naam": ["punt", "vlak", "punten"]}, geometry=shapes, crs="EPSG:28992").to_crs("EPSG:4326")
    rows.to_file(tmp_path / "lijst.gpkg", layer="plekken", driver="GPKG")
    table = read(study, tmp_path, "lijst.gpkg")
    assert table.geom_type.tolist() == ["Point", "Polygon", "Point"]
    assert table.area.round().tolist() == [0, 2500, 0]
    assert round(table.geometry[2].x) == 190001
    assert table["own_id"].tolist() == ["lijst.gpkg:1", "lijst.gpkg:2", "lijst.gpkg:3"]


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (None, "layer plekken, row 1: has no coordinates"),
        (shapely.LineString([(190000, 507000), (190001, 507000)]), "row 1: is a line"),
        (shapely.Point(507000, 190000), "row 1: lies outside the Netherlands"),
    ],
)
def test_a_feature_that_cannot_be_placed_is_refused(
    tmp_path: Path, study: Study, shape: shapely.Geometry | None, message: str
) -> None:
    rows = gpd.GeoDataFrame({"naam": ["a", "b"]}, geometry=[shape, shapely.Point(190000, 507000)], crs="EPSG:28992")
    rows.to_file(tmp_path / "lijst.gpkg", layer="plekken", driver="GPKG")
    with pytest.raises(SourceError, match=message):
        read(study, tmp_path, "lijst.gpkg")


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        ("naam,x,y", "De Brink,,", "lijst.csv, row 2: has no coordinates.*lengtegraad"),
        ("naam,x,y", "De Brink,190000,", "row 2: has coordinates that are no numbers: x '190000' and y ''"),
        ("naam,x,y", "De Brink,onbekend,507000", "row 2: has coordinates that are no numbers: x 'onbekend'"),
        ("naam,x,y", "De Brink,507000,190000", "outside the Netherlands: x 507000, y 190000.*swapped"),
        ("naam,lon,lat", "De Brink,52.55,5.91", "outside the Netherlands: lon 52.55, lat 5.91.*swapped"),
        ("naam,x,y", "De Brink,5.91,52.55", "outside the Netherlands.*columns lengtegraad and breedtegraad"),
        ("naam,x,y,status", "A,190000,507000,weg", "row 2: status 'weg' is unknown.*open, gepland, gesloten"),
        ("naam,x,y,jaar", "A,190000,507000,binnenkort", "row 2: year 'binnenkort' is not a year"),
        ("naam,x,y,jaar", "A,190000,507000,26", "row 2: year '26' is not a year"),
        ("naam,x,y,capaciteit,eenheid", "A,190000,507000,veel,fte", "row 2: capacity 'veel' is not a number"),
        ("naam,x,y,capaciteit,eenheid", "A,190000,507000,-1,fte", "row 2: capacity '-1' is not a number of zero"),
        ("naam,x,y,capaciteit", "A,190000,507000,3", "row 2: has a capacity without a unit"),
        ("naam,x,y,klasse", "A,190000,507000,praktik", "row 2: class 'praktik'.*did you mean 'praktijk'"),
        ("naam,x,y,type", "A,190000,507000,huisart", "row 2: type 'huisart' does not exist.*'huisarts'"),
        ("naam,x,y,type", "A,190000,507000,apotheek", "row 2: is of type 'apotheek', and the study names this file"),
        ("naam,adres", "A,Dorpsstraat 1", "lijst.csv: has no header row with coordinates.*seen: naam, adres"),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused_with_its_number(
    tmp_path: Path, study: Study, header: str, row: str, message: str
) -> None:
    with pytest.raises(SourceError, match=f"(?s){message}") as caught:
        read(study, tmp_path, csv(tmp_path, header, row))
    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_a_header_of_merged_cells_is_refused(tmp_path: Path, study: Study) -> None:
    file = xlsx(tmp_path, ["naam", "coördinaten", None], ["De Brink", 190000, 507000], merge="B1:C1")
    with pytest.raises(SourceError, match=r"(?s)lijst.xlsx, sheet Blad1: has no header row.*without merged cells"):
        read(study, tmp_path, file)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("lijst.xlsx", b"no workbook", "is not a readable XLSX file"),
        ("lijst.csv", b"", "seen: nothing"),
        ("lijst.csv", b"\x00\x01", "is not text"),
        ("lijst.csv", b'naam,x,y\n"De Brink,1,2', "is not a table in text"),
        ("lijst.gpkg", b"no GeoPackage", "is not a readable GeoPackage"),
        ("lijst.docx", b"", "is not a .csv, .xlsx or .gpkg file"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    tmp_path: Path, study: Study, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=f"{name}.*{message}"):
        read(study, tmp_path, name)


def test_a_geopackage_without_geometry_is_refused(tmp_path: Path, study: Study) -> None:
    pyogrio.write_dataframe(pd.DataFrame({"naam": ["a"]}), tmp_path / "lijst.gpkg", layer="plekken", driver="GPKG")
    with pytest.raises(SourceError, match=r"lijst.gpkg: has no layer with geometry"):
        read(study, tmp_path, "lijst.gpkg")


def test_the_class_of_the_list_holds_unless_a_row_says_another(tmp_path: Path, study: Study) -> None:
    file = csv(tmp_path, "naam,klasse,x,y", "A,,190000,507000", "B,praktijk,190000,507000")
    table = read(study, tmp_path, file, facility_class="huisartsenpost")
    assert table["facility_class"].tolist() == ["huisartsenpost", "praktijk"]


def test_a_type_that_combines_others_has_no_list(tmp_path: Path, study: Study) -> None:
    file = csv(tmp_path, "naam,x,y", "A,190000,507000")
    with pytest.raises(ConfigError, match="only combines other types"):
        read(study, tmp_path, file, facility_type="ontmoetingsplek_breed")


def test_one_file_may_hold_several_types(tmp_path: Path, study: Study) -> None:
    file = csv(tmp_path, "naam,type,x,y", "A,huisarts,190000,507000", "B,Apotheek,190000,507000")
    both = study.model_copy(update={"own_lists": [OwnList(file=file, facility_type="apotheek")]})
    table = read(both, tmp_path, file)
    assert table[["name", "facility_type"]].to_numpy().tolist() == [["A", "huisarts"], ["B", "apotheek"]]
    csv(tmp_path, "naam,x,y", "A,190000,507000")
    with pytest.raises(ContractError, match=r"(?s)more than once: lijst.csv:2.*column 'type'"):
        read(both, tmp_path, file)


def test_an_own_list_is_part_of_the_study(tmp_path: Path) -> None:
    x, y = ORIGIN
    town = Town().node("a", 0, 0).node("b", 300, 0).way("a", "b", highway="residential")
    path = town.write(tmp_path, '[[own_lists]]\nfile = "lijst.csv"\nfacility_type = "huisarts"\n')
    csv(tmp_path / "raw", "naam;x;y", f"De Brink;{x};{y}", encoding="cp1252")
    study = load_study(str(path))
    tables = read_study(tmp_path / "raw", study)
    assert tables["own_places"]["own_id"].tolist() == ["lijst.csv:2"]
    assert "eigen lijst lijst.csv, huisarts" in tables["notes"]["subject"].tolist()
    assert inspect_sources(tmp_path / "raw", study)[-1].seen == "1 rows of type huisarts"
    csv(tmp_path / "raw", "naam;x;y", "De Brink;;")
    state = inspect_sources(tmp_path / "raw", study)[-1]
    assert not state.is_in_order
    assert "row 2: has no coordinates" in state.state
    with pytest.raises(VoorzieningenError, match="row 2"):
        read_study(tmp_path / "raw", study)
