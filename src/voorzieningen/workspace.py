"""A study opened after it was run: its settings, its tables, its sources. What notebooks and the command line use."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voorzieningen.artefacts import Artefacts
from voorzieningen.config import Study, UsedSource, load_study
from voorzieningen.errors import ConfigError, StorageError, did_you_mean, examples
from voorzieningen.messages import number
from voorzieningen.pipeline import STAGES, members_of, run, stages_until, told_to
from voorzieningen.schema import TABLES
from voorzieningen.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from voorzieningen.network import Network

OUT = Path("data/processed")
STAGES_WITH_TABLES = [stage for stage in STAGES if any(stage.name in table.stages for table in TABLES.values())]


@dataclass(frozen=True)
class OpenStudy:
    """A study with its artefacts, for notebooks.

    Attributes
    ----------
    study
        What was asked.
    store
        Where its artefacts are kept.
    """

    study: Study
    store: Store

    @cached_property
    def tables(self) -> Artefacts:
        """The tables by name."""
        return Artefacts(self.store)

    @cached_property
    def sources(self) -> list[UsedSource]:
        """The raw files behind the tables."""
        return self.store.sources("read")

    def table(self, name: str) -> Any:
        """Return a table: a DataFrame, or a GeoDataFrame in EPSG:28992.

        Parameters
        ----------
        name
            A key of `schema.TABLES`.

        Raises
        ------
        ConfigError
            There is no table of that name.
        StorageError
            The stage that makes it has not been run.
        """
        if name not in TABLES:
            raise ConfigError(f"there is no table '{name}'", hint=did_you_mean(name, TABLES))
        return self.tables[name]

    def check_unchanged(self) -> None:
        """Refuse to go on with artefacts that do not belong to the study as it is, or not together.

        Raises
        ------
        StorageError
            A setting was changed, or a stage was run again and those after it were not.
        """
        changed = self._changed_settings()
        if changed:
            raise StorageError(
                f"the study was changed after it was run: {examples(changed)}",
                where=self.study.name,
                hint="run it again: the artefacts still follow what it said before",
            )
        older = [stage.name for stage in STAGES_WITH_TABLES if not self.store.is_made_from(stage.name)]
        if older:
            raise StorageError(
                f"was made before what it builds on: {examples(older)}",
                where=self.study.name,
                hint="run it again: these artefacts do not belong together",
            )

    def _changed_settings(self) -> list[str]:
        """Name the settings that were others when the tables were made."""
        told = [(self.store.settings(stage.name), told_to(stage, self.study)) for stage in STAGES_WITH_TABLES]
        return sorted({key for before, now in told for key in before.keys() & now.keys() if before[key] != now[key]})

    def members(self) -> "pd.DataFrame":
        """Return which buurten make up each buurt, wijk, area and the municipality."""
        return members_of(self.study, self.tables)

    @property
    def network(self) -> "Network":
        """The walking network."""
        return self.tables.network


def open_study(name: str, *, raw: str | Path | None = None, out: str | Path = OUT) -> OpenStudy:
    """Open the artefacts of a study, computing what is missing or out of date when the raw files are given.

    Parameters
    ----------
    name
        A name in `configs/`, or the path of a study file.
    raw
        The folder with the raw files; without it the artefacts are taken as they are.
    out
        The parent of the study's artefacts.

    Raises
    ------
    VoorzieningenError
        The study cannot be loaded, or has not been run.
    """
    study = load_study(name)
    if raw is not None:
        run(study, Path(raw), Path(out), stages=stages_until("gaps"))
    opened = OpenStudy(study, Store(Path(out) / study.name))
    # without what was read there is nothing to open
    opened.store.sources("read")
    return opened


def notes(folder: Path, stages: Collection[str]) -> list[str]:
    """Return what stages came across, a line each.

    Parameters
    ----------
    folder
        The study's artefacts.
    stages
        The stages to tell of.
    """
    store = Store(folder)
    told = [store.read_table(stage, "notes") for stage in TABLES["notes"].stages if stage in stages]
    return [
        f"{stage}: {subject} ({number(count)}). {text}"
        for table in told
        for stage, subject, count, text in zip(*(table[name] for name in table), strict=True)
    ]
