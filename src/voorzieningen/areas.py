"""Which buurten make up each wijk, each area of the study and the municipality."""

from collections.abc import Sequence

import pandas as pd

from voorzieningen.config import Area
from voorzieningen.errors import ConfigError, examples


def memberships(buurten: pd.DataFrame, areas: Sequence[Area], *, gemeentecode: str, gemeentenaam: str) -> pd.DataFrame:
    """List every area with the buurten in it.

    Parameters
    ----------
    buurten
        Table `buurten`.
    areas
        Groupings that the study defines.
    gemeentecode, gemeentenaam
        The municipality.

    Returns
    -------
    pandas.DataFrame
        Columns `level` (buurt, wijk, gebied, gemeente), `code`, `name`, `buurtcode`: one row per area and buurt.

    Raises
    ------
    ConfigError
        An area of the study names a wijk or buurt that the municipality does not have.
    """
    own = buurten[["buurtcode", "buurtnaam", "wijkcode", "wijknaam"]]
    levels = [
        own.assign(level="buurt", code=own["buurtcode"], name=own["buurtnaam"]),
        own.assign(level="wijk", code=own["wijkcode"], name=own["wijknaam"]),
        *(_members(own, area) for area in areas),
        own.assign(level="gemeente", code=gemeentecode, name=gemeentenaam),
    ]
    return pd.concat(levels, ignore_index=True)[["level", "code", "name", "buurtcode"]]


def _members(buurten: pd.DataFrame, area: Area) -> pd.DataFrame:
    for kind, wanted, column in (("wijken", area.wijken, "wijkcode"), ("buurten", area.buurten, "buurtcode")):
        unknown = sorted(set(wanted) - set(buurten[column]))
        if unknown:
            raise ConfigError(
                f"area '{area.code}' names {kind} that the municipality does not have: {examples(unknown)}",
                where="study",
                hint=f"known are: {examples(sorted(set(buurten[column])))}",
            )
    inside = buurten["wijkcode"].isin(area.wijken) | buurten["buurtcode"].isin(area.buurten)
    return buurten[inside].assign(level="gebied", code=area.code, name=area.name)
