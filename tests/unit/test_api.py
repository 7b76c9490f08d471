"""`import voorzieningen as vz`: cheap, whole, and the artefacts as tables."""

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest

import voorzieningen as vz
from runs import Place, listing, small_town, write
from voorzieningen.errors import ConfigError, StorageError
from voorzieningen.schema import RD


def test_importing_the_package_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import json, sys, voorzieningen; print(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    loaded = set(json.loads(told.stdout))
    assert not loaded & {"numpy", "pandas", "geopandas", "shapely", "osmium", "matplotlib", "pydantic", "click", "rich"}


@pytest.mark.parametrize("name", vz.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    thing = getattr(vz, name)
    assert thing.__name__ == name
    assert thing.__doc__


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        vz.nothing  # noqa: B018


def test_the_public_names_are_listed() -> None:
    assert dir(vz) == sorted([*vz.__all__, "__version__"])


def test_a_study_that_was_run_gives_its_tables(town_run: Place) -> None:
    opened = vz.open_study(str(town_run.study), out=town_run.out)
    gaps = opened.table("buurt_gaps")
    assert isinstance(gaps, pd.DataFrame)
    assert set(gaps["code"]) == {"BU99990000", "BU99990100"}
    homes = opened.table("origins")
    assert isinstance(homes, gpd.GeoDataFrame)
    assert homes.crs == RD
    assert homes["homes"].sum() == 60
    assert set(opened.table("notes")["stage"]) <= {"read", "facilities", "residents"}
    assert [source.file for source in opened.sources] == ["town.osm.pbf", "wijkenbuurten_2024.gpkg", "huisartsen.csv"]
    assert set(opened.members()["level"]) == {"buurt", "wijk", "gebied", "gemeente"}


def test_the_network_of_a_study_can_be_walked_in_networkx(town_run: Place) -> None:
    opened = vz.open_study(str(town_run.study), out=town_run.out)
    graph = vz.to_networkx(opened.network, opened.study.catalogue.profile["volwassene"])
    assert nx.number_connected_components(nx.Graph(graph)) == 1
    assert graph.number_of_edges() >= 1


def test_opening_with_raw_files_computes_what_is_missing(tmp_path: Path) -> None:
    place = write(small_town(), tmp_path)
    opened = vz.open_study(str(place.study), raw=place.raw, out=place.out)
    assert len(opened.table("wijk_gaps")) > 0
    assert not (place.artefacts / "report").exists()


def test_opening_without_raw_files_writes_nothing(town_run: Place) -> None:
    before = listing(town_run.out)
    vz.open_study(str(town_run.study), out=str(town_run.out)).table("reach")
    assert listing(town_run.out) == before


def test_a_table_that_does_not_exist_and_a_study_that_was_not_run_are_told(town_run: Place, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'buurt_gaps'"):
        vz.open_study(str(town_run.study), out=town_run.out).table("buurtgaps")
    with pytest.raises(StorageError, match="has not been run yet"):
        vz.open_study(str(town_run.study), out=tmp_path)
