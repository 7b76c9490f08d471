"""What is planted in Polderstad is found and fools nobody; what later work finds is expected to fail until then."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from polderstad import Polderstad, assert_agrees

FEWEST = 30
FEWEST_NOW = 18
Truth = Mapping[str, Any]

TRUTHS: list[Truth] = tomllib.loads(
    (resources.files("voorzieningen.sample") / "truths.toml").read_text(encoding="utf-8")
)["truth"]


def walk(town: Polderstad, where: Truth, expect: Truth) -> None:
    home, place = town.home(where["address"])["geometry"], town.place(where["facility"])["geometry"]
    for column, between in expect.items():
        profile = column.removesuffix("_m")
        if profile == "straight":
            assert_agrees(shapely.distance(home, place), between, column)
        else:
            assert_agrees(town.walk_to_place(where["address"], where["facility"], profile), between, column)


def points(town: Polderstad, where: Truth, expect: Truth) -> None:
    start, end = shapely.Point(where["from"]), shapely.Point(where["to"])
    assert_agrees(shapely.distance(start, end), expect["straight_m"], "straight_m")
    assert_agrees(town.walk_between(start, end, "volwassene"), expect["volwassene_m"], "volwassene_m")


def table(town: Polderstad, where: Truth, expect: Truth) -> None:
    rows = town.rows(where)
    columns = dict(expect)
    assert_agrees(len(rows), columns.pop("rows", [1, 10**6]), "rows")
    for column, expected in columns.items():
        for value in rows[column]:
            assert_agrees(value, expected, f"{column}: {value}")


def trend(town: Polderstad, where: Truth, expect: Truth) -> None:
    figures = pd.read_csv(town.raw / where["file"], sep=";")
    own = figures[figures["gebiedscode"] == where["gebiedscode"]].pivot_table(
        index="groep", columns="jaar", values="aantal"
    )
    first, last = where["years"]
    for group, between in expect.items():
        assert_agrees(own.loc[group, last] / own.loc[group, first], between, group)


def division(town: Polderstad, where: Truth, expect: Truth) -> None:
    outlines = []
    for file in where["files"]:
        layer = gpd.read_file(town.raw / file, layer=where["layer"])
        outlines.append(layer.set_index(where["column"]).geometry[where["code"]])
    shared = shapely.area(shapely.intersection(*outlines)) / shapely.area(shapely.union(*outlines))
    assert_agrees(shared, expect["overlap"], "overlap")


def report(town: Polderstad, where: Truth, expect: Truth) -> None:
    pages = sorted((town.artefacts / "report").glob(where["files"]))
    assert pages
    assert [page.name for page in pages if expect["without"] in page.read_text(encoding="utf-8")] == []


def workbook(town: Polderstad, where: Truth, expect: Truth) -> None:
    formulas = town.formulas(where["file"])
    assert len(formulas) == expect["formulas"], formulas


def command(town: Polderstad, where: Truth, expect: Truth) -> None:
    name, *options = where["command"]
    files = [str(town.raw / where["file"])] if "file" in where else []
    result = town.start(name, *where.get("options", []), *options, *files)
    assert result.exit_code == 0, result.stderr
    assert expect["says"] in result.stdout


CHECKS: dict[str, Callable[[Polderstad, Truth, Truth], None]] = {
    check.__name__: check for check in (walk, points, table, trend, division, report, workbook, command)
}


def cases() -> Iterator[Any]:
    for truth in TRUTHS:
        later = [pytest.mark.xfail(strict=True, reason=truth["subject"])] if "subject" in truth else []
        yield pytest.param(truth, id=truth["key"], marks=later)


@pytest.mark.parametrize("truth", list(cases()))
def test_a_planted_truth_is_found(truth: Truth, polderstad: Polderstad) -> None:
    CHECKS[truth["check"]](polderstad, truth["where"], truth["expect"])


def test_there_are_enough_of_them_and_each_says_what_and_why() -> None:
    assert len(TRUTHS) >= FEWEST
    assert sum("subject" not in truth for truth in TRUTHS) >= FEWEST_NOW
    assert [key for key, count in Counter(truth["key"] for truth in TRUTHS).items() if count > 1] == []
    for truth in TRUTHS:
        assert truth.keys() - {"subject"} == {"key", "what", "where", "why", "check", "expect"}
        assert truth["what"]
        assert truth["why"]
