"""Walks of many origins, summarised per area: shares, weighted means and weighted quantiles."""

from collections.abc import Hashable

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ROUNDING = 1e-9
DECIMALS = 9


def summarise_walks(walks: pd.DataFrame, area: Ints, count: int, homes: Floats, weights: Floats) -> pd.DataFrame:
    """Summarise walks per area.

    Parameters
    ----------
    walks
        Columns `walk_distance_m` (metres), `walk_time_s` (seconds), missing where no walk was found, and `reason`,
        missing where the walk is known.
    area
        Per walk the number of its area.
    count
        How many areas there are; one without walks gets a row too.
    homes
        Homes per walk: the weight of the shares.
    weights
        Weight of the distances and times; missing counts as nothing.

    Returns
    -------
    pandas.DataFrame
        A row per area: `share_known`, `share_reached` (0 without homes), `walk_distance_mean_m`, `walk_distance_p50_m`,
        `walk_time_p50_min`, `walk_time_p90_min` (missing without a walk), `reason`: the one reason of all that is
        unknown, `te_weinig_bekend` where there are several, and missing where nothing is unknown.
    """
    distance = walks["walk_distance_m"].to_numpy(dtype=np.float64)
    minutes = walks["walk_time_s"].to_numpy(dtype=np.float64) / 60
    known = walks["reason"].isna().to_numpy()
    reached = np.isfinite(distance)
    weights = np.where(reached, np.nan_to_num(weights), 0.0)
    walked = total_per_area(weights * np.where(reached, distance, 0.0), area, count)
    all_homes = total_per_area(homes, area, count)
    return pd.DataFrame(
        {
            "share_known": ratio(total_per_area(homes * known, area, count), all_homes, otherwise=0.0),
            "share_reached": ratio(total_per_area(homes * reached, area, count), all_homes, otherwise=0.0),
            "walk_distance_mean_m": ratio(walked, total_per_area(weights, area, count), otherwise=np.nan),
            "walk_distance_p50_m": weighted_quantile(distance, area, count, weights, 0.5),
            "walk_time_p50_min": weighted_quantile(minutes, area, count, weights, 0.5),
            "walk_time_p90_min": weighted_quantile(minutes, area, count, weights, 0.9),
            "reason": _shared_reason(walks["reason"], area, count),
        }
    )


def by_key(table: pd.DataFrame, keys: list[str], origins: pd.Series) -> dict[Hashable, pd.DataFrame]:
    """Split a table that has a row per origin for each key into frames in the order of the origins.

    Parameters
    ----------
    table
        Has a column `origin_id`.
    keys
        The other columns of its key.
    origins
        The `origin_id` of every origin, in the order wanted.
    """
    position = pd.Index(origins).get_indexer(pd.Index(table["origin_id"]))
    ordered = table.iloc[np.argsort(position, kind="stable")]
    return dict(iter(ordered.groupby(keys, sort=False)))


def reason_of_area(share_known: float, reason: str | None, least: float) -> str | None:
    """Say why an area is not known well enough for a verdict.

    Parameters
    ----------
    share_known
        Share of its homes whose walk is known.
    reason
        The one reason of all that is unknown, if there is one.
    least
        The share that must be known.
    """
    if share_known >= least:
        return None
    if share_known > 0:
        return "te_weinig_bekend"
    return reason


def weighted_quantile(values: Floats, area: Ints, count: int, weights: Floats, q: float) -> Floats:
    """Return per area the smallest value that at least a share `q` of the weight does not exceed.

    Parameters
    ----------
    values
        One value per row; rows without weight may be missing.
    area
        Per row the number of its area.
    count
        How many areas there are.
    weights
        Weight per row, not negative.
    q
        The share, between 0 and 1.
    """
    quantiles = np.full(count, np.nan)
    rows = np.flatnonzero(weights > 0)
    if len(rows) == 0:
        return quantiles
    rows = rows[np.lexsort((values[rows], area[rows]))]
    cumulative = np.cumsum(weights[rows])
    present, first = np.unique(area[rows], return_index=True)
    last = np.append(first[1:], len(rows)) - 1
    before = cumulative[first] - weights[rows][first]
    wanted = before + (cumulative[last] - before) * (q - ROUNDING)
    at = np.clip(np.searchsorted(cumulative, wanted), first, last)
    quantiles[present] = values[rows][at]
    return quantiles


def total_per_area(values: Floats, area: Ints, count: int) -> Floats:
    """Add up values per area; `area` holds the number of each value's area.

    A figure that was spread over homes and is added up again must be that figure: the noise of the last bits would tip
    a cell that stands exactly on a threshold.
    """
    total: Floats = np.bincount(area, weights=values, minlength=count).astype(np.float64)
    return total.round(DECIMALS)


def ratio(part: Floats, whole: Floats, *, otherwise: float) -> Floats:
    """Divide, with a stated answer where the whole is nothing."""
    result: Floats = np.divide(part, whole, out=np.full(len(whole), otherwise), where=whole > 0)
    return result


def _shared_reason(reason: pd.Series, area: Ints, count: int) -> npt.NDArray[np.object_]:
    """Return per area the reason that all unknown walks share; without walks it is the reason of all areas."""
    code, kinds = pd.factorize(reason)
    unknown = code >= 0
    pairs = np.unique(np.stack([area[unknown], code[unknown]], axis=1), axis=0)
    several = np.bincount(pairs[:, 0], minlength=count) > 1
    everywhere = kinds[0] if unknown.all() and len(kinds) == 1 else "geen_cijfer"
    shared = np.full(count, None, dtype=object)
    shared[pairs[:, 0]] = kinds.to_numpy(dtype=object)[pairs[:, 1]]
    shared[several] = "te_weinig_bekend"
    shared[np.bincount(area, minlength=count) == 0] = everywhere
    return shared
