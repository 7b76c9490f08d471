"""The stages in order: open data in, a gap report per wijk out.

Read the raw files; make the walking network; register the facilities; place the residents; walk from every home; tell
the tracks; find the gaps; write the report.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voorzieningen.config import Study, UsedSource, load_study
from voorzieningen.errors import ConfigError, SourceError, StorageError, did_you_mean, examples
from voorzieningen.messages import number
from voorzieningen.schema import TABLES
from voorzieningen.store import Recipe, Store, Writer, file_digest, write_tables

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import shapely

    from voorzieningen.network import Network

OUT = Path("data/processed")

Progress = Callable[[str, str], None]


class Artefacts(Mapping[str, Any]):
    """The tables of a study by name, read from disk when they are asked for.

    Parameters
    ----------
    store
        Where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, name: str) -> Any:
        """Read a table; one that several stages make is put together."""
        import pandas as pd

        parts = [self._store.read_table(stage, name) for stage in TABLES[name].stages]
        return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of all tables."""
        return iter(TABLES)

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(TABLES)

    @property
    def folder(self) -> Path:
        """Where they are kept."""
        return self._store.root

    def changed(self, study: Study) -> list[str]:
        """Name the settings of a study that were others when these tables were made."""
        with_tables = {stage for table in TABLES.values() for stage in table.stages}
        told = [
            (self._store.settings(stage.name), _told(study, stage)) for stage in STAGES if stage.name in with_tables
        ]
        return sorted({key for before, now in told for key in before.keys() & now.keys() if before[key] != now[key]})

    def made_from_older(self) -> list[str]:
        """Name the stages that were made before what they build on was made anew."""
        with_tables = {stage for table in TABLES.values() for stage in table.stages}
        return [s.name for s in STAGES if s.name in with_tables and not self._store.is_made_from(s.name)]

    @property
    def network(self) -> "Network":
        """The walking network."""
        from voorzieningen.network import Network

        return Network(self["nodes"], self["edges"])

    @property
    def coverage(self) -> "shapely.Geometry":
        """Where the map data reach: a polygon in EPSG:28992."""
        area: gpd.GeoDataFrame = self["area"]
        coverage: shapely.Geometry = area.loc[area["part"] == "dekking", "geometry"].to_numpy()[0]
        return coverage


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline.

    Attributes
    ----------
    name
        Its module, command, artefact and test.
    needs
        The stages whose tables it uses.
    told
        What it is told of the study and of the catalogue; a change in these makes it run again.
    make
        Computes, and returns what writes the result.
    """

    name: str
    needs: tuple[str, ...]
    told: tuple[str, ...]
    make: Callable[[Study, Artefacts, Path], Writer]


def read(study: Study, _: Artefacts, raw: Path) -> Writer:
    """Read the raw files to clean tables."""
    from voorzieningen.read import read_study

    return _tables(**read_study(raw, study))


