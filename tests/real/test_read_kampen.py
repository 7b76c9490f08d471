"""The real files of Kampen: totals that are known from the files themselves."""

import json
from pathlib import Path

import pandas as pd
import pytest

from voorzieningen.config import Study, load_study
from voorzieningen.errors import SourceError
from voorzieningen.read import inspect_sources, read_study
from voorzieningen.schema import TABLES

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("kampen")


@pytest.fixture(scope="module")
def tables(kampen_raw: Path, study: Study) -> dict[str, pd.DataFrame]:
    return read_study(kampen_raw, study)


def notes(tables: dict[str, pd.DataFrame]) -> dict[str, tuple[int, str]]:
    return {note.subject: (note.count, note.text) for note in tables["notes"].itertuples()}


def test_every_table_of_the_stage_is_there_in_order_of_its_key(tables: dict[str, pd.DataFrame]) -> None:
    assert set(tables) == {name for name, table in TABLES.items() if table.stage == "read"}
    for name, table in tables.items():
        key = list(TABLES[name].key)
        assert table[key].equals(table[key].sort_values(key, ignore_index=True)), name


def test_the_buurten_and_their_residents(tables: dict[str, pd.DataFrame]) -> None:
    figures = tables["figures"].set_index(["level", "measure", "code"])["value"].sort_index()
    residents = figures["buurt", "aantal_inwoners"]
    assert len(tables["buurten"]) == 36
    assert (residents.notna().sum(), residents.sum()) == (34, 56_180)
    assert figures["gemeente", "aantal_inwoners", "GM0166"] == 56_177
    assert figures["gemeente", "AantalInwoners", "GM0166"] == 56_177
    assert (len(figures["wijk", "aantal_inwoners"]), len(figures["buurt", "k_65JaarOfOuder"])) == (9, 36)
    count, text = notes(tables)["overlappende buurten"]
    assert (count, "34,93 hectare" in text) == (26, True)


def test_the_ways_are_all_highways_and_platforms(tables: dict[str, pd.DataFrame]) -> None:
    """5,555 highways are mapped; the program that cut this extract left 12 of them a single node."""
    tags = tables["ways"]["tags"].map(json.loads)
    highway = tags.map(lambda of: of.get("highway"))
    assert (highway.notna().sum(), highway.isna().sum()) == (5_555 - 12, 13)
    assert notes(tables)["OpenStreetMap: wegen van één punt"][0] == 12
    counts = highway.value_counts()
    expected = {"footway": 776, "cycleway": 736, "path": 345, "residential": 970, "steps": 37, "pedestrian": 32}
    assert {kind: counts[kind] for kind in expected} == expected
    assert not tables["ways"]["clipped"].any()
    assert (tables["ways"]["node_ids"].map(len) == tables["ways"].geometry.count_coordinates()).all()


def test_the_places(tables: dict[str, pd.DataFrame]) -> None:
    tags = tables["places"]["tags"].map(json.loads)
    found = {
        value: int(tags.map(lambda of, key=key, value=value: of.get(key) == value).sum())
        for key, value in (
            ("shop", "supermarket"),
            ("amenity", "pharmacy"),
            ("amenity", "library"),
            ("amenity", "community_centre"),
            ("amenity", "place_of_worship"),
            ("leisure", "playground"),
        )
    }
    assert found == {
        "supermarket": 14,
        "pharmacy": 3,
        "library": 2,
        "community_centre": 3,
        "place_of_worship": 19,
        "playground": 51,
    }
    assert notes(tables)["OpenStreetMap: vlakken zonder omtrek"][0] == 6


def test_the_addresses(tables: dict[str, pd.DataFrame]) -> None:
    """25,914 are mapped; five of them are a building and a point."""
    addresses = tables["addresses"]
    assert len(addresses) == 25_914 - 5
    assert notes(tables)["OpenStreetMap: dubbele adressen"][0] == 5
    assert (addresses["home"].sum(), addresses["build_year"].notna().sum()) == (24_262, 25_794)


def test_the_extract_covers_less_than_half_of_the_municipality(tables: dict[str, pd.DataFrame]) -> None:
    area = tables["area"].set_index("part")
    coverage, municipality = area.geometry["dekking"], area.geometry["gemeente"]
    assert area["date"].to_dict() == {"dekking": "2023-01-30", "gemeente": "2024-01-01"}
    assert coverage.intersection(municipality).area / municipality.area == pytest.approx(0.41, abs=0.01)
    assert coverage.bounds == pytest.approx((185_756, 504_134, 195_842, 510_883), abs=1)


def test_an_extract_without_its_last_blob_is_noted(
    kampen_raw: Path, study: Study, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    """A file that is cut between two blobs raises nothing: the relations are gone, or the ways with them."""
    content = (kampen_raw / "kampen.osm.pbf").read_bytes()
    ends = _ends_of_blobs(content)
    for name in ("wijkenbuurten_2024.gpkg", "statline_85984NED_2024.csv"):
        (tmp_path / name).symlink_to(kampen_raw / name)
    (tmp_path / "kampen.osm.pbf").write_bytes(content[: ends[-2]])
    cut = read_study(tmp_path, study)
    assert "misschien afgebroken" in notes(cut)["OpenStreetMap zonder relaties"][1]
    assert len(cut["ways"]) <= len(tables["ways"])
    (tmp_path / "kampen.osm.pbf").write_bytes(content[: ends[1]])
    with pytest.raises(SourceError, match=r"holds \d+ nodes, 0 ways and 0 relations: it is empty or cut off"):
        read_study(tmp_path, study)


def test_inspection_of_real_files(kampen_raw: Path, study: Study) -> None:
    seen = {state.key: state.seen for state in inspect_sources(kampen_raw, study) if state.is_in_order}
    assert seen == {
        "osm": "box 5.841,52.524–5.989,52.584, date 2023-01-30, covers 41% of the municipality",
        "wijkenbuurten": "layers buurten, wijken, gemeenten; 36 buurten of Kampen",
        "statline": "46 rows of Kampen, 7 figures each",
    }


def _ends_of_blobs(content: bytes) -> list[int]:
    """Find where each blob ends: four bytes with the size of a header, which holds the size of the blob."""
    ends, position = [], 0
    while position < len(content):
        size = int.from_bytes(content[position : position + 4], "big")
        header = content[position + 4 : position + 4 + size]
        position += 4 + size + _last_varint(header)
        ends.append(position)
    return ends


def _last_varint(header: bytes) -> int:
    """Read the last field of a blob header (tag 0x18): the size of the data."""
    digits = header[header.rindex(b"\x18") + 1 :]
    return sum((digit & 0x7F) << (7 * place) for place, digit in enumerate(digits))
