"""OpenStreetMap extracts: what is kept, what the edge has damaged, and files that are not what they should be."""

import hashlib
import json
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from osmium.osm.mutable import Node, Way

from towns import ORIGIN, Town
from voorzieningen.config import load_study
from voorzieningen.errors import SourceError, VoorzieningenError
from voorzieningen.read import inspect_sources, raw_files, read_study

CENTIMETRE = 0.011  # OpenStreetMap keeps seven decimals of a degree


def read(town: Town, folder: Path, extra: str = "") -> dict[str, pd.DataFrame]:
    study = load_study(str(town.write(folder, extra)))
    return read_study(folder / "raw", study)


def street() -> Town:
    """A street of 300 metres with a doctor.

    a ------- 300 ------- b
                   · dokter
    """
    town = Town().node("a", 0, 0).node("b", 300, 0).way("a", "b", highway="residential", name="Dorpsstraat")
    return town.node("dokter", 250, -5, amenity="doctors", name="Huisarts Bakker")


def refusal(folder: Path) -> VoorzieningenError:
    study = load_study(str(street().write(folder / "sound")))
    raw = folder / "raw"
    (folder / "sound" / "raw" / "wijkenbuurten_2024.gpkg").rename(raw / "wijkenbuurten_2024.gpkg")
    with pytest.raises(VoorzieningenError) as caught:
        read_study(raw, study)
    return caught.value


def drawn(geometry: shapely.Geometry) -> list[tuple[float, float]]:
    return [tuple(point) for point in (shapely.get_coordinates(geometry) - ORIGIN).round(1).tolist()]


def notes(tables: dict[str, pd.DataFrame]) -> dict[str, tuple[int, str]]:
    return {note.subject: (note.count, note.text) for note in tables["notes"].itertuples()}


def test_a_way_keeps_its_nodes_its_tags_and_its_place(tmp_path: Path) -> None:
    ways = read(street(), tmp_path)["ways"]
    assert ways[["way_id", "piece", "clipped"]].to_numpy().tolist() == [[1, 0, False]]
    assert ways["tags"][0] == '{"highway": "residential", "name": "Dorpsstraat"}'
    assert list(ways["node_ids"][0]) == [1, 2]
    assert np.abs(shapely.get_coordinates(ways.geometry[0]) - ORIGIN - [(0, 0), (300, 0)]).max() < CENTIMETRE


def test_a_way_is_cut_where_the_extract_misses_its_nodes(tmp_path: Path) -> None:
    """a - b - (c) - d - e - (f) - g: two pieces of two nodes; g alone is no piece."""
    town = Town()
    for number, name in enumerate("abcdefg"):
        town.node(name, 100 * number, 0)
    town.way(*"abcdefg", highway="footway").leave_out("c", "f")
    tables = read(town, tmp_path)
    ways = tables["ways"]
    assert ways[["way_id", "piece", "clipped"]].to_numpy().tolist() == [[1, 0, True], [1, 1, True]]
    assert [list(ids) for ids in ways["node_ids"]] == [[1, 2], [4, 5]]
    assert [drawn(line) for line in ways.geometry] == [[(0, 0), (100, 0)], [(300, 0), (400, 0)]]
    assert notes(tables)["OpenStreetMap: afgeknipte wegen"][0] == 1


def test_a_way_of_which_no_node_is_there_is_counted(tmp_path: Path) -> None:
    town = street().node("x", 0, 9).node("y", 9, 9).way("x", "y", highway="path").leave_out("x", "y")
    tables = read(town, tmp_path)
    assert tables["ways"]["way_id"].tolist() == [1]
    assert notes(tables)["OpenStreetMap: wegen zonder punten"][0] == 1


def test_a_node_that_follows_itself_is_taken_once(tmp_path: Path) -> None:
    town = street().way("a", "a", "b", "b", highway="path").way("a", "a", highway="path")
    tables = read(town, tmp_path)
    assert tables["ways"]["way_id"].tolist() == [1, 2]
    assert list(tables["ways"]["node_ids"][1]) == [1, 2]
    assert notes(tables)["OpenStreetMap: wegen van één punt"][0] == 1


def test_platforms_and_squares_are_ways_and_other_lines_are_not(tmp_path: Path) -> None:
    town = street().node("c", 0, 50)
    town.way("a", "c", railway="platform").way("b", "c", public_transport="platform")
    town.way("a", "b", "c", "a", highway="pedestrian", area="yes")
    town.way("a", "c", railway="rail").way("a", "b", waterway="canal").way("a", "b", "c", "a", building="house")
    ways = read(town, tmp_path)["ways"]
    assert ways["way_id"].tolist() == [1, 2, 3, 4]
    assert list(ways["node_ids"][3]) == [1, 2, 4, 1]