def network(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Make the walking network."""
    from voorzieningen.network import build_network

    walkable, rules = build_network(tables["ways"], tables["barriers"], study.catalogue.rule, tables.coverage)
    return _tables(nodes=walkable.nodes, edges=walkable.edges, rules=rules)


def facilities(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Register the facilities."""
    from voorzieningen.facilities import build_register

    register = build_register(
        tables["places"],
        tables["own_places"],
        tables["buurten"],
        tables.network,
        study.catalogue,
        study.own_lists,
        study.peildatum,
    )
    return _tables(facilities=register.facilities, entrances=register.entrances, notes=register.notes)


def residents(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Place the residents."""
    from voorzieningen.residents import place_homes, place_residents, reconcile

    homes = place_homes(
        tables["addresses"],
        tables["buurten"],
        tables["figures"],
        tables.network,
        tables.coverage,
        study.catalogue,
        study.peildatum,
    )
    people = place_residents(homes.origins, tables["figures"], study.catalogue)
    population = reconcile(_members(study, tables), homes.origins, people, tables["figures"], study.catalogue)
    return _tables(
        origins=homes.origins, residents=people, population=population, unplaced=homes.unplaced, notes=homes.notes
    )


def reach(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Walk from every home to the nearest facility."""
    from voorzieningen.reach import summarise_by_buurt, walk_reach

    origins = tables["origins"]
    complete = {own.facility_type for own in study.own_lists if own.complete}
    walks = walk_reach(origins, tables["facilities"], tables["entrances"], tables.network, study.catalogue, complete)
    return _tables(reach=walks, buurt_reach=summarise_by_buurt(walks, origins, tables["buurten"], study.catalogue))


def tracks(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Tell the tracks."""
    from voorzieningen.tracks import phase_and_track

    return _tables(tracks=phase_and_track(_members(study, tables), tables["origins"], study.catalogue, study.peildatum))


def gaps(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Find the gaps."""
    from voorzieningen.gaps import find_gaps, judge_walks

    walks = tables["reach"]
    verdicts = judge_walks(walks, study.catalogue)
    members = _members(study, tables)
    matrix = find_gaps(
        verdicts, walks, tables["origins"], tables["residents"], tables["tracks"], members, study.catalogue
    )
    return _tables(verdicts=verdicts, **matrix)


def report(study: Study, tables: Artefacts, raw: Path) -> Writer:
    """Write the report."""
    from voorzieningen.report import write_report

    return lambda folder: write_report(folder, dict(tables), study, used_sources(study, raw))


STAGES: tuple[Stage, ...] = (
    Stage(
        "read",
        needs=(),
        told=(
            "gemeentecode",
            "gemeentenaam",
            "peildatum",
            "buffer_m",
            "sources",
            "own_lists",
            "facility_type",
            "buildings",
            "dataset",
        ),
        make=read,
    ),
    Stage("network", needs=("read",), told=("rule",), make=network),
    Stage(
        "facilities",
        needs=("read", "network"),
        told=("facility_type", "threshold", "own_lists", "peildatum"),
        make=facilities,
    ),
    Stage(
        "residents",
        needs=("read", "network"),
        told=("target_group", "threshold", "peildatum", "areas", "gemeentecode", "gemeentenaam"),
        make=residents,
    ),
    Stage(
        "reach",
        needs=("read", "network", "facilities", "residents"),
        told=("facility_type", "profile", "threshold", "own_lists"),
        make=reach,
    ),
    Stage(
        "tracks",
        needs=("read", "residents"),
        told=("threshold", "peildatum", "areas", "gemeentecode", "gemeentenaam"),
        make=tracks,
    ),
    Stage(
        "gaps",
        needs=("read", "residents", "reach", "tracks"),
        told=("facility_type", "target_group", "profile", "norm", "threshold", "areas", "gemeentecode", "gemeentenaam"),
        make=gaps,
    ),
    Stage(
        "report",
        needs=("read", "network", "facilities", "residents", "reach", "tracks", "gaps"),
        told=(
            "gemeentecode",
            "gemeentenaam",
            "peildatum",
            "sources",
            "areas",
            "dataset",
            "facility_type",
            "target_group",
            "profile",
            "norm",
            "threshold",
            "own_lists",
        ),
        make=report,
    ),
)
STAGE_NAMES = tuple(stage.name for stage in STAGES)


def run(
    study: Study,
    raw: Path,
    out: Path,
    *,
    stages: Collection[str] = STAGE_NAMES,
    force: Collection[str] = (),
    progress: Progress | None = None,
) -> Path:
    """Run stages in order, skipping what is unchanged.

    Parameters
    ----------
    study
        What is asked.
    raw
        The folder with the study's raw files.
    out
        The parent of the study's artefacts.
    stages
        The stages wanted; what they need runs before them.
    force
        Stages to run even if nothing changed.
    progress
        Is told each stage twice: `running`, then `done`; or once: `unchanged`.

    Returns
    -------
    pathlib.Path
        The folder with the study's artefacts.

    Raises
    ------
    VoorzieningenError
        The run is refused; nothing on disk has changed.
    """
    sources = used_sources(study, raw)
    store = Store(out / study.name)
    with store.hold():
        for stage in _with_needs(stages):
            inputs = {need: store.contents(need) for need in stage.needs}
            recipe = Recipe(stage.name, _told(study, stage), sources, inputs)
            if stage.name not in force and store.is_current(recipe):
                _tell(progress, stage.name, "unchanged")
                continue
            _tell(progress, stage.name, "running")
            store.write(recipe, stage.make(study, Artefacts(store), raw))
            _tell(progress, stage.name, "done")
    return store.root


@dataclass(frozen=True)
class OpenStudy:
    """A study with its artefacts, for notebooks.

    Attributes
    ----------
    study
        What was asked.
    tables
        The tables by name.
    sources
        The raw files behind them.
    """

    study: Study
    tables: Artefacts
    sources: list[UsedSource]

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
        changed = self.tables.changed(self.study)
        if changed:
            raise StorageError(
                f"the study was changed after it was run: {examples(changed)}",
                where=self.study.name,
                hint="run it again: the artefacts still follow what it said before",
            )
        older = self.tables.made_from_older()
        if older:
            raise StorageError(
                f"was made before what it builds on: {examples(older)}",
                where=self.study.name,
                hint="run it again: these artefacts do not belong together",
            )

    def members(self) -> "pd.DataFrame":
        """Return which buurten make up each buurt, wijk, area and the municipality."""
        return _members(self.study, self.tables)

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
    store = Store(Path(out) / study.name)
    return OpenStudy(study, Artefacts(store), store.sources("read"))


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


def used_sources(study: Study, raw: Path) -> list[UsedSource]:
    """Return the raw files of a study with their digests and licences.

    Parameters
    ----------
    study
        Names the files.
    raw
        The folder they are in.

    Raises
    ------
    SourceError
        One or more are missing; the message says which, and how to get them.
    """
    from voorzieningen.read import raw_files

    used = []
    for key, path in raw_files(raw, study).items():
        try:
            digest = file_digest(path)
        except OSError as error:
            raise SourceError(
                f"cannot be read: {error.strerror}", where=str(path), hint="may this user read it?"
            ) from error
        dataset = study.catalogue.dataset[key.partition(":")[0]]
        source = study.sources.get(key)
        used.append(
            UsedSource(
                dataset=dataset.key,
                title=dataset.title,
                holder=dataset.holder.format(gemeente=study.gemeentenaam),
                file=path.name,
                sha256=digest,
                licence=dataset.licence,
                attribution=dataset.attribution.format(gemeente=study.gemeentenaam),
                year=source.year if source else None,
            )
        )
    return used


def stages_until(last: str) -> tuple[str, ...]:
    """Return the names of the stages up to and including one."""
    return STAGE_NAMES[: STAGE_NAMES.index(last) + 1]


def _tell(progress: Progress | None, stage: str, state: str) -> None:
    if progress is not None:
        progress(stage, state)


def _with_needs(wanted: Collection[str]) -> list[Stage]:
    """Return the wanted stages and all they need, in order."""
    needed = set(wanted)
    for stage in reversed(STAGES):
        if stage.name in needed:
            needed.update(stage.needs)
    return [stage for stage in STAGES if stage.name in needed]


def _told(study: Study, stage: Stage) -> dict[str, Any]:
    """Return the settings that a stage is told, as plain data."""
    own = study.model_dump(mode="json")
    catalogue = own.pop("catalogue")
    return {key: own[key] if key in own else catalogue[key] for key in stage.told}


def _members(study: Study, tables: Artefacts) -> "pd.DataFrame":
    from voorzieningen.areas import memberships

    return memberships(tables["buurten"], study.areas, gemeentecode=study.gemeentecode, gemeentenaam=study.gemeentenaam)


def _tables(**tables: "pd.DataFrame") -> Writer:
    return lambda folder: write_tables(folder, tables)
