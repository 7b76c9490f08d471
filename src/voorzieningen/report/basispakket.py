"""Which homes have the whole basispakket within the norm: the classes that the map shows, from the verdicts."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import pandas as pd

from voorzieningen.config import FacilityType
from voorzieningen.report.facts import Facts

CELL_M = 100
FEWEST_HOMES = 5
COMPLETE, SOME_MISSING, MANY_MISSING, UNKNOWN, FEW_HOMES = range(5)
SHORT_OF = ("buiten_norm", "onbereikbaar")


@dataclass(frozen=True)
class Classes:
    """The class of each home, with the facility types that were counted and what the classes are called."""

    homes: pd.DataFrame
    types: list[FacilityType]
    labels: list[str]


def classify_homes(facts: Facts) -> Classes:
    """Count per origin how many of the basispakket lie outside the norm, and class it.

    A home with an unknown walk is classed where that walk cannot change the class, and is unknown otherwise.

    Parameters
    ----------
    facts
        The tables of the run.

    Returns
    -------
    Classes
        `homes` has wijkcode, homes, x, y (EPSG:28992) and `class` for each origin that is on the map.
    """
    types = [facts.catalogue.facility_type[key] for key in facts.choices.basispakket.symbols]
    counted, missing, unknown = _counts_by_origin(facts)
    origins = facts.tables["origins"]
    origins = origins[origins.geometry.notna() & ~origins.geometry.is_empty]
    homes = pd.DataFrame(
        {
            "wijkcode": origins["wijkcode"].to_numpy(),
            "homes": origins["homes"].to_numpy(),
            "x": origins.geometry.x.to_numpy(),
            "y": origins.geometry.y.to_numpy(),
            "class": _class_of(
                np.asarray(missing.reindex(origins["origin_id"], fill_value=0), dtype=np.int64),
                np.asarray(unknown.reindex(origins["origin_id"], fill_value=counted), dtype=np.int64),
                counted,
            ),
        }
    )
    return Classes(homes, types, _labels(counted))


def cells_of(homes: pd.DataFrame) -> pd.DataFrame:
    """Gather homes in squares of 100 metres: the class of most homes, and one class apart for the smallest squares.

    Parameters
    ----------
    homes
        Rows of `Classes.homes`.

    Returns
    -------
    pandas.DataFrame
        x, y (south-west corner, EPSG:28992), homes and class per square.
    """
    squares = homes.assign(
        x=np.floor(homes["x"] / CELL_M).astype("int64") * CELL_M,
        y=np.floor(homes["y"] / CELL_M).astype("int64") * CELL_M,
    )
    per_class = squares.groupby(["x", "y", "class"])["homes"].sum().reset_index()
    most = per_class.sort_values(["x", "y", "homes", "class"]).drop_duplicates(["x", "y"], keep="last")
    totals = per_class.groupby(["x", "y"])["homes"].sum().reset_index()
    cells = totals.merge(most[["x", "y", "class"]], on=["x", "y"])
    return cells.assign(**{"class": np.where(cells["homes"] < FEWEST_HOMES, FEW_HOMES, cells["class"])})


def _counts_by_origin(facts: Facts) -> tuple[int, "pd.Series[int]", "pd.Series[int]"]:
    """Return how many types have a norm, and per origin how many lie outside it and how many are unknown."""
    group = facts.choices.basispakket.target_group
    verdicts = facts.tables["verdicts"]
    chosen = []
    for key in facts.choices.basispakket.symbols:
        norm = facts.norm_of(key, group)
        if norm is None:
            continue
        profile = facts.catalogue.profile_of(norm, group).key
        rows = (verdicts["norm"] == norm.key) & (verdicts["facility_type"] == key) & (verdicts["profile"] == profile)
        chosen.append(verdicts[rows].set_index("origin_id")["verdict"])
    return len(chosen), _how_many(chosen, SHORT_OF), _how_many(chosen, ("onbekend",))


def _how_many(verdicts: list["pd.Series[str]"], wanted: tuple[str, ...]) -> "pd.Series[int]":
    counts = [verdict.isin(wanted).astype("int64") for verdict in verdicts]
    return reduce(lambda one, other: one.add(other, fill_value=0), counts, pd.Series(dtype="int64")).astype("int64")


def _class_of(missing: npt.NDArray[np.int64], unknown: npt.NDArray[np.int64], counted: int) -> npt.NDArray[np.int64]:
    half = counted // 2

    def band(short: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.select([short == 0, short <= half], [COMPLETE, SOME_MISSING], MANY_MISSING)

    at_best, at_worst = band(missing), band(missing + unknown)
    return np.where((at_best == at_worst) & (counted > 0), at_best, UNKNOWN)


def _labels(counted: int) -> list[str]:
    half = counted // 2
    return [
        f"alle {counted} binnen de norm",
        f"{_range(1, half)} niet binnen de norm",
        f"{_range(half + 1, counted)} niet binnen de norm",
        "onbekend",
        f"minder dan {FEWEST_HOMES} woningen",
    ]


def _range(low: int, high: int) -> str:
    return f"{low}" if low >= high else f"{low}–{high}"
