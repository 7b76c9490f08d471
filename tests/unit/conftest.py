"""A small town that has been run once, for tests of the program as a whole."""

import pytest

from polderstad import STUDY, Polderstad
from runs import Place, program, small_town, write

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


@pytest.fixture(scope="session")
def polderstad(tmp_path_factory: pytest.TempPathFactory) -> Polderstad:
    """The sample, written and run up to the report by the commands that a new user types."""
    folder = tmp_path_factory.mktemp("polderstad")
    town = Polderstad(folder / "raw", folder / "out")
    for arguments in (("sample", str(town.raw)), ("run", str(STUDY), "--raw", str(town.raw), "--out", str(town.out))):
        result = program(*arguments)
        assert result.exit_code == 0, result.stderr
    return town
