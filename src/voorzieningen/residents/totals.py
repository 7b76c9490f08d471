"""What was placed, held against what CBS publishes for each level itself."""

import numpy as np
import pandas as pd

from voorzieningen.config import Catalogue, TargetGroup
from voorzieningen.residents.people import group_figures
from voorzieningen.schema import stacked


def reconcile(
    members: pd.DataFrame, origins: pd.DataFrame, residents: pd.DataFrame, figures: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Hold what was placed against what CBS publishes for each level itself.

    Parameters
    ----------
    members
        Which buurten make up each area (see `areas.memberships`).
    origins, residents, figures
        The tables of that name.
    catalogue
        Target groups.

    Returns
    -------
    pandas.DataFrame
        Table `population`.
    """
    buurt_of = origins.set_index("origin_id")["buurtcode"]
    counts = residents.assign(buurtcode=residents["origin_id"].map(buurt_of))
    placed = counts.groupby(["target_group", "buurtcode"])["count"].sum(min_count=1)
    tables = [
        _reconcile_group(
            members,
            placed.loc[group.key] if group.key in placed.index else pd.Series(dtype="float64"),
            group_figures(figures, group, catalogue)["count"],
            group,
        )
        for group in catalogue.target_group.values()
    ]
    return stacked("population", tables)


def _reconcile_group(
    members: pd.DataFrame, placed: "pd.Series[float]", published: "pd.Series[float]", group: TargetGroup
) -> pd.DataFrame:
    own = members.assign(placed=members["buurtcode"].map(placed))
    by_area = own.groupby(["level", "code"], sort=False)["placed"]
    known, size = by_area.count(), by_area.size()
    areas = known.rename("buurten_known").reset_index()
    total = by_area.sum(min_count=1).to_numpy(dtype="float64")
    public = areas["code"].map(published).to_numpy(dtype="float64")
    return areas.assign(
        target_group=pd.array([group.key] * len(areas), dtype="str"),
        unit=pd.array([group.unit] * len(areas), dtype="str"),
        placed=total,
        published=public,
        remainder=public - total,
        buurten_unknown=(size - known).to_numpy(dtype="int64"),
        state=pd.array(np.where(np.isnan(total), "geen_cijfer", "bekend"), dtype="str"),
    )
