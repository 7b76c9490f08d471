"""A small town that has been run once, for tests of the program as a whole."""

import pytest

from runs import Place, small_town, write

EXTRA = """
[[own_lists]]
file = "huisartsen.csv"
facility_type = "huisarts"

[[areas]]
code = "OOST"
name = "Stadsdeel Oost"
buurten = ["BU99990100"]
"""


@pytest.fixture(scope="session")
def town_run(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The town with an own list and an area, run up to the report; copy it before changing anything."""
    place = write(small_town(), tmp_path_factory.mktemp("town"), EXTRA)
    rows = "naam;x;y\nHuisarts De Vries;150590,5;480300,25\n"
    (place.raw / "huisartsen.csv").write_text(rows, encoding="utf-8-sig")
    result = place.start("run")
    assert result.exit_code == 0, result.stderr
    return place