def test_barriers_are_nodes_with_a_barrier(tmp_path: Path) -> None:
    town = street().node("hek", 100, 0, barrier="gate", locked="yes").way("a", "hek", barrier="fence")
    barriers = read(town, tmp_path)["barriers"]
    assert barriers.to_numpy().tolist() == [[4, '{"barrier": "gate", "locked": "yes"}']]


def test_places_are_points_areas_and_lines(tmp_path: Path) -> None:
    """A doctor, a playground of 20 by 20 m, a park of 100 by 100 m with a hole of 20 by 20 m, and an open line."""
    town = street()
    for name, x, y in (("p", 0, 0), ("q", 20, 0), ("r", 20, 20), ("s", 0, 20)):
        town.node(name, 40 + x, 40 + y)
        town.node(f"park-{name}", 5 * x, 5 * y)
    town.way("p", "q", "r", "s", "p", leisure="playground")
    town.way("park-p", "park-q", "park-r", "park-s", "park-p")
    town.relation((3, "outer"), (2, "inner"), type="multipolygon", leisure="park", name="Het Park")
    town.way("p", "q", leisure="picnic_table").way("a", "b", "p", "a", leisure="pitch", sport="boules", area="no")
    places = read(town, tmp_path)["places"].set_index("osm_id").geometry
    assert places.geom_type.to_dict() == {
        "n3": "Point",
        "r1": "Polygon",
        "w2": "Polygon",
        "w4": "LineString",
        "w5": "LineString",
    }
    assert drawn(places["n3"]) == [(250, -5)]
    assert places["w2"].area == pytest.approx(400, abs=1)
    assert places["r1"].area == pytest.approx(100 * 100 - 400, abs=3)


def test_what_is_out_of_use_or_only_was_is_no_place(tmp_path: Path) -> None:
    town = street().node("oud", 10, 10, **{"disused:amenity": "pharmacy"})
    town.node("leeg", 20, 10, shop="supermarket", disused="yes").node("weg", 30, 10, amenity="library", abandoned="yes")
    tables = read(town, tmp_path)
    assert tables["places"]["osm_id"].tolist() == ["n3"]
    assert notes(tables)["OpenStreetMap: buiten gebruik"][0] == 2


def test_an_area_without_a_whole_outline_is_counted_and_named(tmp_path: Path) -> None:
    """A park that misses a corner, a park in the shape of an eight, a relation that misses its way, and a site."""
    town = street().node("c", 100, 100).node("d", 0, 100).node("e", 50, 150)
    town.way("a", "c", "e", "a", leisure="park").way("a", "c", "b", "d", "a", leisure="park").leave_out("e")
    town.relation((99, "outer"), type="multipolygon", leisure="park").relation((1, ""), type="site", leisure="park")
    tables = read(town, tmp_path)
    assert tables["places"]["osm_id"].tolist() == ["n3"]
    count, text = notes(tables)["OpenStreetMap: vlakken zonder omtrek"]
    assert count == 4
    assert text.endswith("r1, r2, w2, w3.")


def test_a_clipped_line_that_is_a_place_keeps_its_parts(tmp_path: Path) -> None:
    town = street()
    for number, name in enumerate("pqrst"):
        town.node(name, 10 * number, 20)
    town.way(*"pqrst", leisure="picnic_table").leave_out("r")
    places = read(town, tmp_path)["places"].set_index("osm_id").geometry
    assert places["w2"].geom_type == "MultiLineString"
    assert drawn(places["w2"]) == [(0, 20), (10, 20), (30, 20), (40, 20)]


def test_odd_tags_survive(tmp_path: Path) -> None:
    odd = {"amenity": "cafe", "name": 'Café ‘t "Hoekje" \\ 你好 😀\n<b>', "naïeve:sleutel": ";;=", "leeg": ""}
    places = read(street().node("cafe", 5, 5, **odd), tmp_path)["places"].set_index("osm_id")
    assert json.loads(places["tags"]["n4"]) == odd
    assert "你好" in places["tags"]["n4"]


