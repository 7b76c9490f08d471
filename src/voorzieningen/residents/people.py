"""People on homes: the figure of a buurt is spread over its homes equally, so that the homes add up to the buurt."""

import geopandas as gpd
import numpy as np
import pandas as pd

from voorzieningen.config import Catalogue, TargetGroup
from voorzieningen.schema import validate

NO_FIGURE = "CBS geeft geen cijfer"
NOT_IN_FILES = "niet in de gebruikte bestanden van CBS"


def place_residents(origins: gpd.GeoDataFrame, figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Spread the figures of each buurt over its homes.

    Parameters
    ----------
    origins, figures
        The tables of that name.
    catalogue
        Target groups and the thresholds of rounding.

    Returns
    -------
    pandas.DataFrame
        Table `residents`: a row for every origin and group, without a count where CBS gives none.
    """
    homes = origins.groupby("buurtcode")["homes"].transform("sum")
    alone = origins.groupby("buurtcode")["homes"].transform("size")
    part = np.where(homes > 0, origins["homes"] / homes.where(homes > 0, 1), 1 / alone)
    groups = []
    for group in catalogue.target_group.values():
        known = group_figures(figures, group, catalogue).reindex(origins["buurtcode"])
        groups.append(
            pd.DataFrame(
                {
                    "origin_id": origins["origin_id"].to_numpy(),
                    "target_group": group.key,
                    "unit": group.unit,
                    "count": known["count"].to_numpy() * part,
                    "count_low": known["count_low"].to_numpy() * part,
                    "count_high": known["count_high"].to_numpy() * part,
                    "source": known["source"].fillna(_why_not(figures, group)).to_numpy(),
                    "year": known["year"].to_numpy(),
                }
            )
        )
    residents = pd.concat(groups, ignore_index=True).astype({"year": "Int64", "source": "str"})
    return validate("residents", residents)


def _why_not(figures: pd.DataFrame, group: TargetGroup) -> str:
    """Say why a figure is missing: CBS has none of this group, the files lack it, or CBS keeps it secret here."""
    asked = [group.count, group.of if group.whole else group.share]
    in_files = figures["measure"].isin([name for name in asked if name]).any()
    return group.missing or (NO_FIGURE if in_files else NOT_IN_FILES)


def group_figures(figures: pd.DataFrame, group: TargetGroup, catalogue: Catalogue) -> pd.DataFrame:
    """Return what CBS says of one group, per area, with the bounds that rounding leaves.

    Parameters
    ----------
    figures
        Table `figures`.
    group
        The target group.
    catalogue
        The thresholds of rounding.

    Returns
    -------
    pandas.DataFrame
        On the area's code: `count`, `count_low`, `count_high`, `source`, `year`. A count that CBS gives is preferred to
        a percentage. An area without a figure is not in it.
    """
    counted = figures["measure"] == (group.count or "")
    if group.whole:
        counted |= figures["measure"] == group.of
    counts = figures[counted & figures["value"].notna()]
    # StatLine's own count stands before the map's
    counts = counts.sort_values("measure", key=lambda measure: measure != group.count).drop_duplicates("code")
    error = catalogue.limit("count_rounding")
    by_count = pd.DataFrame(
        {
            "count": counts["value"],
            "count_low": (counts["value"] - error).clip(lower=0),
            "count_high": counts["value"] + error,
            "source": counts["source"],
            "year": counts["year"],
        }
    ).set_axis(counts["code"].to_numpy(), axis=0)
    by_share = _from_shares(figures, group, error, catalogue.limit("share_rounding"))
    return pd.concat([by_count, by_share[~by_share.index.isin(by_count.index)]])


def _from_shares(figures: pd.DataFrame, group: TargetGroup, count_error: float, share_error: float) -> pd.DataFrame:
    """Turn a whole percentage of a rounded count into a count; both errors add up in the bounds."""
    known = figures[figures["value"].notna()]
    share = known[known["measure"] == (group.share or "")].set_index("code")
    whole = known[known["measure"] == group.of].set_index("code")["value"].reindex(share.index)
    percent = share["value"]
    counts = pd.DataFrame(
        {
            "count": whole * percent / 100,
            "count_low": (whole - count_error).clip(lower=0) * (percent - share_error).clip(lower=0) / 100,
            "count_high": (whole + count_error) * (percent + share_error).clip(upper=100) / 100,
            "source": share["source"],
            "year": share["year"],
        }
    )
    return counts.dropna(subset=["count"])
