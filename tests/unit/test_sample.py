"""The sample: the same bytes every time, the size of a real town, in files that any tool opens."""

import os
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import osmium
import osmnx
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely

import voorzieningen as vz
from polderstad import ROOT, STUDY, Polderstad
from runs import listing, program
from voorzieningen.config import load_study
from voorzieningen.errors import StorageError
from voorzieningen.read import inspect_sources
from voorzieningen.sample.land import lay_land
from voorzieningen.sample.plan import load_plan
from voorzieningen.sample.streets import draw_streets

NO_FIGURE = -99997
FILES = [
    "adressen_bag.gpkg",
    "bevolking_100m.tif",
    "cbs_vk100_2023.gpkg",
    "geplande_paden.gpkg",
    "geplande_voorzieningen.csv",
    "huisartsen.xlsx",
    "jongerenplekken.xlsx",
    "onderzoek_en_statistiek.csv",
    "ontmoetingsplekken.xlsx",
    "plangebieden.gpkg",
    "polderstad.osm.pbf",
    "statline_2024.csv",
    "wijkenbuurten_2021.gpkg",
    "wijkenbuurten_2022.gpkg",
    "wijkenbuurten_2024.gpkg",
    "woningbouwprogramma.csv",
]
GEOPACKAGES = [name for name in FILES if name.endswith(".gpkg")]


def buurten(town: Polderstad, year: int) -> gpd.GeoDataFrame:
    layer = gpd.read_file(town.raw / f"wijkenbuurten_{year}.gpkg", layer="buurten")
    return layer[layer["gemeentecode"] == "GM9990"].set_index("buurtcode")


