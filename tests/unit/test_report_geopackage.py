"""The GeoPackage: layers, counts, coordinate system."""

from pathlib import Path

import pyogrio
import pytest
import report_town as town

from voorzieningen.report.choices import load_choices
from voorzieningen.report.facts import Facts
from voorzieningen.report.geopackage import write_geopackage

LAYERS = ["buurten", "knelpunten", "voorzieningen", "woningen", "netwerk", "dekking"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("geopackage") / "kaart.gpkg"
    write_geopackage(path, Facts(town.tables(), town.study(), town.sources(), load_choices(town.study().catalogue)))
    return path


def test_layers_stand_in_a_fixed_order_in_rd(path: Path) -> None:
    assert [str(name) for name, _ in pyogrio.list_layers(path)] == LAYERS
    for layer in LAYERS:
        assert pyogrio.read_info(path, layer=layer)["crs"] == "EPSG:28992"


def test_layers_hold_the_rows_of_the_tables(path: Path) -> None:
    tables = town.tables()
    counts = {layer: pyogrio.read_info(path, layer=layer)["features"] for layer in LAYERS}
    assert counts == {
        "buurten": len(tables["buurten"]),
        "knelpunten": len(tables["buurt_gaps"]),
        "voorzieningen": len(tables["facilities"]),
        "woningen": len(tables["origins"]),
        "netwerk": len(tables["edges"]),
        "dekking": 1,
    }


def test_buurten_carry_residents_and_the_walking_time_of_an_adult(path: Path) -> None:
    buurten = pyogrio.read_dataframe(path, layer="buurten").set_index("buurtcode")
    assert buurten.loc["BU99990000", "inwoners"] == 60
    assert buurten["inwoners"].isna().to_dict()["BU99990100"]
    assert buurten.loc["BU99990001", "looptijd_ov_halte_min"] == 8.6
    assert buurten["looptijd_buurtsuper_min"].isna().all()


def test_the_date_inside_is_that_of_the_figures_and_the_setting_is_put_back(path: Path) -> None:
    assert b"2024-01-01T00:00:00.000Z" in path.read_bytes()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None
