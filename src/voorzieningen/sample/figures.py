"""Figures as CBS publishes them: per area, rounded to five, whole percentages, and kept back where an area is small."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from voorzieningen.sample.buildings import Dwelling
from voorzieningen.sample.plan import Floats, Ints, random
from voorzieningen.sample.population import ALONE, ONE_PARENT, WITH_CHILDREN, People, is_kind

NO_FIGURE = -99997
LATER_VERSION = -99995
FEWEST = 10
AGES = {
    "0_tot_15": (0, 15),
    "15_tot_25": (15, 25),
    "25_tot_45": (25, 45),
    "45_tot_65": (45, 65),
    "65_en_ouder": (65, 200),
}
FIVE = 5
RECENT = 2000  # the border between the two classes of build years


@dataclass(frozen=True)
class Division:
    """Areas, and of each home the row of its area; -1 for a home outside all."""

    codes: tuple[str, ...]
    area_of_home: Ints


def divide(codes: Sequence[str], code_of_home: Sequence[str | None]) -> Division:
    """Put homes in areas by the code that each has."""
    row = {code: index for index, code in enumerate(codes)}
    return Division(tuple(codes), np.array([row.get(code or "", -1) for code in code_of_home], dtype=np.int64))


def true_counts(people: People, dwellings: Sequence[Dwelling], division: Division, year: int) -> pd.DataFrame:
    """Count people, households and homes per area, without rounding."""
    size = len(division.codes)
    home, age, weight = people.ages_in(year)
    counts = {
        "inwoners": per_area(division, home, weight),
        **{
            name: per_area(division, home, weight * ((age >= low) & (age < high))) for name, (low, high) in AGES.items()
        },
    }
    home, kind = people.households_in(year)
    with_children = is_kind(kind, WITH_CHILDREN)
    alone = is_kind(kind, ALONE)
    counts |= {
        "huishoudens": per_area(division, home, np.ones(len(home))),
        "alleenwonend": per_area(division, home, alone.astype(float)),
        "zonder_kinderen": per_area(division, home, (~alone & ~with_children).astype(float)),
        "met_kinderen": per_area(division, home, with_children.astype(float)),
        "een_ouder": per_area(division, home, is_kind(kind, ONE_PARENT).astype(float)),
    }
    built = people.home_year
    everyone = np.arange(len(dwellings))
    counts |= {
        "woningen": per_area(division, everyone, (built < year).astype(float)),
        "woningen_vanaf_2000": per_area(division, everyone, ((built < year) & (built >= RECENT)).astype(float)),
    }
    return pd.DataFrame(counts, index=pd.Index(division.codes, name="code")).iloc[:size]


def rounded_counts(counts: pd.DataFrame, *, salt: int) -> pd.DataFrame:
    """Round each count up or down to a multiple of five by chance, as CBS does; small areas get no figures."""
    values = counts.to_numpy()
    chance = random(9, salt).random(values.shape)
    below = np.floor(values / FIVE) * FIVE
    rounded = below + FIVE * (chance < (values - below) / FIVE)
    table = pd.DataFrame(rounded, index=counts.index, columns=counts.columns)
    table.loc[counts["inwoners"] < FEWEST] = np.nan
    return table


def whole_percentage(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Give a share in whole percents; no figure where there is no whole."""
    return (100 * part / whole.where(whole > 0)).round().clip(upper=100)


def or_no_figure(column: pd.Series, decimals: int = 0) -> pd.Series:
    """Write the mark of CBS where there is no figure."""
    return column.round(decimals).fillna(NO_FIGURE)


def per_area(division: Division, home: Ints, weight: Floats) -> Floats:
    """Add up per area what is counted at homes."""
    area = division.area_of_home[home]
    inside = area >= 0
    counted = np.bincount(area[inside], weights=np.asarray(weight)[inside], minlength=len(division.codes))
    return counted.astype(np.float64)