def test_the_area_is_the_municipality_and_what_the_extract_covers_of_its_surroundings(tmp_path: Path) -> None:
    """The extract ends 100 m west, 200 m south, 600 m east and 300 m north of the origin; the buffer is wider."""
    town = street()
    town.box = (-100, -200, 600, 300)
    area = read(town, tmp_path)["area"].set_index("part")
    assert area["name"].to_dict() == {"dekking": "town.osm.pbf", "gemeente": "Tekenstad"}
    assert set(area["date"]) == {"2024-01-01"}
    assert drawn(area.geometry["gemeente"].envelope)[0] == (-100, -105)
    assert np.abs(np.array(area.geometry["dekking"].bounds) - [*ORIGIN, *ORIGIN] - town.box).max() < 1.5


def test_the_coverage_ends_at_the_buffer(tmp_path: Path) -> None:
    area = read(street(), tmp_path, "")["area"].set_index("part")
    town = street()
    town.margin_m = 20_000
    wide = read(town, tmp_path / "wide")["area"].set_index("part")
    west, _, east, _ = wide.geometry["dekking"].bounds
    assert east - west == pytest.approx(500 + 2 * 5000, abs=1)
    assert wide.geometry["dekking"].area > area.geometry["dekking"].area


def test_without_a_box_in_the_header_the_nodes_give_the_coverage_and_a_note(tmp_path: Path) -> None:
    town = street().node("ver", 900, 700)
    town.header_box = False
    tables = read(town, tmp_path)
    coverage = tables["area"].set_index("part").geometry["dekking"]
    assert np.abs(np.array(coverage.bounds) - [*ORIGIN, *ORIGIN] - [0, -5, 900, 700]).max() < 1
    assert "town.osm.pbf" in notes(tables)["dekking van OpenStreetMap"][1]


def test_objects_far_from_the_municipality_are_left_out(tmp_path: Path) -> None:
    """An extract of a province: a way that only begins within the buffer stays whole."""
    town = street().node("c", 40_000, 0).node("d", 40_100, 0).node("ver", 40_000, 50, amenity="doctors", barrier="gate")
    town.way("c", "d", highway="path").way("b", "c", highway="path").home("h", 40_000, 0)
    town.way("c", "d", "ver", "c", leisure="park").way("c", "d", leisure="park")
    town.relation((4, "outer"), type="multipolygon", leisure="park")
    town.buurt("BU99990000", "Dorp", [(-50, -50), (350, -50), (350, 50), (-50, 50)])
    tables = read(town, tmp_path)
    assert tables["ways"]["way_id"].tolist() == [1, 3]
    assert tables["places"]["osm_id"].tolist() == ["n3"]
    assert tables["barriers"].empty
    assert tables["addresses"].empty
    assert list(notes(tables)) == ["OpenStreetMap: geen adressen"]


def test_an_extract_of_another_region_is_refused(tmp_path: Path) -> None:
    town = street()
    town.box = (40_000, 40_000, 41_000, 41_000)
    with pytest.raises(SourceError, match=r"town\.osm\.pbf: covers 5\.\d+.* does not touch Tekenstad") as caught:
        read(town, tmp_path)
    assert "download the extract" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"<osm version='0.6'/>", b"hello world, this is no PBF file" * 50])
def test_a_file_that_is_no_pbf_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "town.osm.pbf").write_bytes(content)
    error = refusal(tmp_path)
    assert error.exit_code == 3
    assert "town.osm.pbf: is not a readable PBF file" in str(error)
    assert "download it again" in str(error)


def test_a_file_that_is_cut_off_inside_a_blob_is_refused(tmp_path: Path) -> None:
    street().write(tmp_path)
    path = tmp_path / "raw" / "town.osm.pbf"
    path.write_bytes(path.read_bytes()[:-40])
    error = refusal(tmp_path)
    assert error.exit_code == 3
    assert "or is cut off" in str(error)


@pytest.mark.parametrize(
    ("town", "counts"),
    [
        (Town(buurten=[{"buurtcode": "x", "geometry": shapely.Point(ORIGIN)}]), "0 nodes, 0 ways and 0 relations"),
        (Town().node("a", 0, 0).node("b", 9, 0), "2 nodes, 0 ways and 0 relations"),
        (Town().node("a", 0, 0).node("b", 9, 0).way("a", "b").leave_out("a", "b"), "0 nodes, 1 ways and 0 relations"),
    ],
)
def test_a_file_without_nodes_or_ways_is_refused(tmp_path: Path, town: Town, counts: str) -> None:
    (tmp_path / "raw").mkdir()
    town.write_pbf(tmp_path / "raw" / "town.osm.pbf")
    error = refusal(tmp_path)
    assert error.exit_code == 3
    assert f"holds {counts}: it is empty or cut off" in str(error)