class TestWriting:
    def test_every_file_is_there_and_nothing_else(self, polderstad: Polderstad) -> None:
        assert sorted(path.name for path in polderstad.raw.iterdir()) == FILES

    def test_another_process_in_another_folder_and_time_zone_writes_the_same_bytes(
        self, polderstad: Polderstad, tmp_path: Path
    ) -> None:
        env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONPATH": os.pathsep.join(sys.path)}
        told = subprocess.run(
            [sys.executable, "-m", "voorzieningen", "sample", str(tmp_path / "elsewhere" / "raw")],
            capture_output=True, text=True, check=True, cwd=tmp_path, env=env,
        )  # fmt: skip

        assert told.stdout == f"{tmp_path / 'elsewhere' / 'raw'}\n"
        assert listing(tmp_path / "elsewhere" / "raw") == listing(polderstad.raw)

    def test_old_files_are_replaced_and_others_stay(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("voorzieningen.sample.writing._write_all", lambda folder: (folder / "a").write_text("new"))
        (tmp_path / "raw").mkdir()
        (tmp_path / "raw" / "a").write_text("old")
        (tmp_path / "raw" / "mine").write_text("mine")

        assert vz.write_sample(tmp_path / "raw") == [tmp_path / "raw" / "a"]

        assert {path.name: path.read_text() for path in (tmp_path / "raw").iterdir()} == {"a": "new", "mine": "mine"}
        assert [path.name for path in tmp_path.iterdir()] == ["raw"]

    def test_a_draft_that_fails_leaves_nothing_behind(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def half(folder: Path) -> None:
            (folder / "a").write_text("half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("voorzieningen.sample.writing._write_all", half)
        with pytest.raises(StorageError, match="No space left on device"):
            vz.write_sample(tmp_path / "raw")

        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_a_file_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("voorzieningen.sample.writing._write_all", lambda folder: (folder / "a").write_text("new"))
        (tmp_path / "raw").write_text("a file")

        with pytest.raises(StorageError, match="cannot write the sample"):
            vz.write_sample(tmp_path / "raw")

        assert (tmp_path / "raw").read_text() == "a file"

    def test_the_default_folder_is_where_the_study_looks(self) -> None:
        folder = program("sample", "--help").stdout

        assert "data/raw/polderstad" in folder


class TestSize:
    def test_residents_homes_buurten_and_network(self, polderstad: Polderstad) -> None:
        tables = polderstad.opened
        population = tables.table("population").set_index(["code", "target_group"])["published"]
        own = tables.table("buurten")

        assert 57_000 <= population["GM9990", "iedereen"] <= 62_000
        assert 25_500 <= tables.table("origins")["homes"].sum() <= 26_500
        assert (len(own), own["wijkcode"].nunique()) == (34, 6)
        assert len(buurten(polderstad, 2024)) == 35
        assert 15_000 <= len(tables.table("nodes")) <= 25_000

    def test_every_home_can_walk_to_town_but_the_one_that_is_planted(self, polderstad: Polderstad) -> None:
        tables = polderstad.opened
        component = tables.table("nodes")["component"]
        edges = tables.table("edges").set_index("edge_id")
        tied = tables.table("origins").dropna(subset=["edge_id"])

        assert (component[edges["u"][tied["edge_id"]]] == 0).all()
        assert len(tables.table("origins")) - len(tied) == 1
        assert component.nunique() == 2

    def test_the_signature_of_each_wijk_is_in_its_figures(self, polderstad: Polderstad) -> None:
        figures = polderstad.opened.table("figures")
        wijken = figures[(figures["level"] == "wijk") & figures["source"].str.contains("StatLine")]
        wide = wijken.pivot_table(index="code", columns="measure", values="value")
        share = wide.div(wide["AantalInwoners"], axis=0)

        assert share["k_65JaarOfOuder"].idxmax() == "WK999002"
        assert share["k_0Tot15Jaar"].idxmax() == "WK999005"
        assert share["k_15Tot25Jaar"].idxmax() == "WK999004"
        alone = wide["Eenpersoonshuishoudens"] / wide["HuishoudensTotaal"]
        assert alone["WK999003"] > alone[["WK999004", "WK999005", "WK999006"]].max() * 1.5

    def test_no_path_crosses_water_without_a_bridge(self) -> None:
        plan = load_plan()
        streets = draw_streets(plan)
        water = lay_land(plan, streets).water

        wet = [
            (line.kind, line.name)
            for line, nodes in streets.ways
            if line.kind not in ("dreef", "busbaan") and line.tags.get("bridge") != "yes"
            if shapely.length(shapely.intersection(shapely.LineString(streets.xy[nodes]), water)) > 1
        ]
        assert wet == []


class TestCbs:
    @pytest.mark.parametrize("year", [2021, 2022, 2024])
    def test_counts_are_rounded_to_five_and_shares_are_whole(self, year: int, polderstad: Polderstad) -> None:
        layer = buurten(polderstad, year)
        counts = layer[["aantal_inwoners", "aantal_huishoudens", "woningvoorraad"]]
        shares = layer[[name for name in layer if str(name).startswith("percentage_personen")]]

        assert ((counts % 5 == 0) | (counts == NO_FIGURE)).all(axis=None)
        assert ((shares % 1 == 0) & ((shares == NO_FIGURE) | shares.ge(0) & shares.le(100))).all(axis=None)

    def test_levels_are_rounded_by_themselves_so_that_sums_do_not_match(self, polderstad: Polderstad) -> None:
        layer = buurten(polderstad, 2024)
        wijken = gpd.read_file(polderstad.raw / "wijkenbuurten_2024.gpkg", layer="wijken").set_index("wijkcode")
        known = layer[layer["aantal_inwoners"] >= 0].groupby("wijkcode")["aantal_inwoners"].sum()
        difference = (wijken["aantal_inwoners"].reindex(known.index) - known)["WK999001":"WK999003"]

        assert difference.abs().between(0, 40).all()
        assert (difference != 0).any()

    def test_small_and_secret_buurten_have_the_mark_of_cbs(self, polderstad: Polderstad) -> None:
        layer = buurten(polderstad, 2024)

        kept_back = set(layer.index[layer["aantal_inwoners"] == NO_FIGURE])
        assert kept_back == {"BU99900408", "BU99900506", "BU99900604", "BU99900605", "BU99909997"}
        assert (layer["gemiddeld_inkomen_per_inwoner"] == -99995).sum() == 34

    def test_outlines_fit_and_cover_the_municipality(self, polderstad: Polderstad) -> None:
        layer = buurten(polderstad, 2024)
        gemeenten = gpd.read_file(polderstad.raw / "wijkenbuurten_2024.gpkg", layer="gemeenten")
        whole = gemeenten[gemeenten["gemeentecode"] == "GM9990"].geometry.area.sum()

        assert layer.geometry.is_valid.all()
        assert layer.geometry.area.sum() == pytest.approx(whole, rel=1e-6)
        assert shapely.union_all(layer.geometry.to_numpy()).area == pytest.approx(whole, rel=1e-6)

    def test_proximity_is_a_distance_over_the_road_to_places_that_openstreetmap_may_not_know(
        self, polderstad: Polderstad
    ) -> None:
        layer = buurten(polderstad, 2024)
        known = layer[layer["aantal_inwoners"] > 0]
        apotheek = known["apotheek_gemiddelde_afstand_in_km"]
        reach = polderstad.opened.table("buurt_reach").set_index(["buurtcode", "facility_type", "profile"])

        assert apotheek.between(0.1, 6).all()
        walked_km = reach.loc[("BU99900304", "apotheek", "volwassene"), "walk_distance_mean_m"] / 1000
        assert walked_km > 2 * apotheek["BU99900304"]

    def test_squares_hold_the_people_of_the_town_and_keep_small_ones_back(self, polderstad: Polderstad) -> None:
        squares = gpd.read_file(polderstad.raw / "cbs_vk100_2023.gpkg")

        assert squares["crs28992res100m"].str.fullmatch(r"E\d{4}N\d{4}").all()
        west = squares.geometry.bounds["minx"]
        assert (squares["crs28992res100m"].str[1:5].astype(int) * 100 == west).all()
        people = squares["aantal_inwoners"]
        assert 0.9 * 57_000 < people[people > 0].sum() < 62_000
        assert (people == NO_FIGURE).any()
        assert not people.between(0, 4).any()

    def test_statline_pads_its_codes_and_agrees_with_the_map(self, polderstad: Polderstad) -> None:
        statline = pd.read_csv(polderstad.raw / "statline_2024.csv")
        counts = statline.set_index(statline["WijkenEnBuurten"].str.strip())["AantalInwoners_5"]

        assert (statline["WijkenEnBuurten"].str.len() == 10).all()
        layer = buurten(polderstad, 2024)["aantal_inwoners"]
        known = layer[layer >= 0]
        assert (counts[known.index] == known).all()

    def test_the_raster_counts_the_same_people(self, polderstad: Polderstad) -> None:
        with rasterio.open(polderstad.raw / "bevolking_100m.tif") as raster:
            assert raster.crs.to_epsg() == 28992
            assert raster.res == (100, 100)
            people = raster.read(1)

        assert 57_000 <= people.sum() <= 62_000
        assert people.min() == 0


class TestOwnFiles:
    def test_the_research_table_is_long_and_has_what_cbs_lacks(self, polderstad: Polderstad) -> None:
        table = pd.read_csv(polderstad.raw / "onderzoek_en_statistiek.csv", sep=";")

        assert list(table) == ["gebiedscode", "gebied", "niveau", "jaar", "groep", "aantal", "eenheid", "soort"]
        assert not table.duplicated(["gebiedscode", "jaar", "groep"]).any()
        assert {"80 jaar en ouder", "12 tot 18 jaar", "eenouderhuishoudens"} <= set(table["groep"])
        assert set(table.loc[table["jaar"] > 2024, "soort"]) == {"prognose"}
        people = table[(table["groep"] == "inwoners") & (table["jaar"] == 2024)].groupby("niveau")["aantal"].sum()
        assert people["buurt"] == pytest.approx(people["gemeente"], abs=20)
        assert people["wijk"] == pytest.approx(people["gemeente"], abs=4)

    def test_the_programme_names_a_plan_that_has_no_buurt(self, polderstad: Polderstad) -> None:
        programme = pd.read_csv(polderstad.raw / "woningbouwprogramma.csv", sep=";")
        area = gpd.read_file(polderstad.raw / "plangebieden.gpkg")

        without = programme[programme["buurtcode"].isna()]
        assert set(without["plannaam"]) == {"Eilandkwartier"} == set(area["naam"])
        land = buurten(polderstad, 2024).query("water == 'NEE'")
        assert not land.intersects(area.geometry.iloc[0]).any()
        assert programme["jaar"].max() == 2035

    def test_the_lists_have_a_title_above_their_header_as_planners_make_them(self, polderstad: Polderstad) -> None:
        sheet = openpyxl.load_workbook(polderstad.raw / "huisartsen.xlsx").active

        assert sheet.cell(1, 1).value == "Huisartsenpraktijken in Polderstad"
        assert [cell.value for cell in sheet[4]][:5] == ["Naam", "Status", "Jaar", "Capaciteit", "Eenheid"]

    def test_a_planned_path_begins_and_ends_on_the_network(self, polderstad: Polderstad) -> None:
        paths = gpd.read_file(polderstad.raw / "geplande_paden.gpkg").set_index("naam")
        edges = shapely.union_all(polderstad.opened.table("edges").geometry.to_numpy())
        ends = shapely.points(shapely.get_coordinates(paths.geometry["Vaartbrug"]))

        assert (shapely.distance(ends, edges) < 3).all()


class TestTools:
    @pytest.mark.parametrize("name", GEOPACKAGES)
    def test_geopandas_opens_every_layer(self, name: str, polderstad: Polderstad) -> None:
        for layer, kind in pyogrio.list_layers(polderstad.raw / name):
            table = gpd.read_file(polderstad.raw / name, layer=layer)
            assert len(table)
            assert table.crs.to_epsg() == 28992
            assert set(table.geom_type) == {kind}

    def test_osmium_reads_the_extract_in_order_with_its_box(self, polderstad: Polderstad) -> None:
        kinds: dict[str, list[int]] = {"n": [], "w": [], "r": []}
        reader = osmium.FileProcessor(str(polderstad.raw / "polderstad.osm.pbf"))
        for thing in reader:
            kinds[thing.type_str()].append(thing.id)

        assert all(ids == sorted(set(ids)) for ids in kinds.values())
        assert [len(ids) > least for ids, least in zip(kinds.values(), (100_000, 20_000, 3), strict=True)] == [True] * 3
        box = reader.header.box()
        assert box.valid()
        assert (box.bottom_left.lon, box.top_right.lon) == (pytest.approx(5.2, abs=0.2), pytest.approx(5.5, abs=0.2))

    def test_every_way_has_its_nodes_and_every_relation_its_ways(self, polderstad: Polderstad) -> None:
        nodes, ways = set(), set()
        for thing in osmium.FileProcessor(str(polderstad.raw / "polderstad.osm.pbf")):
            if thing.is_node():
                nodes.add(thing.id)
            elif thing.is_way():
                ways.add(thing.id)
                assert all(node.ref in nodes for node in thing.nodes)
            else:
                assert all(member.type == "w" and member.ref in ways for member in thing.members)

    def test_osmnx_makes_a_graph_of_the_streets(self, polderstad: Polderstad, tmp_path: Path) -> None:
        path = tmp_path / "streets.osm"
        keys = osmium.filter.KeyFilter("highway")
        with osmium.BackReferenceWriter(str(path), ref_src=str(polderstad.raw / "polderstad.osm.pbf")) as writer:
            for way in osmium.FileProcessor(writer.ref_src, osmium.osm.WAY).with_filter(keys):
                writer.add(way)
        graph = osmnx.graph_from_xml(path, retain_all=True)

        assert len(graph) > 2_500

    def test_the_real_readers_have_no_complaint(self, polderstad: Polderstad) -> None:
        states = inspect_sources(polderstad.raw, load_study(str(STUDY)))

        assert {state.state for state in states} == {"in orde"}
        assert len(states) == 8

    def test_nothing_is_repaired_or_lost_on_reading(self, polderstad: Polderstad) -> None:
        notes = polderstad.opened.table("notes")
        subjects = set(notes.loc[notes["stage"] == "read", "subject"])

        expected = r"eigen lijst .*|waterbuurten|buurten die niet in StatLine staan|adressen niet in gebruik in .*"
        assert [subject for subject in subjects if not re.fullmatch(expected, subject)] == []


class TestRun:
    def test_the_report_is_there(self, polderstad: Polderstad) -> None:
        report = polderstad.artefacts / "report"

        assert (report / "index.html").is_file()
        assert len(list((report / "wijken").glob("*.html"))) == 6

    def test_a_second_run_recomputes_nothing(self, polderstad: Polderstad) -> None:
        again = polderstad.start("run")

        assert "nothing changed, nothing recomputed" in again.stderr
        assert again.stdout.strip() == str(polderstad.artefacts / "report" / "index.html")

    def test_every_type_can_be_reached_by_somebody_but_the_youth_centre(self, polderstad: Polderstad) -> None:
        reach = polderstad.opened.table("buurt_reach")
        reached = reach.groupby("facility_type")["share_reached"].max()

        assert list(reached.index[reached == 0]) == ["jongerenplek"]

    def test_the_study_file_explains_every_block(self) -> None:
        lines = STUDY.read_text(encoding="utf-8").splitlines()
        blocks = [number for number, line in enumerate(lines) if re.match(r"\[sources\.|\[\[own_lists", line)]
        first_of_kind = [number for number in blocks if lines[number - 1].startswith("#")]

        assert STUDY.parent == ROOT / "configs"
        assert len(first_of_kind) >= 7

    def test_statuses_of_all_colours_are_in_the_matrix(self, polderstad: Polderstad) -> None:
        statuses = polderstad.opened.table("wijk_gaps")["status"].value_counts()

        assert {"groen", "oranje", "rood", "nvt"} <= set(statuses.index)
        assert np.all(statuses[["groen", "oranje", "rood"]] >= 10)