def test_ways_that_come_before_their_nodes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(5.3, 52.2, 5.5, 52.4))
    with osmium.SimpleWriter(str(tmp_path / "raw" / "town.osm.pbf"), header=header) as writer:
        writer.add_way(Way(id=1, nodes=[1, 2], tags={"highway": "path"}))
        writer.add_node(Node(id=1, location=(5.387, 52.308)))
        writer.add_node(Node(id=2, location=(5.388, 52.308)))
    error = refusal(tmp_path)
    assert error.exit_code == 3
    assert "1 ways of which no point is known" in str(error)


def test_many_ways_and_no_relation_may_be_a_file_that_is_cut_off(tmp_path: Path) -> None:
    town = street()
    for _ in range(1000):
        town.way("a", "b")
    assert "misschien afgebroken" in notes(read(town, tmp_path / "without"))["OpenStreetMap zonder relaties"][1]
    with_relation = read(town.relation((1, ""), type="route"), tmp_path / "with")
    assert "OpenStreetMap zonder relaties" not in notes(with_relation)


def test_all_missing_files_are_named_at_once_with_how_to_get_them(tmp_path: Path) -> None:
    extra = '[sources.statline]\nfile = "statline.csv"\nyear = 2023\n'
    extra += '[[own_lists]]\nfile = "lijst.xlsx"\nfacility_type = "huisarts"\n'
    study = load_study(str(street().write(tmp_path, extra)))
    with pytest.raises(SourceError) as caught:
        raw_files(tmp_path / "elsewhere", study)
    message = str(caught.value)
    assert caught.value.exit_code == 3
    assert "4 raw files are missing" in message
    assert "town.osm.pbf: download the extract" in message
    assert "wijkenbuurten/2024/" in message
    assert "statline.csv: download Kerncijfers wijken en buurten 2023 as CSV (regions of GM9999)" in message
    assert "lijst.xlsx: ask the municipality" in message
    assert "--raw" in message


def test_a_file_with_another_digest_is_refused(tmp_path: Path) -> None:
    study_path = street().write(tmp_path)
    digest = hashlib.sha256((tmp_path / "raw" / "town.osm.pbf").read_bytes()).hexdigest()
    text = study_path.read_text(encoding="utf-8")
    for sha256, is_right in ((digest, True), ("0" * 64, False)):
        study_path.write_text(text.replace('"town.osm.pbf"', f'"town.osm.pbf"\nsha256 = "{sha256}"'), encoding="utf-8")
        study = load_study(str(study_path))
        if is_right:
            assert set(raw_files(tmp_path / "raw", study)) == {"osm", "wijkenbuurten"}
            continue
        with pytest.raises(SourceError, match=r"town\.osm\.pbf: has another sha256"):
            raw_files(tmp_path / "raw", study)


def test_inspection_reports_what_was_seen_and_what_is_wrong(tmp_path: Path) -> None:
    extra = '[sources.statline]\nfile = "statline.csv"\n'
    study = load_study(str(street().write(tmp_path, extra)))
    raw = tmp_path / "raw"
    osm, buurt_map, statline = inspect_sources(raw, study)
    assert (osm.key, osm.file, osm.state, osm.is_in_order) == ("osm", "town.osm.pbf", "in orde", True)
    assert "date 2024-01-01, covers 100% of the municipality" in osm.seen
    assert buurt_map.seen == "layers buurten, wijken, gemeenten; 1 buurten of Tekenstad"
    assert (statline.state, statline.is_in_order) == ("ontbreekt", False)
    (raw / "wijkenbuurten_2024.gpkg").write_bytes(b"no GeoPackage")
    osm, buurt_map, _ = inspect_sources(raw, study)
    assert osm.state == "in orde"
    assert "is not a readable GeoPackage" in buurt_map.state


def test_reading_again_gives_the_same_tables(tmp_path: Path) -> None:
    first, again = (read(street().home("h", 50, 5), tmp_path / folder) for folder in ("1", "2"))
    for name, table in first.items():
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(again[name]))


def test_an_area_that_comes_by_before_its_relation_is_found_too(tmp_path: Path) -> None:
    """Areas are handed out in batches: with many buildings the ring of a park is done before the relation is read."""
    town = street().node("p", 0, 100).node("q", 200, 100).node("r", 200, 300)
    ring = len(town.ways) + 1
    town.way("p", "q", "r", "p")
    for _ in range(8_001):
        town.way("p", "q", "r", "p", building="yes")
    tables = read(town.relation((ring, "outer"), type="multipolygon", leisure="park"), tmp_path)

    assert "r1" in set(tables["places"]["osm_id"])
    assert "OpenStreetMap: vlakken zonder omtrek" not in notes(tables)
